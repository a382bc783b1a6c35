"""Columns side by side. Where there is no room for all of them, as many as there is room for, and a tab for each."""

from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSplitter, QTabBar, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.scrolled import least_size


class Column(NamedTuple):
    """One of them: its title on the tab, its usual and least width in px of the design, its share of more room."""

    widget: QWidget
    title: str
    usual: int
    least: int
    share: int


class Columns(QWidget):
    """A splitter that gives way.

    All columns stay shown, so that whatever gets the focus can be brought into sight: the ones without room lie
    beside the part that is seen. ``name`` is what the splitter's widths are remembered by.
    """

    def __init__(self, name: str = "columns") -> None:
        super().__init__()
        self._name = name
        self._columns: list[Column] = []
        self._sizes: list[int] = []
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setObjectName(name)
        self.split.setChildrenCollapsible(False)
        self.tabs = QTabBar()
        self.tabs.setObjectName("columns.tabs")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.tabBarClicked.connect(self._clicked)
        self.tabs.currentChanged.connect(self._turned)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        for bar in (self._area.setHorizontalScrollBarPolicy, self._area.setVerticalScrollBarPolicy):
            bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setAutoFillBackground(False)
        self._area.setWidget(self.split)
        self.split.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.tabs)
        whole.addWidget(self._area, 1)
        self.tabs.hide()
        self.split.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def add(self, widget: QWidget, title: str, usual: int, least: int, share: int) -> None:
        """One more column at the right."""
        self._columns.append(Column(widget, title, usual, least, share))
        widget.installEventFilter(self)
        self.split.addWidget(widget)
        self.split.setStretchFactor(self.split.count() - 1, share)
        self.split.setSizes([theme.px(column.usual) for column in self._columns])
        self.tabs.addTab(title)

    @property
    def folded(self) -> bool:
        """Whether there is no room for all of them."""
        return not self.tabs.isHidden()

    def minimumSizeHint(self) -> QSize:
        """The widest column has to have room, whatever else gives way."""
        width = max((self._least(column) for column in self._shown()), default=0)
        tabs = self.tabs.sizeHint().height() if self.folded else 0
        heights = (least_size(column.widget, column.widget.width()).height() for column in self._shown())
        return QSize(width, max(heights, default=0) + tabs)

    def sizeHint(self) -> QSize:
        return self.split.sizeHint()

    def _least(self, column: Column) -> int:
        """Px; one that has the room for itself is not cut: its words may be longer than those it was measured for."""
        declared = theme.px(column.least)
        return max(declared, column.widget.minimumSizeHint().width()) if self.folded else declared

    def _shown(self) -> list[Column]:
        return [column for column in self._columns if not column.widget.isHidden()]

    # ------------------------------------------------------------------ giving way

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.split:
            self._arrange()
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Resize}:
            self.updateGeometry()  # words that wrap want another height at another width
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        shown = self._shown()
        least = [theme.px(column.least) for column in shown]
        handles = self.split.handleWidth() * max(len(shown) - 1, 0)
        if sum(least) + handles <= self.width():
            self._unfold(shown, least)
        else:
            self._fold(shown, self.width() - handles)
        self.split.resize(max(self._area.width(), self._wide(shown)), self._area.height())

    def _wide(self, shown: list[Column]) -> int:
        if not self.folded:
            return 0
        return sum(c.widget.minimumWidth() for c in shown) + self.split.handleWidth() * (len(shown) - 1)

    def _unfold(self, shown: list[Column], least: list[int]) -> None:
        was_folded = self.folded
        self.tabs.hide()
        self.split.setObjectName(self._name)
        for column, width in zip(shown, least, strict=True):
            column.widget.setMinimumWidth(width)
        if was_folded and self._sizes:
            self.split.setSizes(self._sizes)

    def _fold(self, shown: list[Column], room: int) -> None:
        if not self.folded:
            self._sizes = self.split.sizes()
            self.split.setObjectName("")  # what a narrow window forces on it is not remembered
        for place, column in enumerate(self._columns):
            self.tabs.setTabVisible(place, column in shown)
        self.tabs.show()
        widths = folded_widths([self._least(column) for column in shown], room)
        for column, width in zip(shown, widths, strict=True):
            column.widget.setMinimumWidth(width)
        self.split.setSizes(widths if len(shown) == len(self._columns) else [])

    # ------------------------------------------------------------------ which of them is seen

    def bring(self, widget: QWidget) -> None:
        """Bring the column that holds ``widget`` into sight."""
        for place, column in enumerate(self._columns):
            if column.widget is widget or column.widget.isAncestorOf(widget):
                self.tabs.setCurrentIndex(place)
                self._turned(place)

    def _turned(self, place: int) -> None:
        if not self.folded or not 0 <= place < len(self._columns):
            return
        left, bar = self._columns[place].widget.x(), self._area.horizontalScrollBar()
        right = left + self._columns[place].widget.width()
        bar.setValue(min(max(bar.value(), right - self._area.width()), left))

    def _clicked(self, place: int) -> None:
        """The focus goes along: keys must not reach what is not seen."""
        if place >= 0:
            column = self._columns[place].widget
            inside: QWidget | None = column.focusWidget()
            (inside or column).setFocus()

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.folded and self.split.isAncestorOf(now):
            self.bring(now)


def folded_widths(least: list[int], room: int) -> list[int]:
    """Widths of columns of which not all fit: as many as can stand beside each other fill the ``room`` exactly.

    Columns that are ``k`` apart get the same width, so that any ``k`` neighbours together are as wide as the room.
    """
    for fit in range(len(least) - 1, 0, -1):
        turn = [max(least[place::fit]) for place in range(fit)]
        if sum(turn) <= room:
            spare = room - sum(turn)
            turn = [width + spare * width // sum(turn) for width in turn]
            turn[-1] += room - sum(turn)
            return [turn[place % fit] for place in range(len(least))]
    return least
