"""Deadlines that can explain themselves, the cards that follow them, and how pressing a moment is.

Days are counted as the Civil Code of the PRC counts them: the day a period begins is not counted (Art. 201);
it ends with the last day at 24:00, or at the close of business where there are business hours, and a last day
that is a legal day of rest gives way to the day after the rest (Art. 203).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from commandcenter.domain.calendar import Interval, WorkingCalendar, merged
from commandcenter.domain.counting import Count
from commandcenter.domain.limits import CLOCK, CLOCKS, Clock, Limit, Unit, limit_for
from commandcenter.domain.sentences import Sentence, end_of_day
from commandcenter.i18n import N_

__all__ = [
    "CLOCK", "CLOCKS", "Clock", "Deadline", "Left", "Limit", "Pause", "Pressing", "Step", "Unit", "card",
    "deadline", "limit_for", "pressing", "time_left",
]

Step = Sentence
MOST_STEPS = 40
A_MINUTE = 60  # seconds


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from ``from_at`` to ``to_at``; None means it still does. Aware moments."""

    from_at: datetime
    to_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.to_at is not None and self.to_at < self.from_at:
            raise ValueError(f"a pause that ends before it begins: {self}")


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due (aware UTC), how that came about, and what the reader must be warned of.

    ``standing_still``: the clock is paused, and ``due_at`` is what it would be if it went on at ``as_of``.
    """

    due_at: datetime
    steps: tuple[Step, ...]
    warnings: tuple[Sentence, ...] = ()
    standing_still: bool = False

    def explain(self) -> list[str]:
        """Warnings and steps, line by line, in the language spoken now; the last says when it is due."""
        return [str(line) for line in (*self.warnings, *self.steps)]


def deadline(
    started_at: datetime,
    limit: Limit,
    calendar: WorkingCalendar,
    pauses: Iterable[Pause] = (),
    extension: Limit | None = None,
    as_of: datetime | None = None,
) -> Deadline:
    """When what began at ``started_at`` is due under ``limit``.

    - minutes, hours: elapsed time; pauses push it out.
    - working hours: time inside duty hours only.
    - working days: the day it begins is not counted; due at the close of business of the last one. A day
      counts only if the clock was running at its close.
    - calendar days: likewise, ending 24:00 local; a last day of rest gives way to the next working day.

    ``extension`` is a further amount after the first due moment (days: after the first due day). A pause
    still open needs ``as_of``, the present moment (ValueError without): the result is the due moment if the
    clock went on then, and it moves on as long as the pause lasts.
    """
    pauses = tuple(pauses)
    begun = calendar.local(started_at)
    count = Count(calendar, _closed(pauses, as_of))
    due_at = count.run(limit, started_at.astimezone(UTC), begun.date())
    lines = count.steps()
    if extension is not None:
        lines.append(Step(N_("first due {moment}, extended by {limit}"),
                          moment=_moment(due_at, calendar), limit=extension))
        due_at = count.run(extension, due_at, calendar.day_ended(due_at))
        lines += count.steps()
    still = [pause for pause in pauses if pause.to_at is None and pause.from_at < due_at]
    before = [Step(N_("{limit} from {start}"), limit=limit, start=begun), *count.pauses(started_at, due_at)]
    if still:
        before.append(Step(N_("the clock stands still; what follows holds if it went on now")))
    after = Step(N_("due {moment}"), moment=_moment(due_at, calendar))
    return Deadline(due_at, _shortened([*before, *lines, after]), count.warnings(), bool(still))


def _closed(pauses: Iterable[Pause], as_of: datetime | None) -> list[Interval]:
    if as_of is None and any(pause.to_at is None for pause in pauses):
        raise ValueError("a pause is still open: the deadline depends on the present moment, as_of")
    ended = ((pause.from_at, pause.to_at or as_of or pause.from_at) for pause in pauses)
    return merged((start.astimezone(UTC), end.astimezone(UTC)) for start, end in ended)


def _moment(at: datetime, calendar: WorkingCalendar) -> Sentence | datetime:
    local, day = calendar.local(at), calendar.day_ended(at)
    return local if local.date() == day else end_of_day(day)


def _shortened(steps: list[Step]) -> tuple[Step, ...]:
    if len(steps) <= MOST_STEPS:
        return tuple(steps)
    half = MOST_STEPS // 2
    left_out = Step(N_("… {n} lines left out …"), n=len(steps) - 2 * half + 1)
    return (*steps[:half], left_out, *steps[1 - half:])


# The card rule

def card(due_at: datetime, now: datetime, calendar: WorkingCalendar) -> str | None:
    """The card that the resolve deadline earns at ``now``: None, ``yellow`` or ``red``.

    Yellow from one working day before the due moment (the same time of the working day before); red from the
    opening of the first working day after the due day. Source: Shandong 2017 (yellow and red cards).
    """
    due_day = calendar.day_ended(due_at)
    if now >= turns_red_at(due_at, calendar):
        return "red"
    before = calendar.previous_working_day(due_day).date
    into_the_day = calendar.local(due_at)
    ended = into_the_day.date() != due_day
    yellow_at = calendar.ends_at(before) if ended else calendar.instant(before, into_the_day.time())
    return "yellow" if now >= yellow_at else None


def turns_red_at(due_at: datetime, calendar: WorkingCalendar) -> datetime:
    """When the red card is given: the opening of the first working day after the due day. Aware UTC."""
    return calendar.next_working_day(calendar.day_ended(due_at)).opens_at


# How pressing

class Pressing(StrEnum):
    """How near the due moment is; colours and words follow it."""

    OVER = "over"
    SOON = "soon"
    CALM = "calm"


def pressing(started_at: datetime, due_at: datetime, now: datetime, soon: float = 0.25) -> Pressing:
    """Over once ``now`` is past ``due_at``; soon in the last part (``soon``, 0 to 1) of the way there."""
    if now > due_at:
        return Pressing.OVER
    return Pressing.SOON if due_at - now <= (due_at - started_at) * soon else Pressing.CALM


@dataclass(frozen=True, slots=True)
class Left:
    """Seconds left, negative when over, and the short form of it: ``17 min left``, ``4 min over``."""

    seconds: int
    phrase: Sentence

    @property
    def over(self) -> bool:
        """Whether the moment has passed."""
        return self.seconds < 0


def time_left(due_at: datetime, now: datetime) -> Left:
    """The way from ``now`` to ``due_at`` in whole seconds, for a list cell."""
    left = due_at - now
    seconds = int(left.total_seconds()) if left >= timedelta(0) else -max(1, int(-left.total_seconds()))
    if abs(seconds) < A_MINUTE:
        return Left(seconds, Sentence(N_("just over") if seconds < 0 else N_("under 1 min left")))
    message = N_("{length} over") if seconds < 0 else N_("{length} left")
    return Left(seconds, Sentence(message, length=abs(timedelta(seconds=seconds))))
