"""Days that have been counted: sums of the figures, kept so that a long time is added up and not counted anew.

No records: all of it can be counted again from them at any time, and nobody but the program writes it. What is sealed
is in none of it. :mod:`commandcenter.queries.figures.keeping` counts, and says what a day's sums are.
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
FLOW = "flow"
"""Told apart by channel and outcome, ``hotline/confirmed``; how many is where the received are."""
UNKNOWN = "?"
"""The key of what the record says nothing about."""
COUNTED_AS = 1
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
"""A day's sums, told apart by one thing at a time: nothing, a squad, an officer, …, a local hour, or an outcome."""


class TallyTimes(record.Table):
    """The times of one clock that stopped on one day, of all or of one squad."""

    __tablename__ = "tally_times"
    __table_args__: Any = (Index("ix_tally_times_day", "day"),)

    squad: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Its key; empty of all squads together."""
    figure: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    left_out: Mapped[int] = mapped_column(Integer)
    seconds: Mapped[bytes] = mapped_column(LargeBinary)
    """Each in four bytes, the lowest first."""


class TallyMark(record.Table):
    """How far the days are counted. One row, or none where they never were."""

    __tablename__ = "tally_mark"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    counted_as: Mapped[int] = mapped_column(Integer)
    """By which version of the definitions."""
    zone: Mapped[str] = mapped_column(String(64))
    first_day: Mapped[dt.date] = mapped_column(Date)
    last_day: Mapped[dt.date] = mapped_column(Date)
    """The last day that had gone by whole."""
    counted_at: Mapped[dt.datetime]
    seq: Mapped[int] = mapped_column(BigInteger)
    """The highest line that was taken into account."""
    next_xid: Mapped[int] = mapped_column(BigInteger)
    """On a server: every transaction below it was seen, but for those that were running."""
    running: Mapped[str] = mapped_column(Text)
    """Their numbers, parted by commas."""
    restored: Mapped[int] = mapped_column(BigInteger)
    """The last line that came with a dump from another server, whose numbers of transactions say nothing here."""
