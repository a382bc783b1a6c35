"""The real window on a busy district, for whoever measures what is seen in it: in a process of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.million import FOLDER, busy_district

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QObject

    from ui.dispatch.page import DispatchPage

ROOT = Path(__file__).resolve().parents[2]
OPEN = 20_000
OPERATOR = "op01"
LONGEST_MS = 30_000


Place = Callable[[], AbstractContextManager[str]]


@contextmanager
def on_a_file() -> Iterator[str]:
    """The address of a copy of a district with 20 000 open cases, in an SQLite file."""
    with tempfile.TemporaryDirectory(dir=FOLDER.parent) as folder:
        copy = Path(folder) / "district.sqlite"
        shutil.copyfile(busy_district(OPEN), copy)
        yield f"sqlite:///{copy}"


@contextmanager
def on_a_server() -> Iterator[str]:
    """The same on a PostgreSQL server of our own, with the server's own care for the disk."""
    from tests.benchmarks.million import fill_district
    from tests.postgres import private_cluster

    with private_cluster(durable=True) as cluster:
        name = cluster.create()
        url = cluster.url(name)
        fill_district(url, OPEN)
        with cluster.connect(name) as connection:
            connection.execute("VACUUM ANALYZE")  # as a server does by itself that has been in use
        yield url


def in_a_process(module: str, url: str, home: str | None = None) -> str:
    """Run a benchmark's module with the address of a database, without a screen; what it printed last.

    ``home`` is the folder of somebody who has used the program before; without it they never have.
    """
    with tempfile.TemporaryDirectory() if home is None else nullcontext(home) as folder:
        surroundings = {
            **os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": folder,
            **{f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
        }  # fmt: skip
        if os.geteuid() == 0:
            surroundings["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # root is the test machine's, never the product's, way
        ended = subprocess.run(
            [sys.executable, "-m", module, url], cwd=ROOT, env=surroundings, check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    return ended.stdout.splitlines()[-1]


class Window:
    """The program, signed in, on its dispatch page, in the measuring process."""

    def __init__(self, url: str) -> None:
        from ui.app import Program, application
        from ui.preferences.memory import Preferences
        from ui.theme import theme

        self._app = application(["commandcenter"])
        theme.apply(self._app, "day")
        self.program = Program(self._app, Preferences(), url)
        self._come_in()
        self.until(self._in)
        self.page = self._dispatch_page()
        self.painted = Painted(self.page.waiting.view)
        self.until(lambda: self.page.waiting.key is not None and self.painted.at > 0)

    def _come_in(self) -> None:
        """Open the database and sign in."""
        self.program.show(OPERATOR)

    def _in(self) -> bool:
        """Whether somebody is signed in, and everything is here."""
        return self.program.window.shell is not None and self.program.backstage.picture.complete

    def _dispatch_page(self) -> "DispatchPage":
        from ui.dispatch.page import DispatchPage

        shell = self.program.window.shell
        assert shell is not None
        page = shell.go("dispatch")
        assert isinstance(page, DispatchPage)
        return page

    def until(self, condition: Callable[[], bool]) -> None:
        """Let the window go on until the condition holds; it is asked whenever there is nothing left to do."""
        from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, QTimer

        loop, late = QEventLoop(), QTimer(singleShot=True, interval=LONGEST_MS)
        late.timeout.connect(loop.quit)
        dispatcher = QAbstractEventDispatcher.instance()

        def ask() -> None:
            if condition():
                loop.quit()

        dispatcher.aboutToBlock.connect(ask)
        late.start()
        if not condition():
            loop.exec()
        dispatcher.aboutToBlock.disconnect(ask)
        if not condition():
            raise TimeoutError("what was waited for did not happen in the window")

    def go_on(self, seconds: float) -> None:
        """Let the window go on for a while, as it does between two things a person does."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def gone(self, key: str) -> bool:
        """Whether the case has left the list, and the list was painted since."""
        return self.page.waiting.table.row_of(key) < 0 and key not in self.painted.shown

    def close(self) -> None:
        """End the program as a person does."""
        if self.program.end():
            raise RuntimeError("the program did not end clean")


class Painted:
    """Looks on while a list is painted: when it was done last, and which rows it showed."""

    def __init__(self, view: Any) -> None:
        from PySide6.QtCore import QObject

        self.at = 0.0
        """When the last painting was done: seconds of the monotonic clock all processes share."""
        self.shown: set[str] = set()
        self._view = view

        class Filter(QObject):
            def eventFilter(_self, watched: "QObject", event: "QEvent") -> bool:  # noqa: N805
                return self._seen(event)

        self._filter = Filter()
        view.viewport().installEventFilter(self._filter)

    def _seen(self, event: "QEvent") -> bool:
        if event.type() is not event.Type.Paint:
            return False
        self._view.viewportEvent(event)  # paints now, so that the time after it can be taken
        self.at = time.monotonic()
        self.shown = set(self._rows())
        return True

    def _rows(self) -> Iterator[str]:
        height, table = self._view.viewport().height(), self._view.table
        for row in range(self._view.rowAt(0), table.rowCount()):
            if self._view.rowViewportPosition(row) >= height:
                return
            yield table.key_at(row)
