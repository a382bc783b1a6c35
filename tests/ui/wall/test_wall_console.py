"""A console that turns a wall: offered to those who may, said at once, and shown at every console."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter.domain.walls import Wall
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.main_window import MainWindow
from ui.wall_console import WallConsole


def console_of(window: MainWindow) -> WallConsole:
    assert window.room is not None
    assert window.shell is not None
    assert window.room.actions.trigger("shell.wall", window.room)
    console = window.shell.sheet.content
    assert isinstance(console, WallConsole)
    return console


def test_a_supervisor_turns_a_wall_from_the_console(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    window = make_window()
    enter(window, "sue", qtbot)
    console = console_of(window)
    assert console.name.currentText() == "wall"
    assert "Nothing was said" in console.state.text()
    console.name.setEditText("hall")
    console.scenes["queue"].setFocus()
    QTest.keyClick(console.scenes["queue"], Qt.Key.Key_Space)
    qtbot.waitUntil(console.scenes["queue"].isChecked)
    QTest.mouseClick(console.looks["day"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(console.looks["day"].isChecked)
    assert console.scenes["queue"].isChecked(), "one does not undo the other"
    (wall,) = window.backstage.picture.of(Wall).values()
    assert (wall.name, wall.scene, wall.look) == ("hall", "queue", "day")
    assert "Said at" in console.state.text()
    console.name.setEditText(" ")
    QTest.mouseClick(console.scenes["map"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "which wall" in console.message.text)


def test_an_operator_is_not_offered_it(make_window: MakeWindow, with_passwords: House, qtbot: QtBot) -> None:
    window = make_window()
    enter(window, "ann", qtbot)
    assert window.room is not None
    assert "shell.wall" not in {action.id for action in window.room.actions.offered(window.room.person)}
