"""What belongs to the picture: open work, people, units, places. History is not in it: that is a query.

Each kind says it twice, once for a record in hand and once for the database, side by side so that the two
stay the same (a property test holds them against each other).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, false, select, text, union

from commandcenter.domain.assignments import OVER, RUNNING, Assignment
from commandcenter.domain.cases import ENDED, NOT_ENDED, Case, CaseState
from commandcenter.domain.complaints import WAITING_FOR_END, WAITING_ROWS, Complaint, ComplaintState
from commandcenter.domain.contacts import PROMISED, Promise, PromiseState
from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.people import Person
from commandcenter.domain.record import Record, fields
from commandcenter.domain.rulings import ASKED, Request, RequestState
from commandcenter.domain.units import CalendarDay, District, Place, Setting, Squad, Workstation
from commandcenter.domain.walls import Wall


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whether a record of a kind is part of what the room knows now."""

    record_type: type[Record]
    holds: Callable[[Any], bool]
    chosen: Callable[[], Select[Any]]

    @property
    def case_id(self) -> ColumnElement[Any]:
        """Where it stands which case a record of this kind is, or hangs on."""
        return self.record_type.__table__.columns["id" if self.record_type is Case else "case_id"]

    def rows(self) -> Select[Any]:
        """The records chosen as plain rows, their values in the order of ``fields``."""
        columns = self.record_type.__table__.columns
        plain, where = select(*(columns[name] for name in fields(self.record_type))), self.chosen().whereclause
        return plain if where is None else plain.where(where)


def _always(_record: Record) -> bool:
    return True


def _every(record_type: type[Record]) -> Belonging:
    return Belonging(record_type, _always, lambda: select(record_type))


def _waiting(complaint: Complaint) -> bool:
    return complaint.state in WAITING_FOR_END and not complaint.historic


def _at_work(assignment: Assignment) -> bool:
    return assignment.state not in OVER


def _present(case: Case) -> bool:
    return case.state not in ENDED


def _of_complaints(*asked: ColumnElement[bool] | TextClause) -> Select[Any]:
    return select(Complaint).where(*asked, Complaint.historic == false())


# Two questions with an index each: one with OR would read the whole table.
_WANTED_ASSIGNMENTS = union(
    select(Assignment.id).where(RUNNING),
    select(Assignment.id).where(Assignment.case_id.in_(select(Case.id).where(NOT_ENDED))),
)

_QUEUED = select(Case.id).where(Case.state == str(CaseState.OPEN))

FIRST: tuple[Belonging, ...] = (
    *(_every(kind) for kind in (District, Setting, CalendarDay, Squad, Person, MatterDomain, Matter)),
    Belonging(Complaint, _waiting, lambda: _of_complaints(Complaint.state == str(ComplaintState.RECEIVED))),
    Belonging(Complaint, _waiting, lambda: _of_complaints(text(WAITING_ROWS), Complaint.case_id.in_(_QUEUED))),
    Belonging(Assignment, _at_work, lambda: select(Assignment).where(Assignment.case_id.in_(_QUEUED))),
    Belonging(Case, _present, lambda: select(Case).where(Case.state == str(CaseState.OPEN))),
)
"""What the first screens need: with it the lists of intake and dispatch are usable. The cases last: whoever looks at
one then finds everything that hangs on it."""

THEN: tuple[Belonging, ...] = (
    Belonging(Complaint, _waiting, lambda: _of_complaints(text(WAITING_ROWS))),
    Belonging(Assignment, _at_work, lambda: select(Assignment).where(Assignment.id.in_(_WANTED_ASSIGNMENTS))),
    Belonging(Promise, lambda p: p.state == PromiseState.OPEN, lambda: select(Promise).where(PROMISED)),
    Belonging(Request, lambda r: r.state == RequestState.ASKED, lambda: select(Request).where(ASKED)),
    _every(Workstation),
    _every(Place),
    _every(Wall),
    Belonging(Case, _present, lambda: select(Case).where(NOT_ENDED)),
)
"""What comes a moment later; the cases last here too."""

# Of a kind that comes in several helpings the last is the whole.
BY_KIND: dict[str, Belonging] = {b.record_type.kind(): b for b in (*FIRST, *THEN)}

OF_CASES: tuple[Belonging, ...] = tuple(BY_KIND[k.kind()] for k in (Assignment, Complaint, Promise, Request, Case))
"""Those that are, or hang on, a case."""
