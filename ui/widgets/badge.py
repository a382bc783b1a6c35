"""Badges: a word in its tone, or a count."""

from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from commandcenter.domain.deadlines import Pressing
from commandcenter.domain.matters import Urgency
from ui.theme import mark
from ui.widgets.plain_label import PlainLabel
from ui.widgets.showing import set_shown
from ui.wording import MARKS, choice, tone_of


class Badge(PlainLabel):
    """A short word on a soft ground: a state, an urgency, a part."""

    def __init__(self, text: str = "", tone: str = "quiet", parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.say(text, tone)

    def say(self, text: str, tone: str = "quiet") -> None:
        """Another word, another tone; nothing at all for an empty text."""
        self.setText(text)
        mark(self, face="badge", tone=tone)
        set_shown(self, bool(text))

    def minimumSizeHint(self) -> QSize:
        """A badge is shown whole or not at all."""
        return self.sizeHint()

    def show_value(self, value: StrEnum | str) -> None:
        """The word and the tone of a state, urgency or rung; ▲ before what is urgent."""
        word = choice(value) if value else ""
        urgent = str(value) == Urgency.URGENT
        self.say(f"{MARKS[Pressing.OVER]} {word}" if urgent else word, tone_of(value))
