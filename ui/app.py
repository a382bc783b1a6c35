"""The program: builds everything, top to bottom, once. The composition root of the window."""

import argparse
import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QSize, QSocketNotifier, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QFileDialog

from commandcenter import __version__, i18n, logs, settings
from commandcenter.domain.people import Person
from commandcenter.errors import Refused
from commandcenter.i18n import _
from commandcenter.live.delta import Delta
from commandcenter.spool import Misses, Spool
from ui import milestones, qt_words
from ui.backstage import Backstage
from ui.entrance import Entrance
from ui.housekeeping import Housekeeping
from ui.keeping import Keeping
from ui.main_window import SMALLEST, MainWindow
from ui.preferences.memory import THEMES, Preferences
from ui.pulse import Pulse
from ui.theme import theme

DONE, FAILED, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window. Returns 0 when it was closed, 1 after a bug that ended it, 2 where it could not start."""
    given = _arguments(sys.argv[1:] if arguments is None else arguments)
    logs.set_up(settings.log_folder())
    qInstallMessageHandler(_qt_said)
    preferences = Preferences()
    preferences.this_time(given.language, given.theme)
    i18n.use(preferences.language)
    try:
        url = settings.database_url(given.database) if given.database is not None else (
            preferences.database or settings.demonstration_url())
    except Refused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201 – a wrong argument is answered in the terminal
        return REFUSED
    app = application(sys.argv[:1])
    qt_words.speak(preferences.language)
    theme.apply(app, preferences.theme, preferences.scale)
    if given.wall:
        from ui.wall_app import wall

        return wall(app, url, given)
    if given.tour is not None:
        return tour(app, url if given.database else "", given)
    program = Program(app, preferences, url)
    milestones.watch(app, program.backstage)
    program.show(given.sign_in_as or "")
    return program.run()


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="commandcenter",
        description="The window of the command centre: complaints, dispatch, follow-up and map of a city district.",
        epilog="Without --database the database used last is opened, or else the demonstration district. "
        "Databases are made and filled with commandcenterctl.",
    )
    parser.add_argument("--database", metavar="URL", help="a SQLite file, or sqlite:///PATH, or postgresql://…")
    parser.add_argument("--as", dest="sign_in_as", metavar="LOGIN",
                        help="sign in as LOGIN: at once in a demonstration district, else the password is asked for")
    parser.add_argument("--tour", metavar="DIR", type=Path,
                        help="drive the window through one whole life of a case, save pictures in DIR, and end; "
                        "without --database on a fresh demonstration district of its own, without --language "
                        "and --theme in both languages, by day and by night")
    parser.add_argument("--language", choices=i18n.LANGUAGES, help="the language of the window, this time")
    parser.add_argument("--theme", choices=THEMES, help="the look of the window, this time")
    parser.add_argument("--wall", action="store_true",
                        help="be a wall: full screen, without a pointer, and read-only by an account of the role wall")
    parser.add_argument("--screen", metavar="N", type=int, default=0, help="the wall's screen, counted from 1")
    parser.add_argument("--scenes", metavar="FILE", type=Path, help="what the wall shows; see the runbook")
    parser.add_argument("--version", action="version", version=f"commandcenter {__version__}")
    return parser.parse_args(arguments)


def application(argv: Sequence[str]) -> QApplication:
    """Qt's application, with everything that must be said before there is one."""
    from ui.map.engine import register_scheme

    register_scheme()
    app = QApplication([*argv] or ["commandcenter"])  # the web engine wants a name
    app.setApplicationName("commandcenter")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("commandcenter")
    return app


def backstage_for(url: str, entrance: Entrance | None = None) -> Backstage:
    """The backstage of a database. Nothing is opened, and the storage not even imported, before it starts."""
    opening = entrance.wait if entrance is not None else lambda: _opened(url)
    return Backstage(opening, _tail, _door, keeping=Keeping(Spool, _door))


def _opened(url: str) -> Any:
    from commandcenter.storage.database import Database

    return Database.open(url)


