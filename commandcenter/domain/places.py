"""Points on the earth: what a position is, how far and in what direction, and the datum of Chinese base maps.

Every position is (longitude, latitude) in WGS-84 degrees unless a name says otherwise. Base maps in China are
often drawn in GCJ-02, which is off by some hundred metres: it is converted at the edge, never stored.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

EARTH_RADIUS = 6_371_008.8
"""Metres: the mean radius of the WGS-84 ellipsoid (IUGG)."""

# GCJ-02 is defined on the Krasovsky 1940 ellipsoid: half axis in metres, and eccentricity squared.
_KRASOVSKY_A = 6_378_245.0
_KRASOVSKY_E2 = 0.006_693_421_622_965_943
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)  # the rectangle inside which GCJ-02 shifts anything
_NOWHERE_WITHIN = 1e-6  # degrees, about 0.1 m


class Point(NamedTuple):
    """A position in degrees."""

    lon: float
    lat: float


def inside_world(lon: float, lat: float) -> bool:
    """Whether these are degrees that exist: finite, longitude −180…180, latitude −90…90."""
    return math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90


def is_nowhere(lon: float, lat: float) -> bool:
    """Whether this is (0, 0), which devices and spreadsheets write when they know no place."""
    return abs(lon) < _NOWHERE_WITHIN and abs(lat) < _NOWHERE_WITHIN


def is_place(lon: float, lat: float) -> bool:
    """Whether a thing can be here: inside the world, and not (0, 0)."""
    return inside_world(lon, lat) and not is_nowhere(lon, lat)


def looks_swapped(lon: float, lat: float) -> bool:
    """Whether these seem to be a Chinese latitude and longitude in the wrong order."""
    west, south, east, north = _CHINA
    return south <= lon <= north and west <= lat <= east and not (west <= lon and lat <= north)


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two positions along the great circle (haversine; within 0.5 % of the ellipsoid)."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*one, *other))
    chord = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, chord)))


def bearing(start: tuple[float, float], end: tuple[float, float]) -> float:
    """The direction from ``start`` to ``end`` in degrees clockwise from north, 0 ≤ bearing < 360."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*start, *end))
    east = math.sin(lon2 - lon1) * math.cos(lat2)
    north = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    return math.degrees(math.atan2(east, north)) % 360.0


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres of one degree of longitude and of latitude at this latitude; for areas a district wide."""
    of_latitude = math.radians(1) * EARTH_RADIUS
    return of_latitude * math.cos(math.radians(lat)), of_latitude


def _waves(*terms: tuple[float, float, float]) -> float:
    return sum(2 / 3 * height * math.sin(at * math.pi / length) for height, at, length in terms)


def _gcj02_shift(lon: float, lat: float) -> tuple[float, float]:
    """Metres by which GCJ-02 moves a point east and north (the published polynomial with sine terms)."""
    x, y = lon - 105.0, lat - 35.0
    common = _waves((20, x, 1 / 6), (20, x, 1 / 2))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + common
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + common
    east += _waves((20, x, 1), (40, x, 3), (150, x, 12), (300, x, 30))
    north += _waves((20, y, 1), (40, y, 3), (160, y, 12), (320, y, 30))
    return east, north


def gcj02_from_wgs84(lon: float, lat: float) -> Point:
    """Where a WGS-84 position is drawn on a GCJ-02 map. Outside China the two are the same."""
    west, south, east, north = _CHINA
    if not (west <= lon <= east and south <= lat <= north):
        return Point(lon, lat)
    shift_east, shift_north = _gcj02_shift(lon, lat)
    sine = math.sin(math.radians(lat))
    flattening = 1 - _KRASOVSKY_E2 * sine * sine
    metres_north = math.radians(_KRASOVSKY_A * (1 - _KRASOVSKY_E2) / flattening**1.5)
    metres_east = math.radians(_KRASOVSKY_A / math.sqrt(flattening) * math.cos(math.radians(lat)))
    return Point(lon + shift_east / metres_east, lat + shift_north / metres_north)


def wgs84_from_gcj02(lon: float, lat: float) -> Point:
    """The WGS-84 position of a point read off a GCJ-02 map, to a centimetre.

    The shift has no closed inverse; it changes slowly, so walking back by the error converges in a few steps.
    """
    found = Point(lon, lat)
    for _step in range(6):
        drawn = gcj02_from_wgs84(*found)
        found = Point(found.lon + lon - drawn.lon, found.lat + lat - drawn.lat)
    return found


def rings(area: Mapping[str, Any] | None) -> Iterator[list[Point]]:
    """Every ring of a GeoJSON Polygon or MultiPolygon, corner by corner; of no area none."""
    if area is None:
        return
    polygons = area["coordinates"] if area["type"] == "MultiPolygon" else [area["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [Point(corner[0], corner[1]) for corner in ring]
