"""Keeping the counted days: caught up from the journal, counted anew where it says so.

A line of the journal makes days out of date, never sums: those days are counted anew from the records. So a line that
is taken twice does no harm, and what depends on later facts – a redo, a reopening, the same complaint again, a visit –
corrects the day it belongs to.

Days are counted a few at a time, as they are seen just then, and written in a short transaction of their own. What
comes meanwhile is looked at the next time: the mark moves to where the journal stood at the beginning, once all days
that had changed by then are counted. The past is counted backwards from yesterday, and what is counted is used at once.

Only the program writes here: in the embedded mode whoever has the file open, on a server its owner.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from commandcenter.domain.tallies import COUNTED_AS, TALLY, TallyMark, TallyThings
from commandcenter.queries.books import Books, Told
from commandcenter.queries.figures.counting import Keys
from commandcenter.queries.figures.days import EVERYTHING, Wanted, fresh, put
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.spans import Run
from commandcenter.queries.figures.unseen import MOMENTS, Unseen, position, unseen

AT_ONCE = 31
"""Days that are counted at once where nobody waits beside."""
_DAY = dt.timedelta(days=1)
_MARK, _THINGS = (cast(Table, kind.__table__) for kind in (TallyMark, TallyThings))


@dataclass(frozen=True, slots=True)
class Kept:
    """What a catching up came to: lines of the journal taken into account, days counted.

    It is not ``whole`` where it was told to stop, or where somebody else was at it.
    """

    lines: int = 0
    days: int = 0
    whole: bool = True


class Overtaken(Exception):
    """Somebody else has written meanwhile: what was counted here may be older."""


def catch_up(books: Books, now: dt.datetime, progress: Told = lambda _share: True, at_once: int = AT_ONCE) -> Kept:
    """Take into account what has come since, and count the days that have gone by. ``now``: aware UTC.

    ``progress`` is told how far it is before each ``at_once`` days, and stops it by saying False: what is counted by
    then stays.
    """
    turn = _Turn(books, now, progress, at_once)
    try:
        whole = turn.taken()
    except Overtaken:
        whole = False
    return Kept(turn.since.lines, turn.days, whole)


class _Turn:
    """One catching up."""

    def __init__(self, books: Books, now: dt.datetime, progress: Told, at_once: int) -> None:
        self._books, self._now, self._progress, self._at_once = books, now, progress, at_once
        self.days = 0
        with books.reading() as session:
            self._how, self._place, self._keys = Reckoning.of(session), asdict(position(session)), Keys(session)
            self._yesterday = now.astimezone(self._how.zone).date() - _DAY
            mark = session.get(TallyMark, 1)
            self._turn = mark.turn if mark is not None else 0
            usable = mark is not None and mark.counted_as == COUNTED_AS and mark.zone == self._how.zone.key
            self.since = unseen(session, mark) if mark is not None and usable else Unseen(everything=True)
            self._anew = mark is None or self.since.everything
            if mark is None or self._anew:
                self._known, self._earliest = Run(self._yesterday + _DAY, self._yesterday), self._first(session)
            else:
                self._known = Run(mark.first_day, mark.last_day)
                self._earliest = min([mark.earliest_day, *self.since.every])

    def _first(self, session: Session) -> dt.date:
        """The day on which anything happened first."""
        firsts = [session.scalar(select(func.min(moment))) for moments in MOMENTS.values() for moment in moments]
        days: list[dt.date] = [at.astimezone(self._how.zone).date() for at in firsts if at is not None]
        return min([self._yesterday, *days])

    def taken(self) -> bool:
        """Whether it went through."""
        stale, past = self._stale(), list(self._past())
        if not (self._anew or stale or past or self.since.lines):
            return True
        if self._anew:
            self._begin()
        for n, wanted in enumerate(stale):
            if not self._counted(wanted, n / (len(stale) + len(past)), {}):
                return False
        self._write({"earliest_day": self._earliest, "last_day": self._yesterday, **self._place})
        for n, run in enumerate(past, start=len(stale)):
            wanted = dict.fromkeys(run.days, EVERYTHING)
            if not self._counted(wanted, n / (len(stale) + len(past)), {"first_day": run.first}):
                return False
        return True

    def _stale(self) -> list[Wanted]:
        """The days that have changed, and those that have gone by since, some at a time; and which figures of them."""
        stale: dict[dt.date, frozenset[str]] = defaultdict(frozenset)
        for figure, days in self.since.beside.items():
            for day in days:
                stale[day] |= {str(figure)}
        gone_by = Run(self._known.last + _DAY, self._yesterday)
        stale.update(dict.fromkeys([*self.since.days, *gone_by.days], EVERYTHING))
        mine = sorted(day for day in stale if self._known.first <= day <= self._yesterday)
        return [{day: stale[day] for day in mine[n : n + self._at_once]} for n in range(0, len(mine), self._at_once)]

    def _past(self) -> Iterator[Run]:
        """What lies before the days that are counted, some days at a time, the latest first."""
        last = self._known.first - _DAY
        while last >= self._earliest:
            first = max(self._earliest, last - (self._at_once - 1) * _DAY)
            yield Run(first, last)
            last = first - _DAY

    # -------------------------------------------------------------------------------------------------- some at a time

    def _counted(self, wanted: Wanted, share: float, said: Mapping[str, Any]) -> bool:
        """Count these days anew, and say so in the mark; False where that is not wanted any more."""
        if self._progress(share) is False:
            return False
        with self._books.reading() as session:
            found = fresh(session, self._how, self._keys, wanted)
        with self._books.writing() as session:
            self._take_turn(session, said)
            put(session, found, self._keys)
        self.days += len(wanted)
        return True

    def _begin(self) -> None:
        """Nothing is counted yet: everybody counts from the records what is not."""
        place = {"earliest_day": self._earliest, "first_day": self._known.first, "last_day": self._known.last}
        with self._books.writing() as session:
            if self._turn:
                self._take_turn(session, {})
            elif session.scalar(select(_MARK.c.turn)) is not None:
                raise Overtaken
            self._turn += 1
            for table in (_MARK, TALLY, _THINGS):
                session.execute(delete(table))
            session.execute(insert(_MARK), {
                "id": 1, "turn": self._turn, "counted_as": COUNTED_AS, "zone": self._how.zone.key,
                "counted_at": self._now, **place, **self._place,
            })  # fmt: skip

    def _write(self, said: Mapping[str, Any]) -> None:
        with self._books.writing() as session:
            self._take_turn(session, said)

    def _take_turn(self, session: Session, said: Mapping[str, Any]) -> None:
        """Only who wrote last may go on: whoever else did has counted what we have, or later."""
        mine = update(_MARK).where(_MARK.c.turn == self._turn)
        if not cast(Any, session.execute(mine.values(turn=self._turn + 1, counted_at=self._now, **said))).rowcount:
            raise Overtaken
        self._turn += 1
