"""The shift as it stands: who should be here, who is, what is asked, the roll, and the handovers."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from commandcenter.domain.attendance import CALLING, PRESENT, Attendance, RollAnswer, RollCall
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.handover import Brief, Handover, HandoverState, Item, draw, last_handover_at
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.rules import Rules
from commandcenter.domain.shifts import OPEN_ASKS, AskState, Leave, RosterEntry, RosterState, Swap

KINDS = frozenset({
    "attendance", "handover", "leave_request", "roll_answer", "roll_call", "roster_entry", "shift_swap",
})  # fmt: skip
"""The kinds of record it is made of."""
BEHIND, AHEAD = dt.timedelta(hours=12), dt.timedelta(days=14)
LOOKED_INTO = dt.timedelta(days=31)
"""How long what is doubtful waits in the list for somebody to look into it."""


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll-call that is on, or was last, and who answered."""

    call: RollCall
    answers: tuple[RollAnswer, ...] = ()

    def answered(self) -> set[Key]:
        """Who answered, in time or not."""
        return {answer.person_id for answer in self.answers}

    def waiting(self) -> list[Key]:
        """Who has not answered."""
        answered = self.answered()
        return [key for key in self.call.expected if key not in answered]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything of the shift that is near now."""

    entries: tuple[RosterEntry, ...] = ()
    present: tuple[Attendance, ...] = ()
    doubtful: tuple[Attendance, ...] = ()
    leaves: tuple[Leave, ...] = ()
    swaps: tuple[Swap, ...] = ()
    rolls: tuple[Roll, ...] = ()
    handovers: tuple[Handover, ...] = ()

    @property
    def offered(self) -> Handover | None:
        """The handover that waits for its second signature."""
        return next((one for one in self.handovers if one.state == HandoverState.OFFERED), None)


def board(session: Session, now: dt.datetime, today: dt.date) -> Board:
    """The shift as whoever asks may see it; ``today`` in the district's time."""

    def rows(kind: Any, *where: Any, order: Any, limit: int | None = None) -> tuple[Any, ...]:
        return tuple(session.scalars(select(kind).where(*where).order_by(order).limit(limit)))

    entry = RosterEntry
    return Board(
        rows(entry, entry.state == str(RosterState.PLANNED), entry.ends_at > now - BEHIND,
             entry.begins_at < now + AHEAD, order=entry.begins_at),
        rows(Attendance, PRESENT, order=Attendance.clocked_in_at),
        tuple(one for one in rows(Attendance, Attendance.clocked_in_at > now - LOOKED_INTO,
                                  order=Attendance.clocked_in_at) if one.doubtful),
        rows(Leave, Leave.last_day >= today, Leave.state.in_([*OPEN_ASKS, str(AskState.APPROVED)]),
             order=Leave.asked_at),
        rows(Swap, Swap.state.in_(OPEN_ASKS), order=Swap.asked_at),
        rolls(session, now),
        rows(Handover, Handover.state != str(HandoverState.WITHDRAWN), order=Handover.drawn_at.desc(), limit=20),
    )  # fmt: skip


def rolls(session: Session, now: dt.datetime) -> tuple[Roll, ...]:
    """The roll-calls that are on, and those of the last hours."""
    calls = session.scalars(
        select(RollCall).where(or_(CALLING, RollCall.called_at > now - BEHIND)).order_by(RollCall.called_at.desc()))
    return tuple(_roll(session, call) for call in calls)


def _roll(session: Session, call: RollCall) -> Roll:
    answers = session.scalars(select(RollAnswer).where(RollAnswer.roll_call_id == call.id).order_by(RollAnswer.id))
    return Roll(call, tuple(answers))


class State(StrEnum):
    """How it stands with somebody now: the roster, the clock-in and being on duty together."""

    HERE = "here"
    UNROSTERED = "unrostered"
    """Clocked in without being rostered."""
    MISSING = "missing"
    """Rostered, and not clocked in."""
    LEAVE = "leave"
    ON_DUTY = "on_duty"
    """On duty without having clocked in, and not rostered."""
    NEXT = "next"
    """Comes with the next shift."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One person now."""

    person: Person
    state: State
    entry: RosterEntry | None = None
    attendance: Attendance | None = None
    leave: Leave | None = None


