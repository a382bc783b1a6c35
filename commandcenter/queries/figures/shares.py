"""The figures that are shares, means and counts, said for the database. In words: the definitions."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, true
from sqlalchemy.orm import aliased

from commandcenter.domain.assignments import Assignment, AssignmentState, Part
from commandcenter.domain.cases import Case, CaseLink, CaseState, Origin
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Contact, ContactOutcome, Promise, PromiseState
from commandcenter.domain.matters import Matter
from commandcenter.queries.figures.asking import By
from commandcenter.queries.figures.definitions import PLEASED, QUIET_DAYS, QUIET_METRES, REPEATED_WITHIN_DAYS, Figure
from commandcenter.queries.figures.moments import Reckoning, near
from commandcenter.queries.figures.sources import (
    CASE,
    COMPLAINT,
    NO_CASE_AFTER_ALL,
    OURS,
    Dimensions,
    Rows,
    Source,
    first_channel,
    handled,
    of_cases,
    of_complaints,
    of_works,
)

_REACHED = (str(ComplaintState.CONFIRMED), str(ComplaintState.DISPUTED))
_VISITED = (*_REACHED, str(ComplaintState.UNREACHABLE))


# ------------------------------------------------------------------------------------------------ first contact


def _response(_how: Reckoning) -> tuple[Rows, ...]:
    """Reached in time, counted then; and not reached in time, counted when the limit passed.

    The limit is that of the lead in the first round who kept the case.
    """
    due_at = Assignment.contact_due_at
    reached = exists().where(
        Contact.complaint_id == Complaint.id, Contact.outcome == str(ContactOutcome.REACHED),
        Contact.contacted_at <= due_at,
    ).correlate(Complaint, Assignment)  # fmt: skip
    kept = and_(
        Assignment.part == str(Part.LEAD), Assignment.round == 1,
        Assignment.state.not_in([str(AssignmentState.RETURNED), str(AssignmentState.CANCELLED)]),
    )  # fmt: skip
    counts = and_(
        Complaint.settled_at <= due_at,
        or_(Assignment.state != str(AssignmentState.SUSPENDED), reached),
    )
    return (
        Rows(Complaint.id, Case.id, _contacted, Contact.contacted_at, COMPLAINT, counts=counts,
             base=and_(kept, Contact.outcome == str(ContactOutcome.REACHED), Contact.contacted_at <= due_at,
                       _is_the_first())),
        Rows(Complaint.id, Case.id, _first_sent, due_at, COMPLAINT, counts=counts, good=false(),
             base=and_(kept, ~reached)),
    )  # fmt: skip


def _is_the_first() -> ColumnElement[bool]:
    """Whether nobody reached that complainant before."""
    earlier = aliased(Contact)
    return ~exists().where(
        earlier.complaint_id == Contact.complaint_id, earlier.outcome == str(ContactOutcome.REACHED),
        or_(earlier.contacted_at < Contact.contacted_at,
            and_(earlier.contacted_at == Contact.contacted_at, earlier.id < Contact.id)),
    ).correlate(Contact)  # fmt: skip


def _contacted(asked: Select[Any]) -> Select[Any]:
    spoken = asked.select_from(Contact).join(Complaint, Complaint.id == Contact.complaint_id)
    sent = spoken.join(Case, Case.id == Complaint.case_id).join(Assignment, Assignment.case_id == Case.id)
    return sent.outerjoin(Matter, Matter.id == Case.matter_id)


def _first_sent(asked: Select[Any]) -> Select[Any]:
    sent = asked.select_from(Assignment).join(Case, Case.id == Assignment.case_id)
    hung = sent.join(Complaint, Complaint.case_id == Case.id)
    return hung.outerjoin(Matter, Matter.id == Case.matter_id)


# -------------------------------------------------------------------------------------------------- return visits


def _visited(counts: ColumnElement[bool], good: ColumnElement[bool]) -> tuple[Rows, ...]:
    reached = and_(Complaint.state.in_(_REACHED), counts)
    return (Rows(Complaint.id, Complaint.case_id, of_complaints, Complaint.visited_at, COMPLAINT,
                 base=Complaint.state.in_(_VISITED), counts=reached, good=good),)  # fmt: skip


def _resolution(_how: Reckoning) -> tuple[Rows, ...]:
    return _visited(true(), Complaint.state == str(ComplaintState.CONFIRMED))


def _satisfaction(_how: Reckoning) -> tuple[Rows, ...]:
    return _visited(Complaint.satisfied.is_not(None), Complaint.satisfied >= PLEASED)


# ---------------------------------------------------------------------------------------------------------- cases


def _on_time(_how: Reckoning) -> tuple[Rows, ...]:
    due_at = Assignment.resolve_due_at
    out = or_(NO_CASE_AFTER_ALL, Case.state == str(CaseState.SUSPENDED))
    leads = Case.lead_id == Assignment.id
    return (Rows(Case.id, Case.id, of_works, due_at, CASE, base=leads, counts=and_(OURS, ~out),
                 good=and_(Assignment.resolved_at.is_not(None), Assignment.resolved_at <= due_at)),)  # fmt: skip


def _solved_once(how: Reckoning) -> tuple[Rows, ...]:
    reopened = exists().where(CaseLink.case_id == Case.id, CaseLink.sort == "reopened").correlate(Case)
    again = and_(
        Complaint.matter_id == Case.matter_id, Complaint.state != str(ComplaintState.DECLINED),
        Complaint.arrived_at > Case.closed_at, Complaint.arrived_at <= how.days_off(Case.closed_at, QUIET_DAYS),
        Complaint.lat.between(Case.lat - _A_LITTLE, Case.lat + _A_LITTLE),
        Complaint.lon.between(Case.lon - 2 * _A_LITTLE, Case.lon + 2 * _A_LITTLE), near(Case, Complaint, QUIET_METRES),
        not_of_sealed(Complaint.case_id),
    )  # fmt: skip
    complained = exists().where(again).correlate(Case)
    return (Rows(Case.id, Case.id, of_cases, Case.closed_at, CASE, base=_CLOSED, counts=OURS,
                 good=and_(Case.round == 1, ~reopened, ~complained)),)  # fmt: skip


_A_LITTLE = 0.001
"""Degrees, a little more than 100 m of latitude, and of longitude up to 60° twice: what an index can narrow by."""
_CLOSED = Case.state == str(CaseState.CLOSED)


def not_of_sealed(case_id: Any) -> ColumnElement[bool]:
    """Not of a sealed case, whoever asks: what hangs on one tells nothing about others."""
    sealed = aliased(Case)
    return ~exists().where(sealed.id == case_id, sealed.sealed_for.is_not(None))


def _unprompted(_how: Reckoning) -> tuple[Rows, ...]:
    return (Rows(Case.id, Case.id, of_cases, Case.opened_at, CASE, counts=and_(OURS, ~NO_CASE_AFTER_ALL),
                 good=Case.origin != str(Origin.COMPLAINT)),)  # fmt: skip


def _return_hops(_how: Reckoning) -> tuple[Rows, ...]:
    sent = or_(Case.dispatched_at.is_not(None), Case.hops > 0)
    return (Rows(Case.id, Case.id, of_cases, Case.opened_at, CASE, counts=and_(OURS, ~NO_CASE_AFTER_ALL, sent),
                 amount=Case.hops),)  # fmt: skip


def _opened(_how: Reckoning) -> tuple[Rows, ...]:
    return (Rows(Case.id, Case.id, of_cases, Case.opened_at, CASE, counts=~NO_CASE_AFTER_ALL),)


def _closed(_how: Reckoning) -> tuple[Rows, ...]:
    return (Rows(Case.id, Case.id, of_cases, Case.closed_at, CASE, base=_CLOSED),)


# ----------------------------------------------------------------------------------------- complaints and promises


def _received(_how: Reckoning) -> tuple[Rows, ...]:
    return (Rows(Complaint.id, Complaint.case_id, of_complaints, Complaint.arrived_at, COMPLAINT),)


def _first_owner(_how: Reckoning) -> tuple[Rows, ...]:
    first = func.coalesce(Complaint.received_by_id, Complaint.owner_id)
    return (Rows(Complaint.id, Complaint.case_id, _of_ended, Case.closed_at, COMPLAINT, base=_CLOSED,
                 counts=Complaint.historic.is_(False),
                 good=and_(Complaint.owner_id.is_not(None), Complaint.owner_id == first)),)  # fmt: skip


def _of_ended(asked: Select[Any]) -> Select[Any]:
    ended = asked.select_from(Case).join(Complaint, Complaint.case_id == Case.id)
    return ended.outerjoin(Assignment, Assignment.id == Case.lead_id).outerjoin(Matter, Matter.id == Case.matter_id)


def _repeat_complainants(how: Reckoning) -> tuple[Rows, ...]:
    earlier = aliased(Complaint)
    before = exists().where(
        earlier.complainant_id == Complaint.complainant_id, earlier.id != Complaint.id,
        earlier.arrived_at >= how.days_off(Complaint.arrived_at, -REPEATED_WITHIN_DAYS),
        earlier.arrived_at <= Complaint.arrived_at,
        or_(earlier.arrived_at < Complaint.arrived_at,
            and_(earlier.arrived_at == Complaint.arrived_at, earlier.id < Complaint.id)),
        not_of_sealed(earlier.case_id),
    ).correlate(Complaint)  # fmt: skip
    return (Rows(Complaint.id, Complaint.case_id, of_complaints, Complaint.arrived_at, COMPLAINT,
                 counts=Complaint.complainant_id.is_not(None), good=before),)  # fmt: skip


def _promises_kept(_how: Reckoning) -> tuple[Rows, ...]:
    return (Rows(Promise.id, Promise.case_id, of_promises, Promise.due_at, PROMISE,
                 counts=Promise.state != str(PromiseState.WITHDRAWN),
                 good=and_(Promise.kept_at.is_not(None), Promise.kept_at <= Promise.due_at)),)  # fmt: skip


def of_promises(asked: Select[Any]) -> Select[Any]:
    """Of promises, with the work they are owed by, the complaint they were given for, and their case."""
    given = asked.select_from(Promise).join(Case, Case.id == Promise.case_id)
    owed = given.outerjoin(Assignment, Assignment.id == Promise.assignment_id)
    told = owed.outerjoin(Complaint, Complaint.id == Promise.complaint_id)
    return told.outerjoin(Matter, Matter.id == Case.matter_id)


PROMISE: Dimensions = {
    **handled(Case, func.coalesce(Complaint.channel, first_channel()), Case.matter_id), By.OFFICER: Promise.made_by_id,
}  # fmt: skip

SHARE_SOURCES: dict[Figure, Source] = {
    Figure.RESPONSE: _response, Figure.RESOLUTION: _resolution, Figure.SATISFACTION: _satisfaction,
    Figure.ON_TIME: _on_time, Figure.SOLVED_ONCE: _solved_once, Figure.FIRST_OWNER: _first_owner,
    Figure.UNPROMPTED: _unprompted, Figure.PROMISES_KEPT: _promises_kept,
    Figure.REPEAT_COMPLAINANTS: _repeat_complainants, Figure.RETURN_HOPS: _return_hops, Figure.RECEIVED: _received,
    Figure.OPENED: _opened, Figure.CLOSED: _closed,
}  # fmt: skip
