"""Questions answered of things: those that the days have kept, and those of what little time lies beside them.

That little – today, a day that has changed – is counted from the records thing by thing, as a day would be: one time
for all that a session asks of it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.domain.tallies import TallyThings
from commandcenter.queries.figures.asking import OF_DAYS, By, Sought
from commandcenter.queries.figures.catalogue import CAME, OUTCOMES, Outcome
from commandcenter.queries.figures.counting import Keys, counted
from commandcenter.queries.figures.definitions import CLOCKS, Figure
from commandcenter.queries.figures.fresh import Piles
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.piles import Pile
from commandcenter.queries.figures.spans import Run, Span, within
from commandcenter.queries.figures.things import Things, together

_KEYS, _COUNTED = "figures.keys", "figures.counted"


class Recall:
    """What is asked, of somebody or of all."""

    def __init__(self, session: Session, how: Reckoning, sought: Sought) -> None:
        self._session, self._how = session, how
        if _KEYS not in session.info:
            session.info[_KEYS] = Keys(session)
        self._keys: Keys = session.info[_KEYS]
        self._whose = sought.narrowed
        self._numbers = {by: self._keys[key] for by, key in self._whose.items()}

    def put(
        self, figures: Sequence[Figure], runs: Sequence[Run], spans: Sequence[Span], apart: By | None,
        into: dict[Figure, Piles],
    ) -> None:  # fmt: skip
        """Add what these figures come to, on days that are counted and in time beside them, told apart by raw keys."""
        for name, things in self._things(figures, runs, spans).items():
            figure = Figure(name)
            for number, part in things.apart(apart):
                pile = into[figure].setdefault(self._raw(number, apart), Pile())
                if figure in CLOCKS:
                    pile.add_times(*part.times)
                else:
                    pile.add(*part.sums)

    def _raw(self, number: int, apart: By | None) -> Any:
        """As the records would say it."""
        if apart is None:
            return None
        if apart in OF_DAYS:
            return dt.date.fromordinal(number).isoformat()
        return number if apart is By.HOUR else self._keys.said(number)

    def put_heat(self, runs: Sequence[Run], spans: Sequence[Span], into: list[list[int]]) -> None:
        """Add what came in to the hours of the week."""
        came = self._things([CAME], runs, spans)[CAME]
        something = came.those(came.said != OUTCOMES.index(Outcome.CANCELLED))
        for day, things in something.by_day():
            for hour, its in things.apart(By.HOUR):
                into[day.weekday()][hour] += len(its)

    def put_flow(self, runs: Sequence[Run], spans: Sequence[Span], into: dict[tuple[str, Outcome], int]) -> None:
        """Add what came in by channel and what became of it."""
        for channel, things in self._things([CAME], runs, spans)[CAME].apart(By.CHANNEL):
            for outcome, n in things.spread():
                way = self._keys.said(channel), OUTCOMES[outcome]
                into[way] = into.get(way, 0) + n

    def _things(self, figures: Sequence[str], runs: Sequence[Run], spans: Sequence[Span]) -> dict[str, Things]:
        names = [str(figure) for figure in figures]
        found: dict[str, list[Things]] = {name: [] for name in names}
        for some in (self._kept(names, runs), *(self._counted(names, span) for span in spans)):
            for figure, things in some:
                found[figure].append(things)
        return {figure: Things.all(some).narrowed(self._numbers) for figure, some in found.items()}

    def _kept(self, names: Sequence[str], runs: Sequence[Run]) -> Iterator[tuple[str, Things]]:
        found: dict[str, list[Any]] = defaultdict(list)
        asked = select(TallyThings.figure, TallyThings.day, TallyThings.n, TallyThings.packed).where(
            TallyThings.figure.in_(names), within(TallyThings.day, runs)
        )
        for figure, *kept in self._session.execute(asked) if runs else ():
            found[figure].append(kept)
        return ((figure, together(kept)) for figure, kept in found.items())

    def _counted(self, names: Sequence[str], span: Span) -> Iterator[tuple[str, Things]]:
        known: dict[str, Things] = self._session.info.setdefault(_COUNTED, {}).setdefault(
            (span, *self._whose.items()), {}
        )
        fresh = [name for name in names if name not in known]
        if Figure.RECEIVED in fresh and CAME not in known:
            fresh.append(CAME)  # made of the same rows, and asked for beside them
        if fresh:
            known.update(counted(self._session, self._how, self._keys, fresh, span, self._whose))
        return ((name, known[name]) for name in names)
