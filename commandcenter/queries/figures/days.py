"""Some days counted, as they are kept: every thing of each figure, packed, and the sums told by one thing at a time."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from commandcenter.domain.tallies import OF_ALL, SUMMED, SUMS, TALLY, UNKNOWN, TallyKey, TallyThings
from commandcenter.queries.figures.asking import SUMMED_BY, By
from commandcenter.queries.figures.catalogue import KEPT
from commandcenter.queries.figures.counting import UNSAID, Keys, counted
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.spans import runs_of, span_of, within
from commandcenter.queries.figures.things import Things, summed, together

EVERYTHING = frozenset(KEPT)
TOLD_BY = (OF_ALL, *map(str, SUMMED_BY))
"""By what the sums of a day are told apart."""
_KEYS, _THINGS = (cast(Table, kind.__table__) for kind in (TallyKey, TallyThings))

Wanted = Mapping[dt.date, frozenset[str]]
"""Days, and which figures of each."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is to be kept of some days in the place of what was."""

    wanted: Wanted
    things: list[dict[str, Any]]
    sums: list[dict[str, Any]]


def things_of(session: Session, how: Reckoning, keys: Keys, wanted: Wanted) -> dict[str, Things]:
    """Every thing of these days, counted from the records."""
    found: dict[str, list[Things]] = defaultdict(list)
    for figures, days in _alike(wanted).items():
        for run in runs_of(days, len(days)):
            for figure, things in counted(session, how, keys, figures, span_of(run, how.zone)).items():
                found[figure].append(things)
    return {figure: Things.all(some) for figure, some in found.items()}


def kept(session: Session, days: Collection[dt.date]) -> dict[str, Things]:
    """Every thing that is kept of these days."""
    found: dict[str, list[Any]] = defaultdict(list)
    asked = select(TallyThings.figure, TallyThings.day, TallyThings.n, TallyThings.packed)
    for figure, *one in session.execute(asked.where(TallyThings.day.in_(days))) if days else ():
        found[figure].append(one)
    return {figure: together(some) for figure, some in found.items()}


def sums_of(things: Mapping[str, Things], keys: Keys) -> Iterator[dict[str, Any]]:
    """The sums that things come to, as they are kept."""
    for told_by, day, number, values in summed(things):
        key = OF_ALL if told_by == OF_ALL else str(number) if told_by == By.HOUR else _written(keys, number)
        yield {"told_by": told_by, "key": key, "day": day} | dict(zip(SUMS, values, strict=True))


def _written(keys: Keys, number: int) -> str:
    return UNKNOWN if number == UNSAID else str(keys.said(number))


def fresh(session: Session, how: Reckoning, keys: Keys, wanted: Wanted) -> Fresh:
    """Count these figures of these days, and what all figures of them come to."""
    things = things_of(session, how, keys, wanted)
    packed = list(_packed(things))
    before = kept(session, [day for day, figures in wanted.items() if figures < EVERYTHING])
    for figure in SUMMED:
        still = [its for day, its in before[figure].by_day() if figure not in wanted[day]] if figure in before else []
        things[figure] = Things.all([things.get(figure, Things.none()), *still])
    return Fresh(wanted, packed, list(sums_of(things, keys)))


def _packed(things: Mapping[str, Things]) -> Iterator[dict[str, Any]]:
    for figure, some in things.items():
        for day, its in some.by_day():
            yield {"figure": figure, "day": day, "n": len(its), "packed": its.packed()}


def put(session: Session, found: Fresh, keys: Keys) -> None:
    """Keep these in the place of what was."""
    _insert(session, _KEYS, keys.met())
    for figures, days in _alike(found.wanted).items():
        session.execute(delete(_THINGS).where(_THINGS.c.figure.in_(figures), _on(_THINGS, days)))
    _insert(session, _THINGS, found.things)
    # Told by everything it can be told by: the table stands in that order.
    session.execute(delete(TALLY).where(TALLY.c.told_by.in_(TOLD_BY), _on(TALLY, found.wanted)))
    _insert(session, TALLY, found.sums)


def _insert(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _on(table: Table, days: Iterable[dt.date]) -> Any:
    some = set(days)
    return within(table.c.day, runs_of(some, len(some)))


def _alike(wanted: Wanted) -> dict[frozenset[str], list[dt.date]]:
    """Days of which the same figures are wanted."""
    found: dict[frozenset[str], list[dt.date]] = defaultdict(list)
    for day, figures in wanted.items():
        found[figures].append(day)
    return found
