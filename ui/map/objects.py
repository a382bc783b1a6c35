"""What stands on the map, and in which manner it is drawn."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["squad", "workstation", "officer", "case"]

STATUSES: dict[str, tuple[str, ...]] = {
    "squad": ("ordinary", "late"),
    "workstation": ("ordinary",),
    "officer": ("on_duty", "busy", "off_duty"),
    "case": ("ordinary", "late", "overdue", "urgent", "suspended"),
}
"""Manners of drawing by kind; the first is the quiet one. ``late`` is the yellow card, ``overdue`` the red."""

LAYERS = ("areas", "squads", "workstations", "officers", "cases", "heat_7", "heat_30")
"""Everything that can be switched on and off, from the ground up."""

LAYERS_AT_FIRST: dict[str, bool] = {name: not name.startswith("heat_") for name in LAYERS}

Geometry = dict[str, object]
"""A GeoJSON geometry (Polygon or MultiPolygon) in WGS-84 degrees."""


class Area(NamedTuple):
    """The area of a township squad: its key, the name written on it, its GeoJSON geometry (WGS-84)."""

    key: str
    label: str
    geometry: Geometry


class Pick(NamedTuple):
    """One object under a click."""

    kind: str
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class MapObject:
    """One thing with a place. A caller with a point it does not trust leaves the object out.

    ``lon`` and ``lat`` are WGS-84 degrees, ``heading`` degrees clockwise from north, ``at`` (aware UTC)
    the moment of the fix: an officer's arrow fades by its age. Only open cases are put on the map.
    """

    kind: Kind
    key: str
    lon: float
    lat: float
    label: str
    status: str
    heading: float | None = None
    at: dt.datetime | None = None

    def __post_init__(self) -> None:
        if self.status not in STATUSES[self.kind]:
            raise ValueError(f"a {self.kind} on the map has no status {self.status!r}")
        if not (math.isfinite(self.lon) and math.isfinite(self.lat)):
            raise ValueError(f"{self.kind} {self.key} has no point")
