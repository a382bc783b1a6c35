"""What officers have borne, counted a second way from exported rows; positions that go, and who may see what."""

import datetime as dt
from collections import defaultdict
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from commandcenter.domain.attendance import Found, Position
from commandcenter.domain.burdens import Borne, Left, Measure, Measures
from commandcenter.domain.places import distance
from commandcenter.domain.record import Key
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.travel import Travelled
from commandcenter.operations.attending import clock_in, clock_out, judge_attendance
from commandcenter.operations.rostering import roster
from commandcenter.queries import travel
from commandcenter.queries.burdens import Piece, burdens, made_of
from commandcenter.storage.tallying import books
from tests.house import HERE, House
from tests.operations.test_shifts import run
from tests.queries.figures.month import exported

ZONE = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
PLACE = Position(*HERE, accuracy=5.0, found=Found.DEVICE)


def asked(house: House) -> Borne:
    """The question."""
    with house.database.reading() as session:
        return burdens(session, house.database.rules(session), house.now)


def pieces(house: House, login: str, measure: Measure) -> list[Piece]:
    """What somebody's number is made of."""
    with house.database.reading() as session:
        return made_of(session, house.database.rules(session), house.now, house.keys[login], measure)


def at(house: House, day: int, hour: float) -> None:
    """That hour of a day of November, local time."""
    house.now = (dt.datetime(2026, 11, 1, tzinfo=ZONE) + (day - 1) * DAY + dt.timedelta(hours=hour)).astimezone(dt.UTC)


def stays(house: House, login: str, came: tuple[int, float], went: tuple[int, float] | None) -> Key:
    """Somebody comes and goes."""
    at(house, *came)
    key: Key = run(house, login, clock_in, PLACE)
    if went is not None:
        at(house, *went)
        run(house, login, clock_out, PLACE)
    return key


def sees(house: House, login: str, *fixes: tuple[float, float, float | None]) -> None:
    """Positions: so many minutes from now, so many metres north of here, so exact."""
    with house.database.engine.begin() as connection:
        for seconds, metres, exact in fixes:
            connection.execute(Sighting.__table__.insert(), {  # type: ignore[attr-defined]
                "person_id": house.keys[login], "seen_at": house.now + dt.timedelta(minutes=seconds), "lon": HERE[0],
                "lat": HERE[1] + metres / 111_195.08, "accuracy": exact,
            })  # fmt: skip


def walked(house: House) -> None:
    """Oscar is seen on the third, and nobody else is."""
    at(house, 3, 9)
    sees(house, "oscar", (0, 0, 5.0), (1, 500, 5.0), (2, 800, 5.0), (3, 90_000, 5.0), (4, 900, 5.0), (5, 1_200, None),
         (6, 1_300, 5.0), (60, 9_000, 5.0))  # fmt: skip
    at(house, 24, 9.5)


def lived(house: House) -> None:
    """Three weeks of a small district, with everything that makes numbers doubtful."""
    at(house, 2, 7)
    days = [dt.date(2026, 11, day) for day in (2, 3, 4)]
    run(house, "carl", roster, [house.keys["oscar"], house.keys["olga"]], "08:00", days)
    stays(house, "oscar", (2, 8), (2, 16))
    stays(house, "oscar", (3, 8), (3, 20))  # and olga comes on no day
    walked(house)
    stays(house, "otto", (3, 20), (4, 7))
    stays(house, "otto", (4, 20), None)  # never clocks out, and has no shift
    at(house, 5, 10)
    run(house, "cora", clock_in, Position())
    at(house, 5, 18)
    run(house, "cora", clock_out, PLACE)
    stays(house, "dirk", (6, 9), (6, 17))
    with_doubt = run(house, "dora", clock_in, Position())
    at(house, 6, 19)
    run(house, "dora", clock_out, PLACE)
    run(house, "sue", judge_attendance, with_doubt, False, "没有人见过")
    _cases(house)
    at(house, 24, 9.5)


def _cases(house: House) -> None:
    at(house, 9, 9)
    house.accepted(urgency="urgent", caller_phone="13700000001")
    house.accepted(caller_phone="13700000002")
    crowd = house.accepted(caller_phone="13700000003")
    for n in range(2):
        house.do("ann", "attach", house.complaint(caller_phone=f"1370000001{n}"), case=crowd.case_id)
    redone = house.visiting(caller_phone="13700000004")
    (complaint,) = house.complaints_of(redone)
    house.do("bob", "visit", complaint, outcome="reached", solved=False, satisfied=1)
    merged = house.accepted(urgency="urgent", caller_phone="13700000005")
    house.do("ann", "merge", merged.case_id, case=crowd.case_id, reason="同一件事")
    house.resolved(confidential=True, caller_phone="13700000006")


