"""What waits for a supervisor: requests to rule on, cases to sign off, and what is late or has a card."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.deadlines import card
from commandcenter.domain.limits import Limit
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Ask, Request, RequestState
from commandcenter.domain.sentences import spoken_length
from commandcenter.domain.signs import Found
from commandcenter.domain.units import Squad
from commandcenter.i18n import N_, _
from commandcenter.live.owing import Debt, Owing
from commandcenter.live.picture import Picture
from commandcenter.live.signs import Signs
from ui.room import Room
from ui.tables.column import Column, Paint
from ui.tables.grouped import Group, Heading
from ui.wording import Running, name_of


class Queue(StrEnum):
    """The queues, in the order in which they are shown."""

    RETURN = "return"
    EXTENSION = "extension"
    SUSPENSION = "suspension"
    SIGN_OFF = "sign_off"
    LATE = "late"
    SIGN = "sign"


TITLES: dict[Queue, str] = {
    Queue.RETURN: N_("Returns to rule on"), Queue.EXTENSION: N_("Extensions to decide"),
    Queue.SUSPENSION: N_("Suspensions to decide"), Queue.SIGN_OFF: N_("Resolved, to sign off"),
    Queue.LATE: N_("Late, and yellow or red cards"), Queue.SIGN: N_("Signs that something goes wrong"),
}  # fmt: skip
_PLACE = {queue: place for place, queue in enumerate(Queue)}
_CLOCKS = frozenset({Debt.ACCEPT, Debt.CONTACT, Debt.RESOLVE})
CARDS = {"yellow": N_("yellow card"), "red": N_("red card")}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for a supervisor, since ``since_at``; ``due_at`` is the deadline it is about."""

    id: str
    queue: Queue
    case_id: Key
    number: str
    title: str
    since_at: dt.datetime
    due_at: dt.datetime | None
    squad_id: Key | None
    what: str = ""
    card: str = ""
    request_id: Key | None = None
    """The request it is about, where it is one."""
    found: Found | None = None
    """The sign it is about, where it is one."""

    @property
    def rank(self) -> tuple[int, dt.datetime, str]:
        """By queue, then the longest wait or the earliest deadline first."""
        return (_PLACE[self.queue], self.due_at if self.queue is Queue.LATE and self.due_at else self.since_at, self.id)


def asked(picture: Picture) -> Iterator[Waiting]:
    """The requests that wait for their ruling."""
    for request in picture.of(Request).values():
        case = picture.get(Case, request.case_id)
        if request.state == RequestState.ASKED and case is not None:
            yield _asked(picture, request, case)


def _asked(picture: Picture, request: Request, case: Case) -> Waiting:
    work = next((a for a in picture.assignments_of(case.id) if a.id == request.assignment_id), None)
    person = name_of(picture, Person, request.asked_by_id, "")
    amount = Limit.parse(request.amount).words() if request.amount else ""
    what = " · ".join(part for part in (amount, person, request.reason) if part)
    return Waiting(f"ask:{request.id}", Queue(Ask(request.ask)), case.id, case.number, case.title, request.asked_at,
                   work.resolve_due_at if work else None, work.squad_id if work else None, what,
                   request_id=request.id)  # fmt: skip


def to_sign_off(picture: Picture) -> Iterator[Waiting]:
    """The resolved cases that wait for a supervisor."""
    for case in picture.of(Case).values():
        if case.state == CaseState.RESOLVED:
            lead = picture.lead_of(case)
            yield Waiting(f"case:{case.id}", Queue.SIGN_OFF, case.id, case.number, case.title,
                          case.resolved_at or case.opened_at, lead.resolve_due_at if lead else None,
                          lead.squad_id if lead else None, case.closing_text)  # fmt: skip


