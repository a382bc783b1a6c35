"""Reads the GeoJSON files of a pack: the areas of the township squads, and the outline of the district."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from commandcenter.domain import places
from commandcenter.exchange.pack_faults import FaultList, Wrong
from commandcenter.exchange.pack_parts import Geometry
from commandcenter.exchange.pack_sheets import read_bytes
from commandcenter.i18n import N_

AREAS, OUTLINE = "areas.geojson", "outline.geojson"
OVERLAP = 0.001
"""Share of the smaller area that may lie in a neighbour too: rounding of drawn borders, no second claim."""

_DEPTH = {"Polygon": 0, "MultiPolygon": 1}
_RING = 4  # positions of the smallest closed ring: a triangle


def read_features(folder: Path, file: str, faults: FaultList) -> list[dict[str, Any]] | None:
    """The features of a FeatureCollection, or None when the file cannot be read."""
    raw = read_bytes(folder, file, faults)
    if raw is None:
        return None
    try:
        document = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except (orjson.JSONDecodeError, RecursionError) as error:
        faults.file(file, N_("This is no readable GeoJSON: {error}."), error=error)
        return None
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        features = document.get("features")
        if isinstance(features, list) and all(isinstance(feature, dict) for feature in features):
            return features
    faults.file(file, N_("This is no GeoJSON FeatureCollection."))
    return None


def read_areas(folder: Path, squads: Mapping[str, bool] | None, faults: FaultList) -> dict[str, Geometry]:
    """The geometry of each area by its squad's code.

    ``squads`` says which squads may have an area and whether they must; None where they are not known.
    A feature's row in a fault is its number in the file, counted from 1.
    """
    found: dict[str, Geometry] = {}
    features = read_features(folder, AREAS, faults)
    rows: dict[str, int] = {}
    for row, feature in enumerate(features or (), 1):
        squad = _squad_of(feature)
        if squads is not None and squad not in squads:
            faults.add(AREAS, row, "squad", squad, N_("No township squad has this code."))
        elif squad in rows:
            faults.add(AREAS, row, "squad", squad, N_("This squad has an area already: feature {first}."),
                       first=rows[squad])  # fmt: skip
        else:
            rows[squad] = row
            geometry = _geometry_of(feature, AREAS, row, faults)
            if geometry is not None:
                found[squad] = geometry
    missing = {squad for squad, must in (squads or {}).items() if must} - set(rows)
    for squad in sorted(missing) if features is not None else ():
        faults.add(AREAS, None, "squad", squad, N_("This township squad has no area."))
    _check_overlaps(found, rows, faults)
    return found


def read_outline(folder: Path, faults: FaultList) -> Geometry | None:
    """The outline of the district's land; None where the pack has none or a faulty one."""
    if not (folder / OUTLINE).exists():
        return None
    features = read_features(folder, OUTLINE, faults)
    if features is None:
        return None
    if len(features) != 1:
        faults.file(OUTLINE, N_("The outline is one feature; here are {n}."), n=len(features))
        return None
    return _geometry_of(features[0], OUTLINE, 1, faults)


def _squad_of(feature: Mapping[str, Any]) -> str:
    properties = feature.get("properties")
    return str(properties.get("squad", "")) if isinstance(properties, dict) else ""


def _geometry_of(feature: Mapping[str, Any], file: str, row: int, faults: FaultList) -> Geometry | None:
    geometry = feature.get("geometry")
    try:
        return checked(geometry)
    except Wrong as wrong:
        faults.add(file, row, "geometry", _squad_of(feature), wrong.reason, **wrong.params)
        return None


def checked(geometry: object) -> Geometry:
    """``geometry`` if it is a valid GeoJSON Polygon or MultiPolygon inside the world; :class:`Wrong` else."""
    if not isinstance(geometry, dict) or geometry.get("type") not in _DEPTH:
        raise Wrong(N_("An area is a Polygon or a MultiPolygon."))
    depth = _DEPTH[geometry["type"]]
    polygons = geometry.get("coordinates") if depth else [geometry.get("coordinates")]
    for ring in _rings(polygons):
        _check_ring(ring)
    reason = shapely.is_valid_reason(shape(geometry))
    if reason != "Valid Geometry":
        raise Wrong(N_("The polygon is not valid: {reason}."), reason=reason)
    return {"type": geometry["type"], "coordinates": geometry["coordinates"]}


def _rings(polygons: object) -> Iterator[object]:
    if not isinstance(polygons, list) or not polygons:
        raise Wrong(N_("The polygon has no rings."))
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise Wrong(N_("The polygon has no rings."))
        yield from polygon


def _check_ring(ring: object) -> None:
    if not isinstance(ring, list) or len(ring) < _RING:
        raise Wrong(N_("A ring of the polygon has fewer than 4 positions."))
    for position in ring:
        _check_position(position)
    if ring[0] != ring[-1]:
        raise Wrong(N_("A ring of the polygon is not closed: its last position must equal its first."))


def _check_position(position: object) -> None:
    match position:
        case [int() | float() as lon, int() | float() as lat] if not places.is_place(lon, lat):
            raise Wrong(N_("The position {position} is no place in the world."), position=f"{lon}, {lat}")
        case [int() | float(), int() | float()]:
            return
    raise Wrong(N_("A position is a longitude and a latitude; here stands {position}."), position=position)


def _check_overlaps(areas: Mapping[str, Geometry], rows: Mapping[str, int], faults: FaultList) -> None:
    codes = list(areas)
    if not codes:
        return
    shapes = [shape(areas[code]) for code in codes]
    for one, other in shapely.STRtree(shapes).query(shapes, predicate="intersects").T:
        if one < other and _overlap(shapes[one], shapes[other]) > OVERLAP:
            faults.add(AREAS, rows[codes[other]], "geometry", codes[other],
                       N_("The area overlaps the area of {squad}."), squad=codes[one])  # fmt: skip


def _overlap(one: BaseGeometry, other: BaseGeometry) -> float:
    """The shared part of two areas as a share of the smaller one."""
    return float(one.intersection(other).area / max(min(one.area, other.area), 1e-18))
