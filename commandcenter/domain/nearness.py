"""Which complaints lie close together in matter, place and time, without looking at each pair of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commandcenter.domain.places import distance, metres_per_degree
from commandcenter.domain.record import Key


@dataclass(frozen=True, slots=True)
class Heard:
    """A complaint, as far as nearness goes. ``point`` is WGS-84 degrees, ``at`` aware UTC when it arrived."""

    id: Key
    matter_id: Key
    point: tuple[float, float]
    at: dt.datetime
    case_id: Key | None = None


class Nearness:
    """Complaints by matter and cell of a grid, whose side is the reach: neighbours lie in the nine cells around.

    ``metres`` is the reach and ``within`` the time in which they count.
    """

    def __init__(self, metres: float, within: dt.timedelta) -> None:
        self._metres, self._within = metres, within
        self._high = metres_per_degree(0.0)[1]
        self._wide: dict[int, float] = {}
        self._cells: dict[tuple[Key, int, int], dict[Key, Heard]] = defaultdict(dict)
        self._all: dict[Key, Heard] = {}
        self._of_case: dict[Key, set[Key]] = defaultdict(set)

    def _cell(self, one: Heard) -> tuple[Key, int, int]:
        """Rows of one height; the width of a cell is that of its row, at least the reach everywhere in it."""
        lon, lat = one.point
        row = int(lat * self._high // self._metres)
        return (one.matter_id, row, int(lon * self._east(row) // self._metres))

    def _east(self, row: int) -> float:
        """Metres of a degree of longitude where the row is narrowest, so that no cell is narrower than the reach."""
        known = self._wide.get(row)
        if known is None:
            furthest = max(abs(row - 1), abs(row + 2)) * self._metres / self._high
            known = self._wide[row] = metres_per_degree(min(furthest, 89.0))[0]
        return known

    def put(self, one: Heard) -> None:
        """It came, or says something else now."""
        self.drop(one.id)
        self._all[one.id] = one
        self._cells[self._cell(one)][one.id] = one
        if one.case_id:
            self._of_case[one.case_id].add(one.id)

    def drop(self, key: Key) -> None:
        """It counts no longer."""
        old = self._all.pop(key, None)
        if old is not None:
            del self._cells[self._cell(old)][key]
            self._of_case[old.case_id or ""].discard(key)

    def around(self, one: Heard) -> Iterator[Heard]:
        """What lies within reach in place and time, itself among it."""
        matter, row, _column = self._cell(one)
        for y in (row - 1, row, row + 1):
            column = int(one.point[0] * self._east(y) // self._metres)
            for x in (column - 1, column, column + 1):
                for other in self._cells.get((matter, y, x), {}).values():
                    if other is one or (abs(other.at - one.at) <= self._within and self._reaches(one, other)):
                        yield other

    def _reaches(self, one: Heard, other: Heard) -> bool:
        return (
            abs(one.point[1] - other.point[1]) * self._high <= self._metres + 1
            and distance(other.point, one.point) <= self._metres
        )

    def of_case(self, case_id: Key) -> list[Heard]:
        """The complaints of a case that count."""
        return [self._all[key] for key in self._of_case.get(case_id, ())]

    def alike(self, case_id: Key) -> int:
        """How many lie around the complaint of a case that has most around it; 0 where none of its own counts."""
        return max((sum(1 for _other in self.around(one)) for one in self.of_case(case_id)), default=0)

    def held(self, key: Key) -> Heard | None:
        """What is held of that complaint."""
        return self._all.get(key)

    def every(self) -> Iterable[Heard]:
        """All that is held."""
        return self._all.values()
