"""Badges: a word in its tone, or a count."""

from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from commandcenter.domain.deadlines import Pressing
from commandcenter.domain.matters import Urgency
from commandcenter.i18n import ngettext
from ui.theme import mark
from ui.widgets.plain_label import PlainLabel, tip
from ui.widgets.showing import set_shown
from ui.wording import MARKS, choice, tone_of

MOST_SHOWN = 999


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


class CountBadge(PlainLabel):
    """How much there is to do: red when it calls for action now, grey otherwise, gone at nought."""

    def __init__(self, count: int = 0, loud: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_count(count, loud)

    def minimumSizeHint(self) -> QSize:
        """A number is never cut."""
        return self.sizeHint()

    def show_count(self, count: int, loud: bool = False) -> None:
        """Another count. More than 999 reads 999+; the exact number stands in the tool tip."""
        self.setText(str(count) if count <= MOST_SHOWN else f"{MOST_SHOWN}+")
        said = ngettext("{n} to do", "{n} to do", count)
        self.setToolTip(tip(said))
        self.setAccessibleName(said)
        mark(self, face="count", tone="loud" if loud else "count")
        set_shown(self, count > 0)
