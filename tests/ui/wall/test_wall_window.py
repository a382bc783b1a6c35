"""A wall on a real database: what it shows and does not, how its scenes turn, and what it does when things go away."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from commandcenter import i18n
from commandcenter.domain.deadlines import Pressing
from commandcenter.domain.walls import Look, SceneSort
from commandcenter.operations.administering import give_password
from commandcenter.operations.signing import hashed
from commandcenter.operations.turning import turn_wall
from commandcenter.queries import wall
from commandcenter.queries.figures.values import Value
from commandcenter.queries.wall import Turn
from commandcenter.storage.doorbells import Wire
from tests.house import House
from tests.storage.members import address_of, let_in
from ui import wording
from ui.theme import theme
from ui.wall import lettering
from ui.wall.scenes import DEFAULT, Programme, Scene
from ui.wall.sight import GONE_S, OLD_S, Part, Sight
from ui.wall.watch import LIVE, Watch
from ui.wall.window import WallWindow
from ui.wall_app import WallEntrance


class Ticks:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def sight(small_house: House, english: None, qapp: QApplication, ticks: Ticks) -> Iterator[Sight]:
    """What a wall knows of a small district with work in every sort of state, read by hand."""
    small_house.dispatched(urgency="urgent")
    small_house.case(words="我叫王女士")
    known = Sight(lambda: small_house.now, ticks)
    read_all(small_house, known, ticks)
    yield known
    theme.apply(qapp, "day")
    wording.use_zone(None)


def read_all(house: House, known: Sight, ticks: Ticks) -> None:
    """Read every part now."""
    with house.database.reading() as session:
        parts = {"work": wall.WallReading().open_work(session), "units": wall.units(session), "turn": None,
                 "day": wall.day(session, house.now, ZoneInfo("Asia/Shanghai")),
                 "officers": wall.officers(session),
                 "shares": wall.Shares(house.now.date(), dict.fromkeys(wall.SHARES, Value(961, 1000)))}  # fmt: skip
    for name, value in parts.items():
        known.take(name, Part(value, ticks()))


@pytest.fixture
def window(sight: Sight, ticks: Ticks, qtbot: QtBot) -> WallWindow:
    made = WallWindow(sight, DEFAULT, ticks)
    qtbot.addWidget(made)
    made.dress()
    made.resize(1920, 1080)
    made.show()
    return made


class Written:
    """Listens to everything that is written on a wall."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.words: list[tuple[str, int, bool]] = []
        real = lettering.write

        def listening(painter: Any, box: Any, words: str, pixels: int, *more: Any, **named: Any) -> float:
            wide = real(painter, box, words, pixels, *more, **named)
            strong = named.get("strong", False) or (len(more) > 2 and more[2])
            self.words.append((words, pixels, lettering.width(words, pixels, strong) > box.width() + 1))
            return wide

        for module in ("panel", "tiles", "board", "squads", "hours", "map", "stage"):
            monkeypatch.setattr(f"ui.wall.{module}.write", listening)

    def of(self, window: WallWindow, scene: int) -> list[tuple[str, int, bool]]:
        self.words.clear()
        window.show_scene(scene)
        window.grab()
        return list(self.words)

    def text(self, window: WallWindow, scene: int) -> str:
        return " | ".join(words for words, _px, _cut in self.of(window, scene))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    return Written(monkeypatch)


# What is shown


def test_every_scene_shows_what_is_known(window: WallWindow, written: Written) -> None:
    shown = [written.text(window, number) for number in range(4)]
    assert all("Trial" in text for text in shown)
    for words in ("Open cases", "2", "Noise", "0 s ago"):
        assert words in shown[0]
    for words in ("Cases by their clocks", "Noise", "To dispatch", "North"):
        assert words in shown[1]
    assert "on duty 3" in shown[2]
    assert "Complaints by the hour" in shown[3]
    assert not [text for text in shown if "王女士" in text or "8816" in text or "3 号楼" in text]


