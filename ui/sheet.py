"""The sheet: a column that opens at the right of the page for a form, the help or the preferences. Never a box."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from commandcenter.i18n import _
from ui.theme import icon, mark, theme
from ui.widgets.plain_label import PlainLabel
from ui.widgets.scrolled import Scrolled

WIDTH, LEAST = 400, 280
"""Px of the design: its usual width, and the one it gives way to where the page has too little room beside it."""


class Sheet(QFrame):
    """One thing at a time. Esc closes it and the focus goes back to where it was."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, ground="surface", line="left")
        self.setObjectName("sheet")
        self._title = PlainLabel()
        mark(self._title, face="title")
        self._title.setWordWrap(True)
        self._close = QToolButton()
        self._close.setObjectName("sheet.close")
        self._close.clicked.connect(self.shut)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._area: Scrolled | None = None
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(12), theme.px(12))
        column.addLayout(head)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.shut)
        self._back_to: QWidget | None = None
        self.name = ""
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    def _dress(self) -> None:
        self._close.setIcon(icon("mdi6.close"))
        self._close.setToolTip(_("Close (Esc)"))
        self._close.setAccessibleName(_("Close (Esc)"))
        self.setMinimumWidth(theme.px(LEAST))
        self.setMaximumWidth(theme.px(WIDTH))

    def show_content(self, name: str, title: str, content: QWidget) -> None:
        """Open with ``content``, in the place of whatever was open."""
        window = self.window()
        if self.isHidden():
            self._back_to = window.focusWidget()
        self.name = name
        self._title.setText(title)
        self._clear()
        self._area = Scrolled(content)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column.addWidget(self._area, 1)
        self.show()
        content.setFocus()
        if content.focusWidget() is None:
            content.focusNextPrevChild(True)

    @property
    def content(self) -> QWidget | None:
        """What is shown; None while the sheet is closed. A locked window's is out of sight and open."""
        return None if self.isHidden() or self._area is None else self._area.widget()

    def _clear(self) -> None:
        if self._area is not None:
            self._area.hide()
            self._area.deleteLater()
        self._area = None

    def shut(self) -> None:
        """Close."""
        if self.isHidden():
            return
        self.hide()
        self.name = ""
        self._clear()
        if self._back_to is not None and isValid(self._back_to):
            self._back_to.setFocus()
        self.closed.emit()
