"""The three shapes of urgency, drawn rather than typed so that no font can leave one out: ▲ over, ◆ soon, ● calm."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from commandcenter.domain.deadlines import Pressing

SHARE = 0.74
"""The shape's height as a share of the text's pixel size."""


def paint_mark(painter: QPainter, box: QRectF, pressing: Pressing, colour: QColor) -> None:
    """Draw the shape for ``pressing`` to fill ``box`` (a square, in px)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if pressing is Pressing.CALM:
        painter.drawEllipse(box)
    elif pressing is Pressing.SOON:
        reach = box.width() * 0.06
        wide = box.adjusted(-reach, -reach, reach, reach)
        middle = wide.center()
        painter.drawPolygon(QPolygonF([
            QPointF(middle.x(), wide.top()), QPointF(wide.right(), middle.y()),
            QPointF(middle.x(), wide.bottom()), QPointF(wide.left(), middle.y()),
        ]))  # fmt: skip
    else:
        painter.drawPolygon(QPolygonF([
            QPointF(box.center().x(), box.top()), QPointF(box.right() + 0.5, box.bottom()),
            QPointF(box.left() - 0.5, box.bottom()),
        ]))  # fmt: skip
    painter.restore()
