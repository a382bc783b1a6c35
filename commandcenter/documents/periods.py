"""The periods a bulletin is about: a day, a week from Monday, a month; in the district's time."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from commandcenter.domain.rules import Rules
from commandcenter.i18n import N_, _

NEVER = 24
"""The hour at which a bulletin is due that the district does not want."""


class Every(StrEnum):
    """How often a bulletin comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


TITLES = {
    Every.DAILY: N_("Daily bulletin"), Every.WEEKLY: N_("Weekly bulletin"), Every.MONTHLY: N_("Monthly bulletin"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` up to but without ``until``, local dates of the district."""

    every: Every
    first: dt.date
    until: dt.date

    @classmethod
    def of(cls, every: Every, day: dt.date) -> "Period":
        """The day, the week or the month that holds ``day``."""
        match every:
            case Every.DAILY:
                return cls(every, day, day + dt.timedelta(days=1))
            case Every.WEEKLY:
                monday = day - dt.timedelta(days=day.weekday())
                return cls(every, monday, monday + dt.timedelta(days=7))
            case Every.MONTHLY:
                first = day.replace(day=1)
                return cls(every, first, (first + dt.timedelta(days=31)).replace(day=1))

    @property
    def before(self) -> "Period":
        """The one of its kind that ended when this began."""
        return Period.of(self.every, self.first - dt.timedelta(days=1))

    def moments(self, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
        """From when until when, aware UTC: days begin at midnight of the district, however long they are."""
        begun, ended = (dt.datetime.combine(day, dt.time(), zone) for day in (self.first, self.until))
        return begun.astimezone(dt.UTC), ended.astimezone(dt.UTC)

    @property
    def last(self) -> dt.date:
        """The last day of it."""
        return self.until - dt.timedelta(days=1)

    @property
    def name(self) -> str:
        """Short, for the name of a file: ``2026-11-23``, ``2026-11`` for a month."""
        return f"{self.first:%Y-%m}" if self.every is Every.MONTHLY else self.first.isoformat()

    def words(self) -> str:
        """In the language spoken now."""
        if self.every is Every.DAILY:
            return spoken_day(self.first)
        return _("{first} to {last}", first=spoken_day(self.first), last=spoken_day(self.last))


def spoken_day(day: dt.date) -> str:
    """A date with its year, in the language spoken now."""
    return _("{year}-{month:02}-{day:02}", year=day.year, month=day.month, day=day.day)


def finished(every: Every, today: dt.date) -> Period:
    """The last period of that kind that has ended by the beginning of ``today``."""
    return Period.of(every, today).before


def due(rules: Rules, now: dt.datetime) -> list[Period]:
    """The bulletins that are due by ``now``: of the last day, week and month, from the hour the district says.

    A week's comes on its Monday and stays due until the next has ended, whatever stood still meanwhile.
    """
    here = now.astimezone(rules.calendar.zone)
    found = []
    for every in Every:
        hour = rules.number(f"bulletin.{every}")
        period = finished(every, here.date())
        if here.date() == period.until and here.hour < hour:
            period = period.before
        if hour < NEVER:
            found.append(period)
    return found
