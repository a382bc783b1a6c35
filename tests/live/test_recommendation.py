"""Whom to send: jurisdiction first, then who is there, near and free; everything with its reason in words."""

import datetime as dt
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as some

from commandcenter import i18n
from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.burdens import Burden, Measure, Measures, borne
from commandcenter.domain.cases import Case
from commandcenter.domain.deadlines import Pressing
from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.people import Person
from commandcenter.domain.record import Record, snapshot
from commandcenter.domain.sentences import restored
from commandcenter.domain.units import Setting, Squad
from commandcenter.live.delta import Change, Delta, Fix
from commandcenter.live.fairness import fairness
from commandcenter.live.loads import loads
from commandcenter.live.picture import Picture
from commandcenter.live.recommendation import Aspect, Recommendation, recommend

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
HERE = (120.05, 35.95)


def squad(name: str, tier: str = "township", **more: Any) -> Squad:
    given = {"id": name, "version": 1, "code": name, "name_zh": f"{name}中队", "name_en": name, "tier": tier,
             "domains": ["urban"], "lon": 120.06, "lat": 35.95, "disabled": False}  # fmt: skip
    return snapshot(Squad, given | more)


def officer(name: str, squad_id: str, on_duty: bool = True) -> Person:
    return snapshot(Person, {"id": name, "version": 1, "login": name, "name_zh": name, "name_en": name,
                             "roles": ["officer"], "squad_id": squad_id, "on_duty": on_duty, "disabled": False})


def case(**more: Any) -> Case:
    given = {"id": "case", "version": 1, "number": "261123-0001", "title": "", "matter_id": "noise", "state": "open",
             "urgency": "ordinary", "squad_id": "north", "lon": HERE[0], "lat": HERE[1], "named": [], "round": 1,
             "opened_at": NOW}  # fmt: skip
    return snapshot(Case, given | more)


def work(name: str, squad_id: str, **more: Any) -> Assignment:
    given = {"id": name, "version": 1, "case_id": name, "squad_id": squad_id, "part": "lead", "state": "handling",
             "urgency": "ordinary", "dispatched_at": NOW - dt.timedelta(hours=4), "pauses": [],
             "contacted_at": NOW, "accepted_at": NOW, "resolve_limit": "8 h",
             "resolve_due_at": NOW + dt.timedelta(hours=4)}  # fmt: skip
    return snapshot(Assignment, given | more)


def picture(*records: Record, fixes: tuple[Fix, ...] = ()) -> Picture:
    made = Picture()
    made.load([
        squad("north"), squad("south"), squad("harbour", "direct", domains=["ocean"]),
        snapshot(MatterDomain, {"id": "d1", "version": 1, "code": "urban", "name_zh": "城管", "name_en": "Urban",
                                "tier": "township"}),
        snapshot(MatterDomain, {"id": "d2", "version": 1, "code": "ocean", "name_zh": "海洋", "name_en": "Ocean",
                                "tier": "direct"}),
        snapshot(Matter, {"id": "noise", "version": 1, "code": "M1", "domain": "urban", "tier": "township"}),
        snapshot(Matter, {"id": "fishing", "version": 1, "code": "M2", "domain": "ocean", "tier": "direct"}),
        *records,
    ])  # fmt: skip
    made.apply(Delta(fixes=fixes))
    made.complete = True
    return made


def order(found: list[Recommendation]) -> list[str]:
    return [r.squad.id for r in found]


def said(found: Recommendation) -> dict[Aspect, str]:
    return dict(found.lines())


def test_the_squad_of_the_area_comes_first_however_much_it_has_in_hand() -> None:
    busy = [work(f"w{n}", "north") for n in range(20)]
    found = recommend(picture(*busy), case(), NOW)
    assert order(found) == ["north", "south", "harbour"]
    assert said(found[0])[Aspect.PLACE] == "its own area · township matter: Urban"
    assert said(found[0])[Aspect.LOAD] == "20 open"
    assert said(found[1])[Aspect.PLACE] == "township matter: Urban · can take it, not its area"


def test_a_matter_of_the_sea_goes_to_the_direct_squad_whoevers_area_it_is() -> None:
    found = recommend(picture(), case(matter_id="fishing"), NOW)
    assert order(found)[0] == "harbour"
    assert said(found[0])[Aspect.PLACE] == "its domain: Ocean"
    north = next(r for r in found if r.squad.id == "north")
    assert "the matter is a direct squad's" in [str(c) for c in north.cautions]


