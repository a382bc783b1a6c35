"""What the room knew at a past moment is what it knew then: held against pictures that were kept at the time."""

import datetime as dt
import random
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.domain.cases import Case
from commandcenter.domain.people import Person
from commandcenter.domain.sightings import Sighting
from commandcenter.live.past import Past, _number_by
from commandcenter.live.picture import Picture
from commandcenter.operations.rostering import set_duty
from tests.house import House, Plan
from tests.live.test_any_moves import MOVES, STAGES, Move, _station, done
from tests.live.test_picture import contents, fresh


def remembered(house: House) -> dict[str, dict[str, dict[str, object]]]:
    """Everything a picture read now would hold."""
    return fresh(house)


def looked(house: House, past: Past, picture: Picture, at: dt.datetime) -> dict[str, dict[str, dict[str, object]]]:
    """What the picture holds once it has gone there."""
    with house.database.reading() as session:
        picture.apply(past.look(session, at))
    return contents(picture)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stage=st.sampled_from(STAGES), moves=MOVES, chance=st.randoms(use_true_random=False))
def test_any_moment_of_any_life_is_found_again_as_the_room_knew_it(
    stages: dict[str, Plan], stage: str, moves: list[Move], chance: random.Random,
    tmp_path: Path,
) -> None:  # fmt: skip
    with _station(stages[stage], tmp_path / "house.sqlite") as station:
        house = station.house
        kept = [(house.now, remembered(house))]
        for name, which, apart in moves:
            house.later(minutes=200 if apart else 3)  # far and near: both ways of going there
            done(house, name, which)
            kept.append((house.now, remembered(house)))
        house.later(days=1)
        past, picture = Past(), Picture()
        for at, then in chance.sample(kept, len(kept)):
            assert looked(house, past, picture, at) == then, at
        (first, stood), *_rest = kept
        assert looked(house, Past(), Picture(), first + dt.timedelta(seconds=1)) == stood


def test_rosters_are_as_they_were_and_what_is_older_than_the_books_can_still_be_read(house: House) -> None:
    before = house.now
    house.later(minutes=10)
    house.database.run("set_duty", house.person("sue"), "test", lambda work: set_duty(work, [house.keys["sue"]], False))
    house.later(minutes=10)
    past, picture = Past(), Picture()
    looked(house, past, picture, house.now)
    sue = picture.get(Person, house.keys["sue"])
    assert sue is not None
    assert not sue.on_duty
    looked(house, past, picture, before)
    sue = picture.get(Person, house.keys["sue"])
    assert sue is not None
    assert sue.on_duty
    case = house.case()
    looked(house, past, picture, before - dt.timedelta(days=400))
    assert picture.get(Case, case.id) is None
    assert picture.of(Person).keys() == fresh(house)["person"].keys(), "who was written down later is known by name"


def test_officers_stand_where_they_were_seen_last_by_then(house: House) -> None:
    began = house.now
    fixes = [
        Sighting(person_id=house.keys["oscar"], seen_at=began + dt.timedelta(minutes=n), lon=120.0 + n / 1000, lat=35.9)
        for n in range(10)
    ]
    house.database.sight(fixes)
    house.later(minutes=30)
    past, picture = Past(), Picture()
    for minute in (7, 2, 9):
        looked(house, past, picture, began + dt.timedelta(minutes=minute, seconds=30))
        with house.database.reading() as session:
            (fix,) = past.look(session, began + dt.timedelta(minutes=minute, seconds=30)).fixes
        assert fix.seen_at == began + dt.timedelta(minutes=minute)


def test_a_fix_is_found_by_halving_whatever_gaps_there_are(house: House) -> None:
    began = house.now
    times = [began + dt.timedelta(minutes=n * n) for n in range(6)]
    for at in times:
        house.database.sight([Sighting(person_id=house.keys["oscar"], seen_at=at, lon=120.0, lat=35.9)])
    with house.database.reading() as session:
        numbers = {fix.seen_at: fix.seq for fix in session.query(Sighting)}
        for at in times:
            assert _number_by(session, at) == numbers[at]
            assert _number_by(session, at + dt.timedelta(seconds=30)) == numbers[at]
        assert _number_by(session, began - dt.timedelta(days=1)) < min(numbers.values())


def test_what_is_sealed_now_is_not_shown_of_the_past_either(house: House) -> None:
    case = house.case()
    house.later(minutes=5)
    before = house.now
    house.later(minutes=5)
    house.do("ines", "seal", case, reason="纪检")
    house.database.show_to(lambda: house.keys["ann"])
    assert case.id not in looked(house, Past(), Picture(), before)["case_file"]
    house.database.show_to(lambda: house.keys["ines"])
    assert case.id in looked(house, Past(), Picture(), before)["case_file"]
