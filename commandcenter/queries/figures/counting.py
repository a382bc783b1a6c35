"""A stretch of days counted from the records: the sums of each, told apart by one thing at a time, and its times.

The same rows the answers are made of, without what is sealed: nobody sees more in the sums than everybody may see.
"""

import datetime as dt
from array import array
from collections import defaultdict
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import Case
from commandcenter.domain.tallies import FLOW, OF_ALL, SUMMED, UNKNOWN
from commandcenter.queries.figures.asking import KEYED, By
from commandcenter.queries.figures.catalogue import FLOWS
from commandcenter.queries.figures.definitions import CLOCKS, Figure
from commandcenter.queries.figures.fresh import rows_of
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.sources import Rows

_N = len(SUMMED)

Cell = tuple[str, str, dt.date]
"""By what, which one, and the day."""
Clocked = tuple[str, str, dt.date]
"""Which squad or all, which clock, and the day."""


class Counted:
    """What was counted of some days."""

    def __init__(self) -> None:
        self.sums: dict[Cell, list[int]] = defaultdict(lambda: [0] * (3 * _N))
        self.times: dict[Clocked, array[int]] = defaultdict(lambda: array("I"))
        self.left_out: dict[Clocked, int] = defaultdict(int)

    def add(self, figure: int, day: dt.date, hour: int, keys: list[Any], amount: int | None) -> None:
        """One thing: ``amount`` it adds to the part, None where it is left out."""
        place = 3 * figure
        for by, key in ((OF_ALL, OF_ALL), *zip(KEYED, keys, strict=True), (By.HOUR, hour)):
            cell = self.sums[str(by), _written(key), day]
            if amount is None:
                cell[place + 2] += 1
            else:
                cell[place] += amount
                cell[place + 1] += 1

    def add_time(self, figure: str, day: dt.date, squad: str | None, seconds: int | None) -> None:
        """One time of a clock; None where it is left out."""
        for whose in {OF_ALL, _written(squad)}:
            if seconds is None:
                self.left_out[whose, figure, day] += 1
            else:
                self.times[whose, figure, day].append(seconds)

    def add_flow(self, day: dt.date, channel: str, outcome: str) -> None:
        """One thing that came in by a channel and came to an outcome; kept where the received are."""
        self.sums[FLOW, f"{channel}/{outcome}", day][_RECEIVED] += 1


TOLD_BY = (OF_ALL, *map(str, KEYED), str(By.HOUR), FLOW)
"""By what the sums of a day are told apart."""
_RECEIVED = 3 * SUMMED.index(Figure.RECEIVED) + 1


def _written(key: Any) -> str:
    return UNKNOWN if key is None else str(key)


def counted(session: Session, how: Reckoning, since_at: dt.datetime, until_at: dt.datetime) -> Counted:
    """Everything that is counted by a moment from ``since_at`` up to ``until_at`` (aware UTC)."""
    found = Counted()
    days = _Days(how)
    for place, figure in enumerate(SUMMED):
        for asked in _of_things(Figure(figure), how):
            for at, said, *keys in _ask(session, asked, since_at, until_at):
                found.add(place, *days.of(at), keys, said)
    for figure in CLOCKS:
        for asked in _of_times(figure, how):
            for at, said, squad in _ask(session, asked, since_at, until_at):
                found.add_time(str(figure), days.of(at)[0], squad, said)
    for asked in _of_flow():
        for at, channel, ended in _ask(session, asked, since_at, until_at):
            found.add_flow(days.of(at)[0], channel, ended)
    return found


@lru_cache
def _of_things(figure: Figure, how: Reckoning) -> tuple[Select[Any], ...]:
    """Each thing with what it adds to the part, empty where it is left out, and whose it is."""
    return tuple(
        _asked(rows, case((and_(rows.counts, rows.good), rows.amount), (rows.counts, 0), else_=None),
               *(rows.dimensions[by] for by in KEYED))
        for rows in rows_of(figure, how)
    )  # fmt: skip


@lru_cache
def _of_times(figure: Figure, how: Reckoning) -> tuple[Select[Any], ...]:
    return tuple(
        _asked(rows, case((rows.counts, how.seconds(rows.began, rows.at)), else_=None), rows.dimensions[By.SQUAD])
        for rows in rows_of(figure, how)
    )


@lru_cache
def _of_flow() -> tuple[Select[Any], ...]:
    return tuple(_asked(rows, rows.dimensions[By.CHANNEL], outcome) for rows, outcome in FLOWS)


def _asked(rows: Rows, *columns: Any) -> Select[Any]:
    return rows.joined(select(rows.at, *columns)).where(
        rows.at >= bindparam("since_at"), rows.at < bindparam("until_at"), rows.base, Case.sealed_for.is_(None)
    ).execution_options(yield_per=5_000)  # fmt: skip


def _ask(session: Session, asked: Select[Any], since_at: dt.datetime, until_at: dt.datetime) -> Any:
    return session.execute(asked, {"since_at": since_at, "until_at": until_at})


class _Days:
    """Local days and hours of moments, each hour reckoned once."""

    def __init__(self, how: Reckoning) -> None:
        self._zone = how.zone
        self._known: dict[dt.datetime, tuple[dt.date, int]] = {}

    def of(self, at: dt.datetime) -> tuple[dt.date, int]:
        """The local day and hour of a moment. Clocks are changed on the quarter at the finest."""
        quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
        found = self._known.get(quarter)
        if found is None:
            local = quarter.astimezone(self._zone)
            found = self._known[quarter] = local.date(), local.hour
        return found

