"""What lists draw rather than type: the shapes of urgency (▲ over, ◆ soon, ● calm) and the ground of a badge."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from commandcenter.domain.deadlines import Pressing
from ui.theme import theme

SHARE = 0.74
"""The shape's height as a share of the text's pixel size."""
BADGE_SIDES, BADGE_ABOVE = 12, 3
"""What a badge is wider and higher than its word, px of the design."""


def paint_pill(painter: QPainter, box: QRect, tone: str) -> QColor:
    """Draw the ground of a badge; the ink for its word.

    A quiet one has a frame, all others a soft colour; the accent has both, for a chosen row is of its soft colour too.
    """
    framed = tone in {"", "quiet", "accent"}
    ink, ground = theme.tone(tone or "quiet")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(ground)
    painter.setPen(QPen(theme.colour("line"), 1) if framed else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(4), theme.px(4))
    painter.restore()
    return ink


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
