"""A real letter is carried to the archive by the hands of the tour.

``python -m tests.end_to_end.real_life URL DIR NUMBER WORDS``: the number the letter got when it was received, and what
it says. It stands in the list of what came in, an operator takes it up, gives it a place and a matter, and from there
on it goes the way of every case.
"""

import dataclasses
import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from commandcenter.domain.cases import CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from ui.app import Program, application
from ui.intake.incoming import IncomingList
from ui.preferences.memory import Preferences
from ui.tour.chapters import Chapter, dispatch, door, ending, intake, squad, supervisor
from ui.tour.guide import Guide
from ui.tour.journey import Journey
from ui.tour.script import SCRIPTS
from ui.tour.steps import Steps
from ui.tour.waiting import until

LANGUAGE, LOOK = "zh_CN", "day"


def letter(number: str) -> Chapter:
    """The chapter in which the letter of that number becomes a case."""

    def taken_up(journey: Journey) -> None:
        with journey.step("letter", "The real letter stands in the list and is taken up") as step:
            journey.hands.press("F2")
            until(lambda: journey.page_is("intake"), "the intake page is at the front")
            journey.hands.click(journey.one(QLineEdit, "intake.filter"))
            journey.hands.type(number)
            incoming = journey.one(IncomingList).view
            step.holds("the filter finds it, and nothing else", lambda: incoming.model().rowCount() == 1)
            journey.hands.click_row(incoming, 0)
            words = journey.one(QPlainTextEdit, "intake.words")
            complaint = journey.every(Complaint, number=number)[0]
            step.holds("its words stand in the form, whole", lambda: words.toPlainText() == complaint.words)
        with journey.step("letter-case", "It is given a place and a matter, and becomes a case") as step:
            journey.parts["estate"] = intake._estate(journey)
            place = journey.one(QLineEdit, "intake.place")
            journey.hands.click(place)
            journey.hands.type(journey.parts["estate"])
            journey.hands.press("Return")
            journey.hands.type(f" {journey.script.door}")
            journey.hands.press("Tab")
            intake._name_matter(journey)
            journey.hands.press("Ctrl+Return")
            step.holds("a number is shown, large", lambda: journey.reads("intake.number"))
            linked = journey.stored(Complaint, complaint.id)
            step.holds("the letter hangs on the case, and its first operator owns it",
                       lambda: (linked.state, linked.owner_id) == (ComplaintState.LINKED, journey.parts["owner"]))
            journey.case = linked.case_id or ""
            step.holds("the case waits for dispatch", lambda: journey.life.state == CaseState.OPEN)

    return taken_up


def main(url: str, folder: str, number: str, words: str) -> int:
    """0 where the letter reached the archive."""
    app = application(["commandcenter"])
    script = dataclasses.replace(SCRIPTS[LANGUAGE], words=words, again=words)
    life = (
        door.language_and_look, door.operator, letter(number), intake.duplicate, dispatch.colleague_is_quicker,
        dispatch.dispatch, squad.accept, squad.contact, squad.promise, squad.resolve, supervisor.queues, ending.review,
        ending.visit, ending.archive,
    )  # fmt: skip
    steps = Steps(Path(folder), print, LANGUAGE)
    with tempfile.TemporaryDirectory() as own:
        program = Program(app, Preferences(Path(own) / "preferences.ini"), url)
        try:
            Guide(program, steps, Path(own), ((LANGUAGE, LOOK),), life, {LANGUAGE: script}).take()
        finally:
            clean = program.end() == 0
    return 0 if steps.held and clean else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
