"""What is sealed leaves the pictures of all who are not named, at once, and comes back when it may be seen again."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from commandcenter import clock
from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Request
from commandcenter.domain.sealing import NOBODY
from commandcenter.errors import Refused
from commandcenter.live.belonging import BY_KIND
from commandcenter.live.delta import Delta
from commandcenter.live.ledger import Ledger
from commandcenter.live.owing import Owing
from commandcenter.live.picture import Picture
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.house import House, Plan
from tests.postgres import Cluster
from tests.storage.members import address_of, let_in

ON_CASE = (Assignment, Complaint, Promise, Request, Case)


class Station:
    """A station without a window, before which somebody sits: a file shows to them, a server knows them."""

    def __init__(self, database: Database, viewer: str) -> None:
        self.database, self.viewer = database, viewer
        database.show_to(lambda: self.viewer)
        self.feed, self.ledger, self.picture = Feed(database), Ledger(), Picture()
        self.feed.start()
        with database.reading() as session:
            self.picture.load(self.ledger.load(session))

    def catch_up(self) -> Delta:
        """Read what came and take it over."""
        lines = self.feed.read()
        with self.database.reading() as session:
            delta = self.ledger.digest(lines, [], session)
        self.picture.apply(delta)
        return delta

    def sit_down(self, viewer: str) -> None:
        """Somebody else looks at this station now."""
        self.viewer = viewer
        with self.database.reading() as session:
            self.picture.apply(self.ledger.look_again(session))

    def holds(self, case: Case) -> set[str]:
        """The kinds of record of that case in the picture."""
        return {kind.kind() for kind in ON_CASE for record in self.picture.of(kind).values()
                if case.id in (record.id, getattr(record, "case_id", None))}  # fmt: skip

    def is_true(self) -> bool:
        """Whether the picture holds what a station that starts now would hold."""
        anew = Picture()
        with self.database.reading() as session:
            anew.load(Ledger().load(session))
        return all(
            {key: r.values() for key, r in self.picture.of(b.record_type).items()}
            == {key: r.values() for key, r in anew.of(b.record_type).items()}
            for b in BY_KIND.values()
        )

    def close(self) -> None:
        """Leave."""
        self.feed.close()
        self.database.close()


class Street:
    """A house and stations of its people, as they reach it: a file, or a server with logins of their own."""

    def __init__(self, house: House, on_server: bool) -> None:
        self.house, self.on_server = house, on_server
        self.stations: list[Station] = []

    def station(self, login: str) -> Station:
        """A station of that person's."""
        url = address_of(self.house, login) if self.on_server else self.house.url
        made = Station(Database.open(url, clock=lambda: self.house.now), self.house.keys[login])
        self.stations.append(made)
        return made


@pytest.fixture
def street(house: House, request: pytest.FixtureRequest) -> Iterator[Street]:
    on_server = house.database.dialect == "postgresql"
    if on_server:
        cluster: Cluster = request.getfixturevalue("postgres")
        let_in(cluster, house)
        house.now = clock.now()
    made = Street(house, on_server)
    yield made
    for station in made.stations:
        station.close()


def _busy(house: House) -> Case:
    """An open case with something of every kind on it that a picture holds."""
    assignment = house.contacted()
    case: Case = house.get(Case, assignment.case_id)
    house.do("ann", "promise", case, to_whom="王女士", what="回电", due_at=house.now.replace(year=house.now.year + 1))
    house.do("oscar", "ask_suspension", assignment, reason="等", amount="2 wd")
    return case


def test_a_sealed_case_leaves_every_picture_but_those_of_the_people_named(street: Street) -> None:
    house, case = street.house, _busy(street.house)
    tom, sue, ines = street.station("tom"), street.station("sue"), street.station("ines")
    whole = tom.holds(case)
    assert whole == {kind.kind() for kind in ON_CASE}
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    deltas = [station.catch_up() for station in (tom, sue, ines)]
    assert (tom.holds(case), sue.holds(case), ines.holds(case)) == (set(), whole, whole)
    assert all(case.id in delta.cases for delta in deltas), "everybody is told that something became of it"
    assert all(station.is_true() for station in (tom, sue, ines))


def test_what_is_done_on_a_sealed_case_reaches_only_the_people_named(street: Street) -> None:
    house, case = street.house, _busy(street.house)
    tom, sue = street.station("tom"), street.station("sue")
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    tom.catch_up()
    house.do("sue", "chase", case, words="请说明")
    seen = tom.catch_up()
    sue.catch_up()
    assert (tom.holds(case), seen.changes, seen.cases) == (set(), (), frozenset())
    assert sue.picture.of(Case)[case.id].rung == "chased"
    assert tom.is_true()
    assert sue.is_true()


