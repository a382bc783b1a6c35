"""Keeping the counted days: caught up from the journal, counted anew where it says so, and held against the records.

A line of the journal makes days out of date, never sums: those days are counted anew from the records. So a line that
is taken twice does no harm, and what depends on later facts – a redo, a reopening, the same complaint again, a visit –
corrects the day it belongs to.

Only the program writes here: in the embedded mode whoever has the file open, on a server its owner.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.orm import Session

from commandcenter.domain.tallies import COUNTED_AS, SUMMED, SUMS, TALLY, TallyMark, TallyTimes
from commandcenter.queries.figures.counting import TOLD_BY, Counted, counted
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.spans import Run, runs_of, span_of
from commandcenter.queries.figures.unseen import MOMENTS, Position, Unseen, position, unseen

LONGEST = 31
"""Days that are counted at once."""
_DAY = dt.timedelta(days=1)
_MARK = cast(Table, TallyMark.__table__)
_TIMES = cast(Table, TallyTimes.__table__)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a catching up came to: lines of the journal taken into account, days counted."""

    lines: int = 0
    days: int = 0


def catch_up(session: Session, now: dt.datetime, progress: Callable[[float], None] = lambda _share: None) -> Kept:
    """Take into account what has come since, and count the days that have gone by. ``now``: aware UTC.

    The session may write, and sees everything. From the first count on it is committed now and then: it may take
    minutes, and nobody shall wait for it. Until it is through, everybody counts from the records.
    """
    how, place = Reckoning.of(session), position(session)  # first: what comes while we count is looked at again
    today = now.astimezone(how.zone).date()
    mark = _usable(session.get(TallyMark, 1), how.zone)
    since = Unseen(everything=True) if mark is None else unseen(session, mark)
    if mark is None or since.everything:
        days = _from_the_beginning(session, how, now)
        _forget(session)
    else:
        gone_by = {mark.last_day + n * _DAY for n in range(1, (today - mark.last_day).days + 1)}
        days = {day for day in since.days | gone_by | {today} if day <= today}
    runs = list(runs_of(days, LONGEST))
    for n, run in enumerate(runs):
        _count_anew(session, how, run, now)
        if mark is None or since.everything:
            session.commit()
        progress((n + 1) / len(runs))
    first = min(days, default=today) if mark is None or since.everything else min(mark.first_day, *days)
    _stand(session, how, first, today - _DAY, now, place)
    return Kept(since.lines, len(days))


def _usable(mark: TallyMark | None, zone: ZoneInfo) -> TallyMark | None:
    good = mark is not None and mark.counted_as == COUNTED_AS and mark.zone == zone.key
    return mark if good else None


def _from_the_beginning(session: Session, how: Reckoning, now: dt.datetime) -> set[dt.date]:
    firsts = [session.scalar(select(func.min(moment))) for moments in MOMENTS.values() for moment in moments]
    first = min((at for at in firsts if at is not None), default=now)
    begun, today = (at.astimezone(how.zone).date() for at in (min(first, now), now))
    return {begun + n * _DAY for n in range((today - begun).days + 1)}


def _forget(session: Session) -> None:
    for table in (_MARK, TALLY, _TIMES):
        session.execute(delete(table))


def _count_anew(session: Session, how: Reckoning, run: Run, now: dt.datetime) -> None:
    span = span_of(run, how.zone)
    found = counted(session, how, span.since_at, min(span.until_at, now))
    session.execute(delete(TALLY).where(*_of(TALLY, run)))
    session.execute(delete(_TIMES).where(*_of(_TIMES, run)))
    sums, times = list(_sums(found)), list(_times(found))
    if sums:
        session.execute(insert(TALLY), sums)
    if times:
        session.execute(insert(_TIMES), times)


def _of(table: Any, run: Run) -> Iterator[Any]:
    """What is kept of these days. Told by everything it can be told by: the table stands in that order."""
    yield from (table.c.day >= run.first, table.c.day <= run.last)
    if table is TALLY:
        yield table.c.told_by.in_(TOLD_BY)


def _sums(found: Counted) -> Iterator[dict[str, Any]]:
    for (told_by, key, day), values in found.sums.items():
        yield {"told_by": told_by, "key": key, "day": day} | dict(zip(SUMS, values, strict=True))


