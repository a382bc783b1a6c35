"""One line of the trail, whole: every part under its caption."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel


class Details(QFrame):
    """What the columns of the list had to cut, to be read and copied."""

    def __init__(self, captions: Sequence[str]) -> None:
        super().__init__()
        mark(self, ground="surface")
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(16)] * 4)
        column.setSpacing(theme.px(2))
        self._parts: list[tuple[PlainLabel, PlainLabel]] = []
        for caption in captions:
            above, part = PlainLabel(caption), PlainLabel()
            mark(above, face="caption")
            part.setWordWrap(True)
            part.setContentsMargins(0, 0, 0, theme.px(10))
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(above)
            column.addWidget(part)
            self._parts.append((above, part))
        column.addStretch()

    def show_parts(self, parts: Sequence[str]) -> None:
        """One text for each caption; an empty one leaves its caption out."""
        for (above, part), words in zip(self._parts, parts, strict=True):
            part.setText(words)
            above.setVisible(bool(words))
            part.setVisible(bool(words))

    def text(self) -> str:
        """Everything that stands there."""
        return "\n".join(part.text() for _above, part in self._parts if part.text())
