"""Handing a shift over 交接班: the brief that is made by itself, and the record of it that two supervisors sign.

The brief names records by their keys and says what is the matter with each in a code. Words and people are read from
the records themselves when it is looked at, so that what is sealed later is told by no old brief. A sealed case is in
none.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from commandcenter.domain.assignments import RUNNING, Assignment
from commandcenter.domain.attendance import PRESENT, Attendance
from commandcenter.domain.cases import NOT_ENDED, Case, CaseState
from commandcenter.domain.complaints import WAITING_ROWS, Complaint, ComplaintState
from commandcenter.domain.contacts import PROMISED, Promise
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record, type_json, type_key
from commandcenter.domain.rules import Rules
from commandcenter.domain.rulings import ASKED, Directive, Request
from commandcenter.domain.shifts import OFFERED, AskState, Leave, RosterEntry, RosterState
from commandcenter.domain.timing import running
from commandcenter.i18n import N_


class HandoverState(StrEnum):
    """A handover waits for its second signature, has it, or was taken back."""

    OFFERED = "offered"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class Handover(Record):
    """One handover of the shift: what was handed over, and both signatures."""

    __tablename__ = "handover"
    __table_args__ = (
        Index("ix_handover_offered", "state", unique=True, sqlite_where=OFFERED, postgresql_where=OFFERED),
        Index("ix_handover_drawn", "drawn_at"),
    )  # fmt: skip

    state: Mapped[str] = mapped_column(String(16))
    since_at: Mapped[dt.datetime]
    """From when on changes are told: when the shift before was handed over."""
    drawn_at: Mapped[dt.datetime]
    brief: Mapped[dict[str, Any]] = mapped_column(type_json, default=dict)
    """The :class:`Brief` as the outgoing supervisor signed it."""
    words: Mapped[str] = mapped_column(Text, default="")
    """What the outgoing supervisor adds."""
    outgoing_by_id: Mapped[str] = mapped_column(type_key)
    incoming_by_id: Mapped[str | None] = mapped_column(type_key)
    signed_at: Mapped[dt.datetime | None]
    """When the incoming supervisor signed, at whatever station."""
    meanwhile: Mapped[dict[str, Any]] = mapped_column(type_json, default=dict)
    """What came and what went between the two signatures: two lists of items."""


class Part(StrEnum):
    """The parts of a brief, in their order."""

    PROMISES = "promises"
    DEADLINES = "deadlines"
    ANGRY = "angry"
    ABSENT = "absent"


URGENT_WORDS = (
    "曝光", "媒体", "记者", "上访", "信访", "起诉", "举报你们", "投诉你们", "不作为", "自杀", "跳楼", "打人", "动手",
)  # fmt: skip
"""Words in a complaint that want a supervisor's eye; ours."""
DISSATISFIED = 2
"""Satisfied as much as this or less is an angry caller."""
REPEATS, REPEATED_WITHIN = 3, dt.timedelta(days=30)
"""So many complaints of one citizen within this time are a repeat."""
MOST = 200
"""Items of one part that are written down; how many more there are is counted."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to hand over: the record, what is the matter with it, by when, and whose it is."""

    part: Part
    kind: str
    key: Key
    why: str
    case_id: Key | None = None
    person_id: Key | None = None
    due_at: str = ""
    """ISO 8601 UTC; empty where there is no moment."""
    n: int = 0

    @property
    def mark(self) -> str:
        """What tells it from the others."""
        return f"{self.part}:{self.key}:{self.why}"

    def told(self) -> dict[str, Any]:
        """It as JSON."""
        return {"part": str(self.part), "kind": self.kind, "key": self.key, "why": self.why, "case": self.case_id,
                "person": self.person_id, "due": self.due_at, "n": self.n}  # fmt: skip

    @classmethod
    def read(cls, said: dict[str, Any]) -> "Item":
        """It from its JSON."""
        return cls(Part(said["part"]), said["kind"], said["key"], said["why"], said["case"], said["person"],
                   said["due"], said["n"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brief:
    """What is handed over, and in ``counts`` what changed since the shift before was."""

    items: tuple[Item, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """It as JSON can hold it."""
        return {"items": [item.told() for item in self.items], "counts": dict(self.counts)}

    @classmethod
    def read(cls, said: dict[str, Any]) -> "Brief":
        """It from its JSON."""
        return cls(tuple(map(Item.read, said.get("items", ()))), dict(said.get("counts", {})))

    def since(self, before: "Brief") -> dict[str, Any]:
        """What came and what went since an earlier one, as JSON: ``come`` and ``gone``."""
        old, new = {item.mark for item in before.items}, {item.mark for item in self.items}
        return {"come": [item.told() for item in self.items if item.mark not in old],
                "gone": [item.told() for item in before.items if item.mark not in new]}  # fmt: skip


COUNTED: dict[str, str] = {
    "received": N_("Complaints received"), "opened": N_("Cases opened"), "resolved": N_("Cases resolved"),
    "closed": N_("Cases closed"), "redone": N_("Done again"), "requests": N_("Requests waiting"),
    "directives": N_("Chased or supervised"), "doubtful": N_("Doubtful clock-ins"),
}  # fmt: skip
"""What changed, in numbers."""


def last_handover_at(session: Session, now: dt.datetime) -> dt.datetime:
    """When the shift before was handed over by both; half a day ago where that never was."""
    signed = select(func.max(Handover.signed_at)).where(Handover.state == str(HandoverState.SIGNED))
    return session.scalar(signed) or now - dt.timedelta(hours=12)


def draw(session: Session, rules: Rules, now: dt.datetime, since_at: dt.datetime) -> Brief:
    """The brief of this moment. Nothing of a sealed case is in it, whoever asks."""
    until = rules.after(now, rules.text("handover.near"))
    found = [*_promises(session), *_deadlines(session, until), *_angry(session, now, since_at)]
    sealed = set(session.scalars(select(Case.id).where(Case.sealed_for.is_not(None))))
    open_ = [item for item in found if item.case_id not in sealed]
    return Brief((*_few(open_), *_absent(session, rules, now)), _counts(session, since_at))


def _few(items: Iterable[Item]) -> Iterator[Item]:
    held: Counter[Part] = Counter()
    for item in items:
        held[item.part] += 1
        if held[item.part] <= MOST:
            yield item


def _iso(at: dt.datetime | None) -> str:
    return at.astimezone(dt.UTC).isoformat() if at is not None else ""


def _promises(session: Session) -> Iterator[Item]:
    for given in session.scalars(select(Promise).where(PROMISED).order_by(Promise.due_at, Promise.id)):
        yield Item(Part.PROMISES, Promise.kind(), given.id, "promise", given.case_id, given.made_by_id,
                   _iso(given.due_at))  # fmt: skip


def _deadlines(session: Session, until: dt.datetime) -> Iterator[Item]:
    """What is late, or will be before long."""
    work = Assignment
    near = or_(work.accept_due_at <= until, work.contact_due_at <= until, work.resolve_due_at <= until)
    records: list[Any] = [
        *session.scalars(select(work).where(RUNNING, near)),
        *session.scalars(select(Case).where(Case.state == str(CaseState.OPEN), Case.dispatch_due_at <= until)),
        *session.scalars(select(Complaint).where(Complaint.state == str(ComplaintState.VISIT_DUE),
                                                 Complaint.visit_due_at <= until)),
    ]  # fmt: skip
    timed = [one for record in records for one in running(record) if one.due_at <= until and not one.standing_still]
    for one in sorted(timed, key=lambda one: (one.due_at, one.record.id)):
        held: Any = one.record
        if one.clock.name == "progress":
            continue
        yield Item(Part.DEADLINES, held.kind(), held.id, one.clock.name, held.id if isinstance(held, Case) else
                   held.case_id, getattr(held, "officer_id", None) or getattr(held, "visitor_id", None),
                   _iso(one.due_at))  # fmt: skip


def _angry(session: Session, now: dt.datetime, since_at: dt.datetime) -> Iterator[Item]:
    """Who disputed, was dissatisfied, says words that want an eye, or complains again and again: each once."""
    waiting = list(session.scalars(select(Complaint).where(text(WAITING_ROWS), Complaint.historic.is_(False))))
    recent = session.scalars(select(Complaint).where(Complaint.visited_at >= since_at))
    said = {c.id: c for c in (*waiting, *recent)}
    often = _often(session, {c.complainant_id for c in waiting if c.complainant_id}, now)
    for complaint in sorted(said.values(), key=lambda c: c.id):
        why = _anger(complaint, often)
        if why:
            yield Item(Part.ANGRY, Complaint.kind(), complaint.id, why, complaint.case_id, complaint.owner_id,
                       "", often.get(complaint.complainant_id or "", 0))  # fmt: skip


def _anger(complaint: Complaint, often: dict[Key, int]) -> str:
    if complaint.state == ComplaintState.DISPUTED or complaint.solved is False:
        return "disputed"
    if complaint.satisfied is not None and complaint.satisfied <= DISSATISFIED:
        return "dissatisfied"
    if any(word in f"{complaint.title} {complaint.words}" for word in URGENT_WORDS):
        return "words"
    return "repeat" if complaint.complainant_id in often else ""


def _often(session: Session, citizens: set[Key], now: dt.datetime) -> dict[Key, int]:
    """How often each complained lately, of those who did again and again."""
    if not citizens:
        return {}
    counted = (
        select(Complaint.complainant_id, func.count())
        .where(Complaint.complainant_id.in_(citizens), Complaint.arrived_at >= now - REPEATED_WITHIN)
        .group_by(Complaint.complainant_id).having(func.count() >= REPEATS)
    )  # fmt: skip
    return {key: n for key, n in session.execute(counted) if key is not None}


def _absent(session: Session, rules: Rules, now: dt.datetime) -> Iterator[Item]:
    """Who should be here and is not, who is on leave today, and who holds open work while off duty."""
    here = set(session.scalars(select(Attendance.person_id).where(PRESENT)))
    today = rules.calendar.local(now).date()
    on_shift = select(RosterEntry).where(RosterEntry.state == str(RosterState.PLANNED), RosterEntry.begins_at <= now,
                                         RosterEntry.ends_at > now)  # fmt: skip
    away = {leave.person_id: leave for leave in session.scalars(select(Leave).where(
        Leave.state == str(AskState.APPROVED), Leave.first_day <= today, Leave.last_day >= today))}
    for entry in session.scalars(on_shift.order_by(RosterEntry.id)):
        if entry.person_id not in here and entry.person_id not in away:
            yield Item(Part.ABSENT, Person.kind(), entry.person_id, "missing", None, entry.person_id)
    for key in sorted(away):
        yield Item(Part.ABSENT, Person.kind(), key, "leave", None, key)
    held = (
        select(Assignment.officer_id, func.count()).join(Person, Person.id == Assignment.officer_id)
        .where(RUNNING, Person.on_duty.is_(False)).group_by(Assignment.officer_id).order_by(Assignment.officer_id)
    )  # fmt: skip
    for officer, n in session.execute(held):
        if officer is not None:
            yield Item(Part.ABSENT, Person.kind(), officer, "off_duty", None, officer, "", n)


def _counts(session: Session, since: dt.datetime) -> dict[str, int]:
    """What changed since the shift before."""

    def many(kind: type[Record], *where: Any) -> int:
        return session.scalar(select(func.count()).select_from(kind).where(*where)) or 0

    open_ = Case.sealed_for.is_(None)
    return {
        "received": many(Complaint, Complaint.received_at >= since, Complaint.historic.is_(False)),
        "opened": many(Case, Case.opened_at >= since, Case.historic.is_(False), open_),
        "resolved": many(Case, Case.resolved_at >= since, Case.historic.is_(False), open_),
        "closed": many(Case, Case.closed_at >= since, Case.historic.is_(False), open_),
        "redone": many(Case, NOT_ENDED, Case.round > 1, open_),
        "requests": many(Request, ASKED),
        "directives": many(Directive, Directive.given_at >= since),
        "doubtful": sum(one.doubtful for one in session.scalars(
            select(Attendance).where(Attendance.clocked_in_at >= since))),
    }  # fmt: skip
