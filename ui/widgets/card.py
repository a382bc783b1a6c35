"""A card that can be chosen: a title, its number key, a badge, and the reasons line by line."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import mark, theme
from ui.widgets.badge import Badge
from ui.widgets.key_hint import KeyHint
from ui.widgets.plain_label import PlainLabel

Reason = tuple[str, str]
"""A line and its tone; an empty tone is plain."""


class Card(QFrame):
    """One of a few things to choose from. Click, Space or Enter choose it; the page binds the number key."""

    chosen = Signal()

    def __init__(self, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._title, self._badge = PlainLabel(), Badge()
        mark(self._title, face="title")
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        if key:
            head.addWidget(KeyHint(key))
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._badge)
        self._labels: list[PlainLabel] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.px(2))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(12))
        layout.setSpacing(theme.px(6))
        layout.addLayout(head)
        layout.addLayout(self._lines)
        self._is_chosen = False
        mark(self, face="card", chosen=False)

    def say(self, title: str, reasons: Sequence[Reason | str], badge: str = "", tone: str = "accent") -> None:
        """What the card is about; ``reasons`` are lines, each with a tone if it has one."""
        self._title.setText(title)
        self._badge.say(badge, tone)
        told = [reason if isinstance(reason, tuple) else (reason, "") for reason in reasons]
        while len(self._labels) < len(told):
            line = PlainLabel()
            line.setWordWrap(True)
            self._lines.addWidget(line)
            self._labels.append(line)
        told_or_not = [*told, *[("", "")] * (len(self._labels) - len(told))]
        for label, (text, line_tone) in zip(self._labels, told_or_not, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
            mark(label, face="small", tone=line_tone)
        self.setAccessibleName(". ".join([title, badge, *(text for text, _tone in told)]))

    @property
    def title(self) -> str:
        """What stands in its first line."""
        return self._title.text()

    @property
    def is_chosen(self) -> bool:
        """Whether it is the chosen one."""
        return self._is_chosen

    def set_chosen(self, chosen: bool) -> None:
        """Show it as the chosen one, or not."""
        self._is_chosen = chosen
        mark(self, chosen=chosen)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit()
        else:
            super().keyPressEvent(event)