def test_an_opened_seal_brings_back_everything_as_it_is_now(street: Street) -> None:
    house, case = street.house, _busy(street.house)
    tom = street.station("tom")
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    tom.catch_up()
    house.do("sue", "chase", case, words="请说明")
    tom.catch_up()
    house.do("ines", "unseal", case, reason="查清")
    tom.catch_up()
    assert tom.holds(case) == {kind.kind() for kind in ON_CASE}
    assert tom.picture.of(Case)[case.id].rung == "chased"
    assert tom.is_true()


def test_who_is_named_anew_has_the_case_and_who_is_named_no_longer_has_not(street: Street) -> None:
    house, case = street.house, _busy(street.house)
    tom, sue = street.station("tom"), street.station("sue")
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    for station in (tom, sue):
        station.catch_up()
    house.do("ines", "seal", case, people=[house.keys["tom"]], reason="换人")
    for station in (tom, sue):
        station.catch_up()
    assert (bool(tom.holds(case)), bool(sue.holds(case))) == (True, False)
    assert tom.is_true()
    assert sue.is_true()


def test_a_case_that_was_sealed_and_opened_between_two_readings_is_whole(street: Street) -> None:
    house, case = street.house, _busy(street.house)
    tom = street.station("tom")
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    house.do("sue", "chase", case, words="请说明")
    house.do("ines", "unseal", case, reason="查清")
    tom.catch_up()
    assert tom.picture.of(Case)[case.id].rung == "chased"
    assert tom.is_true()


def test_who_sits_down_at_a_station_has_what_is_for_them_and_nothing_that_was_for_another(small_house: House) -> None:
    case = _busy(small_house)
    small_house.do("ines", "seal", case, people=[small_house.keys["sue"]], reason="纪检")
    station = Station(Database.open(small_house.url, clock=lambda: small_house.now), NOBODY)
    seen = []
    for viewer in ("sue", "tom", "ines"):
        station.sit_down(small_house.keys[viewer])
        seen.append(bool(station.holds(case)))
        assert station.is_true()
    station.close()
    assert seen == [True, False, True]


def test_what_is_owed_on_a_sealed_case_is_on_nobody_else_s_list(street: Street) -> None:
    house, case = street.house, _busy(street.house)
    tom = street.station("tom")
    owing = Owing(tom.picture)
    tom.picture.followers.append(owing)
    assert any(owed.case_id == case.id for owed in owing.all.values())
    house.do("ines", "seal", case, reason="纪检")
    tom.catch_up()
    assert not any(owed.case_id == case.id for owed in owing.all.values())


NAMED = st.sets(st.sampled_from(["sue", "tom", "ann"]))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("seal"), NAMED), st.tuples(st.just("unseal"), st.none()),
        st.tuples(st.sampled_from(["remark", "promise", "chase"]), st.sampled_from(["sue", "ann"])),
        st.tuples(st.just("sit"), st.sampled_from(["sue", "tom", "ann", "ines"])),
        st.tuples(st.just("read"), st.none()),
    ), max_size=14,
)  # fmt: skip


@pytest.fixture(scope="module")
def at_work(file_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Key]:
    """A house with one case at a squad, and that case."""
    path = tmp_path_factory.mktemp("work") / "house.sqlite"
    shutil.copy(file_plan.where, path)
    house = House(f"sqlite:///{path}", file_plan.keys)
    case: Key = house.dispatched().case_id
    house.close()
    return Plan(str(path), file_plan.keys), case


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@hypothesis.given(steps=STEPS)
def test_whoever_looks_and_whatever_is_sealed_between_the_picture_is_what_they_may_see(
    at_work: tuple[Plan, Key], tmp_path: Path, steps: list[tuple[str, Any]]
) -> None:
    plan, case = at_work
    path = tmp_path / "house.sqlite"
    shutil.copy(plan.where, path)
    house = House(f"sqlite:///{path}", plan.keys)
    station = Station(Database.open(house.url, clock=lambda: house.now), house.keys["tom"])
    for step, what in (*steps, ("read", None)):
        if step == "read":
            station.catch_up()
            assert station.is_true()
        elif step == "sit":
            station.sit_down(house.keys[what])
        else:
            with contextlib.suppress(Refused):
                _do(house, case, step, what)
    station.close()
    house.close()


def _do(house: House, case: Key, step: str, what: Any) -> None:
    if step == "seal":
        house.do("ines", "seal", case, people=[house.keys[login] for login in what], reason="x")
    elif step == "unseal":
        house.do("ines", "unseal", case, reason="x")
    elif step == "promise":
        due_at = house.now.replace(year=house.now.year + 1)
        house.do(what, "promise", case, to_whom="王女士", what="回电", due_at=due_at)
    else:
        house.do(what, step, case, words="x")
