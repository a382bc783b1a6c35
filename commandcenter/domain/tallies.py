"""Days that have been counted, kept so that a long time is added up and not counted anew.

No records: all of it can be counted again from them at any time, and nobody but the program writes it. What is sealed
is in none of it. :mod:`commandcenter.queries.figures.keeping` counts, and says what is kept of a day.
"""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, LargeBinary, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain import record

SUMMED = (
    "response", "resolution", "satisfaction", "on_time", "solved_once", "first_owner", "unprompted", "promises_kept",
    "repeat_complainants", "return_hops", "received", "opened", "closed",
)  # fmt: skip
"""The figures of which a day holds part, n and what is left out."""
OF_ALL = ""
"""Told apart by nothing."""
UNKNOWN = "?"
"""The key of what the record says nothing about."""
COUNTED_AS = 2
"""To be raised whenever a definition changes: what was counted before is then counted anew."""


def columns_of(figure: str) -> tuple[str, str, str]:
    """The columns of one figure: part, n, left out."""
    return f"{figure}_part", f"{figure}_n", f"{figure}_out"


SUMS = tuple(name for figure in SUMMED for name in columns_of(figure))

TALLY = Table(
    "tally", record.Table.metadata,
    Column("told_by", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("key", String(64), primary_key=True),
    *(Column(name, Integer, nullable=False) for name in SUMS),
    Index("ix_tally_key", "told_by", "key", "day"),
    sqlite_with_rowid=False,
)  # fmt: skip
"""A day's sums, told apart by one thing at a time: nothing, a squad, an officer, …, a local hour."""


class TallyKey(record.Table):
    """The number by which the things of a day name a squad, an officer, a matter … or a channel."""

    __tablename__ = "tally_key"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64), unique=True)


class TallyThings(record.Table):
    """Every thing that one figure counts or leaves out on one day, packed: whatever is asked is answered of them."""

    __tablename__ = "tally_things"
    __table_args__: Any = (Index("ix_tally_things_day", "day"),)

    figure: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Or what came in, see :mod:`commandcenter.queries.figures.catalogue`."""
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    """See :mod:`commandcenter.queries.figures.things`."""


class TallyMark(record.Table):
    """How far the days are counted. One row, or none where they never were."""

    __tablename__ = "tally_mark"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    turn: Mapped[int] = mapped_column(Integer)
    """Goes up with everything that is written: of two who count at a time only one can be at it."""
    counted_as: Mapped[int] = mapped_column(Integer)
    """By which version of the definitions."""
    zone: Mapped[str] = mapped_column(String(64))
    earliest_day: Mapped[dt.date] = mapped_column(Date)
    """Before it nothing happened."""
    first_day: Mapped[dt.date] = mapped_column(Date)
    last_day: Mapped[dt.date] = mapped_column(Date)
    """These and what lies between them are counted; none where the last comes before the first."""
    counted_at: Mapped[dt.datetime]
    seq: Mapped[int] = mapped_column(BigInteger)
    """The highest line that was taken into account."""
    next_xid: Mapped[int] = mapped_column(BigInteger)
    """On a server: every transaction below it was seen, but for those that were running."""
    running: Mapped[str] = mapped_column(Text)
    """Their numbers, parted by commas."""
    restored: Mapped[int] = mapped_column(BigInteger)
    """The last line that came with a dump from another server, whose numbers of transactions say nothing here."""
