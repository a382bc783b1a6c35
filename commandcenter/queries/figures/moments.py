"""Moments as the two kinds of database reckon with them: whole seconds, local days and hours, days later."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from commandcenter.domain.units import District

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
_RADIANS = 0.017453292519943295
_DEGREE = 111_195.08
"""Metres of one degree along a meridian of the mean sphere."""


Turns = tuple[tuple[dt.datetime | None, int], ...]
"""Seconds of local time ahead of UTC, each with when it began; the first from the beginning."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How one database reckons, in the district's zone."""

    sqlite: bool
    zone: ZoneInfo

    @classmethod
    def of(cls, session: Session) -> "Reckoning":
        """As the database of a session does."""
        name = session.scalars(select(District.timezone).limit(1)).first()
        return cls(session.get_bind().dialect.name == "sqlite", ZoneInfo(name or "UTC"))

    def seconds(self, since: Any, until: Any) -> ColumnElement[int]:
        """Whole seconds from one moment to another, each taken down to its second; never below 0."""
        passed = self._epoch(until) - self._epoch(since)
        return case((passed < 0, 0), else_=passed)

    def _epoch(self, at: Any) -> ColumnElement[int]:
        if self.sqlite:  # cut off, since strftime would round
            return cast(func.strftime("%s", _second(at)), Integer)
        return cast(func.floor(func.extract("epoch", at)), Integer)

    def turns(self, since_at: dt.datetime, until_at: dt.datetime) -> Turns:
        """What :meth:`day` and :meth:`hour` have to know of a time: how far local time is from UTC in it.

        PostgreSQL knows zones by itself.
        """
        if not self.sqlite:
            return ()
        (_begun, first), *changed = offsets(self.zone, since_at, until_at)
        return ((None, first), *changed)

    def day(self, at: Any, turns: Turns) -> ColumnElement[str]:
        """The local day as ``2026-11-24``, of a moment within those turns."""
        return self._local(at, "%Y-%m-%d", "YYYY-MM-DD", turns)

    def hour(self, at: Any, turns: Turns) -> ColumnElement[int]:
        """The local hour, 0 to 23, of a moment within those turns."""
        return cast(self._local(at, "%H", "HH24", turns), Integer)

    def _local(self, at: Any, written: str, pattern: str, turns: Turns) -> ColumnElement[str]:
        if not self.sqlite:
            return func.to_char(func.timezone(self.zone.key, at), pattern, type_=String)
        (_begun, first), *changed = turns
        shown: ColumnElement[str] = func.strftime(written, _second(at), f"{first} seconds", type_=String)
        for begun, offset in changed:
            shown = case((at >= begun, func.strftime(written, _second(at), f"{offset} seconds")), else_=shown)
        return shown

    def days_off(self, at: Any, days: int) -> ColumnElement[Any]:
        """The moment so many times 24 hours later, or earlier where below 0."""
        if self.sqlite:  # with its fraction of a second, as text
            return func.datetime(_second(at), f"{days:+d} days").concat(func.substr(cast(at, String), 20))
        moved: ColumnElement[Any] = at + literal(dt.timedelta(days=days))
        return moved


def near(one: Any, other: Any, metres: float) -> ColumnElement[bool]:
    """Whether two located rows lie within so many metres, on the plane that touches the earth there.

    The cosine is written out as its series: not every SQLite knows it. To 55° it is right to a hundred-thousandth.
    """
    angle2 = (one.lat * _RADIANS) * (one.lat * _RADIANS)
    cosine = 1 - angle2 / 2 + angle2 * angle2 / 24 - angle2 * angle2 * angle2 / 720
    north = (other.lat - one.lat) * _DEGREE
    east = (other.lon - one.lon) * _DEGREE * cosine
    within: ColumnElement[bool] = north * north + east * east <= metres * metres
    return within


def offsets(zone: ZoneInfo, since_at: dt.datetime, until_at: dt.datetime) -> list[tuple[dt.datetime, int]]:
    """The zone's offsets from UTC in seconds within a time, each with when it began; one where no clock is changed."""
    found = [(since_at, _offset(zone, since_at))]
    day = since_at.replace(minute=0, second=0, microsecond=0)
    while day < until_at:
        if _offset(zone, day + _DAY) != found[-1][1]:
            changed = next(at for at in (day + n * _HOUR for n in range(1, 25)) if _offset(zone, at) != found[-1][1])
            found.append((changed, _offset(zone, changed)))
        day += _DAY
    return found


def _offset(zone: ZoneInfo, at: dt.datetime) -> int:
    return round((at.astimezone(zone).utcoffset() or dt.timedelta()).total_seconds())


def _second(at: Any) -> ColumnElement[str]:
    return func.substr(cast(at, String), 1, 19)
