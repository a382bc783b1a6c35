"""Behind a gap: what the window says of the way back, and of a clock that is wrong."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from commandcenter import i18n
from commandcenter.domain.complaints import Complaint
from commandcenter.errors import Unavailable
from commandcenter.operations import perform
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from tests.ui.sample_pages import SAMPLES
from ui.backstage import LIVE, LOST, Backstage
from ui.command_bar.index import warm_up
from ui.following import CAUGHT_UP, READ_ANEW
from ui.shell import Shell
from ui.top_line import back_words, clock_words

Announce = Callable[..., None]


class Place(Feed):
    """A feed that a test can cut off, or have lose its place."""

    cut = False
    lost_its_place = False

    def read(self) -> list[object]:  # type: ignore[override]
        if self.cut:
            raise Unavailable("The server is away.")
        found = super().read()
        return [] if self.lost_its_place else [*found]

    def begun_anew(self) -> bool:
        lost, self.lost_its_place = self.lost_its_place, False
        return lost


@pytest.fixture
def wired(small_house: House, qtbot: QtBot) -> Iterator[tuple[Backstage, Place]]:
    feeds: list[Place] = []

    def tailing(database: Database) -> Place:
        feeds.append(Place(database))
        return feeds[0]

    made = Backstage(lambda: Database.open(small_house.url), tailing, lambda: perform, "test")
    made.start()
    qtbot.waitUntil(lambda: made.state == LIVE)
    yield made, feeds[0]
    feeds[0].cut = False
    assert made.close()


def test_behind_a_gap_the_station_catches_up_and_says_so(
    wired: tuple[Backstage, Place], small_house: House, qtbot: QtBot, expect_log: Announce
) -> None:
    expect_log("the connection was lost: The server is away.")
    backstage, feed = wired
    with qtbot.waitSignal(backstage.live, check_params_cb=lambda state, _age: state == LOST):
        feed.cut = True
        feed.wake()
    missed = small_house.complaint("断线时受理的")
    with qtbot.waitSignal(backstage.came_back) as back:
        feed.cut = False
        backstage.retry()
    assert back.args[0] == CAUGHT_UP
    assert back.args[1] > 0
    assert missed.id in backstage.picture.of(Complaint)


def test_where_the_feed_has_lost_its_place_everything_is_read_anew_and_it_is_said(
    wired: tuple[Backstage, Place], small_house: House, qtbot: QtBot
) -> None:
    backstage, feed = wired
    feed.lost_its_place = True
    with qtbot.waitSignal(backstage.came_back) as back:
        missed = small_house.complaint("没人通知的")
        feed.wake()
    assert back.args[0] == READ_ANEW
    qtbot.waitUntil(lambda: missed.id in backstage.picture.of(Complaint))
    assert backstage.state == LIVE


def test_when_all_is_well_nothing_is_said_of_coming_back(
    wired: tuple[Backstage, Place], small_house: House, qtbot: QtBot
) -> None:
    backstage, _feed = wired
    said: list[str] = []
    backstage.came_back.connect(lambda how, _seconds: said.append(how))
    complaint = small_house.complaint("平常的")
    qtbot.waitUntil(lambda: complaint.id in backstage.picture.of(Complaint))
    assert said == []


@pytest.fixture
def shell(with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> Shell:
    warm_up()  # here, so that no lane is still at it when the window is closed
    return enter(make_window(SAMPLES), "ann", qtbot)


def test_the_way_back_is_said_in_the_message_bar(shell: Shell) -> None:
    shell.room.backstage.came_back.emit(CAUGHT_UP, 42.0)
    assert "42 s: what happened meanwhile has been brought in." in shell.messages.text
    shell.room.backstage.came_back.emit(READ_ANEW, 3.0)
    assert "Everything was read anew." in shell.messages.text


@pytest.mark.parametrize("off,words", [
    (2.6, "3 s ahead of the server's"), (-7.0, "7 s behind the server's"), (3600.0, "60 min ahead"), (1.9, None),
    (-1.9, None),
])  # fmt: skip
def test_a_clock_that_is_off_by_more_than_two_seconds_is_said_on_a_line_of_its_own(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, off: float, words: str | None
) -> None:
    monkeypatch.setattr(Database, "fast", lambda _self: timedelta(seconds=off))
    shell._tick(shell.room.now())
    said = shell.banners.texts().get("clock")
    assert (said is None) == (words is None)
    if words is not None:
        assert said is not None
        assert words in said
        assert "server's time is used" in said
    monkeypatch.setattr(Database, "fast", lambda _self: timedelta(0))
    shell._tick(shell.room.now())
    assert "clock" not in shell.banners.texts(), "set right, the line goes"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_both_languages_say_all_of_it(language: str) -> None:
    with i18n.speaking(language):
        said = [back_words(CAUGHT_UP, 42), back_words(READ_ANEW, 1), clock_words(7), clock_words(-7)]
    assert len(set(said)) == 4
    if language == "zh_CN":
        assert all("server" not in words and "anew" not in words for words in said)
