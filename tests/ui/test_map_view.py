"""The map in a real web engine: what is drawn, what a click gives, the lock of the view, and coming back."""

import datetime as dt
import json
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.map.engine import MapEngine, register_scheme
from ui.map.objects import MapObject
from ui.map.page import Served
from ui.map.view import MapView
from ui.theme import tokens_of

pytestmark = pytest.mark.web

register_scheme()

WEST, EAST, SOUTH, NORTH = 119.6, 120.4, 35.6, 36.2
NOW = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)


def square(west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


AREAS = [
    ("a", "北", square(WEST, 35.9, EAST, NORTH)),
    ("b", "南", square(WEST, SOUTH, EAST, 35.9)),
]


def case(key: str, lon: float, lat: float, status: str = "ordinary") -> MapObject:
    return MapObject("case", key, lon, lat, f"case {key}", status)


class Watcher:
    """A person in front of the map, who can also look into its page."""

    def __init__(self, qtbot: QtBot, engine: MapEngine) -> None:
        self.qtbot = qtbot
        self.engine = engine
        self.view = MapView(engine, tokens_of("day"))
        self.view.resize(600, 500)
        qtbot.addWidget(self.view)

    def start(self) -> None:
        self.view.show()
        with self.qtbot.waitSignal(self.view.ready, timeout=30_000):
            self.view.start()

    def ask(self, script: str) -> Any:
        assert self.view._page
        with self.qtbot.waitCallback(timeout=10_000) as answer:
            self.view._page.runJavaScript(f"JSON.stringify({script})", answer)
        return json.loads(answer.args[0])

    def until(self, script: str) -> None:
        """Wait until the page says that it is so."""
        answers: list[Any] = [False]

        def so() -> bool:
            if answers[-1] is not None and self.view._page:
                said = answers[-1]
                answers.append(None)
                self.view._page.runJavaScript(script, answers.append)
                return bool(said)
            return False

        self.qtbot.waitUntil(so, timeout=15_000)

    def settled(self) -> None:
        """Wait until the areas are there and what was told last has been painted."""
        self.view._bridge.flush()
        self.until(
            f"commandcenter.layer.ground.bounds !== null && commandcenter.map.getSize().x === {self.view.width()}"
            " && commandcenter.layer.view.width === innerWidth && !commandcenter.layer._frame"
        )

    def pixel_of(self, key: str, kind: str = "case") -> QPoint:
        script = f"""(() => {{ const l = commandcenter.layer, p = l.point(l.store.find("{kind}", "{key}"));
            return [p.x, p.y]; }})()"""
        x, y = self.ask(script)
        return QPoint(round(x), round(y))

    def colour_at(self, point: QPoint) -> str:
        return self.view.grab().toImage().pixelColor(point).name().upper()

    def shows(self, point: QPoint, token: str) -> None:
        wanted = tokens_of("day")[token].upper()
        self.qtbot.waitUntil(lambda: self.colour_at(point) == wanted, timeout=10_000)

    def canvas(self) -> Any:
        assert self.view._browser
        return self.view._browser.focusProxy()

    def click(self, point: QPoint) -> None:
        QTest.mouseClick(self.canvas(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)

    def drag(self, start: QPoint, end: QPoint) -> None:
        button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(self.canvas(), button, none, start)
        for step in range(1, 6):
            QTest.mouseMove(self.canvas(), start + (end - start) * step / 5)
        QTest.mouseRelease(self.canvas(), button, none, end)
        self.until("commandcenter.lock.locked")

    def place(self) -> list[float]:
        place: list[float] = self.ask("(() => { const c = commandcenter.map.getCenter();"
                                      "return [c.lat, c.lng, commandcenter.map.getZoom()]; })()")  # fmt: skip
        return place


@pytest.fixture
def watcher(qtbot: QtBot) -> Iterator[Watcher]:
    engine = MapEngine()
    watcher = Watcher(qtbot, engine)
    watcher.view.set_areas(AREAS)
    yield watcher
    engine.close()


def test_what_was_put_before_the_page_came_is_drawn_in_the_colours_of_the_theme(watcher: Watcher) -> None:
    watcher.view.put([
        case("u", 119.62, 36.15, "urgent"), case("o", 120.2, 36.0), case("l", 120.38, 35.62, "late"),
        MapObject("squad", "s", 119.8, 35.7, "squad", "ordinary"),
        MapObject("workstation", "w", 120.0, 35.8, "estate", "ordinary"),
        MapObject("officer", "p", 120.0, 36.0, "officer", "on_duty", 90.0, NOW),
    ])  # fmt: skip
    watcher.view.set_now(NOW)
    watcher.start()
    watcher.view.set_now(NOW)
    watcher.settled()
    assert watcher.ask("[commandcenter.layer.store.count, commandcenter.layer.store.cases]") == [6, 3]
    for key, token in {"u": "urgent", "o": "accent", "l": "late"}.items():
        watcher.shows(watcher.pixel_of(key), token)
    watcher.shows(watcher.pixel_of("s", "squad"), "accent")
    watcher.shows(watcher.pixel_of("w", "workstation"), "station")
    watcher.shows(watcher.pixel_of("p", "officer"), "ok")
    watcher.shows(QPoint(2, 2), "sea")
    watcher.shows(watcher.pixel_of("o") + QPoint(0, 30), "land")
    assert list(watcher.engine.web.gate.refused) == [] if watcher.engine.web else False


def test_an_object_moves_changes_and_goes(watcher: Watcher) -> None:
    watcher.view.put([case("a", 119.8, 36.0), case("b", 120.2, 35.7)])
    watcher.start()
    watcher.settled()
    before = watcher.pixel_of("a")
    watcher.view.put([case("a", 119.9, 36.0)])
    watcher.view.put([case("a", 120.0, 36.0)])
    watcher.settled()
    after = watcher.pixel_of("a")
    assert after.x() > before.x() + 20
    watcher.shows(after, "accent")
    watcher.shows(before, "land")
    watcher.view.put([case("a", 120.0, 36.0, "urgent")])
    watcher.settled()
    watcher.shows(after, "urgent")
    watcher.view.remove(["a", "never was there"])
    watcher.settled()
    assert watcher.ask("commandcenter.layer.store.count") == 1
    watcher.shows(after, "land")


def test_a_layer_switched_off_is_neither_drawn_nor_hit(watcher: Watcher) -> None:
    watcher.view.put([case("a", 119.8, 36.0), case("b", 120.2, 35.7)])
    watcher.start()
    watcher.settled()
    place = watcher.pixel_of("a")
    with watcher.qtbot.waitSignal(watcher.view.layers_changed) as told:
        watcher.view.set_layer("cases", False)
    assert told.args[0]["cases"] is False
    watcher.settled()
    watcher.shows(place, "land")
    assert watcher.ask(f"commandcenter.layer.hits({place.x()}, {place.y()}).length") == 0


def test_a_click_selects_the_object_and_rings_it(watcher: Watcher) -> None:
    watcher.view.put([case("a", 119.8, 36.0), case("b", 120.2, 35.7)])
    watcher.start()
    watcher.settled()
    with watcher.qtbot.waitSignal(watcher.view.selected) as told:
        watcher.click(watcher.pixel_of("b"))
    assert told.args == ["case", "b"]
    watcher.settled()
    watcher.shows(watcher.pixel_of("b") + QPoint(14, 0), "accent")


def test_a_stack_under_the_click_becomes_a_list_and_not_a_zoom(watcher: Watcher) -> None:
    watcher.view.put([
        MapObject("workstation", "w", 119.8, 36.0, "estate", "ordinary"), case("a", 119.8, 36.0, "urgent"),
        case("b", 120.2, 35.7),
    ])  # fmt: skip
    watcher.start()
    watcher.settled()
    place = watcher.place()
    with watcher.qtbot.waitSignal(watcher.view.stack_selected) as told:
        watcher.click(watcher.pixel_of("a"))
    assert [tuple(pick) for pick in told.args[0]] == [("case", "a", "case a"), ("workstation", "w", "estate")]
    assert watcher.place() == place
    with watcher.qtbot.waitSignal(watcher.view.selected) as taken:
        QTest.keyClick(watcher.view._stack.list, Qt.Key.Key_Down)
        QTest.keyClick(watcher.view._stack.list, Qt.Key.Key_Return)
    assert taken.args == ["workstation", "w"]


def test_a_point_is_picked_anywhere_even_on_an_object(watcher: Watcher) -> None:
    watcher.view.put([case("a", 119.8, 36.0), case("b", 120.2, 35.7)])
    watcher.start()
    watcher.view.pick_point(True)
    watcher.settled()
    view = watcher.view
    with watcher.qtbot.waitSignal(view.point_picked) as told, watcher.qtbot.assertNotEmitted(view.selected):
        watcher.click(watcher.pixel_of("a"))
    assert told.args == [pytest.approx(119.8, abs=0.005), pytest.approx(36.0, abs=0.005)]


def test_the_view_fits_when_the_open_cases_change_and_no_more_once_a_gesture_locked_it(watcher: Watcher) -> None:
    watcher.view.put([case("a", 119.99, 35.89), case("b", 120.01, 35.91)])
    watcher.start()
    watcher.settled()
    watcher.ask("commandcenter.map.setZoom(9) && 1")  # not by a gesture: the next fit may change it
    near = watcher.place()
    watcher.view.put([case("a", 119.99, 35.89, "late"), MapObject("squad", "s", 119.0, 35.0, "far", "ordinary")])
    watcher.settled()
    assert watcher.place() == near, "a change of a case or another object is no change of the set"
    watcher.view.put([case("c", 119.6, 35.6)])
    watcher.settled()
    wide = watcher.place()
    assert wide[2] != near[2]
    watcher.drag(QPoint(300, 250), QPoint(200, 180))
    dragged = watcher.place()
    assert dragged[:2] != wide[:2]
    watcher.view.put([case("d", 120.4, 36.2)])
    watcher.settled()
    assert watcher.place() == dragged


def test_the_star_fits_and_the_star_again_goes_back(watcher: Watcher) -> None:
    watcher.view.put([case("a", 119.9, 35.8), case("b", 120.1, 36.0)])
    watcher.start()
    watcher.settled()
    fitted = watcher.place()
    watcher.drag(QPoint(100, 100), QPoint(500, 450))
    mine = watcher.place()
    with watcher.qtbot.waitSignal(watcher.view.star_changed, check_params_cb=lambda on: on):
        watcher.view.toggle_star()
    assert watcher.place() == pytest.approx(fitted, abs=0.01)
    with watcher.qtbot.waitSignal(watcher.view.star_changed, check_params_cb=lambda on: not on):
        watcher.view.toggle_star()
    assert watcher.place() == pytest.approx(mine, abs=1e-6)
    assert watcher.ask("commandcenter.lock.locked")


def test_no_request_leaves_the_machine(watcher: Watcher, expect_log: Callable[..., None]) -> None:
    watcher.start()
    watcher.settled()
    web = watcher.engine.web
    assert web
    assert {url.split(":")[0] for url in web.gate.passed} == {"commandcenter-map"}
    assert not web.gate.refused
    probe = "(() => { try { return eval('1'); } catch (error) { return error.name; } })()"
    assert watcher.ask(probe) == "EvalError", "the policy of the page holds"
    # Were the policy ever lost, the gate still stands: a page without one asks for what it should not have.
    outside = ("https://example.invalid/leak.png", "file:///etc/hostname")
    images = "".join(f"<img src='{address}'>" for address in outside)
    web.shelf.content["/bare.html"] = Served(b"text/html", images.encode())
    expect_log(
        "the map page was refused https://example.invalid/leak.png",
        "map page bare.html: Not allowed to load local resource: file:///etc/hostname",
    )
    assert watcher.view._page
    with watcher.qtbot.waitSignal(watcher.view._page.loadFinished, timeout=10_000):
        watcher.view._page.load(QUrl("commandcenter-map://page/bare.html"))
    assert outside[0] in web.gate.refused
    assert watcher.ask("[...document.images].map((image) => image.naturalWidth)") == [0, 0]


def test_the_map_comes_back_after_its_process_was_killed(watcher: Watcher, expect_log: Callable[..., None]) -> None:
    expect_log("the map's page stopped (exit code 9), 1 times within a minute")
    watcher.view.put([case("a", 119.8, 36.0), case("b", 120.2, 35.7)])
    watcher.start()
    watcher.settled()
    watcher.drag(QPoint(300, 250), QPoint(250, 220))
    place = watcher.place()
    assert watcher.view._page
    with watcher.qtbot.waitSignal(watcher.view.ready, timeout=30_000):
        os.kill(watcher.view._page.renderProcessPid(), signal.SIGKILL)
        watcher.view.put([case("c", 120.0, 35.9)])
    watcher.settled()
    assert watcher.ask("commandcenter.layer.store.count") == 3
    assert watcher.place() == pytest.approx(place, abs=1e-6), "the user is where the user was"
    watcher.shows(watcher.pixel_of("c"), "accent")


def test_another_theme_repaints_everything_and_heat_warms_the_ground(watcher: Watcher) -> None:
    watcher.view.put([case("a", 119.8, 36.0), case("b", 120.2, 35.7)])
    watcher.view.set_heat("heat_30", [(119.9, 36.0)] * 40)
    watcher.start()
    watcher.settled()
    warm = watcher.pixel_of("a") + QPoint((watcher.pixel_of("b") - watcher.pixel_of("a")).x() // 4, 0)
    watcher.shows(warm, "land")
    watcher.view.set_layer("heat_30", True)
    watcher.qtbot.waitUntil(lambda: watcher.colour_at(warm) != tokens_of("day")["land"].upper(), timeout=10_000)
    watcher.view.set_layer("heat_30", False)
    watcher.view.set_tokens(tokens_of("night"))
    watcher.view.set_language()
    watcher.settled()
    night = {token: tokens_of("night")[token].upper() for token in ("land", "accent")}
    watcher.qtbot.waitUntil(lambda: watcher.colour_at(warm) == night["land"], timeout=10_000)
    watcher.qtbot.waitUntil(lambda: watcher.colour_at(watcher.pixel_of("a")) == night["accent"], timeout=10_000)


def test_the_pointer_reads_the_name_and_the_age_of_an_officers_fix(watcher: Watcher) -> None:
    watcher.view.put([
        case("a", 119.8, 36.0), case("b", 120.2, 35.7),
        MapObject("officer", "p", 120.0, 36.0, "officer 7", "on_duty", None, NOW - dt.timedelta(minutes=6)),
    ])  # fmt: skip
    watcher.start()
    watcher.view.set_now(NOW)
    watcher.settled()
    QTest.mouseMove(watcher.canvas(), watcher.pixel_of("p", "officer"))
    watcher.until("!commandcenter.tip.element.hidden")
    assert watcher.ask("commandcenter.tip.element.textContent") == "officer 7 · fix 6 min old"
