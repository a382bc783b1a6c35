"""What of a question the counted days answer, and which time is left to be counted from the records.

Where sums of the days answer it, they are added up; whatever else is asked is answered of the things that a day keeps.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import SEALED, Case
from commandcenter.domain.tallies import (
    COUNTED_AS,
    OF_ALL,
    TALLY,
    UNKNOWN,
    TallyMark,
    columns_of,
)
from commandcenter.queries.figures.asking import OF_DAYS, SUMMED_BY, By, Sought
from commandcenter.queries.figures.catalogue import CAME, Outcome
from commandcenter.queries.figures.definitions import CLOCKS, Figure
from commandcenter.queries.figures.fresh import Piles, Stretches
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.piles import Pile
from commandcenter.queries.figures.spans import Run, Span, left_over, span_of, whole_days, within
from commandcenter.queries.figures.unseen import Unseen, unseen

if TYPE_CHECKING:
    from commandcenter.queries.figures.recall import Recall

_KNOWN = "figures"
_MOST_UNSEEN = 20_000
"""Lines; where the counted days are that far behind, everything is counted from the records."""
_LITTLE = dt.timedelta(days=3)
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class _Standing:
    mark: TallyMark
    unseen: Unseen
    sealed: bool
    """Whether whoever asks sees anything that is sealed, which no day holds."""

    @property
    def days(self) -> Run:
        """The days that are counted; where all of the past is, also those before anything happened."""
        mark = self.mark
        return Run(dt.date.min if mark.first_day <= mark.earliest_day else mark.first_day, mark.last_day)


def _standing(session: Session) -> _Standing | None:
    """How the counted days stand; asked once for a session, which sees one state. None: they are of no use."""
    if _KNOWN not in session.info:
        mark = session.get(TallyMark, 1)
        found = None
        if mark is not None and mark.counted_as == COUNTED_AS:
            since = unseen(session, mark, _MOST_UNSEEN)
            sealed = session.scalar(select(Case.id).where(SEALED).limit(1)) is not None
            # A seal just set takes effect at once: until the days are counted anew, they may hold what it hides.
            found = None if since.everything or since.seals else _Standing(mark, since, sealed)
        session.info[_KNOWN] = found
    known: _Standing | None = session.info[_KNOWN]
    return known


class Held:
    """One question, its time parted into days that are counted and what is left."""

    def __init__(self, session: Session, sought: Sought) -> None:
        self._session, self._sought, self._how = session, sought, Reckoning.of(session)
        self._whole = Span(sought.since_at, max(sought.since_at, sought.ended_at))
        standing = _standing(session)
        usable = standing is not None and standing.mark.zone == self._how.zone.key
        self._standing = standing if usable else None

    @property
    def zone(self) -> Any:
        """The district's zone."""
        return self._how.zone

    def _runs(self, figure: str) -> Runs:
        """The days of the question on which that figure is as it was counted."""
        standing = self._standing
        if standing is None:
            return ()
        return tuple(whole_days(self._whole, standing.days, self._how.zone, standing.unseen.of(figure)))

    def _alike(self, figures: Iterable[Figure]) -> dict[Runs, list[Figure]]:
        """Figures that are kept of the same days, to be asked for together."""
        found: dict[Runs, list[Figure]] = defaultdict(list)
        for figure in figures:
            found[self._runs(figure)].append(figure)
        return found

    # ------------------------------------------------------------------------------------------------ what they answer

    def piles(self, figures: Sequence[Figure], apart: By | None = None) -> dict[Figure, Piles]:
        """Everything that is counted, told apart by raw keys: local days as text, hours, keys."""
        found: dict[Figure, Piles] = {figure: {} for figure in figures}
        told = self._told_by(apart)
        for runs, alike in self._alike(figures).items():
            sums = [figure for figure in alike if figure not in CLOCKS] if runs and told is not None else []
            if sums and told is not None:
                self._put_sums(sums, runs, told, apart, found)
            if runs:
                beside = self._little_beside(runs)
                self._recall.put([figure for figure in alike if figure not in sums], runs, beside, apart, found)
                self._recall.put(sums, (), beside, apart, found)
            for stretches in self._rest(runs):
                for figure in alike:
                    stretches.put(figure, apart, found[figure])
        return found

    def heat(self) -> list[list[int]]:
        """By weekday and local hour."""
        found, runs = [[0] * 24 for _day in range(7)], self._runs(CAME)
        if runs:
            self._recall.put_heat(runs, self._little_beside(runs), found)
        for stretches in self._rest(runs):
            stretches.put_heat(found)
        return found

    def flow(self) -> dict[tuple[str, Outcome], int]:
        """By channel and outcome."""
        found: dict[tuple[str, Outcome], int] = {}
        runs = self._runs(CAME)
        if runs:
            self._recall.put_flow(runs, self._little_beside(runs), found)
        for stretches in self._rest(runs):
            stretches.put_flow(found)
        return found

    @cached_property
    def _recall(self) -> "Recall":
        from commandcenter.queries.figures.recall import Recall  # slow to load: numpy, which a window starts without

        return Recall(self._session, self._how, self._sought)

    def _little_beside(self, runs: Runs) -> list[Span]:
        """The time beside counted days, where so little is asked for of it that its things are counted one by one.

        Of everybody's there are many, which a database adds up by itself in less time than it takes to hand them over.
        """
        beside = left_over(self._whole, runs, self._how.zone)
        little = sum((span.until_at - span.since_at for span in beside), dt.timedelta()) <= _LITTLE
        return beside if little and self._sought.narrowed else []

    def _rest(self, runs: Runs) -> Iterator[Stretches]:
        """What the records have to be asked: what else lies beside the days, and what is sealed in all the other time.

        No things are kept or counted of what is sealed.
        """
        little = self._little_beside(runs) if runs else []
        if not little:
            yield self._stretches(left_over(self._whole, runs, self._how.zone))
        if runs and self._standing is not None and self._standing.sealed:
            inside = sorted([*little, *(span_of(run, self._how.zone) for run in runs)], key=lambda span: span.since_at)
            yield Stretches(self._session, self._how, self._sought, inside, sealed_only=True)

    def stretches(self) -> Stretches:
        """All of it, from the records."""
        return self._stretches([self._whole] if self._whole.since_at < self._whole.until_at else [])

    def _stretches(self, spans: Sequence[Span]) -> Stretches:
        return Stretches(self._session, self._how, self._sought, spans)

    # ------------------------------------------------------------------------------------------------- sums of days

    def _put_sums(
        self, figures: Sequence[Figure], runs: Runs, told: "_Told", apart: By | None, into: dict[Figure, Piles]
    ) -> None:
        sums = [func.sum(TALLY.c[name]) for figure in figures for name in columns_of(figure)]
        asked = select(*([] if told.column is None else [told.column]), *sums).where(
            TALLY.c.told_by == told.by, within(TALLY.c.day, runs),
            *([] if told.key is None else [TALLY.c.key == told.key])
        )  # fmt: skip
        grouped = asked if told.column is None else asked.group_by(told.column)
        for row in self._session.execute(grouped):
            raw, values = (None, row) if told.column is None else (_raw(row[0], apart), row[1:])
            for place, figure in enumerate(figures):
                part, n, out = (int(value or 0) for value in values[3 * place : 3 * place + 3])
                if n or out:
                    into[figure].setdefault(raw, Pile()).add(part, n, out)

    def _told_by(self, apart: By | None) -> "_Told | None":
        """Which sums answer; None where none do."""
        narrowed = self._sought.narrowed
        if len(narrowed) > 1:
            return None
        [(by, key)] = narrowed.items() or [(OF_ALL, OF_ALL)]
        if by not in (OF_ALL, *SUMMED_BY):
            return None
        if apart is None:
            return _Told(by, key)
        if apart in OF_DAYS:
            return _Told(by, key, TALLY.c.day)
        if not narrowed:
            return _Told(str(apart), None, TALLY.c.key) if apart in SUMMED_BY else None
        return _Told(by, key, TALLY.c.key) if apart is by else None


@dataclass(frozen=True, slots=True)
class _Told:
    """Sums told by what, of which key (None: of every one), and by what they are grouped."""

    by: str
    key: str | None
    column: Any = None


def _raw(key: Any, apart: By | None) -> Any:
    """A key as the records would say it."""
    if isinstance(key, dt.date):
        return key.isoformat()
    if key == UNKNOWN:
        return None
    return int(key) if apart is By.HOUR else key
