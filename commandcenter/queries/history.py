"""One case's whole life: its timeline from the journal, and the evidence beside it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseLink
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Contact, FileContent, Note, Photo, Promise, Visit
from commandcenter.domain.inspection import CaseCheck, Finding
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rules import Rules
from commandcenter.domain.rulings import Directive, Request, Reveal
from commandcenter.domain.scene import Scene, who_handled
from commandcenter.domain.undoing import AS_OF, undone
from commandcenter.queries.rights import may_read_cases

EVIDENCE: tuple[type[Record], ...] = (Assignment, Complaint, Contact, Promise, Note, Photo, Visit, Request, Directive,
                                      CaseCheck, Finding)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation in the life of a case, with the lines it wrote."""

    at: dt.datetime
    operation: str
    operation_id: Key
    actor: Person | None
    station: str
    reason: str
    lines: tuple[JournalLine, ...]
    evidence: tuple[Record, ...]
    """The contact, note, photo, promise, visit, request or directive this operation made."""


@dataclass(frozen=True, slots=True)
class Life:
    """Everything about one case: the record, what hangs on it, and its timeline, oldest first."""

    case: Case
    complaints: tuple[Complaint, ...]
    assignments: tuple[Assignment, ...]
    photos: tuple[Photo, ...]
    promises: tuple[Promise, ...]
    requests: tuple[Request, ...]
    links: tuple[CaseLink, ...]
    timeline: tuple[Entry, ...]
    people: dict[Key, Person] = field(default_factory=dict)
    linked: dict[Key, Case] = field(default_factory=dict)
    """The cases at the other ends of the links, by key."""
    handlers: frozenset[Key] = frozenset()
    """Everybody who handled it with their own hands, in any round."""

    @property
    def lead(self) -> Assignment | None:
        """The lead assignment of the present round."""
        return next((a for a in self.assignments if a.id == self.case.lead_id), None)

    @property
    def at_work(self) -> tuple[Assignment, ...]:
        """The assignments of the present round."""
        return tuple(a for a in self.assignments if a.round == self.case.round)

    def document_of(self, entry: Entry) -> Photo | None:
        """The document that an entry made or, where it gave a directive, the one that was made of that since."""
        given = {record.id for record in entry.evidence if isinstance(record, Directive)}
        own = {record.id for record in entry.evidence if isinstance(record, Photo) and record.directive_id}
        return next((photo for photo in self.photos if photo.id in own or photo.directive_id in given), None)

    def lacks_document(self, entry: Entry) -> Directive | None:
        """The directive an entry gave whose document is not made yet."""
        if self.document_of(entry) is not None:
            return None
        return next((r for r in entry.evidence if isinstance(r, Directive) and r.number), None)

    def scene(self, record: Record, actor: Person, now: dt.datetime, rules: Rules) -> Scene:
        """What the rules look at when ``actor`` wants to move one of this life's records, open or archived.

        It knows what the picture cannot: the cases that ended, and who handled them in every round.
        """
        return Scene.around(
            record, actor=actor, now=now, rules=rules, case=self.case, assignments=self.assignments,
            complaints=self.complaints, requests=self.requests, promises=self.promises, handlers=self.handlers,
        )  # fmt: skip


def life(session: Session, actor: Person, case_id: Key) -> Life | None:
    """The life of a case, open or archived; None where there is no such case. NotAllowed: who may not read cases.

    Of a past moment where the session is asked about one.
    """
    may_read_cases(actor)
    as_of: dt.datetime | None = session.info.get(AS_OF)
    case = session.get(Case, case_id)
    if case is None:
        return None
    held: dict[type[Record], Sequence[Record]] = {kind: _of(session, kind, case_id) for kind in EVIDENCE}
    lines = _lines(session, case_id, [c.id for c in held[Complaint]])
    if as_of is not None:
        then = undone(session, {Case: [case_id]}, as_of).get((Case, case_id))
        if not isinstance(then, Case):
            return None
        case, held = then, {kind: _then(session, kind, rows, as_of) for kind, rows in held.items()}
        lines = [line for line in lines if line.at <= as_of]
    people = {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(_people(lines, held))))}
    links = session.scalars(
        select(CaseLink).where((CaseLink.case_id == case_id) | (CaseLink.other_id == case_id))
    ).all()
    ends = {key for link in links for key in (link.case_id, link.other_id)} - {case_id}
    return Life(
        case=case, complaints=tuple(held[Complaint]), assignments=tuple(held[Assignment]),  # type: ignore[arg-type]
        photos=tuple(held[Photo]), promises=tuple(held[Promise]), links=tuple(links),  # type: ignore[arg-type]
        requests=tuple(held[Request]),  # type: ignore[arg-type]
        timeline=_timeline(lines, held, people), people=people,
        handlers=frozenset(session.scalars(who_handled(case_id))),
        linked={c.id: c for c in session.scalars(select(Case).where(Case.id.in_(ends)))} if ends else {},
    )  # fmt: skip