@pytest.mark.parametrize("high", [1080, 2160])
def test_nothing_is_written_smaller_than_eight_metres_allow_at_any_resolution(
    window: WallWindow, written: Written, high: int
) -> None:
    window.resize(high * 16 // 9, high)
    sizes = {pixels for number in range(4) for _words, pixels, _cut in written.of(window, number)}
    assert min(sizes) >= high / 45 - 1
    assert max(sizes) >= high / 16
    assert sum(size >= high / 36 for size in sizes) >= 3, "what is read at a glance is larger"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_labels_and_numbers_are_never_cut(window: WallWindow, written: Written, language: str) -> None:
    with i18n.speaking(language):
        cut = [words for number in range(4) for words, _px, cut in written.of(window, number) if cut]
    assert cut == []


def test_a_part_that_was_never_read_is_no_data_and_no_zero(
    small_house: House, english: None, ticks: Ticks, qtbot: QtBot, written: Written
) -> None:
    window = WallWindow(Sight(lambda: small_house.now, ticks), DEFAULT, ticks)
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    for number in range(4):
        text = written.text(window, number)
        assert "no data" in text
        assert " 0 " not in text.replace("|", " ").replace("0 s", "")


def test_what_is_old_says_so_and_what_is_too_old_is_no_data(
    window: WallWindow, written: Written, sight: Sight, ticks: Ticks
) -> None:
    ticks.now += OLD_S + 5
    assert "20 s ago" in written.text(window, 0)
    assert "Noise" in written.text(window, 0)
    ticks.now += GONE_S
    assert "Noise" not in written.text(window, 0)
    assert "2 min ago" in written.text(window, 1)
    assert "no data" in written.text(window, 1)


def test_a_share_of_nothing_is_no_data(window: WallWindow, written: Written, sight: Sight, ticks: Ticks) -> None:
    assert sight.day is not None
    sight.take("day", Part(dataclasses.replace(sight.day, opened=0, own=0), ticks()))
    tile = written.text(window, 3).split("Found by us")[1]
    assert tile.split("|")[1].strip() == "no data"


def test_what_presses_is_judged_anew_every_second(small_house: House, sight: Sight) -> None:
    first = sight.queue()
    assert first is not None
    assert first.count(Pressing.OVER) == 0
    assert sight.queue() is first, "nothing is another"
    small_house.later(hours=3)
    later = sight.queue()
    assert later is not None
    assert later.count(Pressing.OVER) == 2
    assert [one.case.urgency for one in later.first] == ["urgent", "ordinary"]
    small_house.later(hours=-3)
    again = sight.queue()
    assert again is not None
    assert again.count(Pressing.OVER) == 0, "a clock that was set back"


def test_a_dimmed_case_is_shown_without_matter_and_place(
    small_house: House, window: WallWindow, written: Written, sight: Sight, ticks: Ticks
) -> None:
    small_house.case(confidential=True, point=(120.01, 35.91))
    read_all(small_house, sight, ticks)
    assert written.text(window, 1).count("not shown") == 1


# How it looks


def ground(window: WallWindow) -> str:
    image: QImage = window.grab().toImage()
    return image.pixelColor(2, 2).name().upper()


def test_a_wall_is_dark_or_light_by_key_and_by_the_hour(
    window: WallWindow, small_house: House, qapp: QApplication
) -> None:
    assert (theme.name, ground(window)) == ("wall", theme.tokens()["ground"])
    QTest.keyClick(window, Qt.Key.Key_L)
    assert (theme.name, ground(window)) == ("day", theme.tokens()["ground"])
    window.look = Look.HOURS
    wording.use_zone(dt.timezone(dt.timedelta(hours=8)))
    small_house.now = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)  # eight in the evening
    window.tick()
    assert theme.name == "wall"


def test_there_is_no_pointer_on_a_wall(window: WallWindow) -> None:
    assert window.cursor().shape() == Qt.CursorShape.BlankCursor


