"""Following the journal: the feed and the front do not get in each other's way."""

import itertools
import threading
from collections.abc import Callable
from typing import Any, cast

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import ui.following
from commandcenter.domain.complaints import Complaint
from commandcenter.errors import Unavailable
from commandcenter.live.delta import Delta
from commandcenter.storage.feed import Feed
from tests.house import House
from ui.backstage import Backstage
from ui.following import FIRST_RETRY_S, LONGEST_RETRY_S, OUT_OF_STEP, Audience, Following


def test_the_feed_looks_again_only_when_what_it_brought_is_on_the_screen(
    live: Backstage, small_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui.following, "LONGEST_PAINT_S", 30.0)
    order: list[str] = []

    class Screen(QWidget):
        def paintEvent(self, _event: QPaintEvent) -> None:
            order.append("painted")

    screen = Screen()
    qtbot.addWidget(screen)
    with qtbot.waitExposed(screen):
        screen.show()
    read = Feed.read

    def looked(feed: Feed) -> Any:
        order.append("looked")
        return read(feed)

    monkeypatch.setattr(Feed, "read", looked)

    def show(_delta: Delta) -> None:
        order.append("brought")
        screen.update()
        live.retry()  # a bell at the worst moment,
        threading.Event().wait(0.02)  # and time enough to follow it

    live.changed.connect(show)
    writer = threading.Thread(target=lambda: [small_house.complaint(f"第{n}件") for n in range(10)])
    with qtbot.waitSignal(live.changed, check_params_cb=lambda _delta: len(live.picture.of(Complaint)) == 10):
        writer.start()
    writer.join()
    after = [then for what, then in itertools.pairwise(order) if what == "brought"]
    assert after
    assert set(after) == {"painted"}


class Nobody:
    """Takes what is handed over, and does nothing with it."""

    def put(self, _job: object) -> None:
        """Whatever it is."""


def _pauses(tries: int) -> list[float]:
    waited: list[float] = []

    def away() -> Any:
        raise Unavailable("The server is away.")

    Following(
        away, Feed, Nobody(), cast(Audience, Nobody()), closing=lambda: len(waited) == tries, pause=waited.append,
        give_way=lambda: None,
    ).run()  # fmt: skip
    return waited


def test_each_try_waits_longer_up_to_a_limit_and_stations_do_not_come_in_step(expect_log: Callable[..., None]) -> None:
    expect_log("the database is not available: The server is away.")
    one, other = _pauses(8), _pauses(8)
    assert one != other
    shortest, longest = OUT_OF_STEP
    for n, waited in enumerate(one):
        usual = min(FIRST_RETRY_S * 2**n, LONGEST_RETRY_S)
        assert shortest * usual <= waited <= longest * usual
