"""Where a thing is: which township squad's area, which workstation's estate. For complaints and finds alike."""

from collections.abc import Mapping
from typing import Any

from commandcenter.domain.places import is_place
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete
from commandcenter.i18n import N_


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
        "workstation_id": work.estate_at(lon, lat),
    }
