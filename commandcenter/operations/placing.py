"""Where a thing is: which township squad's area, which workstation's estate. For complaints and finds alike."""

from collections.abc import Mapping
from typing import Any

from commandcenter.domain.places import distance, is_place
from commandcenter.domain.record import Key
from commandcenter.domain.units import Workstation
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete
from commandcenter.i18n import N_

ESTATE_M = 150.0
"""A point this near to a workstation, in metres, is taken to lie in its estate."""
_NEAR_DEGREES = 0.003
"""More than ESTATE_M in every direction at the latitudes of China: what the index looks through."""


def placed(
    work: Work, place_words: str | None, point: tuple[float, float] | None, source: str | None
) -> Mapping[str, Any]:
    """The columns of a located record. Refused for a point that cannot be a place."""
    columns: dict[str, Any] = {
        "place_words": place_words or "",
        "place_source": source or ("typed" if place_words else ""),
    }
    if point is None:
        return columns | {"lon": None, "lat": None, "squad_id": None, "workstation_id": None}
    lon, lat = point
    if not is_place(lon, lat):
        raise Incomplete(N_("The point {lon}, {lat} is not a place on earth."), field="point", lon=lon, lat=lat)
    return columns | {
        "lon": lon,
        "lat": lat,
        "squad_id": work.area_at(lon, lat),
        "workstation_id": estate_at(work, lon, lat),
    }


def estate_at(work: Work, lon: float, lat: float) -> Key | None:
    """The nearest workstation, if the point is near enough to lie in its estate."""
    near = work.all(
        Workstation,
        Workstation.lat.between(lat - _NEAR_DEGREES, lat + _NEAR_DEGREES),
        Workstation.lon.between(lon - _NEAR_DEGREES, lon + _NEAR_DEGREES),
        Workstation.disabled.is_(False),
    )
    measured = [(distance((lon, lat), (w.lon or 0.0, w.lat or 0.0)), w.id) for w in near]
    inside = [m for m in measured if m[0] <= ESTATE_M]
    return min(inside)[1] if inside else None
