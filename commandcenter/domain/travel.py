"""How far somebody travelled: the steps between the positions of a day that can be true, straight from one to the next.

A day is counted by itself. What cannot be true is left out and counted as left out; a position says nothing of whether
it was made up, so a made-up one shows only where nobody is that fast.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import NamedTuple, Self

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.places import distance, is_place
from commandcenter.domain.record import Table
from commandcenter.domain.rules import Rules


class Fixed(NamedTuple):
    """One position: aware UTC, WGS-84 degrees, metres."""

    at: dt.datetime
    lon: float
    lat: float
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Plausible:
    """What the rules say of positions that can be true."""

    accuracy_m: int
    gap: dt.timedelta
    fastest_kmh: int

    @classmethod
    def of(cls, rules: Rules) -> Self:
        """As the rules stand."""
        return cls(rules.number("load.accuracy_metres"), dt.timedelta(minutes=rules.number("load.gap_minutes")),
                   rules.number("attendance.fastest_kmh"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Travel:
    """Metres travelled, from how many positions, and what was left out."""

    metres: float = 0.0
    fixes: int = 0
    inexact: int = 0
    """Positions that do not say how exact they are, are worse than the rule allows, or are no place on earth."""
    jumps: int = 0
    """Steps nobody is fast enough for."""
    gaps: int = 0
    """Steps over a time in which nothing was heard for too long: nobody knows which way."""

    def __add__(self, other: "Travel") -> "Travel":
        return Travel(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Travel)))


def travelled(positions: Iterable[Fixed], rule: Plausible) -> Travel:
    """How far one person came by these positions of one day, in the order of their times.

    As long as a position lies no farther from the last one that was reached than both are exact, they stand still.
    """
    metres, n, inexact, jumps, gaps = 0.0, 0, 0, 0, 0
    reached: Fixed | None = None
    heard_at: dt.datetime | None = None
    for fix in positions:
        n += 1
        if not _is_exact(fix, rule):
            inexact += 1
            continue
        if reached is None or heard_at is None:
            reached, heard_at = fix, fix.at
            continue
        waited, heard_at = fix.at - heard_at, fix.at
        far = distance((reached.lon, reached.lat), (fix.lon, fix.lat))
        beyond = far - (reached.accuracy or 0.0) - (fix.accuracy or 0.0)
        if waited > rule.gap:
            gaps += 1
        elif beyond <= 0:
            continue
        elif beyond / 1000 > rule.fastest_kmh * max(waited.total_seconds(), 1.0) / 3600:
            jumps += 1
        else:
            metres += far
        reached = fix
    return Travel(metres, n, inexact, jumps, gaps)


def _is_exact(fix: Fixed, rule: Plausible) -> bool:
    exact = fix.accuracy
    said = exact is not None and math.isfinite(exact) and 0 < exact <= rule.accuracy_m
    return said and is_place(fix.lon, fix.lat)


OF_ALL = ""
"""Whose row says that a day is counted."""


class Travelled(Table):
    """How far somebody travelled on a day that has gone by, kept when positions go. No record; the owner writes it.

    The row of :data:`OF_ALL` says that the day is counted, and of how many positions.
    """

    __tablename__ = "travelled"

    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    person: Mapped[str] = mapped_column(String(36), primary_key=True)
    metres: Mapped[float]
    fixes: Mapped[int]
    inexact: Mapped[int]
    jumps: Mapped[int]
    gaps: Mapped[int]
