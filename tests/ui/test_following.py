"""Following the journal: the feed and the front do not get in each other's way."""

import itertools
import threading
from typing import Any

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import ui.following
from commandcenter.domain.complaints import Complaint
from commandcenter.live.delta import Delta
from commandcenter.storage.feed import Feed
from tests.house import House
from ui.backstage import Backstage


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
