"""A column of the case: it scrolls by itself."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget
from shiboken6 import isValid


class Reading(QScrollArea):
    """A column that scrolls by itself. What is put in above what is being read does not push it away."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidget(content)
        self._read: tuple[QWidget, int] | None = None
        self._most = 0
        self._following = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._return)
        self.verticalScrollBar().rangeChanged.connect(self._grown)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def hold_place(self) -> None:
        """Something will be put in at the top: stay with what is being read, where that is not the top itself."""
        top, content = self.verticalScrollBar().value(), self.widget()
        every = content.findChildren(QWidget, options=_DIRECT) if content is not None else []
        lines = (line for line in every if line.isVisible() and line.geometry().bottom() > top)
        line = min(lines, key=lambda w: w.y(), default=None) if top > 0 else None
        self._read = (line, line.y() - top) if line is not None else None
        self._most = self.verticalScrollBar().maximum()

    def to_top(self) -> None:
        """Read from the beginning."""
        self._read = None
        self.verticalScrollBar().setValue(0)

    def _grown(self, _least: int, most: int) -> None:
        """Go along at once, and exactly once every line has found its place: words are broken into lines late."""
        if self._read is not None:
            self._go(self.verticalScrollBar().value() + most - self._most)
            self._most = most
            self._settle.start()

    def _return(self) -> None:
        if self._read is not None and isValid(self._read[0]):
            self._go(self._read[0].y() - self._read[1])

    def _go(self, value: int) -> None:
        self._following = True
        self.verticalScrollBar().setValue(value)
        self._following = False

    def _scrolled(self, _value: int) -> None:
        if not self._following:
            self._read = None  # the reader moves on


_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
