"""Coming and going with a place that may not be true, and the roll: who answers, who is ticked, who is missing."""

import datetime as dt
from typing import Any

import pytest

from commandcenter.domain.attendance import Attendance, Found, Position, RollAnswer, RollCall
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import restored
from commandcenter.domain.sightings import Sighting
from commandcenter.errors import IllegalMove, Incomplete, NotAllowed
from commandcenter.operations.attending import answer_roll, call_roll, clock_in, clock_out, close_roll, judge_attendance
from tests.house import HERE, House
from tests.operations.test_shifts import put, run, with_shifts

AT_POST = Position(*HERE, accuracy=20.0, found=Found.DEVICE)
FAR = Position(121.47, 31.23, accuracy=20.0, found=Found.DEVICE)
"""Shanghai."""


def doubted(house: House, key: Key) -> list[str]:
    """What is said against a place."""
    return [str(restored(one)) for one in house.get(Attendance, key).doubts]


def test_who_comes_is_on_duty_for_their_shift_and_who_goes_is_not(house: House) -> None:
    with_shifts(house)
    house.now = dt.datetime(2026, 11, 23, 7, 40, tzinfo=dt.UTC)
    [entry] = put(house, "sue", "oscar")
    house.database.sight([Sighting(person_id=house.keys["oscar"], seen_at=house.now - dt.timedelta(minutes=5),
                                   lon=HERE[0], lat=HERE[1], accuracy=10.0)])  # fmt: skip
    key = run(house, "oscar", clock_in, AT_POST)
    held = house.get(Attendance, key)
    assert (held.entry_id, held.doubts, held.found, held.clocked_in_at) == (entry, [], "device", house.now)
    with pytest.raises(IllegalMove, match="clocked in already, at 15:40"):
        run(house, "oscar", clock_in, AT_POST)
    house.later(hours=8)
    assert run(house, "oscar", clock_out, AT_POST) == key
    assert not house.get(Person, house.keys["oscar"]).on_duty
    with pytest.raises(IllegalMove, match="have not clocked in"):
        run(house, "oscar", clock_out, AT_POST)
    assert run(house, "oscar", clock_in, AT_POST) != key
    assert house.get(Person, house.keys["oscar"]).on_duty


@pytest.mark.parametrize(
    ("position", "said"),
    [
        (Position(), "no place was given"),
        (Position(*HERE, accuracy=0.0), "an accuracy of 0 m"),
        (Position(*HERE, accuracy=-3.0), "an accuracy of -3 m"),
        (Position(*HERE, accuracy=float("nan")), "an accuracy of nan m"),
        (Position(*HERE, accuracy=5_000.0), "exact to 5000 m only"),
        (Position(*HERE), "nothing is said of how exact"),
        (Position(*HERE, accuracy=5.0, mocked=True), "made up"),
        (Position(0.0, 0.0, accuracy=5.0), "no such place on earth: 0, 0"),
        (Position(float("inf"), 95.0, accuracy=5.0), "no such place on earth: inf, 95"),
        (FAR, "km outside the district"),
    ],
)
def test_a_place_that_cannot_be_true_is_kept_and_marked(small_house: House, position: Position, said: str) -> None:
    key = run(small_house, "oscar", clock_in, position)
    assert any(said in one for one in doubted(small_house, key))
    held = small_house.get(Attendance, key)
    assert held.doubtful
    assert (held.lon, held.lat) == (position.point or (None, None)), "kept as it was told"
    assert small_house.get(Person, small_house.keys["oscar"]).on_duty, "they did clock in"


def test_a_station_of_the_room_is_a_place_for_who_belongs_to_the_room_and_for_nobody_else(small_house: House) -> None:
    here = Position(found=Found.STATION)
    assert doubted(small_house, run(small_house, "ann", clock_in, here)) == []
    assert doubted(small_house, run(small_house, "oscar", clock_in, here)) == ["no place was given"]


def test_nobody_comes_faster_than_anybody_can(small_house: House) -> None:
    house = small_house
    house.database.sight([Sighting(person_id=house.keys["oscar"], seen_at=house.now - dt.timedelta(minutes=2),
                                   lon=120.02, lat=35.82, accuracy=10.0)])  # fmt: skip
    key = run(house, "oscar", clock_in, AT_POST)
    assert [said.split(" km")[1] for said in doubted(house, key)] == [
        " from where they were 2 min before: nobody is that fast"]  # fmt: skip
    house.later(hours=1)
    run(house, "oscar", clock_out, Position(120.06, 35.96, accuracy=20.0))
    assert house.get(Attendance, key).out_doubts == [], "in an hour that is no wonder"


