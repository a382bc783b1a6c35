"""A line to search with: it asks when the typing pauses, not at every key."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from commandcenter.i18n import _
from ui.theme import icon, theme

PAUSE_MS = 180
ICON, SIDE = 16, 10  # px of the design


class SearchLine(QLineEdit):
    """Enter asks at once, Esc empties the line (and where it is empty already, belongs to whoever is around)."""

    sought = Signal(str)
    """The typing paused; the text, trimmed. Not said twice for the same text."""

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self._asked = ""
        # Not Qt's own icons inside a line: they stay 16 px however large the text is.
        self._empty = QToolButton(self)
        self._empty.setObjectName("search.empty")
        self._empty.setAccessibleName(_("Clear"))
        self._empty.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty.setCursor(Qt.CursorShape.ArrowCursor)
        self._empty.clicked.connect(self._clear)
        self.textChanged.connect(lambda text: self._empty.setVisible(bool(text)))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.ask_now)
        self.textChanged.connect(self._pause.start)
        self.returnPressed.connect(self.ask_now)
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self._empty.setIcon(icon("mdi6.close", "ink_2"))
        self._empty.setVisible(bool(self.text()))
        beside = theme.px(ICON + 6)
        self.setTextMargins(beside, 0, beside, 0)
        self._place()

    def _place(self) -> None:
        side = theme.px(ICON + 8)
        self._empty.setGeometry(self.width() - side - theme.px(4), (self.height() - side) // 2, side, side)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = theme.px(ICON)
        with QPainter(self) as painter:
            icon("mdi6.magnify", "ink_3").paint(painter, theme.px(SIDE), (self.height() - side) // 2, side, side)

    def _clear(self) -> None:
        self.clear()
        self.ask_now()
        self.setFocus()

    def ask_now(self) -> None:
        """Do not wait for the pause: what stands there is asked, unless it was asked already."""
        self._pause.stop()
        text = self.text().strip()
        if text != self._asked:
            self._asked = text
            self.sought.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self._clear()
        else:
            super().keyPressEvent(event)
