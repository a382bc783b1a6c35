"""Whether there can be a map, and the one web engine that all maps of the process share.

Facts found by trying (Chromium 140 inside Qt 6.11): started as root with its sandbox on, the engine ends the
*whole process* with the first page, so that is looked at before it is touched. An ordinary user gets a page,
with user namespaces and without them. The sandbox is off only if an administrator said so from outside:
``QTWEBENGINE_DISABLE_SANDBOX`` set to anything, even to 0; ``--no-sandbox`` among
``QTWEBENGINE_CHROMIUM_FLAGS``, or on the command line behind ``--webEngineArgs``, not before it.
The program itself never switches it off.
"""

import importlib
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from commandcenter.i18n import N_, _
from ui.map import page
from ui.map.page import Served, TileSource

if TYPE_CHECKING:
    from ui.map.web import Web

log = logging.getLogger(__name__)

Build = Callable[[], dict[str, Served]]


class Aside(Protocol):
    """Does ``work`` away from the screen's thread, then hands its result to ``then`` on it. Equal: the same lane."""

    def __call__(self, work: Build, then: Callable[[dict[str, Served]], None], /, *, owner: QObject) -> None: ...


@dataclass(frozen=True)
class Obstacle:
    """Why there is no map, and what somebody can do about it: two sentences for the user."""

    reason: str
    remedy: str
    params: dict[str, object] = field(default_factory=dict)

    def words(self) -> tuple[str, str]:
        """Both sentences in the language spoken now."""
        return _(self.reason, **self.params), _(self.remedy, **self.params)


AS_ROOT = Obstacle(
    N_("The program was started as the system administrator (root). The web engine that draws the map "
       "refuses to run that way, because its protective sandbox would not hold."),
    N_("Start the program as an ordinary user. Everything except the map works as it is."),
)  # fmt: skip
MISSING = Obstacle(
    N_("The web engine that draws the map is not installed or cannot be loaded ({detail})."),
    N_("Install PySide6-Addons and the system libraries it names, then press Retry. "
       "Everything except the map works as it is."),
)  # fmt: skip
CRASHING = Obstacle(
    N_("The part of the web engine that draws the map has stopped {n} times within a minute."),
    N_("Press Retry to try again. If it stops once more, free some memory or tell the system "
       "administrator. Everything except the map works as it is."),
)  # fmt: skip
SILENT = Obstacle(
    N_("The map page did not answer within {n} seconds."),
    N_("Press Retry to load it again. Everything except the map works as it is."),
)
UNBUILT = Obstacle(
    N_("The map page could not be built ({detail})."),
    N_("The installation is damaged: install the program again, then press Retry. "
       "Everything except the map works as it is."),
)  # fmt: skip


def register_scheme() -> None:
    """Prepare the application for a web engine that is loaded later. Call before ``QApplication`` is made.

    Only the attribute has to be set this early; the scheme itself is registered with the engine's own
    import, just before the first profile, so that the start does not pay for loading it.
    """
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


SYSTEM_BUS = Path("/run/dbus/system_bus_socket")


def say_nothing_of_a_missing_bus() -> None:
    """Where a machine has no system bus the engine prints an error at each try to reach it, past Qt's log.

    Only there its own printing is left out: what goes wrong with a page is told through Qt all the same.
    """
    flags = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "")
    told = "DBUS_SYSTEM_BUS_ADDRESS" in os.environ or "--log-level" in flags or "--enable-logging" in flags
    if sys.platform.startswith("linux") and not told and not SYSTEM_BUS.exists():
        os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = f"{flags} --log-level=3".strip()


def sandbox_switched_off() -> bool:
    """Whether somebody outside the program has switched the engine's sandbox off."""
    arguments = QCoreApplication.arguments()
    behind = arguments[arguments.index("--webEngineArgs") :] if "--webEngineArgs" in arguments else []
    flags = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "").split()
    return "QTWEBENGINE_DISABLE_SANDBOX" in os.environ or "--no-sandbox" in (*flags, *behind)


def sandbox_obstacle() -> Obstacle | None:
    """What would make the sandboxed engine end this process, looked at without touching the engine."""
    if not sys.platform.startswith("linux") or sandbox_switched_off():
        return None
    return AS_ROOT if os.geteuid() == 0 else None


def _in_place(work: Build, then: Callable[[dict[str, Served]], None], /, *, owner: QObject) -> None:  # noqa: ARG001
    then(work())


class MapEngine(QObject):
    """The engine shared by all maps; built by the composition root, started by the first map shown.

    ``aside`` runs the building of the page off the screen's thread (importing folium takes half a second);
    without it the page is built in place.
    """

    opened = Signal()
    refused = Signal(Obstacle)
    closing = Signal()

    def __init__(
        self, *, tiles: TileSource | None = None, aside: Aside = _in_place, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tiles = tiles
        self._aside = aside
        self._builder: Aside | None = None
        self.web: Web | None = None

    def work_aside(self, aside: Aside) -> None:
        """Build the page by ``aside`` from now on: whoever built it before may have ended, and never answer."""
        self._aside = aside

    def open(self) -> None:
        """Ends in :attr:`opened` or :attr:`refused`, perhaps later."""
        if self.web:
            self.opened.emit()
        elif self._builder != self._aside:
            self._open()

    def _open(self) -> None:
        obstacle = sandbox_obstacle() or self._load()
        if obstacle:
            log.warning("no map: %s", obstacle.reason.format(**obstacle.params))
            self.refused.emit(obstacle)
            return
        self._builder = self._aside
        self._aside(self._build, partial(self._built, self._aside), owner=self)

    def _load(self) -> Obstacle | None:
        importlib.invalidate_caches()
        say_nothing_of_a_missing_bus()
        try:
            web = importlib.import_module("ui.map.web")
        except ImportError as missing:
            return Obstacle(MISSING.reason, MISSING.remedy, {"detail": str(missing)})
        web.register()
        return None

    def _build(self) -> dict[str, Served]:
        """An empty page stands for one that could not be built; the log has the reason."""
        try:
            return page.build(self._tiles)
        except Exception:
            log.exception("the map page could not be built")
            return {}

    def _built(self, builder: Aside, content: dict[str, Served]) -> None:
        from ui.map.web import Web

        if self._builder != builder:
            return  # closed meanwhile, or asked of somebody else
        self._builder = None
        if not content:
            self.refused.emit(Obstacle(UNBUILT.reason, UNBUILT.remedy, {"detail": "folium, Leaflet"}))
            return
        self.web = Web(content, self._tiles, self)
        self.opened.emit()

    def close(self) -> None:
        """End every page, then the profile they share; in the other order the engine aborts the process."""
        self._builder = None
        self.closing.emit()
        web, self.web = self.web, None
        if web:
            shiboken6.delete(web)

    def shelve(self, path: str, content: bytes) -> None:
        """Serve ``content`` (JSON) under ``path`` to the pages."""
        if self.web:
            self.web.shelf.content[path] = Served(b"application/json", content)
