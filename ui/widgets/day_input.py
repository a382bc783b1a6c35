"""The input for a day of the district's calendar."""

import datetime as dt
from typing import Any

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit

from ui.widgets.inputs import Input
from ui.wording import local


class DayInput(Input):
    """A day; today in the district's time until somebody says another."""

    def __init__(self, now: dt.datetime) -> None:
        self._edit = QDateEdit()
        super().__init__(self._edit)
        self._edit.setCalendarPopup(True)
        self._edit.setDisplayFormat("yyyy-MM-dd")
        self.set_value(local(now).date())
        self._edit.dateChanged.connect(self.changed)

    def value(self) -> dt.date:
        day = self._edit.date()
        return dt.date(day.year(), day.month(), day.day())

    def set_value(self, value: Any) -> None:
        if isinstance(value, dt.date):
            self._edit.setDate(QDate(value.year, value.month, value.day))
