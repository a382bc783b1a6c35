"""What of a question the counted days answer, and which time is left to be counted from the records."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import SEALED, Case
from commandcenter.domain.tallies import COUNTED_AS, FLOW, OF_ALL, TALLY, UNKNOWN, TallyMark, TallyTimes, columns_of
from commandcenter.queries.figures.asking import OF_DAYS, By, Sought
from commandcenter.queries.figures.definitions import CLOCKS, Figure
from commandcenter.queries.figures.fresh import Piles, Stretches
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.piles import Pile
from commandcenter.queries.figures.spans import Span, left_over, span_of, whole_days
from commandcenter.queries.figures.unseen import Unseen, unseen

_KNOWN = "figures"
_MOST_UNSEEN = 20_000
"""Lines; where the counted days are that far behind, everything is counted from the records."""


@dataclass(frozen=True, slots=True)
class _Standing:
    mark: TallyMark
    unseen: Unseen
    sealed: bool
    """Whether whoever asks sees anything that is sealed, which no day holds."""


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
        if standing is not None and standing.mark.zone == self._how.zone.key:
            self._runs = whole_days(self._whole, standing.mark.last_day, self._how.zone, standing.unseen.days)
            self._sealed = standing.sealed
        else:
            self._runs, self._sealed = [], False

    @property
    def zone(self) -> Any:
        """The district's zone."""
        return self._how.zone

    def piles(self, figures: Sequence[Figure], apart: By | None = None) -> dict[Figure, Piles]:
        """Everything that is counted, told apart by raw keys: local days as text, hours, keys."""
        found: dict[Figure, Piles] = {figure: {} for figure in figures}
        sums = [figure for figure in figures if figure not in CLOCKS]
        clocks = [figure for figure in figures if figure in CLOCKS]
        by_sums = bool(sums) and self._put_sums(sums, apart, found)
        by_times = bool(clocks) and self._put_times(clocks, apart, found)
        for figure in figures:
            for stretches in self._rest(by_times if figure in CLOCKS else by_sums):
                stretches.put(figure, apart, found[figure])
        return found

    def _rest(self, counted: bool) -> Iterable[Stretches]:
        """What the counted days do not answer: all of it, or what lies beside them and is sealed in them."""
        if not counted:
            return (self.stretches(),)
        beside = Stretches(self._session, self._how, self._sought, left_over(self._whole, self._runs, self._how.zone))
        inside = [span_of(run, self._how.zone) for run in self._runs] if self._sealed else []
        return beside, Stretches(self._session, self._how, self._sought, inside, sealed_only=True)

    def stretches(self) -> Stretches:
        """All of it, from the records."""
        whole = [self._whole] if self._whole.since_at < self._whole.until_at else []
        return Stretches(self._session, self._how, self._sought, whole)

    # ------------------------------------------------------------------------------------------------- sums of days

    def _put_sums(self, figures: Sequence[Figure], apart: By | None, into: dict[Figure, Piles]) -> bool:
        told = self._told_by(apart)
        if told is None:
            return False
        by, key, column = told
        sums = [func.sum(TALLY.c[name]) for figure in figures for name in columns_of(figure)]
        asked = select(*([] if column is None else [column]), *sums).where(
            TALLY.c.told_by == by, self._in_runs(TALLY.c.day), *([] if key is None else [TALLY.c.key == key])
        )
        for row in self._session.execute(asked if column is None else asked.group_by(column)):
            raw, values = (None, row) if column is None else (_raw(row[0], apart), row[1:])
            for place, figure in enumerate(figures):
                part, n, out = (int(value or 0) for value in values[3 * place : 3 * place + 3])
                if n or out:
                    into[figure].setdefault(raw, Pile()).add(part, n, out)
        return True

    def _told_by(self, apart: By | None) -> tuple[str, str | None, Any] | None:
        """Which cells answer: told by what, which key (None: every), and by what they are grouped. None: none do."""
        narrowed = self._sought.narrowed
        if not self._runs or len(narrowed) > 1:
            return None
        [(by, key)] = narrowed.items() or [(OF_ALL, OF_ALL)]
        if apart is None:
            return by, key, None
        if apart in OF_DAYS:
            return by, key, TALLY.c.day
        if not narrowed:
            return str(apart), None, TALLY.c.key
        return (by, key, TALLY.c.key) if apart is by else None

    def _in_runs(self, day: Any) -> ColumnElement[bool]:
        return or_(false(), *(and_(day >= run.first, day <= run.last) for run in self._runs))

    # ------------------------------------------------------------------------------------------------ times of days

    def _put_times(self, figures: Sequence[Figure], apart: By | None, into: dict[Figure, Piles]) -> bool:
        narrowed, of_squads = self._sought.narrowed, apart is By.SQUAD
        if not self._runs or narrowed.keys() - {By.SQUAD} or not (apart is None or of_squads or apart in OF_DAYS):
            return False
        squad = narrowed.get(By.SQUAD)
        whose = TallyTimes.squad != OF_ALL if of_squads and squad is None else TallyTimes.squad == (squad or OF_ALL)
        asked = select(TallyTimes.figure, TallyTimes.squad, TallyTimes.day, TallyTimes.seconds, TallyTimes.left_out)
        wanted = asked.where(whose, TallyTimes.figure.in_([*map(str, figures)]), self._in_runs(TallyTimes.day))
        for figure, its_squad, day, seconds, left_out in self._session.execute(wanted):
            raw = None if apart is None else _raw(its_squad if of_squads else day, apart)
            into[Figure(figure)].setdefault(raw, Pile()).add_times(seconds, left_out)
        return True

    # ------------------------------------------------------------------------------------------------- what came in

    def heat(self) -> list[list[int]]:
        """By weekday and local hour."""
        counted = [[0] * 24 for _day in range(7)]
        usable = bool(self._runs) and not self._sought.narrowed
        if usable:
            received, found = TALLY.c[columns_of(Figure.RECEIVED)[1]], TALLY.c[columns_of(Figure.UNPROMPTED)[0]]
            asked = select(TALLY.c.day, TALLY.c.key, received + found)
            for day, hour, n in self._session.execute(
                asked.where(TALLY.c.told_by == str(By.HOUR), self._in_runs(TALLY.c.day))
            ):
                counted[day.weekday()][int(hour)] += n
        for stretches in self._rest(usable):
            stretches.put_heat(counted)
        return counted

    def flow(self) -> dict[tuple[str, str], int]:
        """By channel and outcome."""
        found: dict[tuple[str, str], int] = {}
        usable = bool(self._runs) and not self._sought.narrowed
        if usable:
            n = func.sum(TALLY.c[columns_of(Figure.RECEIVED)[1]])
            asked = select(TALLY.c.key, n).where(TALLY.c.told_by == FLOW, self._in_runs(TALLY.c.day))
            for key, many in self._session.execute(asked.group_by(TALLY.c.key)):
                came, ended = key.split("/")
                found[came, ended] = int(many)
        for stretches in self._rest(usable):
            stretches.put_flow(found)
        return found


def _raw(key: Any, apart: By | None) -> Any:
    """A key as the records would say it."""
    if isinstance(key, dt.date):
        return key.isoformat()
    if key == UNKNOWN:
        return None
    return int(key) if apart is By.HOUR else key


