"""What supervisors rule and operators ask on a simulated day: requests, reviews, return visits."""

from typing import TYPE_CHECKING

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import VisitOutcome
from commandcenter.domain.people import Role
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Ask, Request

if TYPE_CHECKING:
    from commandcenter.simulation import Day

_AGREES, _APPROVES, _REACHED, _SOLVED = 0.7, 0.92, 0.85, 0.94
_STARS, _STAR_WEIGHTS = (5, 4, 3, 2, 1), (55, 30, 9, 4, 2)


def rule(day: "Day", request: Key) -> None:
    """A supervisor rules on what a squad asks."""
    from commandcenter.simulated import handling, intake

    held = day.picture.get(Request, request)
    if held is None:
        return
    supervisor = day.anyone(Role.SUPERVISOR)
    if day.chance(_AGREES):
        agreed = day.do("agree", supervisor, held.id, ruling="情况属实，同意。")
        if agreed is not None and held.ask == Ask.RETURN:
            day.later(day.wait(6), lambda: intake.dispatch(day, held.case_id))
        return
    refused = day.do("refuse", supervisor, held.id, ruling="属地明确，由你中队办理。")
    if refused is not None and held.ask == Ask.RETURN:
        handling.expect(day, held.assignment_id)


def review(day: "Day", case: Key) -> None:
    """A supervisor signs off, or sends back."""
    from commandcenter.simulated import handling

    held = day.picture.get(Case, case)
    if held is None or held.state != CaseState.RESOLVED:
        return
    supervisor, lead = day.anyone(Role.SUPERVISOR), held.lead_id
    if day.chance(_APPROVES):
        if day.do("approve", supervisor, held.id, remark="处置到位，同意办结。") is not None:
            day.later(day.wait(40), lambda: visit(day, case))
    elif day.do("send_back", supervisor, held.id, remark="缺少整改后照片，请补充。") is not None and lead:
        day.later(day.wait(60), lambda: handling.resolve(day, lead))


def visit(day: "Day", case: Key) -> None:
    """An operator asks everybody who complained: is it solved? Are you satisfied?"""
    from commandcenter.simulated import handling

    waiting = [c for c in day.picture.complaints_of(case) if c.state == ComplaintState.VISIT_DUE]
    for complaint in waiting:
        _ask(day, complaint)
    held = day.picture.get(Case, case)
    if held is None:
        return
    if held.state == CaseState.VISITING:
        day.later(day.wait(90), lambda: visit(day, case))
    elif held.state == CaseState.DISPATCHED and held.lead_id and day.picture.get(Assignment, held.lead_id):
        handling.expect(day, held.lead_id)


def _ask(day: "Day", complaint: Complaint) -> None:
    operator = day.anyone(Role.OPERATOR)
    if not day.chance(_REACHED):
        day.do("visit", operator, complaint.id, outcome=str(VisitOutcome.UNREACHABLE))
        return
    solved = day.chance(_SOLVED)
    stars = day.random.choices(_STARS, _STAR_WEIGHTS)[0] if solved else day.random.choice((1, 2, 3))
    day.do("visit", operator, complaint.id, outcome=str(VisitOutcome.REACHED), solved=solved, satisfied=stars,
           words="感谢处理。" if solved else "问题依旧存在。")  # fmt: skip


def pick_up(day: "Day") -> None:
    """What waited for a ruling, a review or a visit when the day began."""
    for request in sorted(day.picture.of(Request).values(), key=lambda r: r.asked_at):
        day.later(day.wait(20), lambda key=request.id: rule(day, key))  # type: ignore[misc]
    for case in sorted(day.picture.of(Case).values(), key=lambda c: c.number):
        if case.state == CaseState.RESOLVED:
            day.later(day.wait(20), lambda key=case.id: review(day, key))  # type: ignore[misc]
        elif case.state == CaseState.VISITING:
            day.later(day.wait(20), lambda key=case.id: visit(day, key))  # type: ignore[misc]
