"""One line said where it belongs: a refusal under a form, a hint above a list. It never covers anything."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from ui.theme import icon, mark, theme
from ui.widgets.plain_label import PlainLabel
from ui.widgets.showing import set_shown

ICONS = {
    "urgent": "mdi6.alert-circle-outline", "late": "mdi6.alert-outline", "ok": "mdi6.check-circle-outline",
    "accent": "mdi6.information-outline", "quiet": "mdi6.information-outline",
}  # fmt: skip


class MessageLine(QFrame):
    """A sentence in its tone, and one thing to do about it if there is one. Hidden while it says nothing."""

    offer_taken = Signal()

    def __init__(self, text: str = "", tone: str = "quiet", offer: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self._icon, self._text, self._offer = PlainLabel(), PlainLabel(), QPushButton()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        mark(self._offer, tone="link")
        self._offer.clicked.connect(self.offer_taken)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(10), theme.px(4), theme.px(10), theme.px(4))
        layout.setSpacing(theme.px(8))
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        self._text.setMinimumHeight(theme.px(24))
        layout.addWidget(self._offer)
        theme.changed.connect(self._dress)
        self.say(text, tone, offer)

    def say(self, text: str, tone: str = "quiet", offer: str = "") -> None:
        """Say something else; an empty text hides the line."""
        self._tone = tone
        self._text.setText(text)
        self._offer.setText(offer)
        self._offer.setVisible(bool(offer))
        self._dress()
        set_shown(self, bool(text))

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def _dress(self) -> None:
        token = "ink_2" if self._tone == "quiet" else self._tone
        self._icon.setPixmap(icon(ICONS[self._tone], token).pixmap(theme.px(16), theme.px(16)))
        mark(self._text, tone=self._tone)
        mark(self, face="message", tone=self._tone)
