"""Whose area a place lies in, and what is near it: the district's polygons and points, ready for asking.

Jurisdiction is point-in-polygon first; distance only breaks ties; outside every area nobody is named, and the
operator chooses (DOMAIN section 7). All positions are WGS-84 degrees, all distances metres.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from commandcenter.domain import places

ESTATE_M = 150.0
"""A position this near to a workstation, in metres, is taken to lie in its estate. Ours."""
_ESTATE_DEGREES = 0.003
"""More than ESTATE_M in every direction at the latitudes of China."""

Array = np.ndarray[Any, np.dtype[Any]]


class Geography:
    """The areas of a district by key. Built once; asking is fast and changes nothing."""

    def __init__(
        self, areas: Iterable[tuple[str, dict[str, Any]]], estates: Iterable[tuple[str, float, float]] = ()
    ) -> None:
        """``areas`` are keys with their GeoJSON Polygon or MultiPolygon; ``estates`` keys with their position."""
        keyed = [(key, shape(geometry)) for key, geometry in areas]
        self.keys: tuple[str, ...] = tuple(key for key, _area in keyed)
        self._areas: Array = np.empty(len(keyed), dtype=object)
        self._areas[:] = [area for _key, area in keyed]
        shapely.prepare(self._areas)
        self._tree = shapely.STRtree(self._areas)
        self._estates = tuple(estates)
        self._hearts = [(point.x, point.y) for point in shapely.point_on_surface(self._areas)]

    def bounds_of(self, key: str) -> tuple[float, float, float, float]:
        """West, south, east and north of an area. ValueError for a key without one."""
        west, south, east, north = self._areas[self.keys.index(key)].bounds
        return float(west), float(south), float(east), float(north)

    def area_at(self, lon: float, lat: float) -> str | None:
        """The key of the area that holds this position; None outside every area.

        On a shared border the area whose representative point is nearest; then the first key in order.
        """
        return self.areas_at([(lon, lat)])[0]

    def areas_at(self, positions: Sequence[tuple[float, float]]) -> list[str | None]:
        """:meth:`area_at` for many positions at once, in their order."""
        found: list[str | None] = [None] * len(positions)
        asked = [number for number, position in enumerate(positions) if places.is_place(*position)]
        points = shapely.points([positions[number] for number in asked] or np.empty((0, 2)))
        hits: dict[int, list[int]] = {}
        for point, area in self._tree.query(points, predicate="intersects").T.tolist():
            hits.setdefault(asked[point], []).append(area)
        for number, touched in hits.items():
            found[number] = self._nearest_area(positions[number], touched)
        return found

    def estate_at(self, lon: float, lat: float) -> str | None:
        """The key of the estate that holds this position: the nearest one, within :data:`ESTATE_M`; None outside."""
        # Most lie too far away in one direction already: nothing is measured to those.
        far = _ESTATE_DEGREES
        near = [one for one in self._estates if abs(one[2] - lat) < far and abs(one[1] - lon) < far]
        found = self.nearest(lon, lat, near, 1)
        return found[0][0] if found and found[0][1] <= ESTATE_M else None

    def _nearest_area(self, position: tuple[float, float], touched: list[int]) -> str:
        if len(touched) == 1:
            return self.keys[touched[0]]
        return min((places.distance(position, self._hearts[area]), self.keys[area]) for area in touched)[1]

    def metres_outside(self, lon: float, lat: float) -> float | None:
        """Metres from a place to the nearest area, 0 inside one; None where there is no area.

        Measured to the nearest point in degrees, which in a district's latitude is a little more than the least way.
        """
        if not len(self._areas):
            return None
        point = shapely.Point(lon, lat)
        way = shapely.get_coordinates(shapely.shortest_line(self._areas[self._tree.nearest(point)], point))
        return places.distance((float(way[0][0]), float(way[0][1])), (lon, lat))

    def nearest(
        self, lon: float, lat: float, points: Iterable[tuple[str, float, float]], n: int
    ) -> list[tuple[str, float]]:
        """The ``n`` nearest of ``points`` (key, longitude, latitude) with their metres, nearest first.

        Points that are no place are left out; equal distances are in the order of their keys.
        """
        known = [point for point in points if places.is_place(point[1], point[2])]
        if not known or n <= 0 or not places.is_place(lon, lat):
            return []
        metres = distances(lon, lat, np.array([point[1:] for point in known], dtype=float))
        within = np.partition(metres, n - 1)[n - 1] if n < len(known) else np.inf
        near = [(float(metres[i]), known[i][0]) for i in np.flatnonzero(metres <= within)]
        return [(key, far) for far, key in sorted(near)[:n]]


def distances(lon: float, lat: float, points: Array) -> Array:
    """Metres from one position to each row (longitude, latitude) of ``points``: haversine, all at once.

    The same formula as :func:`commandcenter.domain.places.distance`, over arrays.
    """
    there = np.radians(points)
    here_lon, here_lat = np.radians(lon), np.radians(lat)
    chord = (
        np.sin((there[:, 1] - here_lat) / 2) ** 2
        + np.cos(here_lat) * np.cos(there[:, 1]) * np.sin((there[:, 0] - here_lon) / 2) ** 2
    )
    metres: Array = 2 * places.EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return metres
