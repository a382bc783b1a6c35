"""Where a figure is read: the rows it is made of, when each is counted, and whose it is.

A figure is a question over *rows*, one for each thing that may be counted. What the rows are, which of them are
counted and which are good is said once for each figure, by the modules beside this one; everything that is asked of
figures – whole, told apart, along time, the records behind them – is asked of these rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, null, select, true

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseState, Origin
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.matters import Matter
from commandcenter.queries.figures.asking import By
from commandcenter.queries.figures.moments import Reckoning

Dimensions = Mapping[By, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a figure. ``key`` is the record counted, ``case_id`` the case it hangs on.

    ``at`` is the moment by which a row is counted, ``base`` what makes it a row at all, ``counts`` whether it is in n
    or left out, ``good`` whether it is in the part, ``amount`` how much it adds to the part; ``began`` when a clock
    began that stopped at ``at``.
    """

    key: Any
    case_id: Any
    joined: Callable[[Select[Any]], Select[Any]]
    at: Any
    dimensions: Dimensions
    base: ColumnElement[bool] = field(default_factory=true)
    counts: ColumnElement[bool] = field(default_factory=true)
    good: ColumnElement[bool] = field(default_factory=true)
    amount: Any = 1
    began: Any = None

    @property
    def inside(self) -> ColumnElement[bool]:
        """Whether a row is in n, never unknown: what is not is left out. A clock that never began measured nothing."""
        timed = and_(self.counts, self.began.is_not(None)) if self.began is not None else self.counts
        return func.coalesce(timed, false())

    def belongs(self, by: By) -> ColumnElement[bool]:
        """Whether a row is that one's, bound as ``of_…``."""
        # Not by the column itself: a squad has more rows of all years than a month has of all squads.
        return func.coalesce(self.dimensions[by], null()) == bindparam(f"of_{by}")


Source = Callable[[Reckoning], tuple[Rows, ...]]
"""A figure's rows, as a database of that kind is asked for them."""


def first_channel() -> ColumnElement[str]:
    """Where a case came from: its own finder, or the first complaint on it."""
    first = (
        select(Complaint.channel).where(Complaint.case_id == Case.id)
        .order_by(Complaint.arrived_at, Complaint.id).limit(1).correlate(Case).scalar_subquery()
    )  # fmt: skip
    return case((Case.origin != str(Origin.COMPLAINT), Case.origin), else_=first)


def of_cases(asked: Select[Any]) -> Select[Any]:
    """Of cases, with their lead's work in the present round and their matter."""
    led = asked.select_from(Case).outerjoin(Assignment, Assignment.id == Case.lead_id)
    return led.outerjoin(Matter, Matter.id == Case.matter_id)


def of_complaints(asked: Select[Any]) -> Select[Any]:
    """Of complaints, with their case, its lead's work and the matter, as far as there are any."""
    hung = asked.select_from(Complaint).outerjoin(Case, Case.id == Complaint.case_id)
    return hung.outerjoin(Assignment, Assignment.id == Case.lead_id).outerjoin(Matter, Matter.id == _MATTER)


def of_works(asked: Select[Any]) -> Select[Any]:
    """Of what squads were sent to do, with their case and its matter."""
    sent = asked.select_from(Assignment).join(Case, Case.id == Assignment.case_id)
    return sent.outerjoin(Matter, Matter.id == Case.matter_id)


_MATTER = func.coalesce(Case.matter_id, Complaint.matter_id)


def handled(located: Any, channel: Any, matter_id: Any) -> Dimensions:
    """Whose it is: of the squad and officer at work on it, of where it lies, of what it is about."""
    return {
        By.SQUAD: Assignment.squad_id, By.OFFICER: Assignment.officer_id, By.WORKSTATION: located.workstation_id,
        By.MATTER: matter_id, By.DOMAIN: Matter.domain, By.CHANNEL: channel, By.TOWN: located.squad_id,
    }  # fmt: skip


CASE: Dimensions = handled(Case, first_channel(), Case.matter_id)
COMPLAINT: Dimensions = handled(Complaint, Complaint.channel, _MATTER)
OURS = Case.historic.is_(False)
NO_CASE_AFTER_ALL = Case.state.in_([str(CaseState.CANCELLED), str(CaseState.MERGED)])