# ---------------------------------------------------------------------- counted a second way


def by_hand(rows: dict[str, list[dict[str, Any]]], now: dt.datetime) -> dict[Key, tuple[Any, ...]]:
    """Hours, metres, hard cases and night hours of every officer, by plain Python over the rows."""
    today = dt.datetime.combine(now.astimezone(ZONE).date(), dt.time(), ZONE)
    since, until = today - 28 * DAY, today
    duties, minutes = {row["id"]: row for row in rows["roster_entry"]}, defaultdict[Key, set[dt.datetime]](set)
    known = {row["person_id"] for row in rows["roster_entry"]}
    for row in rows["attendance"]:
        known.add(row["person_id"])
        came, went = row["clocked_in_at"], row["clocked_out_at"] or now
        if row["judgement"] == "disbelieved":
            continue
        if went - came > dt.timedelta(hours=16):
            if row["entry_id"] is None:
                continue
            went = min(went, duties[row["entry_id"]]["ends_at"])
        while came < went:
            if since <= came < until:
                minutes[row["person_id"]].add(came)
            came += dt.timedelta(minutes=1)
    cases = {row["id"]: row for row in rows["case_file"]}
    disputed = {row["case_id"] for row in rows["visit"] if row["solved"] is False}
    hard = defaultdict[Key, set[Key]](set)
    for row in rows["assignment"]:
        case = cases[row["case_id"]]
        is_hard = (row["urgency"] == "urgent" or row["enforced"] or row["round"] > 1 or row["case_id"] in disputed
                   or case["confidential"] or case["sealed_for"] or case["complaints"] >= 3)  # fmt: skip
        over = row["resolved_at"] is not None and row["state"] == "resolved" and row["resolved_at"] < since
        if row["accepted_at"] and is_hard and row["state"] not in ("returned", "cancelled") and not over:
            hard[row["officer_id"]].add(row["case_id"])
    found = {}
    for row in rows["person"]:
        if row["squad_id"] and {"officer", "captain"} & set(row["roles"]):
            key = row["id"]
            night = sum(not 6 <= at.astimezone(ZONE).hour < 22 for at in minutes[key])
            there = key in known
            found[key] = (len(minutes[key]) / 60 if there else None, _way(rows, key), len(hard[key]),
                          night / 60 if there else None)  # fmt: skip
    return found


def _way(rows: dict[str, list[dict[str, Any]]], key: Key) -> float | None:
    mine = sorted((row["seen_at"], row["lon"], row["lat"], row["accuracy"]) for row in rows["sighting"]
                  if row["person_id"] == key and row["accuracy"] is not None)  # fmt: skip
    metres = 0.0
    for (at, *one, unsure), (later, *other, also) in pairwise(mine):
        far, seconds = distance((one[0], one[1]), (other[0], other[1])), (later - at).total_seconds()
        if unsure + also < far and seconds <= 600 and (far - unsure - also) / seconds <= 200 / 3.6:
            metres += far
    return metres if mine else None


def test_everything_is_what_a_second_count_comes_to_and_says_what_was_left_out(house: House) -> None:
    lived(house)
    found, keys = asked(house), house.keys
    second = by_hand(exported(house.url), house.now)
    first = {key: tuple(one.values[m] for m in Measure) for key, one in found.officers.items()}
    assert set(first) == {keys[login] for login in ("carl", "oscar", "olga", "cora", "otto", "dora", "dirk")}
    assert first == {key: tuple(map(_near, values)) for key, values in second.items()}
    assert first[keys["oscar"]] == (20.0, _near(1200), 4, 0.0)
    assert first[keys["otto"]] == (11.0, None, 0, 9.0 - 1.0)
    assert first[keys["carl"]] == (None, None, 0, None), "nothing is known of them, which is not nought"
    assert first[keys["olga"]] == (0.0, None, 0, 0.0)
    left = {login: dict(found.officers[keys[login]].left) for login in ("oscar", "olga", "otto", "cora", "dora")}
    assert left == {
        "oscar": {Left.NOT_THERE: 1, Left.INEXACT: 1, Left.JUMPS: 2, Left.GAPS: 1, Left.MOVED: 1},
        "olga": {Left.NOT_THERE: 3}, "otto": {Left.NEVER_OUT: 1}, "cora": {Left.DOUBTED: 1},
        "dora": {Left.DISBELIEVED: 1},
    }  # fmt: skip
    assert found.squads[keys["north"]][Measure.HOURS] == 20.0, "only who was there is part of the mean"
    assert found.district[Measure.HOURS] == pytest.approx((20 + 11 + 8 + 8) / 4)
    _made_of(house, found)


