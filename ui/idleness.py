"""How long nobody has touched a key, the pointer or the screen."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QWindow
from shiboken6 import isValid

from commandcenter import clock

_TOUCHES = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TabletMove, QEvent.Type.TabletPress,
    QEvent.Type.DragMove,
})  # fmt: skip


class Idleness(QObject):
    """Listens where every touch arrives first: at the windows of the system, of which there are few.

    A filter on the application would be asked about every event of every widget, each painting included. What an input
    method composes passes the windows by and arrives only where the cursor is, so that one place is listened at too.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._touched_at = clock.uptime()
        self._cursor: QObject | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self.watch)
            app.focusObjectChanged.connect(self._follow)

    def watch(self, window: QWindow | None) -> None:
        """Listen at this window of the system too. Twice is harmless."""
        if window is not None:
            window.installEventFilter(self)

    def _follow(self, typed_into: QObject | None) -> None:
        before, self._cursor = self._cursor, typed_into
        if before is not None and isValid(before) and not before.isWindowType():
            before.removeEventFilter(self)
        if typed_into is not None:
            typed_into.installEventFilter(self)

    @property
    def seconds(self) -> float:
        """Since the last touch."""
        return clock.uptime() - self._touched_at

    def begin_anew(self) -> None:
        """Somebody is here now."""
        self._touched_at = clock.uptime()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        composed = event.type() == QEvent.Type.InputMethod
        if composed or (watched.isWindowType() and event.type() in _TOUCHES):
            self.begin_anew()
        return False