def test_the_free_squad_comes_before_the_busy_one() -> None:
    found = recommend(picture(work("w", "south"), squad("west")), case(), NOW)
    assert order(found) == ["north", "west", "south"]


def test_a_squad_that_gave_the_case_back_is_not_first_any_more() -> None:
    held = case()
    back = work("a", "north", case_id=held.id, state=str(AssignmentState.RETURNED))
    found = recommend(picture(held, back), held, NOW, most=None)
    assert order(found)[0] == "south"
    north = next(r for r in found if r.squad.id == "north")
    assert [str(c) for c in north.cautions] == ["nobody on duty", "gave this case back before"]


def test_a_squad_the_case_is_about_is_never_recommended() -> None:
    assert "north" not in order(recommend(picture(), case(named=["north"]), NOW, most=None))


def test_who_is_on_duty_and_how_near_is_said() -> None:
    near = Fix("ann", NOW - dt.timedelta(seconds=40), 120.05, 35.959)
    far = Fix("bob", NOW, 120.5, 35.95)
    found = recommend(picture(officer("ann", "north"), officer("bob", "north"), fixes=(near, far)), case(), NOW)
    assert said(found[0])[Aspect.PRESENCE] == "2 on duty · nearest 1.0 km, position 40 s old"
    assert not found[0].cautions


def test_an_old_position_is_a_caution_and_nobody_off_duty_counts_as_near() -> None:
    old = Fix("ann", NOW - dt.timedelta(minutes=6), 120.05, 35.959)
    at_home = Fix("bob", NOW, 120.05, 35.95)
    found = recommend(
        picture(officer("ann", "north"), officer("bob", "north", on_duty=False), fixes=(old, at_home)), case(), NOW
    )
    assert said(found[0])[Aspect.PRESENCE] == "1 on duty · nearest 1.0 km, position 6 min old"
    assert said(found[0])[Aspect.CAUTION] == "position out of date"


def test_a_case_without_a_point_still_gets_its_reasons() -> None:
    found = recommend(picture(officer("ann", "north")), case(lon=None, lat=None), NOW)
    assert said(found[0])[Aspect.PRESENCE] == "1 on duty"


@pytest.mark.parametrize("hours, expected", [(4, Pressing.CALM), (1, Pressing.SOON), (-1, Pressing.OVER)])
def test_a_squad_is_as_pressed_as_its_most_pressing_work(hours: int, expected: Pressing) -> None:
    due = NOW + dt.timedelta(hours=hours)
    load = loads(picture(work("w", "north", resolve_due_at=due), work("v", "north")), NOW)["north"]
    assert load.pressing is expected
    assert load.open == 2


def test_suspended_work_presses_nobody_and_finished_work_is_not_open() -> None:
    late = NOW - dt.timedelta(hours=1)
    load = loads(picture(work("w", "north", state="suspended", resolve_due_at=late),
                         work("v", "north", state="resolved", resolve_due_at=late)), NOW)["north"]  # fmt: skip
    assert (load.open, load.late, load.soon) == (1, 0, 0)


def test_what_is_kept_says_what_was_read_to_everybody_in_his_own_language() -> None:
    seen = Fix("ann", NOW - dt.timedelta(minutes=6), 120.05, 35.959)
    found = recommend(picture(officer("ann", "north"), fixes=(seen,)), case(), NOW)[0]
    kept = orjson.loads(orjson.dumps(found.kept()))
    assert (kept["squad"], kept["name"]) == ("north", "north中队")
    read = "; ".join(map(str, (*found.reasons, *found.cautions)))
    assert "position 6 min old" in read
    assert str(restored(kept["reasons"])) == read
    with i18n.speaking("zh_CN"):
        assert str(restored(kept["reasons"])) == "；".join(map(str, (*found.reasons, *found.cautions)))
        assert "属派驻中队（城管）；在岗 1 人" in str(restored(kept["reasons"]))


def test_the_reasons_are_read_in_the_language_of_the_reader() -> None:
    found = recommend(picture(), case(), NOW)[0]
    i18n.use("zh_CN")
    try:
        assert said(found)[Aspect.PLACE] == "属地 · 事项属派驻中队（城管）"
    finally:
        i18n.use("en")


def test_known_loads_are_not_counted_again() -> None:
    held = loads(picture(work("w", "north")), NOW)
    found = recommend(picture(), case(), NOW, held=held)
    assert said(found[0])[Aspect.LOAD] == "1 open"