# How its scenes turn


def test_scenes_turn_by_themselves_each_after_its_own_time(window: WallWindow, ticks: Ticks) -> None:
    seen = []
    for _second in range(101):
        seen.append(window.scene.show)
        ticks.now += 1
        window.tick()
    rest = [sort for sort in (SceneSort.QUEUE, SceneSort.SQUADS, SceneSort.FIGURES) for _second in range(20)]
    assert seen == [*[SceneSort.MAP] * 40, *rest, SceneSort.MAP]
    assert [stage.isVisible() for stage in window.stages.values()] == [True, False, False, False]


def test_the_keys_turn_and_hold(window: WallWindow, ticks: Ticks) -> None:
    for key, at in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Left, 0), (Qt.Key.Key_Left, 3), (Qt.Key.Key_3, 2)):
        QTest.keyClick(window, key)
        assert window.at == at
    ticks.now += 1000
    window.tick()
    assert (window.at, window.held) == (2, True)
    QTest.keyClick(window, Qt.Key.Key_Space)
    ticks.now += 20
    window.tick()
    assert window.at == 3
    QTest.keyClick(window, Qt.Key.Key_9)
    assert window.at == 3


def test_a_second_console_turns_it_and_lets_it_go_once_for_each_word(
    window: WallWindow, sight: Sight, ticks: Ticks, small_house: House
) -> None:
    def say(scene: str, look: str = "") -> None:
        small_house.later(seconds=1)
        sight.take("turn", Part(Turn(scene, look, small_house.now), ticks()))
        window.look_again("turn")

    say("squads", "day")
    assert (window.scene.show, window.held, theme.name) == (SceneSort.SQUADS, True, "day")
    QTest.keyClick(window, Qt.Key.Key_Right)
    window.look_again("turn")
    assert window.scene.show == SceneSort.FIGURES, "the same word is not obeyed twice"
    say("")
    assert not window.held


def test_a_scene_that_the_file_does_not_have_is_shown_when_a_console_asks_for_it(
    sight: Sight, ticks: Ticks, qtbot: QtBot, small_house: House
) -> None:
    window = WallWindow(sight, Programme((Scene(SceneSort.MAP),)), ticks)
    qtbot.addWidget(window)
    sight.take("turn", Part(Turn("queue", "", small_house.now), ticks()))
    window.look_again("turn")
    assert [scene.show for scene in window.scenes] == [SceneSort.MAP, SceneSort.QUEUE]
    assert window.scene.show == SceneSort.QUEUE


# On the lane: a real database, followed


@pytest.fixture
def watch(house: House, request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Watch]:
    """A wall that watches a house: in a file by signing in, on a server by its login."""
    if house.database.dialect == "postgresql":
        let_in(request.getfixturevalue("postgres"), house)
        entrance = WallEntrance(address_of(house, "walter"))
    else:
        secret = hashed("open sesame")
        house.database.run("give_password", house.person("adam"), "test",
                           lambda work: give_password(work, house.keys["walter"], secret))  # fmt: skip
        entrance = WallEntrance(house.url, "walter", "open sesame")
    made = Watch(entrance, Wire, "hall")
    made.start()
    yield made
    assert made.close()


def test_what_is_committed_elsewhere_comes_to_the_wall_and_what_a_console_says(
    house: House, watch: Watch, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: watch.state == LIVE and watch.sight.day is not None and watch.sight.officers is not None)
    assert watch.sight.work is not None
    assert watch.sight.work.cases == ()
    house.case()
    qtbot.waitUntil(lambda: watch.sight.work is not None and len(watch.sight.work.cases) == 1)
    house.database.run("turn_wall", house.person("sue"), "test", lambda work: turn_wall(work, "hall", "queue"))
    qtbot.waitUntil(lambda: watch.sight.turn is not None and watch.sight.turn.scene == "queue")


