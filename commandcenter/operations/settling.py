"""The ends and beginnings in the life of a case, each one change of state that settles what hangs on it.

A request that waits, a promise that is open and a squad at work all hang on a case that goes on. So nothing but
this module ends a squad's work or a case, and nothing else puts a case back to wait for its dispatch.
"""

import datetime as dt
from collections.abc import Iterable

from commandcenter.domain.assignments import RUNNING, Assignment, AssignmentState, Part
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import PROMISED, Promise, PromiseState
from commandcenter.domain.rulings import ASKED, Request, RequestState
from commandcenter.domain.work import Work


def end_work(work: Work, case: Case, assignment: Assignment, state: AssignmentState) -> None:
    """A squad's part is over. What it still asked for is withdrawn: there is nothing left to rule on."""
    assignment.state, assignment.ended_at = str(state), work.now
    end_pause(work, assignment)
    if assignment.part == Part.ASSIST:
        case.assisting -= 1
    for request in work.all(Request, Request.assignment_id == assignment.id, ASKED):
        if request.state == RequestState.ASKED:  # not the one that is being ruled on in this very work
            request.state = str(RequestState.WITHDRAWN)


def end_pause(work: Work, assignment: Assignment) -> None:
    """A suspension ends: now, or when it was agreed to end where that has passed. Nothing where there is none."""
    if assignment.suspended_until is None:
        return
    *before, (begun, _open) = assignment.pauses
    # Whoever agreed may have begun a moment after us and still have been first.
    ended = max(dt.datetime.fromisoformat(begun), min(work.now, assignment.suspended_until))
    assignment.pauses, assignment.suspended_until = [*before, [begun, ended.isoformat()]], None


def end_case(work: Work, case: Case, state: CaseState) -> None:
    """Nothing is owed on the case any more: squads are released, words given for it are withdrawn."""
    for assignment in at_work(work, case):
        end_work(work, case, assignment, AssignmentState.CANCELLED)
    for promise in promises_of(work, case):
        promise.state = str(PromiseState.WITHDRAWN)
    case.state, case.closed_at = str(state), work.now


def wait_for_dispatch(work: Work, case: Case) -> None:
    """The case waits for the operator who sends it, with its whole time to be sent."""
    case.state, case.lead_id, case.dispatched_at = str(CaseState.OPEN), None, None
    case.dispatch_from_at = work.now
    case.dispatch_limit, case.dispatch_due_at = work.limits("dispatch", case.urgency, work.now)


def release_named(work: Work, case: Case) -> None:
    """Whoever the case is about stops working on it at once; where that was the lead, another is to be sent."""
    for assignment in at_work(work, case):
        if {assignment.squad_id, assignment.officer_id} & set(case.named):
            end_work(work, case, assignment, AssignmentState.CANCELLED)
            if assignment.id == case.lead_id:
                wait_for_dispatch(work, case)


def at_work(work: Work, case: Case) -> list[Assignment]:
    """The assignments somebody still owes something on, those just made included."""
    held = work.all(Assignment, Assignment.case_id == case.id, RUNNING)
    fresh = [a for a in work.session.new if isinstance(a, Assignment) and a.case_id == case.id]
    return [a for a in (*held, *fresh) if not a.over]


def promises_of(work: Work, case: Case) -> list[Promise]:
    """The promises that are open on a case, without those just handed on."""
    held = work.all(Promise, Promise.case_id == case.id, PROMISED)
    return [p for p in held if p.case_id == case.id and p.state == PromiseState.OPEN]


def hand_on(promises: Iterable[Promise], case: Case) -> None:
    """A word given is owed on another case from now on, by whoever leads there."""
    for promise in promises:
        promise.case_id, promise.assignment_id = case.id, case.lead_id


def spoken_to(work: Work, complaint: Complaint, at: dt.datetime) -> None:
    """A word reached the complainant: the wait for the next one begins. An older one told late changes nothing."""
    complaint.last_word_at = max(complaint.last_word_at or at, at)
    wait_for_word(work, complaint, complaint.last_word_at)


def wait_for_word(work: Work, complaint: Complaint, since: dt.datetime) -> None:
    """From then on the complainant waits for a word. Work that is suspended does not end that wait."""
    complaint.progress_from_at = since
    complaint.progress_limit, complaint.progress_due_at = work.limits("progress", complaint.urgency, since)


def link_again(work: Work, complaint: Complaint) -> None:
    """The case is done again: its complainant waits for a word, and will be asked again at the end.

    Nobody has spoken to them, so the last word stays what it was; what they wait for begins now.
    """
    complaint.state, complaint.visit_due_at = str(ComplaintState.LINKED), None
    wait_for_word(work, complaint, work.now)
