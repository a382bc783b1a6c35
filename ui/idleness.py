"""How long nobody has touched a key, the pointer or the screen."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QWindow

from commandcenter import clock

_TOUCHES = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TabletMove, QEvent.Type.TabletPress,
    QEvent.Type.InputMethod, QEvent.Type.DragMove,
})  # fmt: skip


class Idleness(QObject):
    """Listens where every touch arrives first: at the windows of the system, of which there are few.

    A filter on the application would be asked about every event of every widget, each painting included.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._touched_at = clock.uptime()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self.watch)

    def watch(self, window: QWindow | None) -> None:
        """Listen at this window of the system too. Twice is harmless."""
        if window is not None:
            window.installEventFilter(self)

    @property
    def seconds(self) -> float:
        """Since the last touch."""
        return clock.uptime() - self._touched_at

    def begin_anew(self) -> None:
        """Somebody is here now."""
        self._touched_at = clock.uptime()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 – Qt's signature
        if event.type() in _TOUCHES:
            self.begin_anew()
        return False
