"""The wall as a program: who is let in, what it does when screen, server or account go away, and what it holds."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from commandcenter.domain.people import Person
from commandcenter.operations.administering import give_password
from commandcenter.storage.doorbells import Wire
from tests.house import House
from tests.postgres import OWNER, Cluster
from tests.proxy import way_to
from tests.secret_service import SecretService
from tests.storage.members import let_in
from ui import wording
from ui.theme import theme
from ui.wall.awake import SCREEN, Awake, Held
from ui.wall.program import DONE, WallProgram
from ui.wall.scenes import DEFAULT
from ui.wall.screens import Hanging
from ui.wall.watch import LIVE, LOST
from ui.wall_app import WallEntrance

MakeWall = Callable[..., WallProgram]
SECRET = "open sesame"


class Sleepless(Awake):
    """Holds the screen without asking anybody."""

    def hold(self) -> Held:
        return Held(frozenset({SCREEN}), "")


class Knocking(WallEntrance):
    """Counts how often it was tried to come in."""

    knocked = 0

    def open(self) -> Any:
        self.knocked += 1
        return super().open()


@pytest.fixture
def make_wall(qapp: QApplication, english: None, qtbot: QtBot) -> Iterator[MakeWall]:
    made: list[WallProgram] = []
    quits = qapp.quitOnLastWindowClosed()

    def make(entrance: WallEntrance, awake: Awake | None = None) -> WallProgram:
        made.append(WallProgram(qapp, entrance, Wire, DEFAULT, awake=awake or Sleepless()))
        made[-1].window.ended.disconnect(qapp.quit)  # the tests' application goes on
        return made[-1]

    yield make
    for program in made:
        program.end()
        program.window.deleteLater()
    qapp.setQuitOnLastWindowClosed(quits)
    theme.apply(qapp, "day")
    wording.use_zone(None)


@pytest.fixture
def account(small_house: House, password_hash: str) -> House:
    """A house in which the wall's account and an operator have a password."""
    for login in ("walter", "ann"):
        small_house.database.run("give_password", small_house.person("adam"), "test",
                                 lambda work, key=small_house.keys[login]: give_password(work, key, password_hash))  # type: ignore[misc]  # fmt: skip
    return small_house


def is_live(program: WallProgram) -> bool:
    sight = program.watch.sight
    return program.watch.state == LIVE and sight.work is not None and sight.units is not None and sight.day is not None


# Who is let in


