"""A person before a case: signs in, opens it, presses its buttons, fills in its forms."""

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from commandcenter.domain.record import Key
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.case.page import CasePage
from ui.followup.page import FollowUpPage
from ui.main_window import MainWindow
from ui.shell import Shell
from ui.widgets.move_form import MoveForm


class Desk:
    """One station where people come and go."""

    def __init__(self, window: MainWindow, house: House, qtbot: QtBot) -> None:
        self.window, self.house, self.qtbot = window, house, qtbot

    @property
    def shell(self) -> Shell:
        assert self.window.shell is not None
        return self.window.shell

    @property
    def board(self) -> FollowUpPage:
        page = self.shell.page_of("followup")
        assert isinstance(page, FollowUpPage)
        return page

    @property
    def case(self) -> CasePage:
        return self.board.case

    def sit(self, login: str, case: Key) -> CasePage:
        """Somebody signs in and opens the case."""
        if self.window.shell is not None:
            self.window.sign_out()
        enter(self.window, login, self.qtbot)
        return self.look(case)

    def look(self, case: Key) -> CasePage:
        """Open the page of a case and wait until it is there."""
        assert self.window.room is not None
        self.window.room.open_case(case)
        self.qtbot.waitUntil(lambda: self.case.life is not None and self.case.key == case)
        return self.case

    def moves(self) -> set[str]:
        """The moves that are offered as buttons."""
        return {button.objectName().removeprefix("move.") for button in self.case.bar.buttons.values()}

    def press(self, move: str, key: Key | None = None) -> MoveForm:
        """Press the button of a move; the form that opens."""
        offer = self.case.bar.offer(move, key)
        assert offer is not None, f"{move} is not offered, only {sorted(self.moves())}"
        self.case.bar.buttons[offer.id].click()
        form = self.case.asking.form
        assert form is not None
        return form

    def make(self, move: str, key: Key | None = None, **answers: Any) -> None:
        """Make a move through its form, and wait until the page shows it."""
        form = self.press(move, key)
        for name, value in answers.items():
            form.set_value(name, value)
        before = len(self.entries)
        form.submit()
        self.qtbot.waitUntil(lambda: self.case.asking.form is None and len(self.entries) > before)

    @property
    def entries(self) -> list[str]:
        """The keys of the lines of the timeline."""
        return self.case.timeline.keys

    def state(self) -> str:
        """The state of the case on the screen."""
        assert isinstance(self.case.case, Case)
        return self.case.case.state

    def told(self) -> str:
        """Everything the timeline says."""
        from PySide6.QtWidgets import QLabel

        return "\n".join(label.text() for label in self.case.timeline.findChildren(QLabel))


@pytest.fixture
def desk(make_window: MakeWindow, with_passwords: House, qtbot: QtBot) -> Desk:
    """A station with the window on it; nobody is signed in yet."""
    return Desk(make_window(), with_passwords, qtbot)


MakeDesk = Callable[[], Desk]