def _times(found: Counted) -> Iterator[dict[str, Any]]:
    for squad, figure, day in found.times.keys() | found.left_out.keys():
        seconds = found.times.get((squad, figure, day))
        yield {
            "squad": squad, "figure": figure, "day": day, "left_out": found.left_out.get((squad, figure, day), 0),
            "seconds": seconds.tobytes() if seconds else b"",
        }  # fmt: skip


def _stand(
    session: Session, how: Reckoning, first: dt.date, last: dt.date, now: dt.datetime, place: Position
) -> None:
    session.execute(delete(_MARK))
    session.execute(insert(_MARK), {
        "id": 1, "counted_as": COUNTED_AS, "zone": how.zone.key, "first_day": first, "last_day": last,
        "counted_at": now, "seq": place.seq, "next_xid": place.xmax, "running": place.running,
        "restored": place.restored,
    })  # fmt: skip


# ------------------------------------------------------------------------------------- held against the records


@dataclass(frozen=True, slots=True)
class Different:
    """The first sum that is not what the records come to: part, n and left out, or the times and how many left out."""

    params: dict[str, Any]
    """Its ``day``, ``figure``, ``told_by`` and ``key``, and what is ``held`` and was ``counted``."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How the counted days stand against the records: how many there are, and the first difference if any.

    ``behind`` are lines not taken into account yet; the days they are about are left out.
    """

    days: int = 0
    behind: int = 0
    different: Different | None = None


def check(session: Session, progress: Callable[[float], None] = lambda _share: None) -> Checked:
    """Count every counted day again from the records, as they are seen by a session that sees everything."""
    mark = session.get(TallyMark, 1)
    if mark is None or mark.counted_as != COUNTED_AS:
        return Checked()
    how, since = Reckoning.of(session), unseen(session, mark)
    every = {mark.first_day + n * _DAY for n in range((mark.last_day - mark.first_day).days + 1)}
    left = set() if since.everything else every - since.days
    runs = list(runs_of(left, LONGEST))
    for n, run in enumerate(runs):
        if different := _difference(session, how, run):
            return Checked(len(left), since.lines, different)
        progress((n + 1) / len(runs))
    return Checked(len(left), since.lines)


def _difference(session: Session, how: Reckoning, run: Run) -> Different | None:
    span = span_of(run, how.zone)
    found = counted(session, how, span.since_at, span.until_at)
    return _in_sums(session, run, found) or _in_times(session, run, found)


def _in_sums(session: Session, run: Run, found: Counted) -> Different | None:
    asked = select(TALLY).where(*_of(TALLY, run))
    held = {(row.told_by, row.key, row.day): list(row[3:]) for row in session.execute(asked)}
    for cell in sorted(held.keys() | found.sums.keys(), key=lambda cell: (cell[2], cell[0], cell[1])):
        kept, now = (sums.get(cell, [0] * len(SUMS)) for sums in (held, found.sums))
        for place, figure in enumerate(SUMMED):
            these = slice(3 * place, 3 * place + 3)
            if kept[these] != now[these]:
                return _told(cell[2], figure, cell[0], cell[1], kept[these], now[these])
    return None


def _in_times(session: Session, run: Run, found: Counted) -> Different | None:
    asked = select(_TIMES).where(*_of(_TIMES, run))
    held = {(row.squad, row.figure, row.day): (row.seconds, row.left_out) for row in session.execute(asked)}
    now = {(row["squad"], row["figure"], row["day"]): (row["seconds"], row["left_out"]) for row in _times(found)}
    for cell in sorted(held.keys() | now.keys(), key=lambda cell: (cell[2], cell[1], cell[0])):
        kept, fresh = (_in_order(times.get(cell, (b"", 0))) for times in (held, now))
        if kept != fresh:
            return _told(cell[2], cell[1], "squad" if cell[0] else "", cell[0], kept, fresh)
    return None


def _in_order(times: tuple[bytes, int]) -> list[Any]:
    seconds = memoryview(times[0]).cast("I")
    return [sorted(seconds), times[1]]


def _told(day: dt.date, figure: str, told_by: str, key: str, held: Any, fresh: Any) -> Different:
    return Different({"day": day.isoformat(), "figure": figure, "told_by": told_by, "key": key, "held": held,
                      "counted": fresh})  # fmt: skip


