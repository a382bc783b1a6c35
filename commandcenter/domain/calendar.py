"""The working calendar: which days and which hours of a day the office is on duty.

Legal holidays and make-up working days (调休) come from the package ``chinesecalendar``, which carries the
yearly notices of the General Office of the State Council. The administrator's table overrides it, and stands
in for years the package does not know yet. Every moment taken or given is aware; what is given is UTC.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar

from commandcenter.domain.sentences import Sentence
from commandcenter.errors import Refused
from commandcenter.i18n import N_

Interval = tuple[datetime, datetime]
Piece = tuple[date, datetime, datetime]  # the local date it lies in, from, to
SATURDAY = 5
MIDNIGHT = time(0)  # as the end of a span: 24:00
ONE_DAY = timedelta(days=1)
LEGAL_HOLIDAYS = 11
"""Days off in a year by law, at the least (State Council Orders 644 of 2013: 11; 795 of 2024: 13). A table with fewer
is no table of the year's holidays, but a ruling on single days, such as a typhoon's."""
INSTANT = timedelta(microseconds=1)

# The names the package gives; here so that they can be translated.
HOLIDAYS = (N_("New Year's Day"), N_("Spring Festival"), N_("Tomb-sweeping Day"), N_("Labour Day"),
            N_("Dragon Boat Festival"), N_("National Day"), N_("Mid-autumn Festival"),
            N_("Anti-Fascist 70th Day"))
WEEKEND = Sentence(N_("weekend"))
ORDINARY = Sentence(N_("ordinary working day"))
UNKNOWN_YEAR = N_("The holidays of {year} are not known yet: Monday to Friday are taken as working days. "
                  "Import the holiday table of {year} or update the calendar package.")


@dataclass(frozen=True, slots=True)
class DayRule:
    """What the administrator ordered for one date; ``name`` says why, in the administrator's words."""

    working: bool
    name: str


_SPAN = re.compile(r"\s*(\d\d?):(\d\d)\s*[-\u2013]\s*(\d\d?):(\d\d)\s*", re.ASCII)


def _span(text: str) -> tuple[time, time]:
    written = _SPAN.fullmatch(text)
    if written is None:
        raise ValueError(text)
    from_hour, from_minute, to_hour, to_minute = map(int, written.groups())
    to_midnight = (to_hour, to_minute) == (24, 0)
    return time(from_hour, from_minute), MIDNIGHT if to_midnight else time(to_hour, to_minute)


