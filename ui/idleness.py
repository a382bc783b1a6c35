"""How long nobody has touched a key, the pointer or the screen."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from commandcenter import clock

_TOUCHES = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TabletMove, QEvent.Type.TabletPress,
    QEvent.Type.DragMove,
})  # fmt: skip
_FIELDS = QLineEdit | QPlainTextEdit | QTextEdit | QAbstractSpinBox | QComboBox


class Idleness(QObject):
    """Listens where every touch arrives first: at the windows of the system, of which there are few.

    A filter on the application would be asked about every event of every widget, each painting included. What an input
    method composes passes the windows by and arrives only in the field with the cursor, so those are listened at too.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._touched_at = clock.uptime()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusWindowChanged.connect(self.watch)
            app.focusChanged.connect(self._follow)

    def watch(self, window: QWindow | None) -> None:
        """Listen at this window of the system too. Twice is harmless."""
        if window is not None:
            window.installEventFilter(self)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Listen at a field of ours too. Nothing is remembered: what the web engine made is not ours to hold."""
        if isinstance(now, _FIELDS):
            now.installEventFilter(self)

    @property
    def seconds(self) -> float:
        """Since the last touch."""
        return clock.uptime() - self._touched_at

    def begin_anew(self) -> None:
        """Somebody is here now."""
        self._touched_at = clock.uptime()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        composed = event.type() == QEvent.Type.InputMethod
        if composed or (event.type() in _TOUCHES and watched.isWindowType()):
            self.begin_anew()
        return False
