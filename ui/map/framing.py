"""Which part of the world a map should show so that some points are seen: Web Mercator, as Leaflet counts it."""

import math
from collections.abc import Iterable
from typing import NamedTuple

TILE = 256.0  # px the world is wide at zoom 0
CLOSEST = 12.5
"""One point is looked at with what lies around it."""
MARGIN = 64.0
"""Pixels left free around what is shown."""
STEP = 0.25
"""Zoom goes in steps of this."""
SLACK = 2.0
"""A view that shows everything and is at most so many steps of zoom wider is left alone."""

Place = tuple[float, float]


class Frame(NamedTuple):
    """What a map shows: the middle (WGS-84 degrees) and the zoom."""

    lon: float
    lat: float
    zoom: float


def frame_for(points: Iterable[Place], width: float, height: float) -> Frame | None:
    """The closest view of ``width`` × ``height`` px that shows all the points (lon, lat); None without points."""
    placed = [_project(lon, lat) for lon, lat in points]
    if not placed or width <= 0 or height <= 0:
        return None
    left, right = min(x for x, _y in placed), max(x for x, _y in placed)
    top, bottom = min(y for _x, y in placed), max(y for _x, y in placed)
    margin = min(MARGIN, width / 6, height / 6)
    room = (width - 2 * margin, height - 2 * margin)
    scales = [free / span for free, span in zip(room, (right - left, bottom - top), strict=True) if span > 0]
    zoom = min(math.log2(min(scales)), CLOSEST) if scales else CLOSEST
    lon, lat = _unproject((left + right) / 2, (top + bottom) / 2)
    return Frame(lon, lat, math.floor(zoom / STEP) * STEP)


def needs_moving(now: Frame, wanted: Frame, points: Iterable[Place], width: float, height: float) -> bool:
    """Whether a view has to change to show the points: not where all are seen already, and near enough."""
    scale = 2.0**now.zoom
    x0, y0 = _project(now.lon, now.lat)
    edge = 16.0
    for lon, lat in points:
        x, y = _project(lon, lat)
        if abs(x - x0) * scale > width / 2 - edge or abs(y - y0) * scale > height / 2 - edge:
            return True
    return wanted.zoom - now.zoom > SLACK


def _project(lon: float, lat: float) -> tuple[float, float]:
    sine = math.sin(math.radians(max(-85.0, min(85.0, lat))))
    return (lon + 180.0) / 360.0 * TILE, (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * TILE


def _unproject(x: float, y: float) -> Place:
    lat = math.degrees(2 * math.atan(math.exp((0.5 - y / TILE) * 2 * math.pi)) - math.pi / 2)
    return x / TILE * 360.0 - 180.0, lat
