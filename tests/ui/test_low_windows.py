"""A low window with large text: a long form scrolls its questions, and what sends it is always in sight."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.followup.page import FollowUpPage
from ui.intake.page import IntakePage
from ui.main_window import MainWindow
from ui.preferences.memory import Preferences
from ui.theme import theme
from ui.widgets.move_form import MoveForm


@pytest.fixture(autouse=True)
def large(qapp: QApplication, preferences: Preferences) -> Iterator[None]:
    preferences.scale = 1.3
    theme.apply(qapp, "day", 1.3)
    yield
    theme.apply(qapp, "day", 1.0)


@pytest.fixture
def window(with_passwords: House, make_window: MakeWindow) -> MainWindow:
    made = make_window()
    made.resize(1366, 768)
    return made


def whole(widget: QWidget) -> bool:
    """Whether nothing of it is cut off."""
    return widget.isVisible() and widget.visibleRegion().boundingRect().size() == widget.size()


def sends_whatever_its_length(form: QWidget | None, qtbot: QtBot) -> None:
    """Both buttons are seen, and Tab brings every question into sight."""
    assert isinstance(form, MoveForm)
    qtbot.waitUntil(lambda: whole(form._submit) and whole(form._cancel))
    last = form.rows[list(form.rows)[-1]].answer.inner
    assert not whole(last), "else this form is no long one"
    for _row in range(20):
        now = QApplication.focusWidget()
        if now is None or now is last or last.isAncestorOf(now):
            break
        QTest.keyClick(now, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: whole(last))
    assert whole(form._submit)


def test_a_long_form_below_a_call_can_be_sent(window: MainWindow, qtbot: QtBot) -> None:
    page = enter(window, "ann", qtbot).go("intake")
    assert isinstance(page, IntakePage)
    qtbot.waitActive(window)
    page.form.words.setPlainText("The bus was late again")
    page.settle("decline")
    sends_whatever_its_length(page.panel.asking, qtbot)


def test_a_long_form_in_the_sheet_can_be_sent(window: MainWindow, qtbot: QtBot) -> None:
    shell = enter(window, "oscar", qtbot)
    qtbot.waitActive(window)
    shell.make("find", None)
    sends_whatever_its_length(shell.sheet.content, qtbot)


def test_a_long_form_below_a_case_can_be_sent(with_passwords: House, window: MainWindow, qtbot: QtBot) -> None:
    work = with_passwords.accepted()
    shell = enter(window, "oscar", qtbot)
    page = shell.go("followup")
    assert isinstance(page, FollowUpPage)
    qtbot.waitActive(window)
    shell.open_case(work.case_id)
    qtbot.waitUntil(lambda: page.case.life is not None and page.case.begin_move("contact"))
    sends_whatever_its_length(page.case.asking.form, qtbot)


def test_what_was_said_needs_no_scrolling_sideways(with_passwords: House, window: MainWindow, qtbot: QtBot) -> None:
    case = with_passwords.case()
    shell = enter(window, "ann", qtbot)
    page = shell.go("followup")
    assert isinstance(page, FollowUpPage)
    shell.open_case(case.id)
    read = page.case._aside
    qtbot.waitUntil(lambda: page.case.life is not None and page.case.particulars.citizens.isVisible())
    page.case.splitter.setSizes([1000, 0])
    qtbot.waitUntil(lambda: read.width() == read.minimumWidth() == theme.px(224))
    [card] = page.case.particulars.citizens.cards.values()
    whole = page.case.particulars
    qtbot.waitUntil(lambda: whole.minimumSizeHint().width() >= card.minimumSizeHint().width())  # the layouts are done
    assert whole.minimumSizeHint().width() <= read.viewport().width()
