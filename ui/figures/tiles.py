"""The figures on tiles: the value, how it changed, n and the interval – or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QToolTip, QWidget

from commandcenter.i18n import _
from commandcenter.queries.figures import DEFINITIONS, Answer, Figure, Unit
from ui.figures.saying import TILES, Change, change, said, span, why_empty
from ui.theme import theme
from ui.widgets.plain_label import tip

WIDTH, GAP = 168, 8  # px of the design
_PAD = 10


@dataclass(frozen=True, slots=True)
class Words:
    """What a tile says, line by line."""

    title: str
    value: str = "–"
    change: Change = field(default_factory=lambda: Change(""))
    below: str = ""

    @property
    def spoken(self) -> str:
        """All of it, for a screen reader and the tool tip."""
        return "\n".join(part for part in (self.title, self.value, self.change.words, self.below) if part)


class Tile(QAbstractButton):
    """One figure. Chosen, the charts below are about it; Enter or a double click shows its records."""

    opened = Signal()

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        self.figure = figure
        self.words = Words(_(DEFINITIONS[figure].title))
        self.setObjectName(f"figures.{figure}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.say(self.words)

    def say(self, words: Words) -> None:
        """Say something else."""
        self.words = words
        self.setAccessibleName(words.spoken.replace("\n", ", "))
        self.update()

    def sizeHint(self) -> QSize:
        small, large = (QFontMetrics(theme.font(size)).height() for size in (12, 22))
        return QSize(theme.px(WIDTH), 3 * small + large + theme.px(2 * _PAD + 6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.setChecked(True)
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.opened.emit()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QHelpEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), tip(self.words.spoken), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, focus = self.isChecked(), self.hasFocus()
        lit = self.underMouse() and not chosen
        painter.setBrush(theme.colour("accent_soft" if chosen else "hover" if lit else "surface"))
        painter.setPen(QPen(theme.colour("accent" if chosen or focus else "line"), 2 if focus else 1))
        inset = 1.0 if focus else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), theme.px(8), theme.px(8))
        self._write(painter)

    def _write(self, painter: QPainter) -> None:
        box = self.rect().adjusted(*[theme.px(n) for n in (_PAD + 2, _PAD)], *[-theme.px(n) for n in (_PAD + 2, _PAD)])
        top = self._line(painter, box, box.top(), self.words.title, 12, "ink_2") + theme.px(2)
        empty = self.words.value == "–"
        top = self._line(painter, box, top, self.words.value, 22, "ink_3" if empty else "ink", strong=True)
        top += theme.px(2)
        tone = {"ok": "ok", "late": "late"}.get(self.words.change.tone, "ink_2")
        top = self._line(painter, box, top, self.words.change.words, 12, tone)
        self._line(painter, box, top, self.words.below, 12, "ink_3")

    @staticmethod
    def _line(
        painter: QPainter, box: QRect, top: int, text: str, size: int, ink: str, *, strong: bool = False
    ) -> int:
        """Write one line, cut where it is too long; where the next one begins, in px."""
        font = theme.font(size, strong=strong)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(QRect(box.left(), top, box.width(), metrics.height()), Qt.AlignmentFlag.AlignLeft, shown)
        return top + metrics.height()


class Tiles(QWidget):
    """All tiles in rows of equal width. Tab comes to the chosen one, the arrows go on from there."""

    chosen = Signal(object)
    """Another figure is looked at."""
    opened = Signal(object)
    """The records of a figure are wanted."""

    def __init__(self, figures: Sequence[Figure] = TILES) -> None:
        super().__init__()
        self.tiles = {figure: Tile(figure) for figure in figures}
        self._group = QButtonGroup(self)
        for tile in self.tiles.values():
            tile.setParent(self)
            self._group.addButton(tile)
            tile.clicked.connect(self._clicked)
            tile.opened.connect(self._opened)
            tile.toggled.connect(self._clicked)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._figure: Figure | None = None
        theme.changed.connect(self._place)

    def _clicked(self, *_: object) -> None:
        tile = self._group.checkedButton()
        if isinstance(tile, Tile) and tile.figure is not self._figure:
            self._figure = tile.figure
            self.chosen.emit(tile.figure)

    def _opened(self) -> None:
        tile = self.sender()
        if isinstance(tile, Tile):
            self.opened.emit(tile.figure)

    def take_focus(self) -> None:
        """The chosen tile has the cursor, else the first one."""
        (self._group.checkedButton() or next(iter(self.tiles.values()))).setFocus()

    def choose(self, figure: Figure | None) -> None:
        """Show as chosen; a figure that has no tile leaves none chosen."""
        self._figure = figure
        self._group.setExclusive(False)
        for known, tile in self.tiles.items():
            tile.setChecked(known is figure)
        self._group.setExclusive(True)

    def show_sheet(self, sheet: dict[Figure, Answer], before: dict[Figure, Answer] | None) -> None:
        """Show these values, and how they changed where that is known already."""
        for figure, tile in self.tiles.items():
            answer = sheet[figure]
            n = _("n = {n}", n=answer.n) if DEFINITIONS[figure].unit is not Unit.COUNT else ""
            below = " · ".join(part for part in (n, span(figure, answer)) if part)
            tile.say(Words(_(DEFINITIONS[figure].title), said(figure, answer),
                           change(figure, answer, before.get(figure) if before else None),
                           why_empty(figure, answer) or below))  # fmt: skip

    # ------------------------------------------------------------------ rows

    def _across(self, width: int) -> int:
        """How many stand in a row, so that the rows are as even as can be."""
        fit = max(1, (width + theme.px(GAP)) // theme.px(WIDTH + GAP))
        rows = -(-len(self.tiles) // fit)
        return -(-len(self.tiles) // rows)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self.tiles) // self._across(width))
        return rows * self._high() + (rows - 1) * theme.px(GAP)

    def _high(self) -> int:
        return next(iter(self.tiles.values())).sizeHint().height()

    def sizeHint(self) -> QSize:
        width = 4 * theme.px(WIDTH)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(WIDTH), self.heightForWidth(max(self.width(), theme.px(WIDTH))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def _place(self) -> None:
        across, gap, high = self._across(self.width()), theme.px(GAP), self._high()
        wide = (self.width() - (across - 1) * gap) / across
        for n, tile in enumerate(self.tiles.values()):
            row, column = divmod(n, across)
            left, right = round(column * (wide + gap)), round(column * (wide + gap) + wide)
            tile.setGeometry(left, row * (high + gap), right - left, high)
