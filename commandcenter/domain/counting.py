"""Counting a limit off over the calendar, and keeping what was met on the way for the explanation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from commandcenter.domain.calendar import ONE_DAY, Day, Interval, WorkingCalendar
from commandcenter.domain.limits import Limit, Unit
from commandcenter.domain.sentences import Sentence, in_hours
from commandcenter.i18n import N_

DAY_BY_DAY = 10  # limits up to so many days get a line for each; in longer ones runs of days share one
BEGIN_DAY = Sentence(N_("the day it begins is not counted"))
OFF_DUTY = Sentence(N_("duty had ended"))
STOOD_STILL = Sentence(N_("the clock stood still"))
STOOD_STILL_AT_CLOSE = Sentence(N_("the clock stood still at the end of the day"))
PUT_OFF = Sentence(N_("the last day was a day of rest, and this is the next working day"))


@dataclass(slots=True)
class Run:
    """Adjacent days that fared alike: passed over for ``reason``, or counted with their numbers."""

    first: date
    last: date
    reason: Sentence | None
    from_number: int = 0
    to_number: int = 0
    amount: int = 0


class Count:
    """Counts limits one after the other over a calendar, and keeps what it met for the explanation."""

    def __init__(self, calendar: WorkingCalendar, held: list[Interval]) -> None:
        self.calendar = calendar
        self.held = held
        self._steps: list[Sentence] = []
        self._consulted: list[tuple[date, date]] = []

    def run(self, limit: Limit, at: datetime, begin_day: date) -> datetime:
        """When ``limit`` is used up: hours from ``at`` (aware UTC) on, days after ``begin_day``."""
        match limit.unit:
            case Unit.MINUTE | Unit.HOUR:
                return self._elapse(limit.length, at)
            case Unit.WORKING_HOUR:
                return self._work(limit.length, at)
            case Unit.WORKING_DAY | Unit.CALENDAR_DAY:
                return self._count_days(limit, begin_day)

    def steps(self) -> list[Sentence]:
        """The lines about what :meth:`run` met since they were last asked for."""
        steps, self._steps = self._steps, []
        return steps

    def warnings(self) -> tuple[Sentence, ...]:
        """One sentence for each year that was consulted and whose holidays nobody knows."""
        if not self._consulted:
            return ()
        return self.calendar.warnings(self._consulted[0][0], self._consulted[-1][1])

    def pauses(self, started_at: datetime, due_at: datetime) -> list[Sentence]:
        """The pauses that fall between the two moments."""
        local = self.calendar.local
        return [Sentence(N_("paused from {start} to {end}"), start=local(start), end=local(end))
                for start, end in self.held if end > started_at and start < due_at]

    def _elapse(self, length: timedelta, at: datetime) -> datetime:
        due_at = at + length
        for start, end in self.held:
            if end > at and start < due_at:
                due_at += end - max(start, at)
        return due_at

    def _work(self, length: timedelta, at: datetime) -> datetime:
        pieces = self.calendar.spend(at, length, self.held)
        worked: dict[date, timedelta] = {}
        for day, start, end in pieces:
            worked[day] = worked.get(day, timedelta(0)) + (end - start)
        self._explain_work(length, at, worked)
        return pieces[-1][2]

    def _explain_work(self, length: timedelta, at: datetime, worked: Mapping[date, timedelta]) -> None:
        day, last = self.calendar.local(at).date(), max(worked)
        self._consulted.append((day, last))
        runs: list[Run] = []
        total = timedelta(0)
        while day <= last:
            if day in worked:
                total += worked[day]
                self._steps += [*map(_line, runs), Sentence(
                    N_("{day}: {counted} on duty ({total} of {amount})"),
                    day=day, counted=in_hours(worked[day]), total=in_hours(total), amount=in_hours(length))]
                runs = []
            else:
                _extend(runs, Run(day, day, self._why_idle(day, at)))
            day += ONE_DAY

    def _why_idle(self, day: date, at: datetime) -> Sentence:
        found = self.calendar.day(day)
        if not found.working:
            return found.reason
        return OFF_DUTY if not found.spans or found.close_at <= at else STOOD_STILL

    def _count_days(self, limit: Limit, begin_day: date) -> datetime:
        by_calendar = limit.unit is Unit.CALENDAR_DAY
        amount = int(limit.amount)
        runs = [Run(begin_day, begin_day, BEGIN_DAY)]
        day, number = begin_day, 0
        while True:
            day += ONE_DAY
            found = self.calendar.day(day)
            end_at = found.ends_at if by_calendar else found.close_at
            if self._held_at(end_at):
                _extend(runs, Run(day, day, found.reason if not found.working else STOOD_STILL_AT_CLOSE))
            elif not found.working and not by_calendar:
                _extend(runs, Run(day, day, found.reason))
            else:
                number += 1
                _extend(runs, _day_run(day, number, amount, found))
                if number >= amount and found.working:
                    break
        self._consulted.append((begin_day, day))
        self._steps += map(_line, runs)
        return end_at

    def _held_at(self, close_at: datetime) -> bool:
        # A pause from the close on leaves the day that is over; one up to the close covers its last moment.
        return any(start < close_at <= end for start, end in self.held)


def _day_run(day: date, number: int, amount: int, found: Day) -> Run:
    if number > amount:
        return Run(day, day, PUT_OFF if found.working else found.reason)
    return Run(day, day, None, number, number, amount)


def _extend(runs: list[Run], run: Run) -> None:
    last = runs[-1] if runs else None
    if last is None or last.reason != run.reason or (run.reason is None and run.amount <= DAY_BY_DAY):
        runs.append(run)
    else:
        last.last, last.to_number = run.last, run.to_number


def _line(run: Run) -> Sentence:
    one = run.first == run.last
    if run.reason is PUT_OFF:
        return Sentence(N_("{day} ends it: {reason}"), day=run.first, reason=PUT_OFF)
    if run.reason is not None:
        if one:
            return Sentence(N_("{day} skipped: {reason}"), day=run.first, reason=run.reason)
        return Sentence(N_("{first} to {last} skipped: {reason}"),
                        first=run.first, last=run.last, reason=run.reason)
    if one:
        return Sentence(N_("{day} counts ({number} of {amount})"),
                        day=run.first, number=run.from_number, amount=run.amount)
    return Sentence(N_("{first} to {last} count ({from_number} to {to_number} of {amount})"),
                    first=run.first, last=run.last, from_number=run.from_number,
                    to_number=run.to_number, amount=run.amount)