def standings(
    found: Board, people: Iterable[Person], now: dt.datetime, today: dt.date
) -> Iterator[Standing]:
    """How it stands with each of these people now; who has nothing to do with this shift is left out."""
    present = {one.person_id: one for one in found.present}
    away = {one.person_id: one for one in found.leaves if one.state == AskState.APPROVED and one.covers(today)}
    on = _first(entry for entry in found.entries if entry.span.holds(now))
    coming = _first(entry for entry in found.entries if entry.begins_at > now)
    soon = min((entry.begins_at for entry in coming.values()), default=None)
    for person in people:
        key = person.id
        entry, attendance, leave = on.get(key), present.get(key), away.get(key)
        state = _state(person, entry, attendance, leave)
        if state is None and key in coming and coming[key].begins_at == soon:
            state, entry = State.NEXT, coming[key]
        if state is not None and not person.disabled:
            yield Standing(person, state, entry, attendance, leave)


def _first(entries: Iterable[RosterEntry]) -> Mapping[Key, RosterEntry]:
    held: dict[Key, RosterEntry] = {}
    for entry in entries:
        held.setdefault(entry.person_id, entry)
    return held


def _state(
    person: Person, entry: RosterEntry | None, attendance: Attendance | None, leave: Leave | None
) -> State | None:
    if attendance is not None:
        return State.HERE if entry is not None else State.UNROSTERED
    if leave is not None:
        return State.LEAVE
    if entry is not None:
        return State.MISSING
    return State.ON_DUTY if person.on_duty else None


# ---------------------------------------------------------------------- the handover


@dataclass(frozen=True, slots=True)
class Told:
    """One item of a brief with what its records say today; ``hidden`` where whoever looks may not read them."""

    item: Item
    number: str = ""
    title: str = ""
    words: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ToldBrief:
    """A brief in words: frozen where ``handover`` is there, else that of this moment."""

    told: tuple[Told, ...]
    counts: Mapping[str, int]
    since_at: dt.datetime
    handover: Handover | None = None
    come: tuple[Told, ...] = ()
    """What came since the first signature, and what is settled since."""
    gone: tuple[Told, ...] = ()


def brief_now(session: Session, rules: Rules, now: dt.datetime) -> ToldBrief:
    """The brief of this moment: what would be signed now."""
    since = last_handover_at(session, now)
    drawn = draw(session, rules, now, since)
    return ToldBrief(_told(session, drawn.items), drawn.counts, since)


def brief_of(session: Session, rules: Rules, now: dt.datetime, handover: Handover) -> ToldBrief:
    """The brief of a handover as it was signed first, and what changed: since then, or between the two signatures."""
    frozen, meanwhile = Brief.read(handover.brief), handover.meanwhile
    if handover.state == HandoverState.OFFERED:
        meanwhile = draw(session, rules, now, handover.since_at).since(frozen)
    come, gone = ([Item.read(one) for one in meanwhile.get(name, ())] for name in ("come", "gone"))
    return ToldBrief(_told(session, frozen.items), frozen.counts, handover.since_at, handover,
                     _told(session, come), _told(session, gone))  # fmt: skip


def _told(session: Session, items: Iterable[Item]) -> tuple[Told, ...]:
    items = tuple(items)
    cases = _by_key(session, Case, {item.case_id for item in items if item.case_id})
    promises = _by_key(session, Promise, {item.key for item in items if item.kind == Promise.kind()})
    complaints = _by_key(session, Complaint, {item.key for item in items if item.kind == Complaint.kind()})
    return tuple(_tell(item, cases, promises, complaints) for item in items)


def _tell(item: Item, cases: Mapping[Key, Case], promises: Mapping[Key, Promise],
          complaints: Mapping[Key, Complaint]) -> Told:  # fmt: skip
    case = cases.get(item.case_id or "")
    if item.case_id and case is None:
        return Told(item, hidden=True)
    given, said = promises.get(item.key), complaints.get(item.key)
    words = f"{given.to_whom} · {given.what}" if given is not None else ""
    if said is not None:
        words = " · ".join(part for part in (said.caller_mask, said.title) if part)
    number = case.number if case is not None else said.number if said is not None else ""
    return Told(item, number, case.title if case is not None else "", words)


def _by_key(session: Session, kind: Any, keys: set[Any]) -> dict[Key, Any]:
    return {row.id: row for row in session.scalars(select(kind).where(kind.id.in_(keys)))} if keys else {}