def test_the_nearer_of_two_equal_squads_comes_first() -> None:
    east, west = squad("east", lon=120.30), squad("west", lon=120.05)
    found = order(recommend(picture(east, west), case(squad_id="none"), NOW, most=None))
    assert found.index("west") < found.index("east"), "whatever their codes"


def test_a_squad_that_helped_and_was_done_did_not_give_the_case_back() -> None:
    held = case()
    done = work("a", "north", case_id=held.id, state=str(AssignmentState.RESOLVED))
    found = recommend(picture(held, done), held, NOW, most=None)
    assert order(found)[0] == "north"
    assert "gave this case back before" not in [str(c) for c in found[0].cautions]


@pytest.mark.parametrize("seconds, words", [(59, "position 59 s old"), (60, "position 1 min old")])
def test_a_position_is_told_in_seconds_for_the_first_minute_only(seconds: int, words: str) -> None:
    seen = Fix("ann", NOW - dt.timedelta(seconds=seconds), 120.05, 35.959)
    found = recommend(picture(officer("ann", "north"), fixes=(seen,)), case(), NOW)
    assert words in said(found[0])[Aspect.PRESENCE]


def test_what_squads_have_in_hand_is_not_said_before_all_of_it_has_been_read() -> None:
    held = picture(work("a", "north"), work("b", "north"))
    held.complete = False
    for found in recommend(held, case(), NOW):
        assert Aspect.LOAD not in said(found)
    held.complete = True
    assert said(recommend(held, case(), NOW)[0])[Aspect.LOAD] == "2 open"


# ---------------------------------------------------------------------- fair load


def fairly(held: Picture, **hours: float) -> Picture:
    """What one officer of each squad has served in the last weeks."""
    rule = Measures.of(held.rules)
    people = [Burden(f"o {name}", name, {Measure.HOURS: n, Measure.HARD: 0.0}) for name, n in hours.items()]
    fairness(held).learn(borne(rule.period(NOW), people))
    return held


def test_of_two_squads_that_are_alike_the_one_that_has_borne_less_comes_first_and_says_so() -> None:
    east, west = squad("east"), squad("west")
    away = case(squad_id="none")
    alike = recommend(picture(east, west), away, NOW, most=None)
    found = recommend(fairly(picture(east, west), east=180, west=120), away, NOW, most=None)
    points = {r.squad.id: r.points for r in found}
    assert points == {r.squad.id: r.points + {"east": -4.0, "west": 4.0}.get(r.squad.id, 0) for r in alike}
    assert order(found).index("west") < order(found).index("east")
    words = {r.squad.id: said(r) for r in found}
    assert "28 days: load 20 % above the mean, mostly hours on duty" in words["east"][Aspect.CAUTION]
    assert "28 days: load 20 % below the mean, mostly hours on duty" in words["west"][Aspect.LOAD]
    assert "mean" not in str(words["north"]), "nothing is known of its people"


@pytest.mark.parametrize(("name", "value"), [("load.points", "0"), ("load.noticed", "30"), ("load.weight_hours", "0")])
def test_fair_load_that_has_no_weight_or_is_not_worth_noticing_says_nothing(name: str, value: str) -> None:
    made = fairly(picture(squad("east"), squad("west")), east=180, west=120)
    before = [(r.squad.id, r.points, said(r)) for r in recommend(picture(squad("east"), squad("west")), case(), NOW)]
    made.apply(Delta(changes=(Change(Setting, "s", None, snapshot(Setting, {"id": "s", "version": 1, "name": name,
                                                                            "value": value})),)))  # fmt: skip
    assert [(r.squad.id, r.points, said(r)) for r in recommend(made, case(), NOW)] == before


@given(some.lists(some.floats(0.1, 500), min_size=3, max_size=3), some.integers(0, 100))
def test_fair_load_never_outweighs_whose_area_it_is(hours: list[float], weight: int) -> None:
    made = picture(snapshot(Setting, {"id": "s", "version": 1, "name": "load.points", "value": str(weight)}))
    fairly(made, **dict(zip(("north", "south", "harbour"), hours, strict=True)))
    assert recommend(made, case(), NOW)[0].squad.id == "north"
    for key in ("north", "south", "harbour"):
        assert abs(fairness(made).points(key)) <= weight
        assert (fairness(made).points(key) == 0) == (fairness(made).of_squad(key) is None), "what counts is said"
