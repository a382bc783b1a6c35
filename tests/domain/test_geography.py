"""Whose area a place lies in: polygon first, distance only on a border, nobody outside."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain import places
from commandcenter.domain.geography import Geography, distances


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def geography() -> Geography:
    """A small west area, a large east area beside it, and an island of the west area."""
    island = square(120.5, 35.0, 120.6, 35.1)["coordinates"]
    west = {"type": "MultiPolygon", "coordinates": [square(120.0, 35.0, 120.1, 35.1)["coordinates"], island]}
    return Geography([("west", west), ("east", square(120.1, 35.0, 120.4, 35.1))])


def test_a_place_belongs_to_the_area_that_holds_it_however_near_another_is(geography: Geography) -> None:
    assert geography.area_at(120.0999, 35.05) == "west"
    assert geography.area_at(120.1001, 35.05) == "east"


def test_an_island_belongs_to_its_area(geography: Geography) -> None:
    assert geography.area_at(120.55, 35.05) == "west"


def test_on_a_shared_border_the_area_whose_middle_is_nearer_is_named(geography: Geography) -> None:
    assert geography.area_at(120.1, 35.05) == "west"
    mirrored = Geography([("a", square(120.0, 35.0, 120.3, 35.1)), ("b", square(120.3, 35.0, 120.4, 35.1))])
    assert mirrored.area_at(120.3, 35.05) == "b"


@pytest.mark.parametrize(
    "point", [(119.9, 35.05), (120.45, 35.05), (0.0, 0.0), (float("nan"), 35.05), (120.05, 95.0)]
)
def test_outside_every_area_nobody_is_named(geography: Geography, point: tuple[float, float]) -> None:
    assert geography.area_at(*point) is None


def test_a_district_without_areas_names_nobody() -> None:
    assert Geography([]).area_at(120.05, 35.05) is None


def test_many_places_are_answered_in_their_order_senseless_ones_included(geography: Geography) -> None:
    asked = [(120.2, 35.05), (0.0, 0.0), (120.05, 35.05), (10.0, 10.0)]
    assert geography.areas_at(asked) == ["east", None, "west", None]
    assert geography.areas_at([]) == []


def test_the_nearest_come_first_with_their_metres(geography: Geography) -> None:
    points = [
        ("far", 120.3, 35.05), ("near", 120.05, 35.051), ("nowhere", 0.0, 0.0), ("middle", 120.1, 35.05),
    ]  # fmt: skip
    found = geography.nearest(120.05, 35.05, points, 2)
    assert [key for key, _metres in found] == ["near", "middle"]
    assert found[0][1] == pytest.approx(111.2, abs=0.1)
    assert [key for key, _metres in geography.nearest(120.05, 35.05, points, 9)] == ["near", "middle", "far"]


def test_equally_near_points_come_in_the_order_of_their_keys_and_none_too_many(geography: Geography) -> None:
    points = [("c", 120.05, 35.05), ("a", 120.05, 35.05), ("b", 120.05, 35.05)]
    assert [key for key, _metres in geography.nearest(120.0, 35.0, points, 2)] == ["a", "b"]


def test_nothing_is_near_when_nothing_is_asked_or_known(geography: Geography) -> None:
    assert geography.nearest(120.0, 35.0, [], 3) == []
    assert geography.nearest(120.0, 35.0, [("a", 120.0, 35.0)], 0) == []
    assert geography.nearest(0.0, 0.0, [("a", 120.0, 35.0)], 1) == []


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90))
def test_distances_over_arrays_equal_those_one_by_one(lon: float, lat: float, x: float, y: float) -> None:
    one_by_one = places.distance((lon, lat), (x, y))
    assert distances(lon, lat, np.array([(x, y)]))[0] == pytest.approx(one_by_one, rel=1e-9, abs=1e-3)