def test_a_wrong_password_is_asked_for_again_and_not_tried_over_and_over(
    make_wall: MakeWall, account: House, qtbot: QtBot, expect_log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pause in ("FIRST_RETRY_S", "LONGEST_RETRY_S"):
        monkeypatch.setattr(f"ui.wall.watch.{pause}", 0.0)
    program = make_wall(knocking := Knocking(account.url, "walter", "wrong"))
    assert program.show()
    qtbot.waitUntil(lambda: program.door is not None and program.door.isVisible())
    door = program.door
    assert door is not None
    expect_log("the wall has no database: The login or the password is wrong.")
    assert "wrong" in door.said.text()
    assert door.login.text() == "walter"
    with qtbot.waitSignal(program.pulse.ticked):  # as long as somebody takes who comes to type it
        pass
    assert knocking.knocked == 1
    QTest.keyClicks(door.password, SECRET)
    QTest.keyClick(door.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: is_live(program))
    assert not door.isVisible()
    assert knocking.knocked == 2


def test_who_is_no_wall_is_not_let_in(
    make_wall: MakeWall, account: House, qtbot: QtBot, expect_log: Any
) -> None:
    program = make_wall(WallEntrance(account.url, "ann", SECRET))
    program.show()
    qtbot.waitUntil(lambda: program.door is not None)
    assert program.door is not None
    expect_log("the wall has no database: The login ann is no wall's here: give it the role “wall”.")
    assert "no wall's here" in program.door.said.text()
    assert program.watch.sight.work is None


def test_at_a_demonstration_it_comes_in_by_itself(make_wall: MakeWall, demonstration: House, qtbot: QtBot) -> None:
    program = make_wall(WallEntrance(demonstration.url))
    program.show()
    qtbot.waitUntil(lambda: is_live(program))
    assert program.door is None


def test_an_account_put_out_of_use_sees_no_more(
    make_wall: MakeWall, account: House, qtbot: QtBot, expect_log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.wall.watch.EVERY_S", {"turn": 0.1, "work": 0.1, "officers": 1, "day": 1, "units": 0.1})
    program = make_wall(WallEntrance(account.url, "walter", SECRET))
    program.show()
    qtbot.waitUntil(lambda: is_live(program))

    def close(work: Any) -> None:
        work.get(Person, account.keys["walter"]).disabled = True

    account.database.run("disable", account.person("adam"), "test", close)
    qtbot.waitUntil(lambda: program.watch.state == LOST and program.door is not None)
    expect_log("the wall has no database: The login walter is no wall's here: give it the role “wall”.")


# What goes away and comes back


class Screen:
    """A screen by its name."""

    def __init__(self, name: str, left: int) -> None:
        self._name, self._left = name, left

    def name(self) -> str:
        return self._name

    def geometry(self) -> QRect:
        return QRect(self._left, 0, 800, 600)


class Wide(QWidget):
    """A window that takes any screen."""

    def setScreen(self, screen: Any) -> None:
        self.on = screen.name()


def test_a_screen_that_disappears_takes_the_wall_along_and_brings_it_back(qapp: QApplication, qtbot: QtBot) -> None:
    window, desk, hall = Wide(), Screen("desk", 0), Screen("hall", 800)
    qtbot.addWidget(window)
    there: list[Any] = [desk, hall]
    hanging = Hanging(window, qapp, 2, screens=lambda: there)
    missed: list[tuple[int, int]] = []
    hanging.missed.connect(lambda *said: missed.append(said))
    assert hanging.hang()
    assert (window.on, window.isVisible()) == ("hall", True)
    there.remove(desk)  # numbers shift: the wall stays where it is
    hanging._screen_left(desk)  # type: ignore[arg-type]
    assert window.isVisible()
    there[:] = [desk]
    hanging._screen_left(hall)  # type: ignore[arg-type]
    assert not window.isVisible(), "never on somebody's desk"
    assert missed == [(2, 1)]
    hanging._screen_came(desk)  # type: ignore[arg-type]
    assert not window.isVisible()
    there[:] = [hall, desk]
    hanging._screen_came(hall)  # type: ignore[arg-type]
    assert (window.on, window.isVisible()) == ("hall", True)


def test_a_screen_that_is_not_there_yet_is_waited_for(qapp: QApplication, qtbot: QtBot) -> None:
    window, there = Wide(), [Screen("desk", 0)]
    qtbot.addWidget(window)
    hanging = Hanging(window, qapp, 2, screens=lambda: there)  # type: ignore[arg-type,return-value]
    assert not hanging.hang()
    there.append(Screen("hall", 800))
    hanging._screen_came(there[1])  # type: ignore[arg-type]
    assert window.on == "hall"


def test_a_server_may_go_away_and_the_wall_says_how_old_it_is_and_comes_back(
    make_wall: MakeWall, server_house: House, postgres: Cluster, qtbot: QtBot, allow_log: Any
) -> None:
    allow_log("the wall has no database: .*", "connection .*")
    let_in(postgres, server_house)
    with way_to(postgres) as way:
        url = way.url(Path(server_house.url.partition("?")[0]).name)
        program = make_wall(WallEntrance(url.replace(OWNER, "walter")))
        program.show()
        qtbot.waitUntil(lambda: is_live(program))
        way.refusing = True
        way.cut()
        qtbot.waitUntil(lambda: program.watch.state == LOST)
        assert program.window.head.said()[0].startswith("no connection; data")
        assert program.watch.sight.work is not None, "what was read is shown with its age"
        server_house.case()
        way.refusing = False
        qtbot.waitUntil(lambda: program.watch.state == LIVE and len(program.watch.sight.work.cases) == 1)  # type: ignore[union-attr]
        assert program.window.head.said()[0].startswith("live")
        program.end()


# What it holds


def test_losing_the_database_over_and_over_leaves_no_handle_and_no_thread(
    make_wall: MakeWall, account: House, qtbot: QtBot, allow_log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow_log("the wall has no database: .*")
    monkeypatch.setattr("ui.wall.watch.FIRST_RETRY_S", 0.0)
    monkeypatch.setattr("ui.wall.watch.BETWEEN_S", 0.0)
    monkeypatch.setattr("ui.wall.watch.SHARE", 0)
    path = Path(account.url.removeprefix("sqlite:///"))
    program = make_wall(WallEntrance(account.url, "walter", SECRET))
    program.show()

    def held() -> tuple[int, int, int]:
        handles = sum(1 for _one in Path("/proc/self/fd").iterdir())
        return handles, threading.active_count(), len(program.window.findChildren(QWidget))

    def once() -> None:
        qtbot.waitUntil(lambda: is_live(program) and program.watch.state == LIVE)
        path.rename(path.with_suffix(".away"))
        program.watch._wire.ring()
        qtbot.waitUntil(lambda: program.watch.state == LOST)
        path.with_suffix(".away").rename(path)
        qtbot.waitUntil(lambda: program.watch.state == LIVE)
        program.window.show_scene(program.window.at + 1)
        program.window.grab()

    for _time in range(2):
        once()
    before = held()
    for _time in range(3):
        once()
    assert held() == before
    assert program.end() == DONE


# The screen's sleep


def test_where_nothing_can_be_asked_the_wall_says_that_the_screen_may_go_dark(
    make_wall: MakeWall, account: House, qtbot: QtBot, expect_log: Any
) -> None:
    program = make_wall(WallEntrance(account.url, "walter", SECRET), Awake())
    program.show()
    qtbot.waitUntil(lambda: "may go dark" in program.window.foot.note)
    expect_log("The screen may go dark: nothing here can be asked to keep it on (no session bus).")


class ScreenSaver(SecretService):
    """A session bus with a desktop behind it that keeps the screen on for whoever asks."""

    def _Inhibit(self, _path: str, *asked: str) -> Any:
        self.asked = asked
        return "u", (1,)


def test_the_desktop_is_asked_to_keep_the_screen_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saver = ScreenSaver(tmp_path / "bus")
    serving = threading.Thread(target=saver.serve, daemon=True)
    serving.start()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", saver.address)
    awake = Awake()
    assert SCREEN in awake.hold().what
    assert saver.asked == ("commandcenter", "wall")
    awake.close()
    saver.there = False
    held = awake.hold()
    assert SCREEN not in held.what
    assert "nobody is there" in held.why
    awake.close()
    saver.close()
    serving.join()
