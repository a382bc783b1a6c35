"""Chips: small pressable facts, such as a squad with what it holds."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolTip, QWidget

from ui.theme import theme
from ui.widgets.plain_label import tip


class Chip(QAbstractButton):
    """A word and, in semibold, what counts: ``隐珠 3``. Click, Space or Enter press it."""

    def __init__(
        self, text: str = "", count: str = "", tone: str = "quiet", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._count, self._tone = count, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.say(text, count, tone)
        theme.changed.connect(self._measure_again)

    def say(self, text: str, count: str = "", tone: str = "quiet") -> None:
        """Other words in another tone (of :data:`ui.theme.TONES`)."""
        self._count, self._tone = count, tone
        self.setText(text)
        self.setAccessibleName(f"{text} {count}".strip())
        self._measure_again()

    @property
    def tone(self) -> str:
        """The tone it is shown in."""
        return self._tone

    @property
    def count(self) -> str:
        """What stands in semibold."""
        return self._count

    def _measure_again(self) -> None:
        self.updateGeometry()
        self.update()

    def _widths(self) -> tuple[int, int]:
        plain, strong = QFontMetrics(theme.font(12)), QFontMetrics(theme.font(12, strong=True))
        text = plain.horizontalAdvance(self.text())
        return text, strong.horizontalAdvance(self._count) if self._count else 0

    def sizeHint(self) -> QSize:
        text, count = self._widths()
        gap = theme.px(4) if text and count else 0
        return QSize(text + gap + count + theme.px(16), theme.px(24))

    def shown_text(self) -> str:
        """The words as far as there is room for them beside the count, ending in … where they are cut."""
        text, _count = self._widths()
        room = self.width() - (self.sizeHint().width() - text)
        if room >= text:
            return self.text()
        return QFontMetrics(theme.font(12)).elidedText(self.text(), Qt.TextElideMode.ElideRight, max(room, 0))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.shown_text() != self.text():
            QToolTip.showText(event.globalPos(), tip("\n".join(p for p in (self.text(), self.toolTip()) if p)), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink, ground = theme.tone(self._tone)
        quiet = self._tone == "quiet"
        lit = self.underMouse() or self.isChecked()
        edge = theme.colour("accent") if self.hasFocus() or self.isChecked() else theme.colour("line")
        painter.setBrush(theme.colour("hover") if lit and quiet else ground)
        plain = not quiet and not self.hasFocus() and not lit
        painter.setPen(Qt.PenStyle.NoPen if plain else QPen(edge, 2 if self.hasFocus() else 1))
        inset = 1.0 if self.hasFocus() else 0.5
        round_ = theme.px(4)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), round_, round_)
        self._write(painter, theme.colour("ink") if quiet else ink)

    def _write(self, painter: QPainter, colour: object) -> None:
        shown = self.shown_text()
        text = QFontMetrics(theme.font(12)).horizontalAdvance(shown)
        box = self.rect().adjusted(theme.px(8), 0, -theme.px(8), 0)
        painter.setPen(theme.colour("ink_off") if not self.isEnabled() else colour)
        painter.setFont(theme.font(12))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        if self._count:
            painter.setFont(theme.font(12, strong=True))
            box.setLeft(box.left() + text + (theme.px(4) if text else 0))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._count)
