"""Where a case lies, beside its timeline: a small map that opens the large one."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.case.conftest import Desk


def test_the_small_map_shows_the_point_and_a_click_opens_the_large_one(desk: Desk, qtbot: QtBot) -> None:
    there, nowhere = desk.house.case(point=(120.02, 35.93)), desk.house.case(point=None)
    room = desk.sit("ann", there.id)._room
    small = desk.case.particulars.map
    assert small.pin == (120.02, 35.93)
    assert small.isVisible()
    click, space = (
        partial(QTest.mouseClick, small, Qt.MouseButton.LeftButton),
        partial(QTest.keyClick, small, Qt.Key.Key_Space),
    )
    for ask in (click, space):
        with qtbot.waitSignal(room.map_asked) as asked, qtbot.assertNotEmitted(small.point_picked):
            ask()
        assert asked.args == ["case_file", there.id]
        assert small.pin == (120.02, 35.93), "looking moves nothing"
        desk.look(there.id)
    desk.look(nowhere.id)
    assert not small.isVisible()
