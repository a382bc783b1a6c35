"""A day to be typed."""

import datetime as dt

from PySide6.QtWidgets import QLineEdit

from commandcenter.i18n import _
from ui.theme import mark, theme


class DayLine(QLineEdit):
    """A day as ``2026-11-23``; marked where it is none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setPlaceholderText(_("yyyy-mm-dd"))
        self.setAccessibleName(name)
        self.setMaxLength(10)
        self.setFixedWidth(theme.px(104))
        self.textChanged.connect(lambda text: mark(self, wrong=bool(text) and len(text) == 10 and self.day is None))

    @property
    def day(self) -> dt.date | None:
        """The day; None where there is none."""
        try:
            return dt.date.fromisoformat(self.text().strip())
        except ValueError:
            return None
