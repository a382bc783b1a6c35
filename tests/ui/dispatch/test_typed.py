"""What is typed on one case stays with it, and what is said of it is said there."""

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from commandcenter.domain.record import Key
from commandcenter.errors import Unavailable
from tests.house import House
from tests.ui.dispatch.conftest import OpenPage
from ui.dispatch.page import DispatchPage
from ui.widgets.chip import Chip


def _two_waiting(house: House, page: DispatchPage, qtbot: QtBot) -> tuple[Key, Key]:
    first, second = house.case(), house.case(words="楼顶违建", caller_phone="13700000003")
    qtbot.waitUntil(lambda: {first.id, second.id} <= set(page.waiting.table.keys()))
    page.waiting.select(first.id)
    return first.id, second.id


def test_the_reason_and_the_instruction_typed_on_a_case_are_there_again_and_are_what_is_sent(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    _shell, page = open_page()
    first, second = _two_waiting(small_house, page, qtbot)
    panel = page.send_panel
    panel.why.setFocus()
    panel.why.selectAll()
    QTest.keyClicks(panel.why, "they know the place")
    panel.note.setPlainText("take the noise meter")
    page.waiting.select(second)
    assert (panel.why.text(), panel.note.toPlainText()) != ("they know the place", "take the noise meter")
    assert panel.note.toPlainText() == ""
    page.waiting.select(first)
    fields = panel.fields()
    assert (panel.why.text(), fields["why"]) == ("they know the place", "they know the place")
    assert (panel.note.toPlainText(), fields["note"]) == ("take the noise meter", "take the noise meter")


def test_a_refusal_of_one_case_is_not_said_beside_the_button_of_another(
    small_house: House, open_page: OpenPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, page = open_page()
    _first, second = _two_waiting(small_house, page, qtbot)

    def away() -> None:
        raise Unavailable("The server is away.")

    monkeypatch.setattr(shell.room.backstage, "store", away)
    with qtbot.waitSignal(shell.room.backstage.refused):
        page.send()
        page.waiting.select(second)
    assert page.case_panel.case is not None
    assert page.case_panel.case.id == second
    assert page.send_panel.said.text == ""
    assert shell.messages.text == "The server is away."


def test_the_cursor_stays_on_an_assisting_squad_while_the_squads_are_weighed_anew(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    _shell, page = open_page()
    _two_waiting(small_house, page, qtbot)
    page.send_panel.toggle(small_house.keys["south"])
    (chip,) = page.send_panel.helpers.findChildren(Chip)
    qtbot.waitUntil(chip.isVisible)
    chip.setFocus()
    assert QApplication.focusWidget() is chip
    page._weigh()
    assert QApplication.focusWidget() is chip
    page.send_panel.toggle(small_house.keys["south"])
    assert not page.send_panel.helpers.isVisible()


def test_only_cases_on_which_something_was_decided_are_kept_beside_the_one_shown(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    _shell, page = open_page()
    first, second = _two_waiting(small_house, page, qtbot)
    page.waiting.select(second)
    assert list(page._choosing) == [second]
    page.send_panel.note.setPlainText("take the noise meter")
    page.waiting.select(first)
    assert set(page._choosing) == {first, second}
    assert page._choosing[second].everybody == {}, "a ranking of every squad for a case nobody looks at"


def test_a_page_behind_another_one_is_weighed_when_it_comes_to_the_front(
    small_house: House, open_page: OpenPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, page = open_page()
    shell.go("followup")
    weighed: list[str] = []
    monkeypatch.setattr(page.strip, "show_loads", lambda _loads: weighed.append("weighed"))
    case = small_house.case()
    qtbot.waitUntil(lambda: case.id in shell.room.picture.of(Case) and not page._soon.isActive())
    assert weighed == []
    shell.go("dispatch")
    assert weighed
