"""A line for a whole number."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSpinBox, QWidget

from ui.theme import theme


class NumberBox(QSpinBox):
    """A spin box whose nought reads as empty, and that does not change when a page is scrolled over it.

    Use it in the place of ``QSpinBox``: Qt places a styled spin box's text at its very edge, whatever the
    style sheet says, so the room at the left is given here.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSpecialValueText(" ")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self.lineEdit().setTextMargins(theme.px(7), 0, 0, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
