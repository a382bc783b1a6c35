"""What is said to the page: gathered within a tick, each object once, nothing while nobody listens."""

import json
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ui.map.bridge import Bridge
from ui.map.objects import MapObject


@pytest.fixture
def bridge(qapp: object) -> Bridge:
    bridge = Bridge()
    bridge.open()
    return bridge


def batch(qtbot: QtBot, bridge: Bridge) -> Any:
    with qtbot.waitSignal(bridge.told) as told:
        pass
    return json.loads(told.args[0])


def test_an_object_that_moved_often_within_a_tick_is_said_once_at_its_last_place(qtbot: QtBot, bridge: Bridge) -> None:
    for step in range(50):
        bridge.move(7, (120.0 + step, 36.0, None, 5.0))
    bridge.move(8, (1.0, 2.0, 3.0, None))
    assert batch(qtbot, bridge) == [["move", [7, 169.0, 36.0, None, 5.0, 8, 1.0, 2.0, 3.0, None]]]


def test_what_is_put_anew_is_not_moved_too_and_what_went_is_neither(qtbot: QtBot, bridge: Bridge) -> None:
    bridge.move(1, (1.0, 1.0, None, None))
    bridge.put(1, ("case", "a", 2.0, 2.0))
    bridge.put(2, ("case", "b", 2.0, 2.0))
    bridge.gone(2)
    assert batch(qtbot, bridge) == [["gone", [2]], ["put", [[1, "case", "a", 2.0, 2.0]]]]


def test_commands_keep_their_order_and_follow_the_objects(qtbot: QtBot, bridge: Bridge) -> None:
    bridge.tell("fit")
    bridge.tell("choose", "case", "甲")
    bridge.put(0, ("case", "甲"))
    assert batch(qtbot, bridge) == [["put", [[0, "case", "甲"]]], ["fit"], ["choose", "case", "甲"]]


def test_nothing_is_kept_for_a_page_that_does_not_listen(qtbot: QtBot, bridge: Bridge) -> None:
    bridge.close()
    bridge.tell("fit")
    bridge.put(1, ("case",))
    bridge.open()
    bridge.tell("star")
    assert batch(qtbot, bridge) == [["star"]]


def test_an_object_without_a_point_or_with_an_unknown_status_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no point"):
        MapObject("case", "a", float("nan"), 36.0, "a", "urgent")
    with pytest.raises(ValueError, match="no status 'on_fire'"):
        MapObject("case", "a", 120.0, 36.0, "a", "on_fire")
