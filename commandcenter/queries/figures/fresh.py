"""Counted from the records as they stand: what is asked of the rows of a figure, for some stretches of time."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import Case
from commandcenter.queries.figures.asking import OF_DAYS, By, Sought
from commandcenter.queries.figures.catalogue import ARRIVALS, COMINGS, OUTCOMES, SOURCES, Outcome
from commandcenter.queries.figures.definitions import CLOCKS, Figure
from commandcenter.queries.figures.moments import Reckoning, Turns
from commandcenter.queries.figures.piles import Pile
from commandcenter.queries.figures.sources import Rows
from commandcenter.queries.figures.spans import Span

_APART = "told_apart"
"""The key's own name in the question: said twice with what is bound in it, a server would take it for two."""
Piles = dict[Any, Pile]


@dataclass(frozen=True, slots=True)
class Form:
    """What a question looks like, whatever it asks about: how a database is asked, for how many stretches of time,
    narrowed by what, of everything or of what is sealed alone. A question of one form is written once.
    """

    how: Reckoning
    turns: Turns
    spans: int
    narrowed: tuple[By, ...]
    sealed_only: bool

    def key(self, rows: Rows, apart: By | None) -> Any:
        """What tells the rows apart, as the database says it."""
        if apart is None:
            return None
        if apart in OF_DAYS:
            return self.how.day(rows.at, self.turns)
        return self.how.hour(rows.at, self.turns) if apart is By.HOUR else rows.dimensions[apart]

    def of(self, rows: Rows, asked: Select[Any]) -> Select[Any]:
        """A question, about those of the rows alone that are asked for."""
        return rows.joined(asked).where(*self._conditions(rows))

    def _conditions(self, rows: Rows) -> Iterator[ColumnElement[bool]]:
        yield or_(*(
            and_(rows.at >= bindparam(f"since_{n}"), rows.at < bindparam(f"until_{n}")) for n in range(self.spans)
        ))  # fmt: skip
        yield rows.base
        yield from map(rows.belongs, self.narrowed)
        if self.sealed_only:
            yield Case.sealed_for.is_not(None)


@lru_cache(1024)
def rows_of(figure: Figure, how: Reckoning) -> tuple[Rows, ...]:
    """A figure's rows, as that kind of database is asked for them."""
    return SOURCES[figure](how)


@lru_cache(1024)
def _sums(figure: Figure, form: Form, apart: By | None) -> tuple[Select[Any], ...]:
    """n, part and how many there are in all, for every key."""
    return tuple(_sum(rows, form, form.key(rows, apart)) for rows in rows_of(figure, form.how))


def _sum(rows: Rows, form: Form, key: Any) -> Select[Any]:
    n = func.sum(case((rows.counts, 1), else_=0))
    part = func.sum(case((and_(rows.counts, rows.good), rows.amount), else_=0))
    columns: list[Any] = [n, part, func.count()]
    if key is None:
        return form.of(rows, select(*columns))
    return form.of(rows, select(*columns, key.label(_APART))).group_by(_APART)


@lru_cache(1024)
def _times(figure: Figure, form: Form, apart: By | None) -> tuple[Select[Any], ...]:
    """The seconds of each time, empty where it is left out, with its key."""
    return tuple(_time(rows, form, form.key(rows, apart)) for rows in rows_of(figure, form.how))


def _time(rows: Rows, form: Form, key: Any) -> Select[Any]:
    seconds = case((rows.inside, form.how.seconds(rows.began, rows.at)), else_=None)
    return form.of(rows, select(seconds) if key is None else select(seconds, key.label(_APART)))


@lru_cache(64)
def _heat(form: Form) -> tuple[Select[Any], ...]:
    asked = []
    for rows in ARRIVALS:
        columns: list[Any] = [form.key(rows, By.DAY).label("local_day"), form.key(rows, By.HOUR).label("local_hour")]
        asked.append(form.of(rows, select(*columns, func.count())).group_by("local_day", "local_hour"))
    return tuple(asked)


@lru_cache(64)
def _flow(form: Form) -> tuple[Select[Any], ...]:
    asked = []
    for rows in COMINGS:
        columns: list[Any] = [rows.dimensions[By.CHANNEL].label("came"), rows.amount.label("ended")]
        asked.append(form.of(rows, select(*columns, func.count())).group_by("came", "ended"))
    return tuple(asked)


@dataclass(frozen=True, slots=True)
class Stretches:
    """What is counted: everything of these stretches of time that is asked for, or only what is sealed of it."""

    session: Session
    how: Reckoning
    sought: Sought
    spans: Sequence[Span]
    sealed_only: bool = False

    @property
    def form(self) -> Form:
        """The form of the question."""
        turns = self.how.turns(self.spans[0].since_at, self.spans[-1].until_at)
        return Form(self.how, turns, len(self.spans), tuple(self.sought.narrowed), self.sealed_only)

    @property
    def bound(self) -> dict[str, Any]:
        """What it asks about."""
        said: dict[str, Any] = {f"of_{by}": key for by, key in self.sought.narrowed.items()}
        for n, span in enumerate(self.spans):
            said |= {f"since_{n}": span.since_at, f"until_{n}": span.until_at}
        return said

    def ask(self, asked: Select[Any]) -> Any:
        """Ask it."""
        return self.session.execute(asked, self.bound)

    def put(self, figure: Figure, apart: By | None, into: Piles) -> None:
        """Add what a figure counts there to the piles, told apart by raw keys: local days as text, hours, keys."""
        if not self.spans:
            return
        if figure in CLOCKS:
            for took, *key in (row for asked in _times(figure, self.form, apart) for row in self.ask(asked)):
                pile = into.setdefault(key[0] if key else None, Pile())
                pile.add_times(() if took is None else (took,), took is None)
            return
        for told, good, every, *key in (row for asked in _sums(figure, self.form, apart) for row in self.ask(asked)):
            into.setdefault(key[0] if key else None, Pile()).add(good or 0, told or 0, every - (told or 0))

    def put_heat(self, counted: list[list[int]]) -> None:
        """Add what came in to the hours of the week."""
        for written, hour, n in (row for asked in _heat(self.form) for row in self.ask(asked)) if self.spans else ():
            counted[dt.date.fromisoformat(written).weekday()][hour] += n

    def put_flow(self, into: dict[tuple[str, Outcome], int]) -> None:
        """Add what came in by channel and what became of it."""
        for came, ended, n in (row for asked in _flow(self.form) for row in self.ask(asked)) if self.spans else ():
            way = came, OUTCOMES[ended]
            into[way] = into.get(way, 0) + n
