"""In what a figure is measured: how a value is said, and which round values stand on an axis."""

import math
from datetime import timedelta
from enum import StrEnum

from commandcenter.domain.sentences import spoken_length
from commandcenter.i18n import _

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
_LENGTHS = (
    MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY,
    5 * DAY, 10 * DAY, 30 * DAY, 90 * DAY, 365 * DAY,
)  # fmt: skip
"""Lengths of time a reader knows."""


class Measure(StrEnum):
    """What a value is."""

    SHARE = "share"
    """Of one."""
    MEAN = "mean"
    """So many for each."""
    SECONDS = "seconds"
    COUNT = "count"

    def said(self, value: float | None) -> str:
        """A value in words: ``86.4 %``, ``2 h 10 min``, ``412``; a dash where there is none."""
        if value is None:
            return "–"
        if self is Measure.SHARE:
            return f"{value * 100:.1f} %"
        if self is Measure.SECONDS:
            return length(value)
        return f"{value:.2f}" if self is Measure.MEAN else f"{value:.0f}"

    def on_axis(self, value: float) -> str:
        """A value as it stands at an axis: short."""
        return f"{value * 100:.0f} %" if self is Measure.SHARE else self.said(value)

    def ticks(self, low: float, high: float, most: int = 6) -> list[float]:
        """At most ``most`` round values from ``low`` to ``high``, at equal distances."""
        if self is Measure.SECONDS:
            steps = [*_LENGTHS, *(365 * DAY * n for n in range(2, 100))]
        elif self is Measure.SHARE:
            steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0]
        else:
            lowest = -2 if self is Measure.MEAN else 0
            steps = [base * 10.0**power for power in range(lowest, 9) for base in (1, 2, 5)]
        step = next((s for s in steps if (high - low) / s < most), steps[-1])
        first = math.ceil(low / step - 1e-9)
        return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


def length(seconds: float) -> str:
    """``40 s``, ``17 min``, ``2 h 50 min``: as short as it can be read."""
    if seconds < MINUTE:
        return _("{seconds} s", seconds=round(seconds))
    return spoken_length(timedelta(seconds=seconds))


def lengths_between(low: float, high: float) -> list[float]:
    """Well-known lengths of time for an axis on which each step means so many times more; seconds."""
    return [one for one in _LENGTHS if low <= one <= high]