def late(picture: Picture, owing: Owing, now: dt.datetime) -> Iterator[Waiting]:
    """What is over its moment, and every resolution that has earned a card. Each case once, by its worst."""
    calendar = picture.rules.calendar
    cards: dict[dt.datetime, str] = {}
    worst: dict[Key, Waiting] = {}
    for debt in _CLOCKS:
        for id_ in owing.concerning(str(debt)):
            one = owing.all[id_]
            if one.due_at is None or one.standing_still:
                continue
            earned = ""
            if debt is Debt.RESOLVE:
                if one.due_at not in cards:  # days end together, so there are few of them
                    cards[one.due_at] = card(one.due_at, now, calendar) or ""
                earned = cards[one.due_at]
            if not earned and now <= one.due_at:
                continue
            found = Waiting(f"late:{one.case_id}", Queue.LATE, one.case_id, one.number, one.title, one.since_at,
                            one.due_at, one.squad_id, str(debt), earned)  # fmt: skip
            held = worst.get(one.case_id)
            if held is None or (found.card, -found.rank[1].timestamp()) > (held.card, -held.rank[1].timestamp()):
                worst[one.case_id] = found
    yield from worst.values()


def noticed_now(picture: Picture, signs: Signs, now: dt.datetime) -> Iterator[Waiting]:
    """What was noticed about open cases, with the reason."""
    for found in signs.found(now):
        case = picture.get(Case, found.case_id)
        if case is not None:
            lead = picture.lead_of(case)
            yield Waiting(f"sign:{found.id}", Queue.SIGN, case.id, case.number, case.title,
                          found.from_at or case.dispatched_at or case.opened_at, None,
                          lead.squad_id if lead else None, str(found.why), found=found)  # fmt: skip


def waiting(picture: Picture, owing: Owing, signs: Signs, now: dt.datetime) -> dict[str, Waiting]:
    """Everything that waits, by id."""
    every = (to_decide(picture), late(picture, owing, now), noticed_now(picture, signs, now))
    return {one.id: one for some in every for one in some}


class Wording:
    """What the rows of the queues say."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def heading(self, group: Group, now: dt.datetime) -> Heading:
        """Title, how many, and the oldest age."""
        oldest = max((now - one.since_at for one in group.members), default=dt.timedelta())
        over = sum(one.card == "red" or (one.due_at is not None and now > one.due_at) for one in group.members)
        return Heading(_(TITLES[Queue(group.id)]), _("oldest: {length}", length=spoken_length(oldest)),
                       len(group.members), over if group.id == Queue.LATE else 0)  # fmt: skip

    def columns(self) -> tuple[Column[Any], ...]:
        """The columns of the queues."""
        return (
            Column[Any]("clock", N_("Time left"), self._waited, paint=Paint.CLOCK, width=138, clock=_running),
            Column[Any]("what", N_("What waits"), _title, paint=Paint.TWO_LINE, width=0, subtitle=self._about),
            Column[Any]("card", N_("Card"), _card, paint=Paint.BADGE, align="right", width=112,
                        tone=lambda one: "urgent" if one.card == "red" else "late"),
        )  # fmt: skip

    def _waited(self, one: Waiting | Group) -> str:
        """How long somebody has been waiting for the decision."""
        return spoken_length(self._room.now() - one.since_at) if isinstance(one, Waiting) else ""

    def _about(self, one: Waiting | Group) -> str:
        if isinstance(one, Group):
            return ""
        if one.queue is Queue.SIGN:  # the reason first: that is what is looked for here
            return f"{one.what} {one.number}"
        squad = name_of(self._room.picture, Squad, one.squad_id, "")
        what = "" if one.queue is Queue.LATE else one.what
        return " · ".join(part for part in (one.number, squad, what) if part)


def _title(one: Waiting | Group) -> str:
    return one.title if isinstance(one, Waiting) else ""


def _card(one: Waiting | Group) -> str:
    return _(CARDS[one.card]) if isinstance(one, Waiting) and one.card else ""


def _running(one: Waiting | Group) -> Running | None:
    if isinstance(one, Group) or one.due_at is None or one.queue is not Queue.LATE:
        return None
    return Running(one.since_at, one.due_at)


def counted(picture: Picture) -> int:
    """How many wait for a decision: what is late is known elsewhere."""
    return sum(1 for _one in to_decide(picture))


def to_decide(picture: Picture) -> Iterator[Waiting]:
    """What waits for a supervisor's word; what is late by time alone does not."""
    yield from asked(picture)
    yield from to_sign_off(picture)
