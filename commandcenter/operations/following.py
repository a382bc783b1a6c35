"""Following a matter until the citizen says it is right: promises and return visits (DOMAIN sections 3, 4)."""

import datetime as dt

from commandcenter.domain.cases import CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Promise, PromiseState, Visit, VisitOutcome
from commandcenter.domain.record import Key
from commandcenter.errors import Incomplete
from commandcenter.i18n import N_
from commandcenter.operations.performing import Stage, operation
from commandcenter.operations.reviewing import redo
from commandcenter.operations.settling import end_case, link_again, spoken_to


@operation
def promise(
    stage: Stage, *, to_whom: str, what: str, due_at: dt.datetime, complaint: Key | None = None
) -> Promise:
    """A word given, with a clock of its own."""
    work = stage.work
    if due_at <= work.now:
        raise Incomplete(N_("A promise must lie in the future."), field="due_at")
    own = next((a.id for a in stage.scene.assignments if a.officer_id == work.actor.id), stage.case.lead_id)
    return work.add(Promise(
        case_id=stage.case.id, assignment_id=own, complaint_id=complaint, made_by_id=work.actor.id,
        to_whom=to_whom, what=what, promised_at=work.now, due_at=due_at, state=str(PromiseState.OPEN),
    ))  # fmt: skip


@operation
def keep(stage: Stage, *, outcome: str) -> Promise:
    """The promise was kept."""
    return _settle(stage, PromiseState.KEPT, outcome)


@operation
def break_promise(stage: Stage, *, outcome: str) -> Promise:
    """The promise could not be kept; that is said, not hidden."""
    return _settle(stage, PromiseState.BROKEN, outcome)


def _settle(stage: Stage, state: PromiseState, outcome: str) -> Promise:
    given = stage.promise
    given.state, given.outcome = str(state), outcome
    given.kept_at = stage.work.now if state is PromiseState.KEPT else None
    return given


@operation
def visit(
    stage: Stage, *, outcome: str, solved: bool | None = None, satisfied: int | None = None,
    words: str | None = None,
) -> Visit:  # fmt: skip
    """One try of a return visit. Two questions apart: is it solved, and how satisfied are you?"""
    work, complaint = stage.work, stage.complaint
    reached = outcome == VisitOutcome.REACHED
    if satisfied is not None and not 1 <= satisfied <= 5:
        raise Incomplete(N_("Satisfaction is a number from 1 to 5."), field="satisfied")
    complaint.visit_tries += 1
    if reached:
        complaint.solved, complaint.satisfied = solved, satisfied
        complaint.last_word_at = complaint.visited_at = work.now
        complaint.state = str(ComplaintState.CONFIRMED if solved else ComplaintState.DISPUTED)
    elif complaint.visit_tries >= work.rules.number("visit.tries"):
        complaint.visited_at, complaint.state = work.now, str(ComplaintState.UNREACHABLE)
    else:
        complaint.visit_again_at = work.rules.after(work.now, work.rules.text("visit.again"))
    _end_or_redo(stage, complaint, words or "")
    return work.add(Visit(
        case_id=stage.case.id, complaint_id=complaint.id, visitor_id=work.actor.id, visited_at=work.now,
        outcome=outcome, solved=solved if reached else None, satisfied=satisfied if reached else None,
        words=words or "",
    ))  # fmt: skip


def _end_or_redo(stage: Stage, complaint: Complaint, words: str) -> None:
    if complaint.state == ComplaintState.DISPUTED:
        redo(stage.work, stage.case, stage.lead, words)
        spoken_to(stage.work, complaint, stage.work.now)
        for other in stage.scene.complaints:
            if other.state == ComplaintState.VISIT_DUE:  # asked again when the case has been done again
                link_again(stage.work, other)
    elif all(c.state != ComplaintState.VISIT_DUE for c in stage.scene.complaints):
        end_case(stage.work, stage.case, CaseState.CLOSED)
