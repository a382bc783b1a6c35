"""The clocks of a record as they stand: which run, which have stopped, and how each came to its moment.

The table of clocks (:data:`commandcenter.domain.limits.CLOCKS`) says which attributes hold them. This module
reads them for screens and for the list of what is owed, so that nobody else spells those attributes out.

It reads snapshots, whose values are all there, past SQLAlchemy's descriptors: twenty thousand open cases have
more than a hundred thousand clocks, and their list is made while somebody waits for the window.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from commandcenter.domain.assignments import OVER, Assignment, AssignmentState
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Promise, PromiseState
from commandcenter.domain.deadlines import Deadline
from commandcenter.domain.limits import CLOCK, Clock, Limit
from commandcenter.domain.record import Record
from commandcenter.domain.rules import Rules, pauses_of
from commandcenter.i18n import _

_PAUSED = frozenset({"contact", "resolve"})
"""The clocks that stand still while the work is suspended. An extension moves the resolution alone."""
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
        if found.standing_still or abs(found.due_at - self.due_at) < A_MINUTE:
            return found.explain()
        due_at = rules.calendar.local(self.due_at)
        return [
            _("Set at the time to {due_at:%Y-%m-%d %H:%M}, and that holds. By the calendar of today:", due_at=due_at),
            *found.explain(),
        ]

    def deadline(self, rules: Rules, now: dt.datetime) -> Deadline | None:
        """The deadline computed again from its limit, pauses and extension; None where a person gave it."""
        written = str(getattr(self.record, f"{self.clock.name}_limit", "") or "")
        if not written:
            return None
        held: Any = self.record
        paused = self.clock.name in _PAUSED and isinstance(held, Assignment)
        pauses = pauses_of(held.pauses or ()) if paused else ()
        extension = held.extension if paused and self.clock.name == "resolve" else ""
        until = held.suspended_until if paused else None  # a suspension stops nothing for longer than was agreed
        return rules.due(self.started_at, Limit.parse(written), pauses, extension, as_of=min(now, until or now))


def clocks_of(record: Record) -> list[Timed]:
    """Every clock this record has had since its present beginning, running or stopped, in the order of the table."""
    clocks = _CLOCKS_OF.get(type(record), ())
    return [timed for clock in clocks if (timed := _read(clock, record)) is not None]


def running(record: Record) -> list[Timed]:
    """The clocks of a record that run now."""
    clocks = _CLOCKS_OF.get(type(record), ())
    return [timed for clock in clocks if (timed := _read(clock, record, only_running=True)) is not None]


_CLOCKS_OF: dict[type[Record], tuple[Clock, ...]] = {
    Case: (CLOCK["dispatch"],),
    Assignment: (CLOCK["accept"], CLOCK["contact"], CLOCK["resolve"]),
    Complaint: (CLOCK["receive"], CLOCK["progress"], CLOCK["visit"]),
    Promise: (CLOCK["promise"],),
}
"""The clocks people are held to. That a return must be asked in time is a rule, nobody owes it."""


Held = dict[str, Any]
_GIVEN_UP = frozenset({PromiseState.BROKEN, PromiseState.WITHDRAWN})


def _read(clock: Clock, record: Record, *, only_running: bool = False) -> Timed | None:
    held: Held = record.__dict__
    started, due = held.get(clock.again) or held.get(clock.started), held.get(clock.due)
    if started is None or due is None or held.get("state") in _GIVEN_UP:
        return None
    stopped, still = _STOPPED[type(record)](clock, held)
    if only_running and stopped is not None:
        return None
    return Timed(clock, record, started, due, stopped, still)


def _stopped_by_dispatch(_clock: Clock, case: Held) -> tuple[dt.datetime | None, bool]:
    waits = case.get("state") == CaseState.OPEN
    return (None if waits else case.get("dispatched_at") or case.get("closed_at")), False


def _stopped_by_keeping(_clock: Clock, promise: Held) -> tuple[dt.datetime | None, bool]:
    return promise.get("kept_at"), False


def _stopped_by_squad(clock: Clock, work: Held) -> tuple[dt.datetime | None, bool]:
    """When the squad stopped the clock, and whether it stands still."""
    state = work.get("state")
    stopped = work.get(clock.stopped) or (work.get("ended_at") if state in OVER else None)
    if state == AssignmentState.RETURN_ASKED and stopped is None:
        # The squad has said its word; until the ruling nothing is owed by it.
        return (work.get("return_asked_at"), False) if clock.name == "accept" else (None, True)
    return stopped, stopped is None and state == AssignmentState.SUSPENDED and clock.name in _PAUSED


def _stopped_for_citizen(clock: Clock, complaint: Held) -> tuple[dt.datetime | None, bool]:
    state = complaint.get("state")
    if clock.name == "progress":
        waits = state in {ComplaintState.LINKED, ComplaintState.DISPUTED}
        return (None if waits else complaint.get("last_word_at")), False
    if clock.name == "visit":
        return (None if state == ComplaintState.VISIT_DUE else complaint.get("visited_at")), False
    return complaint.get("settled_at"), False


_STOPPED: dict[type[Record], Callable[[Clock, Held], tuple[dt.datetime | None, bool]]] = {
    Case: _stopped_by_dispatch, Assignment: _stopped_by_squad, Complaint: _stopped_for_citizen,
    Promise: _stopped_by_keeping,
}  # fmt: skip
"""When a clock was stopped, and whether it stands still, by the kind of record it hangs on."""


def most_pressing(clocks: Iterable[Timed]) -> Timed | None:
    """The clock that is due first among those that run; those standing still come last. None where none runs."""
    return min((c for c in clocks if c.running), key=lambda c: (c.standing_still, c.due_at), default=None)