@dataclass(frozen=True, slots=True)
class DutyHours:
    """The duty spans of a working day in local time, in order and apart; the gaps are breaks (lunch).

    An end of 00:00 means 24:00, so a room that never closes has the one span 00:00-24:00, and a night shift
    is written as two spans. Refused: no span at all, an end before its start, spans that overlap.
    """

    spans: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        if not self.spans:
            raise Refused(N_("The duty hours are empty: give at least one span such as 09:00-12:00."))
        free_from = MIDNIGHT
        for number, (start, end) in enumerate(self.spans):
            closed = number > 0 and free_from == MIDNIGHT  # an earlier span already reached 24:00
            if closed or start < free_from or (end != MIDNIGHT and end <= start):
                raise Refused(
                    N_("The duty hours {hours} overlap, are out of order or end before they begin."),
                    hours=str(self))
            free_from = end

    @classmethod
    def parse(cls, text: str) -> "DutyHours":
        """From ``09:00-12:00, 13:30-17:30``; an en dash will do, and 24:00 as an end. Refused otherwise."""
        try:
            return cls(tuple(_span(part) for part in text.split(",")))
        except ValueError:
            raise Refused(N_("“{text}” are no duty hours: write spans such as 09:00-12:00, 13:30-17:30."),
                          text=text) from None

    def __str__(self) -> str:
        return ", ".join(f"{start:%H:%M}-{'24:00' if end == MIDNIGHT else format(end, '%H:%M')}"
                         for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class Day:
    """One local date: whether it is worked and why; duty spans, opening, close and 24:00 as aware UTC."""

    date: date
    working: bool
    reason: Sentence
    spans: tuple[Interval, ...]
    opens_at: datetime
    close_at: datetime
    ends_at: datetime


@lru_cache(maxsize=512)
def _package_knows(year: int) -> bool:
    try:
        chinese_calendar.get_holiday_detail(date(year, 7, 1))
    except NotImplementedError:
        return False
    return True


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same stretches of time in order and apart; empty and reversed ones are gone."""
    apart: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


class WorkingCalendar:
    """The duty hours of one district. Does not change once made; days are worked out once and kept.

    ``timezone`` is an IANA name (refused when there is none such). A year without holiday data is treated as
    Monday to Friday plus ``overrides``; :meth:`warnings` names such years so that no result hides it.
    """

    def __init__(
        self, timezone: str, hours: DutyHours, overrides: Mapping[date, DayRule] | None = None
    ) -> None:
        try:
            self.zone = ZoneInfo(timezone)
        except (KeyError, ValueError, OSError):
            raise Refused(N_("There is no time zone called “{name}”."), name=timezone) from None
        self.timezone = timezone
        self.hours = hours
        self.overrides: Mapping[date, DayRule] = dict(overrides or {})
        free = Counter(day.year for day, rule in self.overrides.items() if not rule.working)
        self._ordered_years = {year for year, days in free.items() if days >= LEGAL_HOLIDAYS}
        self._days: dict[date, Day] = {}

    # Days

    def day(self, day: date) -> Day:
        """What ``day`` is and why."""
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._look_up(day)
        return known

    def next_working_day(self, day: date) -> Day:
        """The first working day after ``day``."""
        return self._seek(day, ONE_DAY)

    def previous_working_day(self, day: date) -> Day:
        """The last working day before ``day``."""
        return self._seek(day, -ONE_DAY)

    def unknown_years(self, from_: date, to: date) -> list[int]:
        """The years from ``from_`` to ``to`` with neither package data nor a whole table of the administrator."""
        return [year for year in range(from_.year, to.year + 1)
                if year not in self._ordered_years and not _package_knows(year)]

    def warnings(self, from_: date, to: date) -> tuple[Sentence, ...]:
        """One sentence for each of :meth:`unknown_years`, to be shown beside whatever was worked out."""
        return tuple(Sentence(UNKNOWN_YEAR, year=year) for year in self.unknown_years(from_, to))

    # Moments

    def local(self, at: datetime) -> datetime:
        """``at`` on the clocks of the district. A moment without a zone is a bug (ValueError)."""
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone")
        return at.astimezone(self.zone)

    def day_ended(self, at: datetime) -> date:
        """The local date to whose end ``at`` belongs: 24:00 is still that day, not the next."""
        return self.local(at.astimezone(UTC) - INSTANT).date()

    def ends_at(self, day: date) -> datetime:
        """24:00 local of ``day`` as aware UTC."""
        return self.day(day).ends_at

    def instant(self, day: date, wall: time) -> datetime:
        """Local ``day`` and ``wall`` clock time as aware UTC.

        A time that occurs twice is the first of them; one that the clocks jump over is the jump itself, so
        that later wall times never come out earlier.
        """
        local = datetime.combine(day, wall.replace(fold=0), tzinfo=self.zone)
        at = local.astimezone(UTC)
        if at.astimezone(self.zone).replace(tzinfo=None) == local.replace(tzinfo=None):
            return at
        local = local.replace(microsecond=0)  # clocks jump on whole seconds
        return self._jump_between(local.replace(fold=1).astimezone(UTC), local.astimezone(UTC))

    def is_duty(self, at: datetime) -> bool:
        """Whether ``at`` is in a duty span; a span's first moment is, its end is not."""
        return any(start <= at < end for start, end in self.day(self.local(at).date()).spans)

    def next_duty(self, at: datetime) -> datetime:
        """``at`` itself when on duty, else the next moment duty begins."""
        return next(self.running(at))[1]

    # Stretches of working time

    def running(self, at: datetime, pauses: Iterable[Interval] = ()) -> Iterator[Piece]:
        """Duty time from ``at`` on without the pauses, piece by piece, for ever: local date, from, to."""
        held = merged(pauses)
        for day, start, end in self._duty_from(at):
            free_from = start
            for paused_from, paused_to in held:
                if paused_from >= end:
                    break
                if paused_from > free_from:
                    yield day, free_from, paused_from
                free_from = max(free_from, paused_to)
            if free_from < end:
                yield day, free_from, end

    def spend(self, at: datetime, length: timedelta, pauses: Iterable[Interval] = ()) -> list[Piece]:
        """The pieces of duty time after ``at`` that make up ``length``, which is more than nothing."""
        if length <= timedelta(0):
            raise ValueError(f"{length} is nothing to spend")
        pieces = []
        for day, start, end in self.running(at, pauses):
            if end - start >= length:
                pieces.append((day, start, start + length))
                break
            pieces.append((day, start, end))
            length -= end - start
        return pieces

    def add_working_seconds(self, at: datetime, seconds: float, pauses: Iterable[Interval] = ()) -> datetime:
        """The earliest moment with ``seconds`` of duty time between ``at`` and it, pauses not counted."""
        if seconds == 0:
            return at.astimezone(UTC)
        return self.spend(at, timedelta(seconds=seconds), pauses)[-1][2]

    def working_seconds(self, from_: datetime, to: datetime, pauses: Iterable[Interval] = ()) -> float:
        """Seconds of duty time between two moments without the pauses; 0 if ``to`` is not the later."""
        total = timedelta(0)
        for _day, start, end in self.running(from_, pauses):
            if start >= to:
                break
            total += min(end, to) - start
        return total.total_seconds()

    # Inside

    def _look_up(self, day: date) -> Day:
        working, reason = self._ruling(day)
        spans = tuple((self.instant(day, start), self._end(day, end)) for start, end in self.hours.spans)
        real = tuple((start, end) for start, end in spans if start < end) if working else ()
        return Day(day, working, reason, real, spans[0][0], spans[-1][1], self._end(day, MIDNIGHT))

    def _ruling(self, day: date) -> tuple[bool, Sentence]:
        rule = self.overrides.get(day)
        if rule is not None:
            return rule.working, Sentence(N_("ordered by the administrator: {name}"), name=rule.name)
        if not _package_knows(day.year):
            return (True, ORDINARY) if day.weekday() < SATURDAY else (False, WEEKEND)
        holiday, name = chinese_calendar.get_holiday_detail(day)
        if name is None:
            return (False, WEEKEND) if holiday else (True, ORDINARY)
        if holiday:
            return False, Sentence(N_("legal holiday: {name}"), name=Sentence(name))
        return True, Sentence(N_("make-up working day for {name}"), name=Sentence(name))

    def _end(self, day: date, wall: time) -> datetime:
        return self.instant(day + ONE_DAY, MIDNIGHT) if wall == MIDNIGHT else self.instant(day, wall)

    def _seek(self, day: date, step: timedelta) -> Day:
        # Ends because only finitely many days are ordered or known to be free; beyond them are plain weeks.
        found = self.day(day + step)
        while not found.working:
            found = self.day(found.date + step)
        return found

    def _duty_from(self, at: datetime) -> Iterator[Piece]:
        at = at.astimezone(UTC)
        day = self.local(at).date()
        while True:
            for start, end in self.day(day).spans:
                if end > at:
                    yield day, max(start, at), end
            day += ONE_DAY

    def _jump_between(self, before: datetime, after: datetime) -> datetime:
        offset = before.astimezone(self.zone).utcoffset()
        while after - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
            if middle.astimezone(self.zone).utcoffset() == offset:
                before = middle
            else:
                after = middle
        return after
