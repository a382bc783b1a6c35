"""What belongs to the picture: open work, people, units, places. History is not in it: that is a query.

Each kind says it twice, once for a record in hand and once for the database, side by side so that the two
stay the same (a property test holds them against each other).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from commandcenter.domain.assignments import OVER, Assignment
from commandcenter.domain.cases import ENDED, Case
from commandcenter.domain.complaints import WAITING_FOR_END, Complaint
from commandcenter.domain.contacts import Promise, PromiseState
from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.people import Person
from commandcenter.domain.record import Record
from commandcenter.domain.rulings import Request, RequestState
from commandcenter.domain.units import CalendarDay, District, Place, Setting, Squad, Workstation


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whether a record of a kind is part of what the room knows now."""

    record_type: type[Record]
    holds: Callable[[Any], bool]
    chosen: Callable[[], Select[Any]]


def _always(_record: Record) -> bool:
    return True


def _every(record_type: type[Record]) -> Belonging:
    return Belonging(record_type, _always, lambda: select(record_type))


_OPEN_CASES = select(Case.id).where(Case.state.not_in([str(s) for s in sorted(ENDED)]))

FIRST: tuple[Belonging, ...] = (
    *(_every(kind) for kind in (District, Setting, CalendarDay, Squad, Person, MatterDomain, Matter)),
    Belonging(
        Complaint,
        lambda c: c.state in WAITING_FOR_END and not c.historic,
        lambda: select(Complaint).where(
            Complaint.state.in_([str(s) for s in sorted(WAITING_FOR_END)]), Complaint.historic.is_(False)
        ),
    ),
)
"""What the first screen needs: with it the intake list is usable."""

THEN: tuple[Belonging, ...] = (
    Belonging(
        Case,
        lambda c: c.state not in ENDED,
        lambda: select(Case).where(Case.state.not_in([str(s) for s in sorted(ENDED)])),
    ),
    Belonging(
        Assignment,
        lambda a: a.state not in OVER,
        lambda: select(Assignment).where(
            Assignment.state.not_in([str(s) for s in sorted(OVER)]) | Assignment.case_id.in_(_OPEN_CASES)
        ),
    ),
    Belonging(
        Promise,
        lambda p: p.state == PromiseState.OPEN,
        lambda: select(Promise).where(Promise.state == str(PromiseState.OPEN)),
    ),
    Belonging(
        Request,
        lambda r: r.state == RequestState.ASKED,
        lambda: select(Request).where(Request.state == str(RequestState.ASKED)),
    ),
    _every(Workstation),
    _every(Place),
)
"""What comes a moment later."""

BY_KIND: dict[str, Belonging] = {b.record_type.kind(): b for b in (*FIRST, *THEN)}
