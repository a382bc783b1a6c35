"""The order of the rows of a list, and the few arithmetics of ranges that keep it sorted."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from commandcenter.domain.record import Record

Rank = tuple[Any, str]
"""A record's sort value and its key, so that no two ranks are equal and the order is total."""


def ranges(positions: Iterable[int]) -> list[tuple[int, int]]:
    """Rising positions as ranges (first, last) of neighbours."""
    found: list[tuple[int, int]] = []
    for position in positions:
        if found and found[-1][1] == position - 1:
            found[-1] = (found[-1][0], position)
        else:
            found.append((position, position))
    return found


def gaps(order: Sequence[Rank], ranks: Iterable[Rank]) -> Iterator[tuple[int, list[Rank]]]:
    """Rising ``ranks`` by the place in ``order`` where they belong; last place first, so that places hold."""
    found: list[tuple[int, list[Rank]]] = []
    for rank in ranks:
        position = bisect_left(order, rank)
        if found and found[-1][0] == position:
            found[-1][1].append(rank)
        else:
            found.append((position, [rank]))
    return reversed(found)


def by_birth(record: Record) -> Any:
    """The order of coming into being: keys are UUIDv7."""
    return record.id
