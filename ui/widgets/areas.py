"""Areas as GeoJSON has them, made into what Qt can draw."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath

from commandcenter.domain.places import rings

Point = tuple[float, float]
"""Longitude and latitude, WGS-84 degrees."""


def path_of(area: Any, placed: Callable[[Point], QPointF]) -> QPainterPath:
    """The outline of an area with its holes; ``placed`` says where a point is drawn."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in rings(area):
        for number, corner in enumerate(ring):
            (path.lineTo if number else path.moveTo)(placed(corner))
        path.closeSubpath()
    return path
