"""The page with a real web engine: the map comes up by itself, and a click on a case selects it everywhere."""

import json
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.dispatch.page import DispatchPage
from ui.map.engine import register_scheme
from ui.map.shared import shared_engine
from ui.map_page.page import MapPage

pytestmark = pytest.mark.web
register_scheme()


def ask(page: MapPage | DispatchPage, script: str, qtbot: QtBot) -> Any:
    """What the map's page answers."""
    answer: list[str] = []
    assert page.map._page is not None
    page.map._page.runJavaScript(f"JSON.stringify({script})", answer.append)
    qtbot.waitUntil(lambda: bool(answer))
    return json.loads(answer[0])


def settle(page: MapPage | DispatchPage, qtbot: QtBot) -> None:
    """Wait until the areas are there and what was told last has been painted."""
    page.map._bridge.flush()
    so = (f"commandcenter.layer.ground.bounds !== null && commandcenter.map.getSize().x === {page.map.width()}"
          " && commandcenter.layer.view.width === innerWidth && !commandcenter.layer._frame")
    qtbot.waitUntil(lambda: ask(page, so, qtbot) is True, timeout=20_000)


def test_a_click_on_a_case_selects_it_and_a_choice_is_ringed(
    small_house: House, with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    case = small_house.case(point=(120.02, 35.93))
    window = make_window()
    window.resize(1400, 840)
    shell = enter(window, "ann", qtbot)
    page = shell.page_of("map")
    assert isinstance(page, MapPage)
    with qtbot.waitSignal(page.map.ready, timeout=60_000):
        shell.go("map")
    qtbot.waitUntil(lambda: ask(page, "commandcenter.layer.store.count", qtbot) == 5)
    settle(page, qtbot)
    find = f"commandcenter.layer.store.find('case', '{case.id}')"
    x, y = ask(page, f"(() => {{ const p = commandcenter.layer.point({find}); return [p.x, p.y]; }})()", qtbot)
    browser = page.map._browser
    assert browser is not None
    canvas = browser.focusProxy()
    assert canvas is not None
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(round(x), round(y)))
    qtbot.waitUntil(lambda: page.room.selection is not None and page.room.selection.id == case.id)
    assert page.side.card.title.text() == case.title
    page.select("squad", small_house.keys["south"])
    south = f"commandcenter.layer.store.find('squad', '{small_house.keys['south']}')"
    qtbot.waitUntil(lambda: ask(page, f"commandcenter.layer.chosen === {south}", qtbot) is True)
    shared_engine(page.room.backstage).close()


def test_the_dispatch_page_brings_case_and_squads_into_sight_and_then_leaves_the_view_alone(
    small_house: House, with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    case = small_house.case(point=(120.02, 35.93))
    window = make_window()
    window.resize(1400, 840)
    shell = enter(window, "ann", qtbot)
    page = shell.page_of("dispatch")
    assert isinstance(page, DispatchPage)
    with qtbot.waitSignal(page.map.ready, timeout=60_000):
        shell.go("dispatch")
    choosing = page.send_panel.choosing
    assert choosing is not None
    points = [case.point, *((card.squad.lon, card.squad.lat) for card in choosing.cards)]
    inside = f"{json.dumps(points)}.every(([lon, lat]) => commandcenter.map.getBounds().contains([lat, lon]))"
    qtbot.waitUntil(lambda: ask(page, inside, qtbot) is True, timeout=20_000)
    settle(page, qtbot)
    before = ask(page, "commandcenter.map.getZoom()", qtbot)
    page.send_panel.take(small_house.keys["south"])
    assert ask(page, "commandcenter.map.getZoom()", qtbot) == before
    shared_engine(page.room.backstage).close()


def test_another_case_is_looked_at_from_near_unless_the_view_was_moved_by_hand(
    small_house: House, with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    near, far = small_house.case(point=(120.02, 35.93)), small_house.case(point=(120.3, 35.7))
    window = make_window()
    window.resize(1400, 840)
    shell = enter(window, "ann", qtbot)
    page = shell.page_of("dispatch")
    assert isinstance(page, DispatchPage)
    with qtbot.waitSignal(page.map.ready, timeout=60_000):
        shell.go("dispatch")
    assert page.map._faces.currentWidget() is page.map._waiting, "nothing is shown before there is a frame of ours"
    qtbot.waitUntil(lambda: page.map._faces.currentWidget() is page.map._browser, timeout=20_000)
    settle(page, qtbot)
    ask(page, "commandcenter.map.setView([35.9, 120.1], 6) && 1", qtbot)  # everything can be seen, from far
    page.select("case_file", far.id)
    qtbot.waitUntil(lambda: ask(page, "commandcenter.map.getZoom()", qtbot) > 8, timeout=20_000)
    assert not page.map.held
    ask(page, "commandcenter.lock.gesture() || commandcenter.map.setView([35.9, 120.1], 6) && 1", qtbot)
    qtbot.waitUntil(lambda: page.map.held)
    page.select("case_file", near.id)
    settle(page, qtbot)
    assert ask(page, "commandcenter.map.getZoom()", qtbot) == 6
    shared_engine(page.room.backstage).close()
