"""The clocks of a record as they stand: which run, which have stopped, and how each came to its moment.

The table of clocks (:data:`commandcenter.domain.limits.CLOCKS`) says which attributes hold them. This module
reads them for screens and for the list of what is owed, so that nobody else spells those attributes out.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Promise, PromiseState
from commandcenter.domain.deadlines import Deadline
from commandcenter.domain.limits import CLOCK, Clock, Limit
from commandcenter.domain.record import Record
from commandcenter.domain.rules import Rules, pauses_of
from commandcenter.i18n import _

_PAUSED = frozenset({"contact", "resolve"})
"""The clocks that stand still while the work is suspended, and the only ones an extension moves."""
A_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Timed:
    """One clock on one record. Moments are aware UTC; ``stopped_at`` None: it runs."""

    clock: Clock
    record: Record
    started_at: dt.datetime
    due_at: dt.datetime
    stopped_at: dt.datetime | None = None
    standing_still: bool = False

    @property
    def running(self) -> bool:
        """Whether it still runs, or stands still for the time being."""
        return self.stopped_at is None

    @property
    def in_time(self) -> bool:
        """Whether it was stopped before its moment. False while it runs."""
        return self.stopped_at is not None and self.stopped_at <= self.due_at

    def explain(self, rules: Rules, now: dt.datetime) -> list[str]:
        """How the moment comes about, line by line; nothing where a person gave it (a promise)."""
        found = self.deadline(rules, now)
        if found is None:
            return []
        if not found.standing_still and abs(found.due_at - self.due_at) >= A_MINUTE:
            return [_("Counted anew from the ruling that refused the squad's return.")]
        return found.explain()

    def deadline(self, rules: Rules, now: dt.datetime) -> Deadline | None:
        """The deadline computed again from its limit, pauses and extension; None where a person gave it."""
        written = str(getattr(self.record, f"{self.clock.name}_limit", "") or "")
        if not written:
            return None
        held: Any = self.record
        paused = self.clock.name in _PAUSED and isinstance(held, Assignment)
        pauses = pauses_of(held.pauses or ()) if paused else ()
        extension = held.extension if paused and self.clock.name == "resolve" else ""
        return rules.due(self.started_at, Limit.parse(written), pauses, extension, as_of=now)


def clocks_of(record: Record) -> list[Timed]:
    """Every clock this record has had since its present beginning, running or stopped, in the order of the table."""
    names = _CLOCKS_OF.get(type(record), ())
    return [timed for name in names if (timed := _read(CLOCK[name], record)) is not None]


def running(record: Record) -> list[Timed]:
    """The clocks of a record that run now."""
    return [timed for timed in clocks_of(record) if timed.running]


_CLOCKS_OF: dict[type[Record], tuple[str, ...]] = {
    Case: ("dispatch",),
    Assignment: ("accept", "contact", "resolve"),
    Complaint: ("receive", "progress", "visit"),
    Promise: ("promise",),
}
"""The clocks people are held to. That a return must be asked in time is a rule, nobody owes it."""


def _read(clock: Clock, record: Any) -> Timed | None:
    started, due = getattr(record, clock.started), getattr(record, clock.due)
    if clock.name == "dispatch":  # a return that was agreed to lets it begin anew
        started = record.dispatch_from_at or started
    if started is None or due is None or record.__dict__.get("state") == PromiseState.BROKEN:
        return None
    stopped, still = _stopped(clock, record)
    return Timed(clock, record, started, due, stopped, still)


def _stopped(clock: Clock, record: Any) -> tuple[dt.datetime | None, bool]:
    """When the clock was stopped, and whether it stands still."""
    match record:
        case Assignment():
            return _stopped_by_squad(clock, record)
        case Complaint():
            return _stopped_for_citizen(clock, record)
        case Promise():
            return record.kept_at, False
        case _:
            return (None if record.state == CaseState.OPEN else record.dispatched_at or record.closed_at), False


def _stopped_by_squad(clock: Clock, work: Assignment) -> tuple[dt.datetime | None, bool]:
    stopped = getattr(work, clock.stopped) or (work.ended_at if work.over else None)
    if work.state == AssignmentState.RETURN_ASKED and stopped is None:
        # The squad has said its word; until the ruling nothing is owed by it.
        return (work.return_asked_at, False) if clock.name == "accept" else (None, True)
    return stopped, stopped is None and work.state == AssignmentState.SUSPENDED and clock.name in _PAUSED


def _stopped_for_citizen(clock: Clock, complaint: Complaint) -> tuple[dt.datetime | None, bool]:
    if clock.name == "progress":
        waits = complaint.state in {ComplaintState.LINKED, ComplaintState.DISPUTED}
        return (None if waits else complaint.last_word_at), False
    if clock.name == "visit":
        return (None if complaint.state == ComplaintState.VISIT_DUE else complaint.visited_at), False
    return complaint.settled_at, False


def most_pressing(clocks: Iterable[Timed]) -> Timed | None:
    """The clock that is due first among those that run; those standing still come last. None where none runs."""
    return min((c for c in clocks if c.running), key=lambda c: (c.standing_still, c.due_at), default=None)
