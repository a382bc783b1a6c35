"""How satisfied, from 1 to 5: by click or by the number keys."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from commandcenter.i18n import N_, _
from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel

MEANINGS = (
    N_("very dissatisfied"), N_("dissatisfied"), N_("so-so"), N_("satisfied"), N_("very satisfied"),
)  # fmt: skip


class Rating(QWidget):
    """Five keys in a row, and in words what the pressed one means. Backspace takes the answer back."""

    changed = Signal(object)
    """Another answer: 1 to 5, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = QButtonGroup(self)
        self._words = PlainLabel()
        mark(self._words, face="small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        for score, meaning in enumerate(MEANINGS, 1):
            key = QPushButton(str(score))
            key.setCheckable(True)
            key.setToolTip(_(meaning))
            key.setAccessibleName(f"{score}: {_(meaning)}")
            mark(key, face="score")
            self._keys.addButton(key, score)
            layout.addWidget(key)
        layout.addWidget(self._words, 1)
        self._keys.idClicked.connect(self.set_value)
        self.setFocusProxy(self._keys.button(1))

    @property
    def value(self) -> int | None:
        """1 to 5; None while nothing is chosen."""
        pressed = self._keys.checkedId()
        return pressed if pressed > 0 else None

    def set_value(self, value: int | None) -> None:
        """Choose 1 to 5, or nothing."""
        self._keys.setExclusive(value is not None)
        for score in range(1, len(MEANINGS) + 1):
            self._keys.button(score).setChecked(score == value)
        self._keys.setExclusive(True)
        self._words.setText(_(MEANINGS[value - 1]) if value else "")
        self.changed.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        score = event.key() - Qt.Key.Key_0
        if 1 <= score <= len(MEANINGS):
            self.set_value(score)
            self._keys.button(score).setFocus()
        elif event.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}:
            self.set_value(None)
        else:
            super().keyPressEvent(event)
