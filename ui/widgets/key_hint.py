"""A key of the keyboard, drawn as one: which key does what stands where it is done."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import mark
from ui.widgets.plain_label import PlainLabel


class KeyHint(PlainLabel):
    """``Enter``, ``Ctrl+K``: the key as it is printed on the keyboard, in every language."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        named = QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)
        super().__init__(named or keys, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        mark(self, face="key")

    def minimumSizeHint(self) -> QSize:
        """A key is shown whole or not at all."""
        return self.sizeHint()
