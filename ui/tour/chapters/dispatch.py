"""Dispatch: the waiting case, three squads with their reasons, one key; and a colleague who is quicker."""

from PySide6.QtWidgets import QAbstractItemView, QPlainTextEdit

from commandcenter.domain.assignments import Assignment, AssignmentState, Part
from commandcenter.domain.cases import Case
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad
from commandcenter.i18n import N_, _
from ui.dispatch.page import DispatchPage
from ui.tour import screen
from ui.tour.chapters.map import STARTING_S, Drawn
from ui.tour.journey import Journey
from ui.tour.waiting import Unmet, until


def colleague_is_quicker(journey: Journey) -> None:
    """The case on the screen is dispatched at another station: it leaves by itself, and it is said who did it."""
    with journey.step(
        "quicker", N_("A colleague dispatches the case that is looked at: it is said who, and when")
    ) as step:
        journey.hands.press("F3")
        step.holds("the dispatch page is at the front", lambda: journey.page_is("dispatch"))
        colleague = journey.someone(Role.OPERATOR, but_not=(journey.parts["owner"],))
        case = _found_elsewhere(journey, colleague)
        step.holds("its case appears by itself", lambda: _page(journey).waiting.table.row_of(case) >= 0)
        _select(journey, case)
        number, squad = journey.held(Case, case).number, journey.held(Squad, _recommended(journey))
        journey.elsewhere.makes(colleague, "dispatch", case, squad=squad.id, why=squad.name)
        step.holds("it is said to whom it was sent, and by whom",
                   lambda: all(part in journey.message for part in (number, squad.name, colleague.name)))  # fmt: skip
        step.holds("it has left the list", lambda: number not in journey.reads("dispatch.list"))


def _found_elsewhere(journey: Journey, colleague: Person) -> Key:
    """A case somebody opens at the second station."""
    matter = min((m for m in journey.picture.of(Matter).values() if m.urgency == "urgent"), key=lambda m: m.code)
    at = journey.life
    return journey.elsewhere.makes(
        colleague, "find", words=journey.script.elsewhere, matter=matter.id, place_words=at.place_words,
        point=[at.lon, at.lat], urgency="urgent",
    )  # fmt: skip


def _page(journey: Journey) -> DispatchPage:
    return journey.one(DispatchPage)


def _select(journey: Journey, case: Key) -> None:
    """Go through the list with the arrow keys until the case is selected."""
    page, view = _page(journey), journey.one(QAbstractItemView, "dispatch.list")
    until(lambda: page.waiting.table.row_of(case) >= 0, "the case stands in the list")
    if not journey.hands.stands_in(view):
        journey.hands.click_row(view, 0)
    journey.hands.press("Home")
    for _press in range(page.waiting.table.rowCount()):
        if page.waiting.key == case:
            return
        journey.hands.press("Down")
    raise Unmet("the arrow keys lead to the case")


def _recommended(journey: Journey) -> Key:
    choosing = _page(journey).send_panel.choosing
    if choosing is None or choosing.best is None:
        raise Unmet("a squad is recommended")
    return choosing.best


def dispatch(journey: Journey) -> None:
    """The recommended squad, with its reasons, and an instruction; what was recommended stays with the assignment."""
    with journey.step("dispatch", N_("Three squads are recommended, each with its reasons and one key")) as step:
        _select(journey, journey.case)
        cards = [card for card in _page(journey).send_panel.cards if card.isVisible()]
        step.holds("three squads stand there", lambda: len(cards) == 3)
        step.holds("each says why", lambda: all(len(screen.words(card).splitlines()) >= 3 for card in cards))
        journey.hands.press("1")
        journey.parts["squad"] = squad = _page(journey).send_panel.choosing.lead or ""  # type: ignore[union-attr]
        journey.hands.tab_to(journey.one(QPlainTextEdit, "dispatch.note"))
        journey.hands.type(journey.script.instruction)
        step.holds("the first one leads", lambda: journey.held(Squad, squad).name in screen.words(cards[0]))
        step.holds("the map beside it is drawn, or it says why not", Drawn(journey), STARTING_S)
    with journey.step("dispatched", N_("One key sends it; the recommendation stays with the assignment")) as step:
        journey.hands.press("Ctrl+Return")
        step.holds("the case leaves the list by itself", lambda: _page(journey).waiting.table.row_of(journey.case) < 0)
        lead = journey.every(Assignment, case_id=journey.case)[0]
        step.holds("the lead squad has it in the database",
                   lambda: (lead.squad_id, lead.part, lead.state)
                   == (squad, Part.LEAD, AssignmentState.DISPATCHED))  # fmt: skip
        step.holds("what was recommended and why is kept",
                   lambda: len(lead.why["recommended"]) == 3 and lead.reason)  # fmt: skip
        step.holds("the instruction is kept", lambda: lead.note == journey.script.instruction)
        number = journey.life.number
        step.holds("the message bar confirms it",
                   lambda: journey.message == _("{number} dispatched to {squad}", number=number,
                                                squad=journey.held(Squad, squad).name))  # fmt: skip
