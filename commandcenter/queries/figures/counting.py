"""Days counted from the records: every thing of each, for one figure or for many that are made of the same rows.

The same rows the answers are made of, without what is sealed: nobody sees more in the days than everybody may see.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, null, or_, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import Case
from commandcenter.domain.tallies import TallyKey
from commandcenter.queries.figures.asking import KEYED, By
from commandcenter.queries.figures.catalogue import KEPT
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.sources import Rows
from commandcenter.queries.figures.spans import Span
from commandcenter.queries.figures.things import LEFT_OUT, Things

_ALL: Mapping[By, str] = {}
UNSAID = 0
"""The number of what the record says nothing about."""


class Keys:
    """The numbers of all keys that are known, and of those that were met since."""

    def __init__(self, session: Session) -> None:
        self._numbers: dict[Any, int] = {None: UNSAID}
        self._numbers.update((key, number) for number, key in session.execute(select(TallyKey.id, TallyKey.key)))
        self._kept = len(self._numbers)

    def __getitem__(self, key: Any) -> int:
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._numbers)
        return found

    def met(self) -> list[dict[str, Any]]:
        """Those that are not kept yet; from now on they are taken as kept."""
        fresh = [{"id": number, "key": key} for key, number in list(self._numbers.items())[self._kept :]]
        self._kept = len(self._numbers)
        return fresh

    def said(self, number: int) -> Any:
        """The key of a number."""
        if len(self._numbers) != len(self._said):
            self._said = list(self._numbers)
        return self._said[number]

    _said: Sequence[Any] = ()


def counted(
    session: Session, how: Reckoning, keys: Keys, figures: Iterable[str], span: Span, whose: Mapping[By, str] = _ALL
) -> dict[str, Things]:  # fmt: skip
    """Everything that these figures count or leave out in a stretch of time; or what of it is somebody's."""
    found: dict[str, list[Things]] = {figure: [] for figure in figures}
    bound = {"since_at": span.since_at, "until_at": span.until_at} | {f"of_{by}": key for by, key in whose.items()}
    for sort in _sorts(tuple(sorted(found)), how, tuple(whose)):
        for figure, things in sort.counted(session, keys, bound, _Hours(how)):
            found[figure].append(things)
    return {figure: Things.all(some) for figure, some in found.items()}


@dataclass(frozen=True, slots=True)
class _Sort:
    """Figures that are made of the same rows, and one question for all of them."""

    figures: tuple[str, ...]
    asked: Select[Any]

    def counted(
        self, session: Session, keys: Keys, bound: Mapping[str, Any], hours: "_Hours"
    ) -> Iterator[tuple[str, Things]]:
        """The things of each."""
        found = session.execute(self.asked, bound)
        columns = list(zip(*found.all(), strict=True))
        if not columns:
            return
        days, local = zip(*map(hours.of, columns[0]), strict=True)
        whose = [list(map(keys.__getitem__, column)) for column in columns[1 : 1 + len(KEYED)]]
        for figure, said in zip(self.figures, columns[1 + len(KEYED) :], strict=True):
            every = None not in said
            things = Things.of(days, local, said if every else [_NONE if one is None else one for one in said], whose)
            yield figure, things if every else things.those(things.said != _NONE)


_NONE = -2
"""What stands for no thing at all, among those of other figures."""


@lru_cache(64)
def _sorts(figures: tuple[str, ...], how: Reckoning, narrowed: tuple[By, ...] = ()) -> tuple[_Sort, ...]:
    piles: dict[Any, list[tuple[str, Rows]]] = defaultdict(list)
    for figure in figures:
        for rows in KEPT[figure](how):
            piles[rows.joined, id(rows.at), id(rows.dimensions)].append((figure, rows))
    return tuple(_sort(pile, how, narrowed) for pile in piles.values())


def _sort(pile: Sequence[tuple[str, Rows]], how: Reckoning, narrowed: Iterable[By]) -> _Sort:
    first = pile[0][1]
    said = [_said(rows, how, alone=len(pile) == 1) for _figure, rows in pile]
    asked = select(first.at, *(first.dimensions[by] for by in KEYED), *said)
    return _Sort(tuple(figure for figure, _rows in pile), first.joined(asked).where(
        first.at >= bindparam("since_at"), first.at < bindparam("until_at"),
        or_(*(rows.base for _figure, rows in pile)), Case.sealed_for.is_(None),
        *(first.belongs(by) for by in narrowed),
    ))  # fmt: skip


def _said(rows: Rows, how: Reckoning, *, alone: bool) -> ColumnElement[Any]:
    """What a thing adds, of a clock its seconds, or that it is left out; nothing where it is none of that figure's."""
    amount = how.seconds(rows.began, rows.at) if rows.began is not None else case((rows.good, rows.amount), else_=0)
    said = case((rows.inside, amount), else_=LEFT_OUT)
    return said if alone else case((rows.base, said), else_=null())


class _Hours:
    """Local days, as ordinals, and hours of moments, each quarter reckoned once."""

    def __init__(self, how: Reckoning) -> None:
        self._zone = how.zone
        self._known: dict[dt.datetime, tuple[int, int]] = {}

    def of(self, at: dt.datetime) -> tuple[int, int]:
        """The local day and hour of a moment. Clocks are changed on the quarter at the finest."""
        quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
        found = self._known.get(quarter)
        if found is None:
            local = quarter.astimezone(self._zone)
            found = self._known[quarter] = local.toordinal(), local.hour
        return found
