"""Distances, directions, senseless positions, and the datum of Chinese maps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain import places

QINGDAO = (120.38, 36.07)


def test_one_degree_of_latitude_is_111_kilometres_and_a_longitude_shrinks_with_the_cosine() -> None:
    assert places.distance((120.0, 35.0), (120.0, 36.0)) == pytest.approx(111_195, abs=5)
    assert places.distance((120.0, 60.0), (121.0, 60.0)) == pytest.approx(111_195 / 2, rel=1e-3)


def test_the_distance_across_the_date_line_is_the_short_one() -> None:
    assert places.distance((179.999, 0.0), (-179.999, 0.0)) == pytest.approx(222.4, abs=0.5)


def test_opposite_ends_of_the_earth_are_half_its_girth_apart() -> None:
    assert places.distance((0.0, 90.0), (0.0, -90.0)) == pytest.approx(math.pi * places.EARTH_RADIUS)


@pytest.mark.parametrize(
    ("end", "degrees"),
    [((120.38, 36.17), 0.0), ((120.48, 36.07), 90.0), ((120.38, 35.97), 180.0), ((120.28, 36.07), 270.0)],
)
def test_a_bearing_counts_clockwise_from_north(end: tuple[float, float], degrees: float) -> None:
    assert places.bearing(QINGDAO, end) == pytest.approx(degrees, abs=0.05)


def test_a_bearing_is_never_360() -> None:
    assert 0 <= places.bearing((120.0, 36.0), (120.0 - 1e-15, 37.0)) < 360


@pytest.mark.parametrize(
    "point", [(181.0, 0.0), (0.0, 90.1), (math.nan, 36.0), (120.0, math.inf), (0.0, 0.0), (1e-9, -1e-9)]
)
def test_what_is_outside_the_world_or_at_zero_is_no_place(point: tuple[float, float]) -> None:
    assert not places.is_place(*point)


def test_a_point_on_the_equator_away_from_zero_is_a_place() -> None:
    assert places.is_place(9.5, 0.0)
    assert places.is_place(*QINGDAO)


def test_latitude_before_longitude_is_recognised_for_china_only() -> None:
    assert places.looks_swapped(36.07, 120.38)
    assert not places.looks_swapped(120.38, 36.07)
    assert not places.looks_swapped(-75.1, 40.2)


def test_a_chinese_map_draws_beijing_where_the_published_conversion_says() -> None:
    """Tian'anmen: reference values of two independent converters agree to 1e-6 degrees."""
    drawn = places.gcj02_from_wgs84(116.3913, 39.9075)
    assert drawn == pytest.approx((116.397543, 39.908903), abs=2e-6)


def test_outside_china_the_datums_are_the_same() -> None:
    assert places.gcj02_from_wgs84(-75.1, 40.2) == (-75.1, 40.2)
    assert places.wgs84_from_gcj02(-75.1, 40.2) == (-75.1, 40.2)


@given(st.floats(80, 130), st.floats(5, 50))
def test_a_point_read_off_a_chinese_map_comes_back_to_the_centimetre(lon: float, lat: float) -> None:
    drawn = places.gcj02_from_wgs84(lon, lat)
    assert 20 < places.distance(drawn, (lon, lat)) < 1_000
    assert places.distance(places.wgs84_from_gcj02(*drawn), (lon, lat)) < 0.01
