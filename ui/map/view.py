"""The map as a widget. It keeps everything it was told, so that the page may come late, die and come back."""

import datetime as dt
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QStackedLayout, QWidget

from commandcenter import clock
from commandcenter.i18n import _
from ui.map.bridge import Bridge
from ui.map.engine import CRASHING, SILENT, MapEngine, Obstacle
from ui.map.framing import Frame, frame_for, needs_moving
from ui.map.notice import Notice
from ui.map.objects import LAYERS_AT_FIRST, Area, MapObject, Pick
from ui.map.page import INDEX
from ui.map.stack_list import StackList
from ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from ui.map.web import Page, QWebEngineView

log = logging.getLogger(__name__)

PATIENCE = 30
"""Seconds a page may take from loading to its first word."""
BACK_OFF = (0.2, 1.0, 3.0, 8.0)
"""Seconds waited before the page is built again, by the number of crashes within the last minute."""

_numbers = count(1)


class MapView(QWidget):
    """One map. Nothing of the web engine is touched before :meth:`start`.

    ``tokens`` are the colours of the theme by name. Places are WGS-84 degrees.
    """

    selected = Signal(str, str)
    stack_selected = Signal(list)
    point_picked = Signal(float, float)
    ready = Signal()
    layers_changed = Signal(dict)
    star_changed = Signal(bool)
    explained = Signal(str)

    def __init__(self, engine: MapEngine, tokens: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map")
        self._engine, self._tokens = engine, dict(tokens)
        self._areas_path = f"/areas-{next(_numbers)}.json"
        self._areas = b"[]"
        self._objects: dict[str, MapObject] = {}
        self._slots: dict[str, int] = {}
        self._free: list[int] = []
        self._heat: dict[str, list[float]] = {"heat_7": [], "heat_30": []}
        self._layers = dict(LAYERS_AT_FIRST)
        self._chosen: tuple[str, str] = ("", "")
        self._pin: tuple[float, float] | None = None
        self._picking = self._wanted = False
        self._place: dict[str, object] = {}
        self._awaited: tuple[list[tuple[float, float]], bool] = ([], False)
        self._crashes: list[float] = []
        self._browser: QWebEngineView | None = None
        self._page: Page | None = None
        self._build()

    def _build(self) -> None:
        self._waiting = PlainLabel()
        self._waiting.setObjectName("mapWaiting")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._waiting.setAutoFillBackground(True)
        self._dress_waiting()
        self._notice = Notice()
        self._notice.retry.connect(self.retry)
        self._stack = StackList(self)
        self._stack.taken.connect(self._take)
        self._faces = QStackedLayout(self)
        for face in (self._waiting, self._notice):
            self._faces.addWidget(face)
        self._bridge = Bridge(self)
        self._bridge.page_ready.connect(self._page_ready)
        self._bridge.page_shown.connect(self._page_shown)
        self._bridge.object_clicked.connect(self._take)
        self._bridge.stack_clicked.connect(self._offer_stack)
        self._bridge.ground_clicked.connect(self._ground_clicked)
        self._bridge.view_moved.connect(self._view_moved)
        self._engine.opened.connect(self._engine_opened)
        self._engine.refused.connect(self._engine_refused)
        self._engine.closing.connect(self.close_page)
        # Timers of its own: what is due is dropped when the page is closed.
        self._soon, self._patience, self._rebuild = (QTimer(self, singleShot=True) for _n in range(3))
        self._soon.timeout.connect(self.start)
        self._patience.timeout.connect(self._silent)
        self._rebuild.timeout.connect(self._open_page)
        self.set_language()

    # --- life of the page

    def start_soon(self) -> None:
        """:meth:`start` as soon as what is to be painted now has been painted."""
        self._soon.start(0)

    def start(self) -> None:
        """Load the web engine and the page. Call after the first paint; a second call does nothing."""
        if self._wanted or self._page:
            return
        self._wanted = True
        self._faces.setCurrentWidget(self._waiting)
        self._engine.open()

    def retry(self) -> None:
        """Try once more after an explanation."""
        self._crashes.clear()
        self.close_page()
        self.start()

    def close_page(self) -> None:
        """End the page and its process now. Everything shown is kept and comes back with :meth:`start`."""
        self._wanted = False
        for timer in (self._soon, self._patience, self._rebuild):
            timer.stop()
        self._bridge.close()
        browser, page = self._browser, self._page
        self._browser = self._page = None
        for dead in (browser, page):
            if dead and shiboken6.isValid(dead):
                shiboken6.delete(dead)

    def _engine_opened(self) -> None:
        if self._wanted:
            self._wanted = False
            self._open_page()

    def _engine_refused(self, obstacle: Obstacle) -> None:
        if self._wanted:
            self._wanted = False
            self._explain(obstacle)

    def _open_page(self) -> None:
        from ui.map.web import QWebChannel, QWebEngineView

        if (web := self._engine.web) is None:
            return
        if self._browser is None:
            self._browser = QWebEngineView()
            self._browser.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
            self._browser.setAccessibleName(_("Map"))
            self._faces.addWidget(self._browser)
            self.setFocusProxy(self._browser)
        page = web.page(self)
        page.setBackgroundColor(QColor(self._tokens["sea"]))
        channel = QWebChannel(page)
        channel.registerObject("bridge", self._bridge)
        page.setWebChannel(channel)
        page.renderProcessTerminated.connect(lambda _status, code: self._terminated(page, code))
        self._page = page
        self._browser.setPage(page)
        self._engine.shelve(self._areas_path, self._areas)
        self._patience.start(PATIENCE * 1000)
        page.load(QUrl(INDEX))

    def _terminated(self, page: QObject, code: int) -> None:
        if page is not self._page:
            return  # one that was closed on purpose
        self._patience.stop()
        self._bridge.close()
        self._page = None
        page.deleteLater()
        now = clock.ticks()
        self._crashes = [at for at in self._crashes if now - at < 60] + [now]
        log.warning("the map's page stopped (exit code %d), %d times within a minute", code, len(self._crashes))
        if len(self._crashes) > len(BACK_OFF):
            self._explain(Obstacle(CRASHING.reason, CRASHING.remedy, {"n": len(self._crashes)}))
            return
        self._faces.setCurrentWidget(self._waiting)
        self._rebuild.start(round(BACK_OFF[len(self._crashes) - 1] * 1000))

    def _silent(self) -> None:
        self.close_page()
        self._explain(Obstacle(SILENT.reason, SILENT.remedy, {"n": PATIENCE}))

    def _explain(self, obstacle: Obstacle) -> None:
        self._notice.explain(obstacle)
        self._faces.setCurrentWidget(self._notice)
        self.explained.emit(" ".join(obstacle.words()))

    def _page_ready(self) -> None:
        self._patience.stop()
        self._bridge.open()
        self._tell_all()
        self._bridge.flush()
        if self._browser:
            self._browser.setGeometry(self.rect())  # below the words until there is a frame of ours, no leftovers
            self._browser.show()
            self._browser.lower()
        self.ready.emit()

    def _page_shown(self) -> None:
        if self._browser and self._page:
            self._faces.setCurrentWidget(self._browser)

    def _tell_all(self) -> None:
        tell = self._bridge.tell
        self._tell_look()
        tell("clock", clock.now().timestamp())
        for name, shown in self._layers.items():
            tell("layer", name, shown)
        if self._place:
            tell("view", *(self._place.get(part, False) for part in ("lat", "lon", "zoom", "locked", "framed")))
        for name, points in self._heat.items():
            tell("heat", name, points)
        tell("areas", self._areas_path)
        tell("choose", *self._chosen)
        tell("pick", self._picking)
        tell("pin", *(self._pin or (None, None)))
        for key, thing in self._objects.items():
            self._bridge.put(self._slots[key], _row(thing))

    def _tell_look(self) -> None:
        families = ", ".join(f'"{family}"' for family in self.font().families())
        size = max(11, self.fontInfo().pixelSize() - 1)
        self._bridge.tell("tokens", self._tokens, f"{size}px {families}, sans-serif")
        words = {
            "seconds": _("fix {n} s old", n="{n}"),
            "minutes": _("fix {n} min old", n="{n}"),
            "hours": _("fix {n} h old", n="{n}"),
        }
        self._bridge.tell("words", words)

    # --- what is shown

    def set_areas(self, areas: Iterable[Sequence[object]]) -> None:
        """Show these areas instead of the present ones: (key, label, GeoJSON geometry in WGS-84)."""
        rows = [Area(*area)._asdict() for area in areas]  # type: ignore[arg-type]  # a plain tuple will do
        self._areas = json.dumps(rows, ensure_ascii=False).encode()
        self._engine.shelve(self._areas_path, self._areas)
        self._bridge.tell("areas", self._areas_path)

    def put(self, objects: Iterable[MapObject]) -> None:
        """Show these objects, or show them anew where their keys are already on the map."""
        for thing in objects:
            before = self._objects.get(thing.key)
            self._objects[thing.key] = thing
            if before is None:
                self._slots[thing.key] = self._free.pop() if self._free else len(self._slots)
            slot = self._slots[thing.key]
            if before and _look(before) == _look(thing):
                self._bridge.move(slot, (thing.lon, thing.lat, thing.heading, _seconds(thing)))
            else:
                self._bridge.put(slot, _row(thing))

    def remove(self, keys: Iterable[str]) -> None:
        """Take these off the map; a key that is not on it is passed over."""
        for key in keys:
            if self._objects.pop(key, None):
                slot = self._slots.pop(key)
                self._free.append(slot)
                self._bridge.gone(slot)

    def set_heat(self, name: str, points: Iterable[tuple[float, float]]) -> None:
        """The (lon, lat) of past cases for the layer ``heat_7`` or ``heat_30``."""
        if name not in self._heat:
            raise ValueError(name)
        self._heat[name] = [n for point in points for n in point]
        self._bridge.tell("heat", name, self._heat[name])

    def select(self, kind: str, key: str) -> None:
        """Ring this object; an empty key rings nothing. It need not be on the map yet."""
        self._chosen = (kind, key)
        self._bridge.tell("choose", kind, key)

    def set_now(self, at: dt.datetime) -> None:
        """The time by which fixes age, where it is not this machine's: the server's, aware UTC."""
        self._bridge.tell("clock", at.timestamp())

    def set_tokens(self, tokens: Mapping[str, str]) -> None:
        """The colours of another theme."""
        self._tokens = dict(tokens)
        if self._page:
            self._page.setBackgroundColor(QColor(self._tokens["sea"]))
        self._dress_waiting()
        self._tell_look()

    def _dress_waiting(self) -> None:
        palette = self._waiting.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(self._tokens["sea"]))
        self._waiting.setPalette(palette)

    def set_language(self) -> None:
        """Say everything again in the language spoken now."""
        self._waiting.setText(_("The map is being prepared…"))
        self.setAccessibleName(_("Map"))
        self._notice.set_language()
        self._tell_look()

    @property
    def place(self) -> dict[str, object]:
        """Where the view is: ``lat``, ``lon``, ``zoom``, ``locked``, ``framed``, ``starred``; empty before it was."""
        return dict(self._place)

    @property
    def held(self) -> bool:
        """Whether somebody moved the view by hand and has not let go of it since: it is theirs then."""
        return bool(self._place.get("locked")) and not self._place.get("framed")

    def go_back_to(self, place: Mapping[str, object]) -> None:
        """Begin where a former :attr:`place` was; for a view that has not been anywhere yet."""
        if not self._place and {"lat", "lon", "zoom", "locked"} <= set(place):
            self._place = {**place, "starred": False}

    @property
    def layers(self) -> dict[str, bool]:
        """Which layers are shown; the caller keeps it for the next time."""
        return dict(self._layers)

    def set_layer(self, name: str, shown: bool) -> None:
        """Switch one of :data:`~ui.map.objects.LAYERS`."""
        if self._layers[name] != shown:
            self._layers[name] = shown
            self._bridge.tell("layer", name, shown)
            self.layers_changed.emit(self.layers)

    def fit(self) -> None:
        """Show all open cases, or the areas where there are none."""
        self._bridge.tell("fit")

    def show_points(self, points: Iterable[tuple[float, float]], near: bool = False) -> None:
        """Bring these (lon, lat) into sight; a view that shows them already stays as it is, unless ``near``.

        Asked for before there is a page, it is done when the page has a size to fit them into.
        """
        self._awaited = (list(points), near)
        self._show_awaited()

    def _show_awaited(self) -> None:
        points, near = self._awaited
        wanted = frame_for(points, self.width(), self.height())
        if wanted is None or not self._place or not self.isVisible():
            return
        self._awaited = ([], False)
        lon, lat, zoom = (float(str(self._place[part])) for part in ("lon", "lat", "zoom"))
        if near or needs_moving(Frame(lon, lat, zoom), wanted, points, self.width(), self.height()):
            self._bridge.tell("view", wanted.lat, wanted.lon, wanted.zoom, True, True)

    def toggle_star(self) -> None:
        """Fit and follow the open cases again; once more: back to where the user was."""
        self._bridge.tell("star")

    def pick_point(self, on: bool) -> None:
        """While on, a click anywhere picks that place and pins it."""
        self._picking = on
        self._bridge.tell("pick", on)

    def set_pin(self, point: tuple[float, float] | None) -> None:
        """Pin this (lon, lat), or nothing."""
        self._pin = point
        self._bridge.tell("pin", *(point or (None, None)))

    # --- what the page says

    def _take(self, kind: str, key: str) -> None:
        self.select(kind, key)
        self.selected.emit(kind, key)

    def _offer_stack(self, picks: list[list[str]], x: int, y: int) -> None:
        stack = [Pick(*pick) for pick in picks]
        self.stack_selected.emit(stack)
        self._stack.offer(stack, self.mapToGlobal(QPoint(x, y)))

    def _ground_clicked(self, lon: float, lat: float) -> None:
        if self._picking:
            self.set_pin((lon, lat))
            self.point_picked.emit(lon, lat)

    def _view_moved(self, view: dict[str, object]) -> None:
        starred = self._place.get("starred", False)
        self._place = view
        self._show_awaited()
        if view["starred"] != starred:
            self.star_changed.emit(bool(view["starred"]))


def _seconds(thing: MapObject) -> float | None:
    return thing.at.timestamp() if thing.at else None


def _look(thing: MapObject) -> tuple[str, str, str]:
    return thing.kind, thing.status, thing.label


def _row(thing: MapObject) -> tuple[object, ...]:
    kind, status, label = _look(thing)
    return kind, thing.key, thing.lon, thing.lat, status, thing.heading, _seconds(thing), label
