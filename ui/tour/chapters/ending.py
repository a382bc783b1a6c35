"""The end: a supervisor reviews, another operator visits both callers, and the case is found in the archive."""

from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Note, Visit, VisitOutcome
from commandcenter.domain.people import Role
from commandcenter.i18n import N_
from ui.case.page import CasePage
from ui.tables.record_view import RecordView
from ui.tour import forms, screen
from ui.tour.chapters.door import sign_in
from ui.tour.chapters.squad import open_case, tells
from ui.tour.journey import Journey
from ui.tour.waiting import Unmet, until
from ui.widgets.move_form import MoveForm
from ui.wording import choice

VERY_SATISFIED = 5


def review(journey: Journey) -> None:
    """Somebody who did not handle it signs it off, with a remark."""
    with journey.step(
        "review", N_("A supervisor finds it in the queue and reviews it, the case beside the queue")
    ) as step:
        page = journey.one(CasePage)
        _walk_to(journey, page)
        step.holds("the closing text stands there", lambda: journey.script.closing in screen.words(page))
        form = forms.begin(journey, "approve")
        forms.fill(journey, form, remark=journey.script.review)
    with journey.step("approved", N_("It is approved; both callers are asked next")) as step:
        forms.send(journey)
        step.holds("the case is in the state: to visit", lambda: page.head.title.state == choice(CaseState.VISITING))
        step.holds("a return visit is due for both callers in the database",
                   lambda: [c.state for c in journey.every(Complaint, case_id=journey.case)]
                   == [ComplaintState.VISIT_DUE] * 2)  # fmt: skip
        remarks = journey.every(Note, case_id=journey.case, sort="review")
        step.holds("the remark is in the file", lambda: [n.words for n in remarks] == [journey.script.review])


def _walk_to(journey: Journey, page: CasePage) -> None:
    """Go through the queue with the arrow keys until the case stands beside it."""
    journey.hands.press("Home")
    for _press in range(200):
        if page.key == journey.case:
            until(lambda: page.case is not None and page.case.id == journey.case, "the case stands beside the queue")
            return
        journey.hands.press("Down")
    raise Unmet("the arrow keys lead to the case")


def visit(journey: Journey) -> None:
    """Another operator asks both callers the two questions; the case closes itself."""
    visitor = journey.someone(Role.OPERATOR, but_not=(journey.parts["owner"],))
    first, second = journey.every(Complaint, case_id=journey.case)
    with journey.step("visit", N_("Another operator asks: is it solved? And how satisfied, from 1 to 5?")) as step:
        sign_in(journey, visitor)
        page = open_case(journey)
        form = forms.begin(journey, "visit", first.number)
        _answer(journey, form)
        step.holds("both answers stand in the form",
                   lambda: (form.value("solved"), form.value("satisfied")) == (True, VERY_SATISFIED))  # fmt: skip
    with journey.step("closed", N_("Both have confirmed it: the case is closed")) as step:
        forms.send(journey)
        step.holds("after the first caller it still waits for the second",
                   lambda: journey.life.state == CaseState.VISITING)  # fmt: skip
        step.holds("the second caller's visit is offered, the first one's no longer",
                   lambda: [o.record.id for o in page.bar.letters().values() if o.move.name == "visit"]
                   == [second.id])  # fmt: skip
        _answer(journey, forms.begin(journey, "visit"))
        forms.send(journey)
        step.holds("the state on the page is: closed", lambda: page.head.title.state == choice(CaseState.CLOSED))
        step.holds("the database has it closed, and both callers confirmed", lambda: _both_confirmed(journey))
        visits = journey.every(Visit, case_id=journey.case)
        step.holds("both visits are kept with who made them",
                   lambda: [(v.visitor_id, v.satisfied) for v in visits]
                   == [(visitor.id, VERY_SATISFIED)] * 2)  # fmt: skip
        step.holds("the timeline tells what was said", lambda: tells(journey, journey.script.visit))


def _answer(journey: Journey, form: MoveForm) -> None:
    forms.fill(journey, form, outcome=VisitOutcome.REACHED, solved=True, satisfied=VERY_SATISFIED,
               words=journey.script.visit)  # fmt: skip


def _both_confirmed(journey: Journey) -> bool:
    states = [c.state for c in journey.every(Complaint, case_id=journey.case)]
    return journey.life.state == CaseState.CLOSED and states == [ComplaintState.CONFIRMED] * 2


def archive(journey: Journey) -> None:
    """It is found again by its number, with its whole life."""
    with journey.step("archive", N_("In the archive it is found by its number, with its whole life")) as step:
        number = journey.life.number
        journey.hands.press("F8")
        step.holds("the archive is at the front", lambda: journey.page_is("archive"))
        journey.hands.type(number)
        found = journey.one(RecordView)
        step.holds("it is found, and nothing else",
                   lambda: number in (said := screen.words(found)) and said.count("\n") < 2)  # fmt: skip
        page = journey.one(CasePage)
        journey.hands.press("Return")
        step.holds("its page stands beside the list", lambda: page.case is not None and page.case.id == journey.case)
        step.holds("from the call to the return visit, all is told",
                   lambda: tells(journey, journey.script.words, journey.script.closing,
                                 journey.script.visit))  # fmt: skip
        step.holds("it is open nowhere any more",
                   lambda: (case := journey.picture.get(Case, journey.case)) is None or case.ended)  # fmt: skip