def entrance_for(url: str) -> Entrance | None:
    """Where people sign in with the database itself, the entrance; else none."""
    if not settings.shared(url):
        return None
    return Entrance(partial(_opened_as, url), _whose, Misses(settings.spoken_url(url)), settings.station())


def _opened_as(url: str, login: str, password: str) -> Any:
    from commandcenter.operations.signing import typed
    from commandcenter.storage.database import Database
    from commandcenter.storage.logins import Login

    return Database.open(url, login=Login(typed(login, password), password))


def _whose(database: Any) -> Person:
    from commandcenter.operations.signing import signed_in_at_server

    return signed_in_at_server(database)


def _tail(database: Any) -> Any:
    from commandcenter.storage.feed import Feed

    return Feed(database)


def _door() -> Callable[..., Any]:
    from commandcenter.operations import perform

    return perform


def _sign_in(
    database: Any, login: str, password: str, station: str, look_only: Callable[[Refused], object]
) -> Person:
    from commandcenter.operations.signing import sign_in

    return sign_in(database, login, password, station, look_only)


class Program:
    """The window, what works behind it, and how both end."""

    def __init__(self, app: QApplication, preferences: Preferences, url: str) -> None:
        self.app, self.preferences, self.url = app, preferences, url
        self.pulse = Pulse(self._now)
        self.housekeeping = Housekeeping(self.pulse)
        self.backstage, self.window = self._build(url)
        self._clean, self._ended = True, False
        self._hooks = sys.excepthook, sys.unraisablehook
        sys.excepthook, sys.unraisablehook = self._bug, self._unraisable
        self._interrupts = Interrupts(app.quit)

    def _now(self) -> datetime:
        return self.backstage.now()

    def _build(self, url: str) -> tuple[Backstage, MainWindow]:
        self._entrance = entrance_for(url)
        backstage = backstage_for(url, self._entrance)
        window = MainWindow(backstage, self.preferences, self.pulse, _sign_in, url, entrance=self._entrance)
        window.database_asked.connect(self._choose_database)
        backstage.changed.connect(self._settle)
        window.signed_in.connect(lambda _room: self._remember())
        if self._entrance is not None:
            window.signed_out.connect(self._let_go, Qt.ConnectionType.QueuedConnection)
        return backstage, window

    def _settle(self, _delta: Delta) -> None:
        if not self.backstage.picture.complete:
            self.housekeeping.settle()

    def _remember(self) -> None:
        if not settings.holds_secret(self.url):
            self.preferences.database = self.url

    def _let_go(self) -> None:
        """Who leaves takes their connection along; the next person begins with an empty room."""
        left = self.window
        self.open(self.url)
        self.window.take_over(left)

    def show(self, login: str = "") -> None:
        """Show the window first; open the database behind it then."""
        if too_large(self.window.size(), self.window.screen().availableSize()):
            self.window.showMaximized()
        else:
            self.window.show()
        if login:
            self._sign_in_as(login)
        self.pulse.start()
        self.backstage.start()

    def run(self) -> int:
        """Until the window is closed."""
        code = self.app.exec()
        ended = self.end() or code
        self.housekeeping.leave()
        return ended

    def end(self) -> int:
        """Stop the threads and the timer. 1 where something would not end, or a bug was met. Once is enough."""
        if self._ended:
            return DONE
        self._ended = True
        self.pulse.stop()
        self.window.close()
        ended = self._close_backstage(self.backstage, self._entrance)
        if ended:
            self.housekeeping.stop()
        self._interrupts.close()
        sys.excepthook, sys.unraisablehook = self._hooks
        return DONE if ended and self._clean else FAILED

    def _sign_in_as(self, login: str) -> None:
        from ui.sign_in import demonstration_accounts

        door = self.window.door
        door.login.setText(login)
        door.password.setFocus()

        def when_loaded(_stage: str) -> None:
            self.backstage.loaded.disconnect(when_loaded)
            _accounts, password = demonstration_accounts(self.backstage.picture)
            if password:
                self.window.attempt_when_open(login, password)

        if self._entrance is None:
            self.backstage.loaded.connect(when_loaded)

    def _choose_database(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self.window, _("Open another database"), str(settings.data_folder()),
            f"{_('Databases')} (*.sqlite *.sqlite3 *.db);;{_('All files')} (*)")
        if path:
            self.open(settings.sqlite_url(Path(path)))

    def open(self, url: str) -> None:
        """Leave the database that is open and open another one, in a window at the same place."""
        old_backstage, old_window, geometry = self.backstage, self.window, self.window.saveGeometry()
        old_entrance = self._entrance
        self.url = url
        self.backstage, self.window = self._build(url)
        self.window.restoreGeometry(geometry)
        self.window.show()
        self.backstage.start()
        old_window.close()
        old_window.deleteLater()
        self._close_backstage(old_backstage, old_entrance)
        old_backstage.picture.forget()
        self.housekeeping.let_go(old_window, old_backstage, old_backstage.picture)

    @staticmethod
    def _close_backstage(backstage: Backstage, entrance: Entrance | None) -> bool:
        if entrance is not None:
            entrance.close()
        return backstage.close()

    # ------------------------------------------------------------------ bugs

    def _bug(self, kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
        if isinstance(bug, KeyboardInterrupt):
            self.app.quit()
            return
        if isinstance(bug, Refused) and self.window.room is not None:
            self.window.room.refuse(bug)  # a refusal met on the GUI thread is still one, in words
            return
        self._clean = False
        found = logs.report(bug.with_traceback(trace), f"the window ({kind.__name__})")
        self.backstage.bug.emit(found)

    def _unraisable(self, what: Any) -> None:
        if what.exc_value is not None:
            self._bug(what.exc_type, what.exc_value, what.exc_traceback)


class Interrupts:
    """Ctrl+C and a polite end from the system close the window as a click does."""

    def __init__(self, end: Callable[[], None]) -> None:
        self._reads, self._writes = socket.socketpair()
        for side in (self._reads, self._writes):
            side.setblocking(False)
        # Python runs signal handlers between bytecodes only: the byte on this socket wakes Qt so that it may.
        self._woken_before = signal.set_wakeup_fd(self._writes.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._reads.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._woken)
        self._before = {
            number: signal.signal(number, lambda _number, _frame: end()) for number in (signal.SIGINT, signal.SIGTERM)
        }

    def _woken(self) -> None:
        self._reads.recv(64)

    def close(self) -> None:
        """Leave the signals as they were found."""
        for number, before in self._before.items():
            signal.signal(number, before)
        signal.set_wakeup_fd(self._woken_before)
        self._notifier.setEnabled(False)
        self._reads.close()
        self._writes.close()


def tour(app: QApplication, url: str, given: argparse.Namespace) -> int:
    """The guided tour, on the database at ``url`` or, where that is empty, on one of its own."""
    from ui.tour import tour as guided

    look = "" if given.theme in {None, "system"} else given.theme
    return guided(app, url, given.tour, given.language or "", look)


_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


_HARMLESS = (
    "QRhiGles2: Failed to create ", "Failed to create RHI for backend", "QVulkanInstance: Failed to initialize Vulkan",
    "This plugin does not support createPlatformVulkanInstance", "GBM is not supported with the current configuration",
    "GPUInfo not initialized on GpuInfoUpdate",
)  # fmt: skip
"""How Qt says that there is no graphics card it could use: it draws by itself then. Known, and nobody's to mend."""


def _qt_said(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Into the log; what is known to be harmless only into its file, not before somebody's eyes."""
    harmless = kind == QtMsgType.QtWarningMsg and message.startswith(_HARMLESS)
    level = logging.INFO if harmless else _LEVELS[kind]
    logging.getLogger(f"qt.{context.category or 'default'}").log(level, "%s", message)


def too_large(size: QSize, room: QSize) -> bool:
    """Whether a window of that size would reach beyond the screen. Where not even the least one fits, nothing helps."""
    least = QSize(*SMALLEST)
    return size.boundedTo(room) != size and least.boundedTo(room) == least


if __name__ == "__main__":
    sys.exit(main())
