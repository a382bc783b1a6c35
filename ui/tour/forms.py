"""Filling in the form of a move, as it is done with the keyboard: from answer to answer, each in its own way."""

from typing import Any

from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QRadioButton, QWidget

from ui.case.offers import LETTERS
from ui.case.page import CasePage
from ui.tour import screen
from ui.tour.journey import Journey
from ui.tour.waiting import Unmet, until
from ui.widgets.inputs import YesNoInput
from ui.widgets.move_form import MoveForm
from ui.widgets.picker import Picker
from ui.widgets.rating import Rating
from ui.wording import choice

SEND = "Ctrl+Return"


def begin(journey: Journey, move: str, of: str = "") -> MoveForm:
    """Begin a move on the case shown: by its letter or, where it is offered more than once, by its button."""
    page = journey.one(CasePage)
    until(lambda: page.bar.offer(move) is not None, f"{move} is offered")
    if of:
        key = next((offer.id for offer in page.bar.letters().values() if offer.of == of), "")
        journey.hands.click(page.bar.buttons[key or _id_of(page, move, of)])
    else:
        journey.hands.press(LETTERS[move])
    until(lambda: page.asking.form is not None and page.asking.form.isVisible(), f"the form of {move} is open")
    form = page.asking.form
    if form is None:
        raise Unmet(f"the form of {move} is open")
    return form


def _id_of(page: CasePage, move: str, of: str) -> str:
    wanted = [id_ for id_, button in page.bar.buttons.items() if id_.startswith(f"{move}:") and of in button.text()]
    if not wanted:
        raise Unmet(f"{move} is offered for {of}")
    return wanted[0]


def fill(journey: Journey, form: MoveForm, **answers: Any) -> None:
    """Answer these questions, by the names of their fields."""
    for name, value in answers.items():
        answer = form.rows[name].answer
        journey.hands.tab_to(answer)
        inner = answer.inner
        if isinstance(inner, Picker):
            _pick(journey, inner, str(value))
        elif isinstance(inner, QComboBox):
            _step_to(journey, inner, value)
        elif isinstance(inner, Rating):
            journey.hands.press(str(value))
        elif isinstance(inner, QCheckBox):
            journey.hands.press("Space")
        elif isinstance(answer, YesNoInput):
            _answer(journey, answer, value)
        elif screen.seen(inner, QRadioButton):
            journey.hands.click(_radio(inner, choice(value)))
        else:
            journey.hands.press("Ctrl+A")
            journey.hands.type(str(value))


def _pick(journey: Journey, picker: Picker, words: str) -> None:
    journey.hands.press("Ctrl+A")
    journey.hands.type(words)
    journey.hands.press("Tab")
    until(lambda: picker.key is not None, f"{words} means one choice")


def _step_to(journey: Journey, box: QComboBox, value: Any) -> None:
    for _press in range(box.count()):
        if box.currentData() == value:
            return
        journey.hands.press("Down")
    raise Unmet(f"{value} can be chosen")


def _answer(journey: Journey, question: YesNoInput, value: bool) -> None:
    """Yes or no by the keyboard: the first one stands under the cursor, an arrow key leads to the other."""
    if value != question.ANSWERS[0]:
        journey.hands.press("Right")
    journey.hands.press("Space")
    until(lambda: question.value() == value, "the question is answered")


def _radio(box: QWidget, words: str) -> QAbstractButton:
    found = [button for button in screen.seen(box, QRadioButton) if button.text() == words]
    if len(found) != 1:
        raise Unmet(f"“{words}” can be chosen")
    return found[0]


def send(journey: Journey) -> None:
    """Send the form, and wait until the move is made."""
    page = journey.one(CasePage)
    journey.hands.press(SEND)
    until(lambda: page.asking.form is None, "the move is made and its form is put away")
