"""The sizes of a wall, as parts of its screen's height, and how words are written at them.

A wall is read from eight metres. On one that is two metres high the smallest face is 44 mm: 19 minutes of arc at that
distance, where ISO 9241-303 asks for 16 at least and 20 to 22 for comfort; what has to be read at a glance is larger.
"""

from enum import Enum

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from ui.theme import theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MIDDLE = Qt.AlignmentFlag.AlignCenter


class Size(Enum):
    """How large, as how many of it make the height of the screen."""

    SMALL = 45
    BODY = 35
    TITLE = 30
    HEAD = 24
    CLOCK = 18
    NUMBER = 15


class Scale:
    """The lengths of one screen."""

    def __init__(self, height: int) -> None:
        """``height`` of the screen in px."""
        self.height = max(height, 200)

    def px(self, size: Size) -> int:
        """A face's size in px."""
        return round(self.height / size.value)

    @property
    def gap(self) -> int:
        """Between two panels."""
        return round(self.height / 67)

    @property
    def radius(self) -> float:
        """Of a panel's corners."""
        return self.height / 135

    def part(self, share: float) -> int:
        """``share`` (0 to 1) of the height."""
        return round(self.height * share)

    def line(self) -> float:
        """How wide a thin line is."""
        return max(1.0, self.height / 1080)


def write(
    painter: QPainter, box: QRectF, words: str, pixels: int, token: str = "ink",
    align: Qt.AlignmentFlag = LEFT, strong: bool = False,
) -> float:  # fmt: skip
    """Write words into a box, cut with an ellipsis where it is too narrow; how wide what was written is, in px."""
    painter.setFont(theme.wall_font(pixels, strong))
    painter.setPen(theme.colour(token))
    metrics = QFontMetricsF(painter.font())
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, box.width()) + 0.5)
    painter.drawText(box, int(align | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip), shown)
    return metrics.horizontalAdvance(shown)


def width(words: str, pixels: int, strong: bool = False) -> float:
    """How wide words are at that size, in px."""
    return QFontMetricsF(theme.wall_font(pixels, strong)).horizontalAdvance(words)


def fitting(words: str, pixels: int, room: float, least: int, strong: bool = False) -> int:
    """The largest size from ``pixels`` down to ``least`` at which the words have room."""
    wide = width(words, pixels, strong)
    return pixels if wide <= room else max(least, int(pixels * room / wide))
