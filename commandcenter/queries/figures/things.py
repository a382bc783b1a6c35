"""The things that a figure counts, column by column: as they are kept of a day, and what they come to.

Of each thing stands the local day and hour it is counted in, what it adds to the part – of a clock its seconds – and
whose it is: a number for each of :data:`commandcenter.queries.figures.asking.KEYED`, 0 where the record says nothing.
"""

import datetime as dt
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commandcenter.domain.tallies import OF_ALL, SUMMED
from commandcenter.queries.figures.asking import KEYED, SUMMED_BY, By

LEFT_OUT = -1
"""What stands for what a thing adds, where it is left out."""
_SQUEEZED = 1
"""As far as costs next to nothing: a third of the room it took."""
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Things:
    """Things in no order. ``days`` are proleptic ordinals."""

    days: NDArray[Any]
    hours: NDArray[Any]
    said: NDArray[Any]
    keys: tuple[NDArray[Any], ...]

    @classmethod
    def of(cls, days: Sequence[int], hours: Sequence[int], said: Sequence[int], keys: Sequence[Any]) -> "Things":
        """Of these columns."""
        return cls(
            np.asarray(days, np.int32), np.asarray(hours, np.uint8), np.asarray(said, np.int32),
            tuple(np.asarray(key, np.uint32) for key in keys),
        )  # fmt: skip

    @classmethod
    def none(cls) -> "Things":
        """Nothing."""
        return cls.of([], [], [], [[] for _by in KEYED])

    @classmethod
    def all(cls, some: Sequence["Things"]) -> "Things":
        """All of them together."""
        if not some:
            return cls.none()
        columns = [np.concatenate(column) for column in zip(*(one._columns for one in some), strict=True)]
        return cls(columns[0], columns[1], columns[2], tuple(columns[3:]))

    @property
    def _columns(self) -> tuple[NDArray[Any], ...]:
        return self.days, self.hours, self.said, *self.keys

    def __len__(self) -> int:
        return len(self.said)

    def those(self, which: NDArray[Any]) -> "Things":
        """Those at these places, or where it is true."""
        return Things(self.days[which], self.hours[which], self.said[which], tuple(key[which] for key in self.keys))

    def column(self, by: By) -> NDArray[Any]:
        """By what things are told apart."""
        if by in KEYED:
            return self.keys[KEYED.index(by)]
        return self.hours if by is By.HOUR else self.days

    def narrowed(self, numbers: Mapping[By, int]) -> "Things":
        """Those alone that are somebody's."""
        if not numbers:
            return self
        return self.those(np.logical_and.reduce([self.column(by) == number for by, number in numbers.items()]))

    def by_day(self) -> Iterator[tuple[dt.date, "Things"]]:
        """Each day's own."""
        return ((dt.date.fromordinal(day), its) for day, its in self._split(self.days))

    def _split(self, column: NDArray[Any]) -> Iterator[tuple[int, "Things"]]:
        order = np.argsort(column, kind="stable")
        found, begins = np.unique(column[order], return_index=True)
        for number, places in zip(found.tolist(), np.split(order, begins[1:]) if len(found) else (), strict=True):
            yield number, self.those(places)

    # ------------------------------------------------------------------------------------------------- what they say

    def apart(self, by: By | None) -> Iterator[tuple[int, "Things"]]:
        """Told apart by something; as one, under 0, by nothing."""
        return iter([(0, self)]) if by is None else self._split(self.column(by))

    @property
    def sums(self) -> tuple[int, int, int]:
        """Part, n and how many are left out."""
        counts = self.said != LEFT_OUT
        n = int(counts.sum())
        return int(self.said[counts].sum()), n, len(self) - n

    def spread(self) -> Iterator[tuple[int, int]]:
        """What they add, and how many add it."""
        yield from zip(*(column.tolist() for column in np.unique(self.said, return_counts=True)), strict=True)

    @property
    def times(self) -> tuple[bytes, int]:
        """The seconds of each that counts, in four bytes; and how many are left out."""
        seconds = self.said[self.said != LEFT_OUT]
        return seconds.astype("<u4").tobytes(), len(self) - len(seconds)

    # -------------------------------------------------------------------------------------------------------- packed

    def packed(self) -> bytes:
        """As a day keeps them: column after column, without the day."""
        columns = [self.hours.astype("u1"), self.said.astype("<i4"), *(key.astype("<u4") for key in self.keys)]
        return zlib.compress(b"".join(column.tobytes() for column in columns), _SQUEEZED)

    @classmethod
    def unpacked(cls, day: dt.date, n: int, packed: bytes) -> "Things":
        """What a day kept."""
        raw = zlib.decompress(packed)
        hours, said = np.frombuffer(raw, "u1", n), np.frombuffer(raw, "<i4", n, n)
        keys = tuple(np.frombuffer(raw, "<u4", n, 5 * n + 4 * n * place) for place in range(len(KEYED)))
        return cls(np.full(n, day.toordinal(), np.int32), hours, said, keys)

    def in_order(self) -> "Things":
        """The same, however they came: to be compared."""
        return self.those(np.lexsort(self._columns))

    def same(self, other: "Things") -> bool:
        """Whether the two are the same things."""
        pairs = zip(self.in_order()._columns, other.in_order()._columns, strict=True)
        return len(self) == len(other) and all(np.array_equal(one, two) for one, two in pairs)


# --------------------------------------------------------------------------------------------------- the sums of days


def summed(things: Mapping[str, Things]) -> Iterator[tuple[str, dt.date, int, list[int]]]:
    """What the figures come to, told by each thing in turn: told by what, the day, which one, and all the sums."""
    for by in (None, *SUMMED_BY):
        yield from _summed(things, by)


def _summed(things: Mapping[str, Things], by: By | None) -> Iterator[tuple[str, dt.date, int, list[int]]]:
    cells = {figure: _cells(things.get(figure, Things.none()), by) for figure in SUMMED}
    every = np.unique(np.concatenate(list(cells.values())))
    sums = np.zeros((len(every), 3 * len(SUMMED)), np.int64)
    for place, (figure, mine) in enumerate(cells.items()):
        if len(mine):
            said, where = things[figure].said, np.searchsorted(every, mine)
            counts = said != LEFT_OUT
            for beside, weights in enumerate((np.where(counts, said, 0), counts, ~counts)):
                sums[:, 3 * place + beside] = np.bincount(where, weights, len(every)).astype(np.int64)
    told_by = OF_ALL if by is None else str(by)
    for cell, values in zip(every.tolist(), sums.tolist(), strict=True):
        yield told_by, dt.date.fromordinal(cell >> _BITS), cell & _MASK, values


_BITS = 32
_MASK = (1 << _BITS) - 1


def _cells(things: Things, by: By | None) -> Numbers:
    """Day and key of each in one number."""
    days = things.days.astype(np.int64) << _BITS
    return days if by is None else days | things.column(by).astype(np.int64)


def together(found: Iterable[tuple[dt.date, int, bytes]]) -> Things:
    """All that days have kept, as they were read."""
    return Things.all([Things.unpacked(*one) for one in found])