def _lines(session: Session, case_id: Key, complaints: Sequence[Key]) -> Sequence[JournalLine]:
    """The case's own lines, those of its complaints from before there was a case, and every look at a caller."""
    own = session.scalars(select(JournalLine).where(JournalLine.case_id == case_id)).all()
    beside = _lines_beside(session, complaints) if complaints else ()
    return sorted((*own, *beside), key=lambda line: line.seq)


def _lines_beside(session: Session, complaints: Sequence[Key]) -> Sequence[JournalLine]:
    looks = session.scalars(select(Reveal.id).where(Reveal.complaint_id.in_(complaints))).all()
    return session.scalars(select(JournalLine).where(
        JournalLine.case_id.is_(None),
        ((JournalLine.kind == Complaint.kind()) & JournalLine.key.in_(complaints))
        | ((JournalLine.kind == Reveal.kind()) & JournalLine.key.in_(looks)),
    )).all()  # fmt: skip


def _of(session: Session, kind: type[Record], case_id: Key) -> Sequence[Record]:
    column = kind.__table__.columns["case_id"]
    return session.scalars(select(kind).where(column == case_id).order_by(kind.id)).all()


def _then(session: Session, kind: type[Record], rows: Sequence[Record], as_of: dt.datetime) -> Sequence[Record]:
    """What hung on the case by then, as it was. What was merged into it or split off since counts where it is now."""
    found = undone(session, {kind: [row.id for row in rows]}, as_of)
    return [found[kind, row.id] for row in rows if (kind, row.id) in found]


def _people(lines: Sequence[JournalLine], held: dict[type[Record], Sequence[Record]]) -> set[Key]:
    keys = {line.actor_id for line in lines if line.actor_id}
    for record in (r for rows in held.values() for r in rows):
        keys |= {v for name, v in record.values().items() if name in _PERSON_COLUMNS and v}
    return keys


_PERSON_COLUMNS = frozenset({
    "officer_id", "author_id", "visitor_id", "taken_by_id", "made_by_id", "asked_by_id", "ruled_by_id",
    "given_by_id", "owner_id", "dispatched_by_id", "received_by_id",
})  # fmt: skip


def _timeline(
    lines: Sequence[JournalLine], held: dict[type[Record], Sequence[Record]], people: dict[Key, Person]
) -> tuple[Entry, ...]:
    by_key = {(r.kind(), r.id): r for kind, rows in held.items() for r in rows if kind is not Complaint}
    groups: dict[Key, list[JournalLine]] = defaultdict(list)
    for line in lines:
        groups[line.operation_id].append(line)
    entries = [
        Entry(
            at=some[0].at, operation=some[0].operation, operation_id=key, station=some[0].station,
            actor=people.get(some[0].actor_id or ""), reason=some[0].reason, lines=tuple(some),
            evidence=tuple(
                by_key[line.kind, line.key] for line in some
                if line.version == 1 and (line.kind, line.key) in by_key
            ),
        )
        for key, some in groups.items()
    ]  # fmt: skip
    return tuple(sorted(entries, key=lambda e: (e.at, e.operation_id)))


def photo_content(session: Session, actor: Person, sha256: str) -> bytes | None:
    """The bytes of a file by its hash. NotAllowed: who may not read cases."""
    may_read_cases(actor)
    held = session.get(FileContent, sha256)
    return None if held is None else held.content