def _near(value: Any) -> Any:
    return value if value is None else pytest.approx(value, abs=0.01)


def _made_of(house: House, whole: Borne) -> None:
    """Every number opens what it is made of."""
    found = whole.officers
    for login in ("oscar", "olga", "otto", "cora", "dora"):
        values, left = found[house.keys[login]].values, found[house.keys[login]].left
        for measure in Measure:
            made = pieces(house, login, measure)
            counts = [one for one in made if one.why in (None, Left.DOUBTED)]
            assert sum(one.amount for one in counts) == pytest.approx(values[measure] or 0), (login, measure)
            if measure is Measure.HOURS:
                told = [one.why for one in made if one.why is not None]
                assert {why: told.count(why) for why in told} == {w: n for w, n in left.items() if w in (
                    Left.NOT_THERE, Left.NEVER_OUT, Left.DOUBTED, Left.DISBELIEVED)}  # fmt: skip
    assert [one.case.number for one in pieces(house, "oscar", Measure.HARD) if one.why is Left.MOVED]  # type: ignore[union-attr]
    assert {one.case.hardness for one in pieces(house, "oscar", Measure.HARD)} == {  # type: ignore[union-attr]
        ("urgent",), ("crowded",), ("disputed",), ("sensitive",)}  # fmt: skip


def test_a_month_without_roster_and_clock_ins_says_nothing_of_hours(small_house: House) -> None:
    house = small_house
    house.accepted(urgency="urgent")
    found = asked(house)
    values = found.officers[house.keys["oscar"]].values
    assert (values[Measure.HOURS], values[Measure.NIGHTS], values[Measure.DISTANCE]) == (None, None, None)
    assert found.district == dict.fromkeys(Measure)


def test_a_sealed_case_is_a_hard_one_for_those_alone_whom_it_is_open_to(small_house: House) -> None:
    house = small_house
    case = house.resolved()
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    house.later(days=1)
    oscar, seen = house.keys["oscar"], {}
    for login in ("sue", "ann"):
        house.database.show_to(lambda login=login: house.keys[login])  # type: ignore[misc]
        made = pieces(house, "oscar", Measure.HARD)
        seen[login] = asked(house).officers[oscar].values[Measure.HARD], [piece.id for piece in made]
    assert seen == {"sue": (1, [case.id]), "ann": (0, [])}


# ---------------------------------------------------------------------- positions that go


def kept(house: House) -> int:
    """The owner counts the days."""
    return travel.keep_travels(books(house.database), house.database.rules(), house.now)


def test_a_day_that_was_counted_stays_when_its_positions_go_and_one_that_was_not_is_told(house: House) -> None:
    walked(house)
    before = asked(house).officers[house.keys["oscar"]]
    assert kept(house) == 28
    assert kept(house) == 0, "each day once"
    with house.database.engine.begin() as connection:
        connection.execute(Sighting.__table__.delete())  # type: ignore[attr-defined]
    after = asked(house).officers[house.keys["oscar"]]
    assert (after.values, after.left) == (before.values, before.left)
    house.later(days=1)
    assert asked(house).officers[house.keys["oscar"]].left == before.left, "the day after is counted at once"
    house.later(days=90)
    assert kept(house) == 28
    with house.database.reading() as session:
        oldest = session.scalar(select(func.min(Travelled.day)))
    assert oldest is not None
    assert oldest >= dt.date(2026, 11, 21), "what no period needs is dropped"


def test_days_whose_positions_are_gone_or_too_many_to_count_are_told_as_such(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked(house)
    with house.database.reading() as session:
        rules = house.database.rules(session)
        days = Measures.of(rules).period(house.now)
        short = type(rules)({**rules.settings, "retention.position_days": "7"}, rules.calendar)
        found = travel.travels(session, short, days, house.now)
        assert (found.of, len(found.gone), found.uncounted) == ({}, 22, ())
        monkeypatch.setattr(travel, "AT_ONCE", 7)
        found = travel.travels(session, rules, days, house.now)
    assert (found.of, found.gone) == ({}, ())
    assert found.uncounted == tuple(dt.date(2026, 10, 27) + n * DAY for n in range(8)), "the newest are counted first"
    assert asked(house).officers[house.keys["oscar"]].left[Left.UNCOUNTED] == 8
    assert asked(house).officers[house.keys["oscar"]].values[Measure.DISTANCE] is None