def test_a_doubtful_place_is_judged_by_somebody_else_with_a_remark(house: House) -> None:
    key = run(house, "oscar", clock_in, FAR)
    for login in ("oscar", "olga", "cora"):
        with pytest.raises(NotAllowed):
            run(house, login, judge_attendance, key, True, "见到本人")
    with pytest.raises(Incomplete, match="say why"):
        run(house, "carl", judge_attendance, key, True, " ")
    run(house, "carl", judge_attendance, key, False, "本人不在岗")
    held = house.get(Attendance, key)
    assert (held.judgement, held.judged_by_id, held.doubtful) == ("disbelieved", house.keys["carl"], False)
    with pytest.raises(IllegalMove, match="nothing doubtful left"):
        run(house, "carl", judge_attendance, key, True, "又见到")
    house.later(hours=2)
    run(house, "oscar", clock_out, FAR)
    assert house.get(Attendance, key).doubtful, "the going has not been looked into"


def test_an_operator_who_goes_leaves_their_visits_to_the_others(small_house: House) -> None:
    house = small_house
    complaint = house.complaints_of(house.visiting())[0]
    assert complaint.visitor_id == house.keys["ann"]
    run(house, "ann", clock_in, AT_POST)
    run(house, "ann", clock_out, AT_POST)
    assert house.get(Complaint, complaint.id).visitor_id == house.keys["bob"]


# ---------------------------------------------------------------------- the roll


def names(house: House, keys: list[Key]) -> set[str]:
    known = {key: name for name, key in house.keys.items()}
    return {known[key] for key in keys}


def test_everybody_on_duty_is_called_answers_or_is_ticked_and_who_did_neither_is_missing(house: House) -> None:
    key = run(house, "sue", call_roll, None, 5)
    call = house.get(RollCall, key)
    assert names(house, call.expected) == {"ann", "bob", "tom", "ines"}, "who reads cases, and not who calls"
    with pytest.raises(IllegalMove, match="called already"):
        run(house, "tom", call_roll)
    first = run(house, "ann", answer_roll, key)
    assert run(house, "ann", answer_roll, key) == first, "twice is once"
    with pytest.raises(NotAllowed):
        run(house, "ann", answer_roll, key, house.keys["bob"])
    run(house, "sue", answer_roll, key, house.keys["bob"])
    with pytest.raises(IllegalMove, match="Nobody waits for that answer"):
        run(house, "oscar", answer_roll, key)
    with pytest.raises(IllegalMove, match="still runs, and 2 have not"):
        run(house, "sue", close_roll, key)
    house.just_after(call.ends_at)
    run(house, "tom", answer_roll, key)
    run(house, "sue", close_roll, key)
    closed = house.get(RollCall, key)
    assert (closed.closed_at, names(house, closed.missing)) == (house.now, {"tom", "ines"})
    version = closed.version
    run(house, "tom", close_roll, key)
    assert house.get(RollCall, key).version == version, "twice is once"
    run(house, "ines", answer_roll, key)
    with house.database.reading() as session:
        told = {(answer.person_id, answer.late, answer.ticked_by_id) for answer in session.query(RollAnswer)}
    keys = house.keys
    assert told == {(keys["ann"], False, None), (keys["bob"], False, keys["sue"]), (keys["tom"], True, None),
                    (keys["ines"], True, None)}  # fmt: skip
    assert run(house, "sue", call_roll), "the next one can be called"


def test_a_roll_is_over_early_when_everybody_has_answered(small_house: House) -> None:
    house = small_house
    key = run(house, "carl", call_roll, house.keys["north"])
    for person in names(house, house.get(RollCall, key).expected):
        run(house, person, answer_roll, key)
    run(house, "carl", close_roll, key)
    assert house.get(RollCall, key).missing == []


@pytest.mark.parametrize(
    ("login", "squad", "minutes", "error", "said"),
    [("ann", None, 5, NotAllowed, "no right to call"), ("carl", None, 5, NotAllowed, "no right to call"),
     ("carl", "south", 5, NotAllowed, "no right to call"), ("sue", None, 0, Incomplete, "from 1 to 60"),
     ("sue", None, 600, Incomplete, "from 1 to 60")],
)  # fmt: skip
def test_a_roll_that_may_not_be_called_is_refused(
    small_house: House, login: str, squad: str | None, minutes: int, error: type[Exception], said: str
) -> None:
    given: Any = small_house.keys[squad] if squad else None
    with pytest.raises(error, match=said):
        run(small_house, login, call_roll, given, minutes)
