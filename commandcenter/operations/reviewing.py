"""The supervisor's rulings: on requests, on resolved cases, and the ladder of supervision (DOMAIN section 4)."""

from commandcenter.domain.assignments import Assignment, AssignmentState, Part
from commandcenter.domain.cases import RUNGS, Case, CaseState, Rung
from commandcenter.domain.complaints import ComplaintState
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import SERIES, Ask, Directive, Request, RequestState, document_number
from commandcenter.domain.sentences import Sentence
from commandcenter.domain.units import Squad
from commandcenter.domain.work import Work
from commandcenter.i18n import N_
from commandcenter.operations.dispatching import as_reason, assign, follow, write
from commandcenter.operations.handling import extended, run_on
from commandcenter.operations.intake import link, matter_of, new_case, visit_due
from commandcenter.operations.performing import Stage, operation
from commandcenter.operations.settling import end_case, end_work, link_again, wait_for_dispatch
from commandcenter.operations.visiting import give_out


@operation
def agree(stage: Stage, *, ruling: str) -> Request:
    """Agree to a return, an extension or a suspension."""
    _rule(stage, RequestState.AGREED, ruling)
    {Ask.RETURN: _take_back, Ask.EXTENSION: _extend, Ask.SUSPENSION: _suspend}[Ask(stage.request.ask)](stage)
    return stage.request


@operation
def refuse(stage: Stage, *, ruling: str) -> Request:
    """Refuse a request. A refused return is enforced 强制派发: the squad keeps the case for good."""
    _rule(stage, RequestState.REFUSED, ruling)
    if stage.assignment.state == AssignmentState.RETURN_ASKED:
        _enforce(stage)
    return stage.request


def _rule(stage: Stage, state: RequestState, ruling: str) -> None:
    request = stage.request
    request.state, request.ruling = str(state), ruling
    request.ruled_by_id, request.ruled_at = stage.work.actor.id, stage.work.now


def _enforce(stage: Stage) -> None:
    work, assignment = stage.work, stage.assignment
    assignment.enforced, assignment.state = True, str(AssignmentState.DISPATCHED)
    assignment.accept_from_at = work.now
    assignment.accept_limit, assignment.accept_due_at = work.limits("accept", assignment.urgency, work.now)
    _follow_if_lead(stage)


def _follow_if_lead(stage: Stage) -> None:
    if stage.assignment.id == stage.case.lead_id:
        follow(stage.case, stage.assignment)


def _take_back(stage: Stage) -> None:
    work, case, assignment = stage.work, stage.case, stage.assignment
    end_work(work, case, assignment, AssignmentState.RETURNED)
    if assignment.id == case.lead_id:
        case.hops += 1
        wait_for_dispatch(work, case)


def _extend(stage: Stage) -> None:
    assignment = stage.assignment
    assignment.extension = str(extended(stage, stage.request.amount))
    run_on(stage.work, assignment)


def _suspend(stage: Stage) -> None:
    work, assignment = stage.work, stage.assignment
    assignment.pauses = [*assignment.pauses, [work.now.isoformat(), None]]
    assignment.suspended_until = work.rules.after(work.now, stage.request.amount)
    assignment.state = str(AssignmentState.SUSPENDED)
    _follow_if_lead(stage)


@operation
def approve(stage: Stage, *, remark: str) -> Case:
    """Sign off. Everybody who complained is asked next; where nobody did, the case is closed."""
    work, case = stage.work, stage.case
    case.reviewed_at, case.reviewed_by_id = work.now, work.actor.id
    write(stage, "review", remark)
    owed = [c for c in stage.scene.complaints if c.state in {ComplaintState.LINKED, ComplaintState.DISPUTED}]
    for complaint in owed:
        visit_due(work, complaint)
    if owed:
        give_out(work, case, owed)
        case.state = str(CaseState.VISITING)
    else:
        end_case(work, case, CaseState.CLOSED)
    return case


@operation
def send_back(stage: Stage, *, remark: str) -> Case:
    """Back to the responsible officer, with remarks. The resolve clock never stopped for this."""
    case = stage.case
    lead = stage.work.get(Assignment, case.lead_id or "")
    lead.state = str(AssignmentState.HANDLING)
    lead.resolved_at = lead.ended_at = case.resolved_at = None
    follow(case, lead)
    write(stage, "review", remark)
    return case


@operation
def reopen(stage: Stage, *, reason: str, matter: Key | None = None) -> Case:
    """Within the days of grace it is done again, and its citizens are asked again at the end.

    Later a new case is opened and linked; likewise for one of the archive, which was never done here. ``matter``
    is needed where the old case has none.
    """
    work, case = stage.work, stage.case
    ended_at = case.closed_at
    if not case.historic and ended_at and work.now <= work.rules.after(ended_at, work.rules.text("grace")):
        redo(work, case, stage.lead, reason)
        for complaint in stage.scene.complaints:
            if complaint.state in {ComplaintState.CONFIRMED, ComplaintState.UNREACHABLE}:
                link_again(work, complaint)
        return case
    again = new_case(
        work, title=case.title, words=case.words, matter=matter_of(work, matter, case.matter_id), urgency=case.urgency,
        origin=case.origin, owner_id=case.owner_id, confidential=case.confidential, named=list(case.named),
        place_words=case.place_words, place_source=case.place_source, lon=case.lon, lat=case.lat,
        squad_id=case.squad_id, workstation_id=case.workstation_id, previous_id=case.id,
    )  # fmt: skip
    link(work, case, again, "reopened")
    return again


def redo(work: Work, case: Case, lead: Assignment | None, reason: str) -> None:
    """Done again 重办: the next round, under supervision, with the squad that had it."""
    case.round += 1
    case.closed_at = case.resolved_at = None
    if RUNGS.index(Rung(case.rung)) < RUNGS.index(Rung.SUPERVISED):
        case.rung = str(Rung.SUPERVISED)
    if lead is None or lead.squad_id in case.named or work.get(Squad, lead.squad_id).disabled:
        wait_for_dispatch(work, case)
        return
    why = {**as_reason(Sentence(N_("done again by the squad that had it"))), "redo": reason}
    again = assign(work, case, lead.squad_id, Part.LEAD, why, reason)
    again.enforced = True  # a case being done again does not start to wander
    case.lead_id, case.dispatched_at = again.id, work.now
    follow(case, again)


@operation
def chase(stage: Stage, *, words: str) -> Directive:
    """First rung 催办."""
    return _climb(stage, Rung.CHASED, words)


@operation
def supervise(stage: Stage, *, words: str) -> Directive:
    """Second rung 督办."""
    return _climb(stage, Rung.SUPERVISED, words)


@operation
def circulate(stage: Stage, *, words: str) -> Directive:
    """Third rung 通报."""
    return _climb(stage, Rung.CIRCULATED, words)


def _climb(stage: Stage, rung: Rung, words: str) -> Directive:
    work, case = stage.work, stage.case
    if RUNGS.index(Rung(case.rung)) < RUNGS.index(rung):
        case.rung = str(rung)
    return work.add(Directive(
        case_id=case.id, assignment_id=case.lead_id, rung=str(rung), words=words,
        given_by_id=work.actor.id, given_at=work.now, number=next_number(work, rung),
    ))  # fmt: skip


def next_number(work: Work, rung: Rung) -> str:
    """The number of the next document of that rung, in this year of the district's."""
    year = work.now.astimezone(work.rules.calendar.zone).year
    return document_number(work.rules.text("document.mark"), rung, year, work.numbers(SERIES[rung]))
