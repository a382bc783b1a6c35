"""Stretches of time and of days: which days of a period lie whole behind us, and what is left beside them."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, or_

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment up to another, aware UTC."""

    since_at: dt.datetime
    until_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row, both ends included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> list[dt.date]:
        """Each of them; none where the last comes before the first."""
        return [self.first + n * _DAY for n in range((self.last - self.first).days + 1)]


def begin_of(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """When a local day begins, aware UTC."""
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def whole_days(whole: Span, known: Run, zone: ZoneInfo, without: Collection[dt.date]) -> list[Run]:
    """The days that lie whole in a span, of the ``known`` ones, in runs; ``without`` some."""
    first = whole.since_at.astimezone(zone).date()
    if begin_of(first, zone) < whole.since_at:
        first += _DAY
    first, end = max(first, known.first), min(known.last, whole.until_at.astimezone(zone).date() - _DAY)
    gaps = sorted(day for day in set(without) if first <= day <= end)
    runs = []
    for gap in gaps:
        if first < gap:
            runs.append(Run(first, gap - _DAY))
        first = gap + _DAY
    return [*runs, Run(first, end)] if first <= end else runs


def runs_of(days: Iterable[dt.date], longest: int) -> Iterator[Run]:
    """Days in runs of at most ``longest``."""
    rising = sorted(set(days))
    begun = 0
    for place, day in enumerate(rising):
        ends = place + 1 == len(rising) or rising[place + 1] != day + _DAY or place + 1 - begun == longest
        if ends:
            yield Run(rising[begun], day)
            begun = place + 1


def span_of(run: Run, zone: ZoneInfo) -> Span:
    """The time of days in a row."""
    return Span(begin_of(run.first, zone), begin_of(run.last + _DAY, zone))


def left_over(whole: Span, runs: Iterable[Run], zone: ZoneInfo) -> list[Span]:
    """What of a span lies in none of the runs."""
    left, at = [], whole.since_at
    for span in (span_of(run, zone) for run in runs):
        if at < span.since_at:
            left.append(Span(at, span.since_at))
        at = span.until_at
    return [*left, Span(at, whole.until_at)] if at < whole.until_at else left


def within(day: Any, runs: Iterable[Run]) -> ColumnElement[bool]:
    """Whether a column's day lies in one of the runs."""
    return or_(false(), *(and_(day >= run.first, day <= run.last) for run in runs))
