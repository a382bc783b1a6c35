"""What a figure comes to: a part of n with its interval, or the middle and the ninth tenth of n times."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from commandcenter.queries.figures.definitions import Unit

_Z = 1.959963984540054
"""Standard deviations of the normal distribution that hold 95 %."""


@dataclass(frozen=True, slots=True)
class Value:
    """``part`` of ``n``; ``left_out`` so many that the definition leaves out."""

    part: int
    n: int
    left_out: int = 0
    unit: Unit = Unit.SHARE

    @property
    def of_one(self) -> float | None:
        """The share, 0 to 1, or how many for each; None where there is nothing to share."""
        return self.part / self.n if self.n else None

    @property
    def low(self) -> float | None:
        """The lower end of the 95 % interval; None where it is no share or there is nothing to share."""
        return None if self.unit is not Unit.SHARE or not self.n else wilson(self.part, self.n)[0]

    @property
    def high(self) -> float | None:
        """The upper end."""
        return None if self.unit is not Unit.SHARE or not self.n else wilson(self.part, self.n)[1]


@dataclass(frozen=True, slots=True)
class Times:
    """Of ``n`` times the median and the ninth tenth (P90) in seconds, nearest rank; None where n is 0."""

    n: int
    median_s: int | None = None
    p90_s: int | None = None
    left_out: int = 0

    @classmethod
    def of(cls, seconds: Sequence[int], left_out: int = 0) -> "Times":
        """Of all these times, in any order."""
        if not seconds:
            return cls(0, left_out=left_out)
        median, p90 = _ranked(seconds, [rank(len(seconds), share) for share in (5, 9)])
        return cls(len(seconds), median, p90, left_out)


def rank(n: int, tenths: int) -> int:
    """The place, from 0, of the smallest of n values that at least so many tenths of them do not exceed."""
    return max(0, -(-n * tenths // 10) - 1)


def _ranked(values: Sequence[int], places: list[int]) -> list[int]:
    """What stands at these places once the values are in order: nearest rank, nothing interpolated."""
    if len(values) < _MANY:
        rising = sorted(values)
        return [rising[place] for place in places]
    import numpy as np  # slow to load: only where it saves more

    parted = np.partition(np.asarray(values, dtype=np.uint32), places)
    return [int(parted[place]) for place in places]


_MANY = 20_000


def wilson(part: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): right also for few, and for none or all of them. ``n`` > 0."""
    share, z2 = part / n, _Z * _Z
    middle = share + z2 / (2 * n)
    reach = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low, high = (middle - reach) / (1 + z2 / n), (middle + reach) / (1 + z2 / n)
    # None and all are ends themselves; in floating point they would be missed by a hair.
    return (0.0 if part == 0 else max(0.0, low)), (1.0 if part == n else min(1.0, high))
