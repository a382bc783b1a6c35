"""The periods somebody may ask for, and the one before each, to compare with."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from commandcenter.domain.calendar import WorkingCalendar
from commandcenter.i18n import N_
from commandcenter.queries.figures import By

ONE_DAY = dt.timedelta(days=1)
_DAYS_UP_TO, _WEEKS_UP_TO = 45, 400


class Named(StrEnum):
    """A period that has a name. Weeks begin on Monday."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    LAST_WEEK = "last_week"
    MONTH = "month"
    LAST_MONTH = "last_month"
    DAYS_7 = "days_7"
    DAYS_30 = "days_30"
    DAYS_90 = "days_90"
    YEAR = "year"
    OWN = "own"


NAMES: dict[Named, str] = {
    Named.TODAY: N_("Today"), Named.YESTERDAY: N_("Yesterday"), Named.WEEK: N_("This week"),
    Named.LAST_WEEK: N_("Last week"), Named.MONTH: N_("This month"), Named.LAST_MONTH: N_("Last month"),
    Named.DAYS_7: N_("Last 7 days"), Named.DAYS_30: N_("Last 30 days"), Named.DAYS_90: N_("Last 90 days"),
    Named.YEAR: N_("This year"), Named.OWN: N_("Days of your own"),
}  # fmt: skip
USUAL = Named.DAYS_30


@dataclass(frozen=True, slots=True)
class Days:
    """Whole local days, the first and the last one included."""

    first: dt.date
    last: dt.date

    @property
    def count(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    def moments(self, calendar: WorkingCalendar) -> tuple[dt.datetime, dt.datetime]:
        """From when up to but without when, aware UTC."""
        return calendar.instant(self.first, dt.time()), calendar.instant(self.last + ONE_DAY, dt.time())

    @property
    def step(self) -> By:
        """In which steps a trend over so many days is read."""
        return By.DAY if self.count <= _DAYS_UP_TO else By.WEEK if self.count <= _WEEKS_UP_TO else By.MONTH


def days_of(named: Named, today: dt.date) -> Days:
    """The days of a named period as of ``today``; of one's own days the last 30 to begin with."""
    month = today.replace(day=1)
    match named:
        case Named.TODAY:
            return Days(today, today)
        case Named.YESTERDAY:
            return Days(today - ONE_DAY, today - ONE_DAY)
        case Named.WEEK | Named.LAST_WEEK:
            monday = today - dt.timedelta(days=today.weekday() + (7 if named is Named.LAST_WEEK else 0))
            return Days(monday, monday + dt.timedelta(days=6))
        case Named.MONTH:
            return Days(month, _month_after(month) - ONE_DAY)
        case Named.LAST_MONTH:
            return Days((month - ONE_DAY).replace(day=1), month - ONE_DAY)
        case Named.DAYS_7 | Named.DAYS_90:
            return Days(today - dt.timedelta(days=6 if named is Named.DAYS_7 else 89), today)
        case Named.YEAR:
            return Days(today.replace(month=1, day=1), today.replace(month=12, day=31))
        case _:
            return Days(today - dt.timedelta(days=29), today)


def days_before(days: Days, today: dt.date) -> Days:
    """What ``days`` are compared with: as many days just before; of whole months and years, the same part of the last.

    A period that is not over yet is compared with as much of the one before as there has been of it.
    """
    last = min(days.last, max(today, days.first))
    gone = (last - days.first).days
    if days.first.day == 1 and days.last + ONE_DAY == _month_after(days.first):
        first = (days.first - ONE_DAY).replace(day=1)
        end = days.first - ONE_DAY if last == days.last else min(first + dt.timedelta(days=gone), days.first - ONE_DAY)
        return Days(first, end)
    if days == _year(days.first.year):
        first = days.first.replace(year=days.first.year - 1)
        end = days.first - ONE_DAY if last == days.last else min(first + dt.timedelta(days=gone), days.first - ONE_DAY)
        return Days(first, end)
    first = days.first - dt.timedelta(days=days.count)
    return Days(first, first + dt.timedelta(days=gone))


def _year(year: int) -> Days:
    return Days(dt.date(year, 1, 1), dt.date(year, 12, 31))


def _month_after(month: dt.date) -> dt.date:
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
