"""The counted days held against the records: every one is counted again, and the first that is not the same is told."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.domain.tallies import COUNTED_AS, SUMMED, SUMS, TALLY, TallyMark
from commandcenter.queries.figures.asking import KEYED, By
from commandcenter.queries.figures.counting import Keys
from commandcenter.queries.figures.days import EVERYTHING, TOLD_BY, kept, sums_of, things_of
from commandcenter.queries.figures.keeping import AT_ONCE
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.spans import Run, runs_of
from commandcenter.queries.figures.things import Things
from commandcenter.queries.figures.unseen import unseen


@dataclass(frozen=True, slots=True)
class Different:
    """The first thing that is not what the records come to."""

    params: dict[str, Any]
    """Its ``day``, ``figure``, ``told_by`` and ``key``; part, n and left out as they are ``held`` and ``counted``."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How the counted days stand against the records: how many there are, and the first difference if any.

    ``behind`` are lines not taken into account yet; the days they are about are left out.
    """

    days: int = 0
    behind: int = 0
    different: Different | None = None


def check(session: Session, progress: Callable[[float], object] = lambda _share: True) -> Checked:
    """Count every counted day again from the records, as they are seen by a session that sees everything."""
    mark = session.get(TallyMark, 1)
    if mark is None or mark.counted_as != COUNTED_AS:
        return Checked()
    how, since, keys = Reckoning.of(session), unseen(session, mark), Keys(session)
    left = set() if since.everything else {*Run(mark.first_day, mark.last_day).days} - since.every
    runs = list(runs_of(left, AT_ONCE))
    for n, run in enumerate(runs):
        if different := _difference(session, how, keys, run):
            return Checked(len(left), since.lines, different)
        progress((n + 1) / len(runs))
    return Checked(len(left), since.lines)


def _difference(session: Session, how: Reckoning, keys: Keys, run: Run) -> Different | None:
    found, held = things_of(session, how, keys, dict.fromkeys(run.days, EVERYTHING)), kept(session, run.days)
    return _in_sums(session, keys, run, found) or _in_things(keys, held, found)


def _in_sums(session: Session, keys: Keys, run: Run, found: dict[str, Things]) -> Different | None:
    asked = select(TALLY).where(TALLY.c.told_by.in_(TOLD_BY), TALLY.c.day >= run.first, TALLY.c.day <= run.last)
    held = {(row.told_by, row.key, row.day): list(row[3:]) for row in session.execute(asked)}
    now = {(row["told_by"], row["key"], row["day"]): [row[name] for name in SUMS] for row in sums_of(found, keys)}
    for cell in sorted(held.keys() | now.keys(), key=lambda cell: (cell[2], cell[0], cell[1])):
        before, fresh = (sums.get(cell, [0] * len(SUMS)) for sums in (held, now))
        for place, figure in enumerate(SUMMED):
            these = slice(3 * place, 3 * place + 3)
            if before[these] != fresh[these]:
                return _told(cell[2], figure, cell[0], cell[1], before[these], fresh[these])
    return None


def _in_things(keys: Keys, held: dict[str, Things], found: dict[str, Things]) -> Different | None:
    for figure in sorted(held.keys() | found.keys()):
        before, fresh = (dict(things.get(figure, Things.none()).by_day()) for things in (held, found))
        for day in sorted(before.keys() | fresh.keys()):
            one, other = before.get(day, Things.none()), fresh.get(day, Things.none())
            if not one.same(other):
                return _apart(keys, day, figure, one, other)
    return None


def _apart(keys: Keys, day: dt.date, figure: str, held: Things, found: Things) -> Different:
    """By what two days differ first, told apart by one thing at a time."""
    for by in (None, *KEYED, By.HOUR):
        one, other = dict(held.apart(by)), dict(found.apart(by))
        for number in sorted(one.keys() | other.keys()):
            before, fresh = (things.get(number, Things.none()) for things in (one, other))
            if before.sums != fresh.sums:
                key = "" if by is None else str(number) if by is By.HOUR else str(keys.said(number) or "")
                return _told(day, figure, str(by or ""), key, list(before.sums), list(fresh.sums))
    return _told(day, figure, "", "", list(held.sums), list(found.sums))


def _told(day: dt.date, figure: str, told_by: str, key: str, held: Any, fresh: Any) -> Different:
    return Different({"day": day.isoformat(), "figure": figure, "told_by": told_by, "key": key, "held": held,
                      "counted": fresh})  # fmt: skip
