"""A line to search with: it asks when the typing pauses, not at every key."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme import icon, theme

PAUSE_MS = 180


class SearchLine(QLineEdit):
    """Enter asks at once, Esc empties the line (and where it is empty already, belongs to whoever is around)."""

    sought = Signal(str)
    """The typing paused; the text, trimmed. Not said twice for the same text."""

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setClearButtonEnabled(True)
        self._asked = ""
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.ask_now)
        self.textChanged.connect(self._pause.start)
        self.returnPressed.connect(self.ask_now)
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self._glass.setIcon(icon("mdi6.magnify", "ink_3"))

    def ask_now(self) -> None:
        """Do not wait for the pause: what stands there is asked, unless it was asked already."""
        self._pause.stop()
        text = self.text().strip()
        if text != self._asked:
            self._asked = text
            self.sought.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.ask_now()
        else:
            super().keyPressEvent(event)
