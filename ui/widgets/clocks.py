"""Clocks on a panel: the time left until something is due, and the time passed since something began."""


from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.pulse import Pulse
from ui.theme import theme
from ui.widgets.marks import SHARE, paint_mark
from ui.wording import Running


class ClockLabel(QWidget):
    """The time left of one clock, with its shape: ``▲ 4 min over``. Follows the pulse."""

    def __init__(
        self, pulse: Pulse, running: Running | None = None, size: int = 13, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pulse, self._size = pulse, size
        self._running: Running | None = None
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        pulse.ticked.connect(self._tick)
        theme.changed.connect(self.updateGeometry)
        self.show_clock(running)

    def show_clock(self, running: Running | None) -> None:
        """Another clock; None shows nothing."""
        self._running = running
        self._tick()

    @property
    def text(self) -> str:
        """What it says now, as plain text."""
        return self._words

    def _tick(self, _now: object = None) -> None:
        words = self._running.text(self._pulse.now()) if self._running else ""
        if words != self._words:
            self._words = words
            self.setAccessibleName(words)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font(self._size, strong=True))
        return QSize(metrics.horizontalAdvance(self._words) + theme.px(8), metrics.height() + theme.px(2))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._running is None:
            return
        now, font, painter = self._pulse.now(), theme.font(self._size, strong=True), QPainter(self)
        colour = theme.tone(self._running.tone(now))[0]
        side, middle = font.pixelSize() * SHARE, self.height() / 2
        paint_mark(painter, QRectF(QPointF(1, middle - side / 2), QPointF(1 + side, middle + side / 2)),
                   self._running.pressing(now), colour)  # fmt: skip
        left = round(side) + theme.px(5)
        words = QFontMetrics(font).elidedText(
            self._running.words(now), Qt.TextElideMode.ElideRight, max(self.width() - left, 0)
        )
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
