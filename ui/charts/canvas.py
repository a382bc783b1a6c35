"""What charts without axes are drawn on, and the legend of a scale of colours."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme import theme

_STEPS = 12


class Canvas(QWidget):
    """Calls ``draw(painter)`` whenever it is painted."""

    def __init__(self, draw: Callable[[QPainter], None]) -> None:
        super().__init__()
        self._draw = draw

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(painter)


def draw_legend(painter: QPainter, box: QRectF, least: str, most: str, text: int) -> None:
    """From the lightest to the darkest of a scale at the lower left of ``box``, with the values they stand for."""
    metrics = QFontMetrics(theme.font(text))
    high, wide = theme.px(8), theme.px(84)
    left, top = box.left() + theme.px(10), box.bottom() - theme.px(10) - metrics.height()
    painter.setFont(theme.font(text))
    painter.setPen(theme.colour("ink_2"))
    flag = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for words in (least, most):
        painter.drawText(QRectF(left, top, box.width(), metrics.height()), flag, words)
        left += metrics.horizontalAdvance(words) + theme.px(6)
        if words is least:
            middle = top + (metrics.height() - high) / 2
            for step in range(_STEPS):
                colour = theme.between("accent_soft", "accent", step / (_STEPS - 1))
                painter.fillRect(QRectF(left + step * wide / _STEPS, middle, wide / _STEPS + 1, high), colour)
            left += wide + theme.px(6)
