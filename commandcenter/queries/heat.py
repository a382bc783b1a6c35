"""Where cases were opened lately: the points behind the heat on the map."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import Case

MOST = 20_000
"""Points shown at once; the newest. How many there are in all is told."""


@dataclass(frozen=True, slots=True)
class Heat:
    """The (longitude, latitude) of cases, WGS-84 degrees, newest first."""

    points: tuple[tuple[float, float], ...]
    total: int
    """How many cases with a point there are in all."""
    placeless: int
    """How many cases of that time have no point and so cannot be shown."""

    @property
    def left_out(self) -> int:
        """How many points are beyond the limit."""
        return self.total - len(self.points)


def heat(session: Session, *, now: dt.datetime, days: int, most: int = MOST) -> Heat:
    """Cases opened within the last ``days`` days before ``now`` (aware UTC), open or closed, all states."""
    lately = Case.opened_at >= now - dt.timedelta(days=days)
    placed = Case.lon.is_not(None) & Case.lat.is_not(None)
    rows = session.execute(
        select(Case.lon, Case.lat).where(lately, placed).order_by(Case.opened_at.desc()).limit(most)
    ).all()
    total = len(rows)
    if total == most:
        total = session.scalar(select(func.count()).select_from(Case).where(lately, placed)) or total
    placeless = session.scalar(select(func.count()).select_from(Case).where(lately, ~placed)) or 0
    return Heat(tuple((lon, lat) for lon, lat in rows if lon is not None and lat is not None), total, placeless)
