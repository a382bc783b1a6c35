"""Cards side by side where there is room for two, one below the other where not."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel


class Card(QFrame):
    """A title, room for a widget at its right, and what it is about."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        mark(self, face="panel")
        self.title = PlainLabel(title)
        mark(self.title, face="strong")
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.px(8))
        self.head.addWidget(self.title)
        self.head.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(n) for n in (14, 10, 14, 10)])
        column.setSpacing(theme.px(8))
        column.addLayout(self.head)
        column.addWidget(content, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def add(self, widget: QWidget) -> None:
        """Put a widget at the right end of the title."""
        self.head.addWidget(widget)


class Cards(QWidget):
    """Pairs of cards; a pair of one is as wide as both. ``least`` px of the design is what a card needs."""

    def __init__(self, pairs: tuple[tuple[QWidget, ...], ...], least: int = 400) -> None:
        super().__init__()
        self._pairs, self._least, self._two = pairs, least, False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.px(8))
        self._arrange(two=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        two = self.width() >= theme.px(2 * self._least + 8)
        if two != self._two:
            self._arrange(two=two)

    def _arrange(self, *, two: bool) -> None:
        self._two = two
        while self._grid.count():
            self._grid.takeAt(0)
        row = 0
        for pair in self._pairs:
            for column, card in enumerate(pair):
                across = 2 if len(pair) == 1 else 1
                self._grid.addWidget(card, row, column if two else 0, 1, across if two else 1)
                row += 0 if two else 1
            row += 1 if two else 0
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1 if two or column == 0 else 0)
