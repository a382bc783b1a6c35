"""Human numbers: ``261123-0042`` for a case, ``S261123-0042`` for a complaint. Unique; gaps are allowed.

The documents of the ladder are counted by the year instead, each rung for itself: ``42``.

On PostgreSQL a sequence gives them, and a base row a day and kind makes them start again at one: it is made
once, in a transaction of its own, so that no writer ever waits for another. SQLite's writers take turns
anyway: there a row a day and kind counts.
"""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import BigInteger, Connection, Engine, String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from commandcenter.domain.record import Table
from commandcenter.domain.rulings import SERIES

PREFIXES: Mapping[str, str] = MappingProxyType({"case": "", "complaint": "S"})
"""The kinds of thing that bear a number of their day, and the letter it begins with."""
YEARLY = frozenset(SERIES.values())
"""Those that bear one of their year; the rest of it is :func:`commandcenter.domain.rulings.document_number`."""

_COUNT = text(
    "INSERT INTO number_day (kind, day, base) VALUES (:kind, :day, :n)"
    " ON CONFLICT (kind, day) DO UPDATE SET base = number_day.base + excluded.base RETURNING base"
)
_BASE = text("SELECT base FROM number_day WHERE kind = :kind AND day = :day")
# The base is itself drawn from the sequence, before any number of the day is: numbers are above it for ever. The
# server draws it by itself, and for members of the district on its own day only.
_MAKE_BASE = text("SELECT begin_number_day(:kind, :day)")
_DRAW = text("SELECT nextval(:sequence) FROM generate_series(1, :n)")


class NumberDay(Table):
    """Where the numbers of a kind begin on a day (PostgreSQL), or how far they have come (SQLite)."""

    __tablename__ = "number_day"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    base: Mapped[int] = mapped_column(BigInteger)


class Numbers:
    """Gives the human numbers of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._bases: dict[tuple[str, dt.date], int] = {}

    def forget(self) -> None:
        """Read anew where each day's numbers begin: another server may know it otherwise."""
        self._bases.clear()

    def block(self, session: Session, kind: str, day: dt.date, n: int = 1) -> list[str]:
        """The next ``n`` numbers of ``kind`` for the local date ``day``, ascending. KeyError: bears no number."""
        if kind in YEARLY:
            return [str(number) for number in self._next(session, kind, day.replace(month=1, day=1), n)]
        prefix = PREFIXES[kind]
        return [f"{prefix}{day:%y%m%d}-{number:04d}" for number in self._next(session, kind, day, n)]

    def _next(self, session: Session, kind: str, begins: dt.date, n: int) -> list[int]:
        return self._counted(session, kind, begins, n) if self._embedded else self._drawn(session, kind, begins, n)

    @property
    def _embedded(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @staticmethod
    def _counted(session: Session, kind: str, day: dt.date, n: int) -> list[int]:
        last = int(session.connection().execute(_COUNT, {"kind": kind, "day": day.isoformat(), "n": n}).scalar_one())
        return list(range(last - n + 1, last + 1))

    def _drawn(self, session: Session, kind: str, day: dt.date, n: int) -> list[int]:
        base = self._bases.get((kind, day))
        if base is None:
            with self._engine.begin() as apart:
                base = self._bases[kind, day] = self._base(apart, kind, day)
        return [number - base for number in session.scalars(_DRAW, {"sequence": f"number_{kind}", "n": n})]

    @staticmethod
    def _base(apart: Connection, kind: str, day: dt.date) -> int:
        named = {"kind": kind, "day": day}
        base = apart.execute(_BASE, named).scalar()
        return int(apart.execute(_MAKE_BASE, named).scalar_one() if base is None else base)
