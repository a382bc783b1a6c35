"""What a list, a page or a panel says when there is nothing in it: what will appear here, and what to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import icon, mark, theme
from ui.widgets.plain_label import PlainLabel


class EmptyState(QWidget):
    """An icon, a title, and a sentence on what to do."""

    def __init__(
        self, title: str, what_to_do: str = "", icon_name: str = "mdi6.inbox-outline", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._icon, self._title, self._what = PlainLabel(), PlainLabel(), PlainLabel()
        mark(self._title, face="strong", tone="quiet")
        mark(self._what, face="caption")
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(6))
        layout.addStretch(2)
        for label in (self._icon, self._title, self._what):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not self._icon)
            layout.addWidget(label)
        layout.addStretch(3)
        self.say(title, what_to_do)
        theme.changed.connect(self._draw)
        self._draw()

    def say(self, title: str, what_to_do: str = "") -> None:
        """Other words."""
        self._title.setText(title)
        self._what.setText(what_to_do)
        self._what.setVisible(bool(what_to_do))

    def _draw(self) -> None:
        side = theme.px(32)
        self._icon.setPixmap(icon(self._icon_name, "ink_3").pixmap(side, side))
