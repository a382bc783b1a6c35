"""A small sheet that lies over the page beside what it explains. Esc, or a second press, puts it away."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from commandcenter.i18n import _
from ui.theme import icon, mark, theme
from ui.widgets.plain_label import PlainLabel

WIDTH = 360  # px of the design
Offer = tuple[str, Callable[[], None]]
"""The words of a button and what it does."""


class Popover(QFrame):
    """A title, lines, and buttons. A child of its page, not a window: the cursor stays where it was."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setObjectName("dispatch.popover")
        mark(self, face="card")
        self.about = ""
        self._title, self._text, self._shut = PlainLabel(), PlainLabel(), QToolButton()
        mark(self._title, face="strong")
        mark(self._text, face="small")
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._shut.clicked.connect(self.shut)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._shut)
        self._offers = QHBoxLayout()
        self._offers.setSpacing(theme.px(8))
        self._page = page
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(8), theme.px(16))
        column.setSpacing(theme.px(8))
        column.addLayout(head)
        column.addWidget(self._text)
        column.addLayout(self._offers)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), page)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.shut)
        self._escape = escape
        theme.changed.connect(self._dress)
        self._dress()
        self.shut()

    def _dress(self) -> None:
        self._shut.setIcon(icon("mdi6.close"))
        self._shut.setToolTip(_("Close (Esc)"))
        self._shut.setAccessibleName(_("Close (Esc)"))

    @property
    def text(self) -> str:
        """The lines it shows."""
        return self._text.text()

    def toggle(
        self, about: str, title: str, lines: Sequence[str], beside: QWidget, offers: Sequence[Offer] = (),
        x: int = 0,
    ) -> None:  # fmt: skip
        """Explain ``about`` below a widget, ``x`` px from its left; put away where it explains that already."""
        if self.isVisible() and self.about == about:
            self.shut()
            return
        self.about = about
        self._title.setText(title)
        self._text.setText("\n".join(lines))
        self._text.setVisible(bool(lines))
        self._offer(offers)
        self._escape.setEnabled(True)
        self._place(beside, x)
        self.show()
        self.raise_()

    def shut(self) -> None:
        """Put it away."""
        self.about = ""
        self._escape.setEnabled(False)
        self.hide()

    def _offer(self, offers: Sequence[Offer]) -> None:
        while (item := self._offers.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for words, run in offers:
            button = QPushButton(words)
            button.clicked.connect(self.shut)
            button.clicked.connect(run)
            self._offers.addWidget(button)
        if offers:
            self._offers.addStretch()

    def _place(self, beside: QWidget, x: int) -> None:
        page = self._page
        self.setFixedWidth(theme.px(WIDTH))
        self.ensurePolished()
        height = self._column.totalHeightForWidth(theme.px(WIDTH))
        self.resize(theme.px(WIDTH), height)
        gap = theme.px(4)
        corner = beside.mapTo(page, QPoint(0, beside.height() + gap))
        if corner.y() + height > page.height():
            corner = beside.mapTo(page, QPoint(0, -height - gap))
        left = max(theme.px(8), min(corner.x() + x, page.width() - self.width() - theme.px(8)))
        self.move(left, max(theme.px(8), corner.y()))
