"""The shipped district ``west-coast``: its organisation is whole, its areas tile the land, its names are real."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest
import shapely
from shapely.geometry import shape

from commandcenter.domain.geography import Geography
from commandcenter.domain.limits import Limit
from commandcenter.domain.matters import Urgency
from commandcenter.domain.people import Role
from commandcenter.domain.places import distance
from commandcenter.domain.units import Tier
from commandcenter.exchange.packs import SHIPPED, Pack, read_pack, shipped_packs

REAL = Path(os.environ.get("COMMANDCENTER_REAL_DATA", Path(__file__).parents[3] / "shared" / "data")) / "places"
real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real data is not here: set COMMANDCENTER_REAL_DATA to compare the gazetteer with it"
)


@pytest.fixture(scope="module")
def west_coast() -> Pack:
    return read_pack("west-coast")


def test_the_shipped_district_is_found_by_its_name() -> None:
    assert "west-coast" in shipped_packs()


def test_the_shipped_district_has_the_organisation_of_the_bureau(west_coast: Pack) -> None:
    assert Counter(squad.kind for squad in west_coast.squads) == {Tier.TOWNSHIP: 27, Tier.DIRECT: 6}
    assert len(west_coast.workstations) == 420
    assert [domain.name_zh for domain in west_coast.domains] == [
        "城管", "规划", "环保", "国土资源", "交通", "海洋", "文化", "旅游"]  # fmt: skip
    assert Counter(domain.tier for domain in west_coast.domains) == {Tier.TOWNSHIP: 4, Tier.DIRECT: 4}
    assert (west_coast.head.demonstration, west_coast.head.centre_zh) == (True, "西海岸综合指挥中心")


def test_every_squad_has_a_captain_an_instructor_and_officers_and_every_workstation_a_keeper(
    west_coast: Pack,
) -> None:
    roles = Counter(role for person in west_coast.people for role in person.roles)
    assert roles == {
        Role.OPERATOR: 12, Role.SUPERVISOR: 4, Role.INSPECTOR: 2, Role.ADMINISTRATOR: 1, Role.WALL: 1,
        Role.CAPTAIN: 33, Role.INSTRUCTOR: 33, Role.OFFICER: 300, Role.KEEPER: 420,
    }  # fmt: skip
    for role in (Role.CAPTAIN, Role.INSTRUCTOR, Role.OFFICER):
        assert {p.squad for p in west_coast.people if role in p.roles} == {s.code for s in west_coast.squads}
    kept = {person.workstation for person in west_coast.people if Role.KEEPER in person.roles}
    assert kept == {station.code for station in west_coast.workstations}


def test_matters_have_limits_that_can_be_read_and_cover_every_domain_and_urgency(west_coast: Pack) -> None:
    assert len(west_coast.matters) >= 200
    assert len({matter.name_zh for matter in west_coast.matters}) == len(west_coast.matters)
    assert {m.domain for m in west_coast.matters} == {d.code for d in west_coast.domains}
    assert {matter.urgency for matter in west_coast.matters} == set(Urgency)
    for matter in west_coast.matters:
        assert not matter.limit or Limit.parse(matter.limit).amount > 0


def test_the_gazetteer_has_every_town_and_community_roads_and_estates(west_coast: Pack) -> None:
    kinds = Counter(place.kind for place in west_coast.places)
    assert (kinds["town"], kinds["zone"], kinds["estate"]) == (23, 4, 420)
    assert kinds["community"] + kinds["village"] == 376
    assert kinds["road"] >= 100
    assert {p.name_zh for p in west_coast.places if p.kind == "estate"} == {w.estate for w in west_coast.workstations}


def test_the_areas_tile_the_districts_land_without_gap_or_overlap(west_coast: Pack) -> None:
    areas = [shape(squad.area) for squad in west_coast.squads if squad.area]
    assert west_coast.outline is not None
    outline = shape(west_coast.outline)
    union = shapely.union_all(areas)
    assert union.symmetric_difference(outline).area < outline.area * 0.001
    overlaps = sum(area.area for area in areas) - union.area
    assert abs(overlaps) < outline.area * 1e-9
    assert shapely.coverage_is_valid(areas)
    island = shapely.Point(120.165, 35.766)
    assert outline.contains(island)


def test_what_stands_in_a_townships_area_belongs_to_its_squad(west_coast: Pack) -> None:
    geography = Geography([(squad.code, squad.area) for squad in west_coast.squads if squad.area])
    township = [squad for squad in west_coast.squads if squad.kind is Tier.TOWNSHIP]
    things = [(t.code, t.squad, t.lon, t.lat) for t in west_coast.workstations]
    things += [(t.code, t.squad, t.lon, t.lat) for t in west_coast.places]
    things += [(squad.code, squad.code, squad.lon, squad.lat) for squad in township]
    found = geography.areas_at([(lon, lat) for _code, _squad, lon, lat in things])
    assert [t[0] for t, area in zip(things, found, strict=True) if t[1] != area] == []


def test_the_shipped_areas_stay_small_enough_to_draw_at_once() -> None:
    assert (SHIPPED / "west-coast" / "areas.geojson").stat().st_size < 200_000


@real_data
def test_towns_and_communities_are_those_of_the_statistics_bureau(west_coast: Pack) -> None:
    with (REAL / "huangdao_streets_nbs2023.csv").open(encoding="utf-8-sig") as file:
        towns = {row["code9"]: row["name"] for row in csv.DictReader(file)}
    with (REAL / "huangdao_villages_nbs2023.csv").open(encoding="utf-8-sig") as file:
        communities = {row["code12"]: row["name"] for row in csv.DictReader(file)}
    assert {p.code: p.name_zh for p in west_coast.places if p.kind == "town"} == towns
    ours = {p.code: p.name_zh for p in west_coast.places if p.kind in ("community", "village")}
    assert set(ours) == set(communities)
    assert [code for code, name in ours.items() if not communities[code].startswith(name)] == []


@real_data
def test_the_points_of_the_towns_are_within_a_few_kilometres_of_the_mapped_ones(west_coast: Pack) -> None:
    """The mapped points are polygon centroids; a town's centre lies off its centroid, but not by ten kilometres."""
    with (REAL / "osm_huangdao_townships.csv").open(encoding="utf-8-sig") as file:
        mapped = {r["name"]: (float(r["centroid_lon"]), float(r["centroid_lat"])) for r in csv.DictReader(file)}
    towns = {p.name_zh: (p.lon, p.lat) for p in west_coast.places if p.kind == "town"}
    assert set(towns) == set(mapped)
    apart = {name: distance(towns[name], mapped[name]) for name in towns}
    assert {name: metres for name, metres in apart.items() if metres > 7_000} == {}
