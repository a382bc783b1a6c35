"""The times of each clock, said for the database: from when it began to when it stopped. In words: the definitions."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, true

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Promise, PromiseState
from commandcenter.queries.figures.definitions import Figure
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.shares import PROMISE, of_promises
from commandcenter.queries.figures.sources import (
    CASE,
    COMPLAINT,
    OURS,
    Rows,
    Source,
    of_cases,
    of_complaints,
    of_works,
)


def _of_squad(began: Any, stopped: Any) -> Source:
    def rows(_how: Reckoning) -> tuple[Rows, ...]:
        return (Rows(Assignment.id, Assignment.case_id, of_works, stopped, CASE, began=began),)

    return rows


def _of_citizen(began: Any, stopped: Any, base: ColumnElement[bool]) -> Source:
    def rows(_how: Reckoning) -> tuple[Rows, ...]:
        return (Rows(Complaint.id, Complaint.case_id, of_complaints, stopped, COMPLAINT, base=base,
                     counts=Complaint.historic.is_(False), began=began),)  # fmt: skip

    return rows


def _dispatching(_how: Reckoning) -> tuple[Rows, ...]:
    waited = func.coalesce(Case.dispatch_from_at, Case.opened_at)
    return (Rows(Case.id, Case.id, of_cases, Case.dispatched_at, CASE, counts=and_(OURS, Case.round == 1),
                 began=waited),)  # fmt: skip


def _keeping(_how: Reckoning) -> tuple[Rows, ...]:
    return (Rows(Promise.id, Promise.case_id, of_promises, Promise.kept_at, PROMISE,
                 base=Promise.state == str(PromiseState.KEPT), began=Promise.promised_at),)  # fmt: skip


def _whole(_how: Reckoning) -> tuple[Rows, ...]:
    return (Rows(Case.id, Case.id, of_cases, Case.closed_at, CASE, base=Case.state == str(CaseState.CLOSED),
                 began=Case.opened_at),)  # fmt: skip


_ENDED_VISITS = Complaint.state.in_(
    [str(ComplaintState.CONFIRMED), str(ComplaintState.DISPUTED), str(ComplaintState.UNREACHABLE)]
)

CLOCK_SOURCES: dict[Figure, Source] = {
    Figure.RECEIVING: _of_citizen(Complaint.received_at, Complaint.settled_at, true()),
    Figure.DISPATCHING: _dispatching,
    Figure.ACCEPTING: _of_squad(
        func.coalesce(Assignment.accept_from_at, Assignment.dispatched_at), Assignment.accepted_at
    ),
    Figure.CONTACTING: _of_squad(Assignment.dispatched_at, Assignment.contacted_at),
    Figure.RESOLVING: _of_squad(Assignment.dispatched_at, Assignment.resolved_at),
    Figure.RETURNING: _of_squad(Assignment.dispatched_at, Assignment.return_asked_at),
    Figure.VISITING: _of_citizen(Complaint.visit_from_at, Complaint.visited_at, _ENDED_VISITS),
    Figure.KEEPING: _keeping,
    Figure.WHOLE: _whole,
}
