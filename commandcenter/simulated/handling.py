"""What squads do on a simulated day: accept, contact, promise, report, ask, resolve – and come late."""

import datetime as dt
from typing import TYPE_CHECKING

from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.cases import Case, Disposition
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import ContactMeans, ContactOutcome, Promise
from commandcenter.domain.matters import Urgency
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key
from commandcenter.simulated import following, phrases

if TYPE_CHECKING:
    from commandcenter.simulation import Day

_RETURNS, _NO_ANSWER, _PROMISES, _BREAKS, _SUSPENDS, _EXTENDS = 0.05, 0.12, 0.3, 0.12, 0.02, 0.05


def expect(day: "Day", assignment: Key) -> None:
    """The squad has been sent: it will answer in its own time."""
    held = day.picture.get(Assignment, assignment)
    if held is not None:
        day.later(day.wait(_pace(held, urgent=5, ordinary=35), 0.8), lambda: answer(day, assignment))


def _pace(held: Assignment, *, urgent: float, ordinary: float) -> float:
    return urgent if held.urgency == Urgency.URGENT else ordinary


def _in(day: "Day", key: Key, *states: AssignmentState) -> Assignment | None:
    held = day.picture.get(Assignment, key)
    return held if held is not None and held.state in states else None


def answer(day: "Day", assignment: Key) -> None:
    """The captain accepts, or holds that it is not the squad's."""
    held = _in(day, assignment, AssignmentState.DISPATCHED)
    captain = next(iter(day.people(Role.CAPTAIN, held.squad_id)), None) if held is not None else None
    if held is None or captain is None:
        return
    if not held.enforced and day.chance(_RETURNS):
        asked = day.do("ask_return", captain, held.id, reason="经核实不在本中队责任区。", basis="属地管理规定")
        if asked is not None:
            day.later(day.wait(20), lambda: following.rule(day, asked))
        return
    officers = [p for p in day.people(Role.OFFICER, held.squad_id) if p.on_duty]
    chosen = min(officers, key=lambda p: (_busy(day, p), p.login), default=captain)
    if day.do("accept", captain, held.id, officer=chosen.id) is not None:
        day.later(day.wait(_pace(held, urgent=8, ordinary=40), 0.8), lambda: contact(day, assignment))


def _busy(day: "Day", person: Person) -> int:
    return sum(1 for a in day.picture.of(Assignment).values() if a.officer_id == person.id and not a.over)


def _officer(day: "Day", held: Assignment) -> Person | None:
    return day.picture.get(Person, held.officer_id)


def contact(day: "Day", assignment: Key) -> None:
    """The officer rings everybody who complained; somebody may not answer at first."""
    held = _in(day, assignment, AssignmentState.ACCEPTED, AssignmentState.CONTACTED, AssignmentState.HANDLING)
    officer = _officer(day, held) if held is not None else None
    if held is None or officer is None:
        return
    waiting = [c for c in day.picture.complaints_of(held.case_id) if c.state in _WAITING]
    targets: list[Complaint | None] = [*waiting] or [None]
    missed = False
    for complaint in targets:
        missed |= not _ring(day, held, officer, complaint)
    if missed:
        day.later(day.wait(25), lambda: contact(day, assignment))
        return
    if waiting and day.chance(_PROMISES):
        _promise(day, held, officer, waiting[0])
    day.later(day.wait(_pace(held, urgent=15, ordinary=70), 0.7), lambda: report(day, assignment))


_WAITING = (ComplaintState.LINKED, ComplaintState.DISPUTED)


def _ring(day: "Day", held: Assignment, officer: Person, complaint: Complaint | None) -> bool:
    visit = complaint is None
    reached = visit or not day.chance(_NO_ANSWER)
    day.do(
        "contact", officer, held.id, means=str(ContactMeans.VISIT if visit else ContactMeans.CALL),
        outcome=str(ContactOutcome.REACHED if reached else ContactOutcome.NO_ANSWER),
        words=day.random.choice(phrases.CONTACT) if reached else "无人接听，稍后再拨。",
        duration_s=day.random.randint(35, 400) if reached else None, complaint=complaint.id if complaint else None,
    )  # fmt: skip
    return reached


def _promise(day: "Day", held: Assignment, officer: Person, complaint: Complaint) -> None:
    hours = day.random.randint(2, 8)
    key = day.do(
        "promise", officer, held.case_id, to_whom=complaint.caller_mask or "诉求人", complaint=complaint.id,
        what="到场处理并回电告知结果。", due_at=day.now + dt.timedelta(hours=hours),
    )  # fmt: skip
    if key is not None:
        day.later(day.wait(hours * 45, 0.4), lambda: settle(day, key, officer))


def settle(day: "Day", promise: Key, officer: Person) -> None:
    """A promise is kept – or not."""
    if day.picture.get(Promise, promise) is None:
        return
    if day.chance(_BREAKS):
        day.do("break_promise", officer, promise, outcome="当事人未到场，改期处理。")
    else:
        day.do("keep", officer, promise, outcome="已到场处理并回电。")


def report(day: "Day", assignment: Key) -> None:
    """A word on how it goes; then it is resolved, or time is asked for."""
    held = _in(day, assignment, AssignmentState.CONTACTED, AssignmentState.HANDLING)
    officer = _officer(day, held) if held is not None else None
    if held is None or officer is None:
        return
    day.do("report", officer, held.id, words=day.random.choice(phrases.PROGRESS))
    asked = None
    if day.chance(_SUSPENDS):
        asked = day.do("ask_suspension", officer, held.id, reason="等待产权单位提供图纸。", amount="5 d")
    elif day.chance(_EXTENDS):
        asked = day.do("ask_extension", officer, held.id, reason="需联合勘验。", amount="3 wd")
    if asked is not None:
        day.later(day.wait(30), lambda: following.rule(day, asked))
    day.later(day.wait(_pace(held, urgent=30, ordinary=150), 0.8), lambda: resolve(day, assignment))


def resolve(day: "Day", assignment: Key) -> None:
    """The officer reports it put right."""
    held = _in(day, assignment, AssignmentState.CONTACTED, AssignmentState.HANDLING)
    officer = _officer(day, held) if held is not None else None
    if held is None or officer is None:
        return
    for promise in sorted(day.picture.promises_of(held.case_id), key=lambda p: p.due_at):
        settle(day, promise.id, officer)  # nothing is put right over a word that is still open
    done = day.do("resolve", officer, held.id, closing_text=day.random.choice(phrases.CLOSING),
                  disposition=str(day.random.choice((Disposition.RECTIFIED, Disposition.PENALISED,
                                                     Disposition.EXPLAINED))))  # fmt: skip
    if done is None:  # somebody joined the case meanwhile and was not contacted yet
        day.later(day.wait(20), lambda: contact(day, assignment))
    elif day.picture.get(Case, held.case_id) is not None:
        day.later(day.wait(25), lambda: following.review(day, held.case_id))


def pick_up(day: "Day") -> None:
    """What the squads had in hand when the day began."""
    for held in sorted(day.picture.of(Assignment).values(), key=lambda a: a.dispatched_at):
        follow_on = {
            AssignmentState.DISPATCHED: answer, AssignmentState.ACCEPTED: contact,
            AssignmentState.CONTACTED: report, AssignmentState.HANDLING: resolve,
        }.get(AssignmentState(held.state))  # fmt: skip
        if follow_on is not None:
            day.later(day.wait(30), lambda act=follow_on, key=held.id: act(day, key))  # type: ignore[misc]
