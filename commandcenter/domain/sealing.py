"""What an inspector has sealed is there for the people named alone: the case, and all that hangs on it.

Where people sign in with the database, the server keeps that (step 0023). Everywhere else the program does, here: a
reading session that knows who looks leaves out what is not for them, whatever it is asked.

That a case was sealed, by whom and for whom is told to everybody, by one line of the journal: each station lets go of
the case by it. Why it was sealed is a note in its file.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import SEALED, Case, CaseLink
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Contact, FileContent, Note, Photo, Promise, Visit
from commandcenter.domain.inspection import CaseCheck, Finding
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rulings import Directive, Request, Reveal
from commandcenter.domain.search import SearchRow
from commandcenter.domain.signs import DismissedSign

VIEWER = "viewer"
"""In a session's ``info``: the key of whoever looks. Where it is missing, the program itself looks, and sees all."""
NOBODY = ""
"""The key of whoever looks while nobody is signed in."""
SEALING = ("seal", "unseal")
"""The operations whose line of the case everybody is told."""

_HANGING: tuple[Any, ...] = (
    Assignment, Complaint, Request, Directive, Contact, Promise, Note, Photo, Visit, CaseCheck, Finding,
    DismissedSign,
)  # fmt: skip
_FOUND = "hidden"


@dataclass(frozen=True, slots=True)
class Hidden:
    """What somebody is not to see."""

    cases: frozenset[Key] = frozenset()
    keys: frozenset[Key] = frozenset()
    """Those cases, and what hangs on them that lines of the journal and of the search speak of by its own key alone."""
    files: frozenset[str] = frozenset()
    """What was attached to those cases and to no other."""

    def holds(self, record: Record) -> bool:
        """Whether a record is, or hangs on, what is hidden."""
        return bool(self.cases) and case_of(record) in self.cases

    def shown(self, lines: Iterable[JournalLine]) -> list[JournalLine]:
        """The lines that may be told."""
        if not self.cases:
            return list(lines)
        return [line for line in lines if is_sealing(line) or not self._tells(line)]

    def _tells(self, line: JournalLine) -> bool:
        return line.case_id in self.cases or line.key in self.keys

    def options(self) -> Iterator[LoaderCriteriaOption]:
        """What leaves it out of a question."""
        if not self.cases:
            return
        for kind, shown in self._shown():
            yield with_loader_criteria(kind, shown)

    def _shown(self) -> Iterator[tuple[Any, ColumnElement[bool]]]:
        yield Case, Case.id.not_in(self.cases)
        for kind in _HANGING:
            yield kind, kind.case_id.is_(None) | kind.case_id.not_in(self.cases)
        yield CaseLink, and_(CaseLink.case_id.not_in(self.cases), CaseLink.other_id.not_in(self.cases))
        yield Reveal, Reveal.id.not_in(self.keys)
        yield SearchRow, SearchRow.key.not_in(self.keys)
        yield FileContent, FileContent.sha256.not_in(self.files)
        in_sight = and_(JournalLine.case_id.is_(None) | JournalLine.case_id.not_in(self.cases),
                        JournalLine.key.not_in(self.keys))  # fmt: skip
        yield JournalLine, in_sight | and_(JournalLine.kind == Case.kind(), JournalLine.operation.in_(SEALING))


NOTHING = Hidden()


def viewer_of(person: Person | None) -> Key:
    """By which key somebody looks, who is signed in or not."""
    return NOBODY if person is None else person.id


def hidden(session: Session) -> Hidden:
    """What whoever looks through this session is not to see; asked once for a session."""
    if VIEWER not in session.info:
        return NOTHING
    found: Hidden | None = session.info.get(_FOUND)
    if found is None:
        session.info[_FOUND] = NOTHING  # the questions themselves are the program's
        found = session.info[_FOUND] = _hidden_from(session, session.info[VIEWER])
    return found


def sealed_cases(session: Session) -> set[Key]:
    """Every case that is sealed, whoever looks."""
    return set(session.scalars(select(Case.__table__.c.id).where(SEALED)))


def openers(case: Case, people: Iterable[Person]) -> list[Person]:
    """Who of these people may open the seal of a case, or name others in it: inspectors named who are in use."""
    return [person for person in people
            if case.is_for(person.id) and Right.INSPECT in person.rights and not person.disabled]  # fmt: skip


def is_sealing(line: JournalLine) -> bool:
    """Whether the line says that a case was sealed, or opened again."""
    return line.kind == Case.kind() and line.operation in SEALING


def case_of(record: Record) -> Key | None:
    """The case a record is, or hangs on; None where it hangs on none."""
    if isinstance(record, Case):
        return record.id
    case_id: Key | None = record.__dict__.get("case_id")
    return case_id


def _hidden_from(session: Session, viewer: Key) -> Hidden:
    case = Case.__table__.c
    rows = session.execute(select(case.id, case.sealed_for).where(SEALED)).all()
    cases = frozenset(key for key, people in rows if viewer not in people)
    if not cases:
        return NOTHING
    complaints = _keys(session, Complaint, "case_id", cases)
    keys = cases.union(complaints, _keys(session, Note, "case_id", cases),
                       _keys(session, Reveal, "complaint_id", complaints))  # fmt: skip
    photo, other = Photo.__table__.c, Photo.__table__.alias().c
    elsewhere = exists().where(other.sha256 == photo.sha256, other.case_id.not_in(cases))
    files = session.scalars(select(photo.sha256).where(photo.case_id.in_(cases), ~elsewhere))
    return Hidden(cases, keys, frozenset(files))


def _keys(session: Session, kind: type[Record], column: str, among: Collection[Key]) -> set[Key]:
    columns = kind.__table__.columns
    return set(session.scalars(select(columns["id"]).where(columns[column].in_(among)))) if among else set()
