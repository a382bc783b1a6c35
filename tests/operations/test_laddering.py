"""The ladder by rule: what is due is pressed once, one rung on one day, and nobody is disturbed at night."""

import datetime as dt
import threading
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, Rung
from commandcenter.domain.deadlines import card
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.ladder import RULES, due, moment
from commandcenter.domain.record import Key, snapshot
from commandcenter.domain.rules import Rules, rules_from
from commandcenter.domain.rulings import Directive
from commandcenter.domain.units import Setting
from commandcenter.errors import NotAllowed, Refused
from commandcenter.installation import administrator
from commandcenter.operations.administering import set_rule
from commandcenter.operations.laddering import climb_by_rule
from commandcenter.queries.pressing import to_press
from tests.house import MONDAY, House


def on(house: House, **rules: str) -> None:
    """The district wants the ladder climbed by rule."""
    for name, value in {"by_rule": "on", **rules}.items():
        body = partial(set_rule, name=f"ladder.{name}", value=value)
        house.database.run("set_rule", house.person("adam"), "test", body)


def due_of(work: Assignment) -> dt.datetime:
    """When it was to be resolved."""
    assert work.resolve_due_at is not None
    return work.resolve_due_at


def in_duty_after(house: House, work: Assignment) -> None:
    """The next afternoon after the deadline comes: an hour of duty has passed since."""
    house.now = house.database.rules().after(due_of(work), "1 wd") - dt.timedelta(hours=3)


def found(house: House) -> list[Key]:
    """The cases of which a rung is due."""
    with house.database.reading() as session:
        return to_press(session, house.database.rules(session), house.now)


def pressed(house: House, login: str = "sue") -> list[str]:
    """What a station presses now: the rungs."""
    made = [house.database.run("climb_by_rule", house.person(login), "test", partial(climb_by_rule, key=key))
            for key in found(house)]  # fmt: skip
    return [house.get(Directive, key).rung for key in made if key is not None]


def test_an_overdue_case_climbs_rung_by_rung_on_the_days_the_rules_name(small_house: House) -> None:
    house = small_house
    work = house.contacted()
    house.just_after(work.resolve_due_at)
    assert pressed(house) == [], "off unless the district says so"
    on(house)
    assert pressed(house) == [], "within the hour, and duty is over"
    rules = house.database.rules()
    red_at = moment("ladder.supervise_after", due_of(work), rules)
    assert card(due_of(work), red_at, rules.calendar) == "red"
    house.now = red_at + dt.timedelta(hours=2)
    assert pressed(house) == ["chased"]
    assert pressed(house) == [], "one rung on one day"
    house.later(days=1)
    assert pressed(house) == ["supervised"]
    house.later(days=1)
    assert pressed(house) == [], "not three working days yet"
    house.later(days=1)
    assert pressed(house) == ["circulated"]
    house.later(days=1)
    assert pressed(house) == []
    assert house.get(Case, work.case_id).rung == "circulated"


def test_the_directive_says_which_rule_and_why_and_the_journal_names_the_rule(small_house: House) -> None:
    house = small_house
    on(house)
    work = house.contacted()
    in_duty_after(house, work)
    assert pressed(house) == ["chased"]
    with house.database.reading() as session:
        (said,) = session.query(Directive)
        assert (said.rule, said.given_by_id) == ("ladder.chase_after", None)
        assert said.said == "By rule ladder.chase_after: it was to be resolved by 2026-11-30 17:30."
        reasons = {line.reason for line in session.query(JournalLine).where(JournalLine.operation == "climb_by_rule")}
        assert reasons == {"ladder.chase_after"}


def test_at_night_only_urgent_work_is_pressed_and_what_stands_still_never(small_house: House) -> None:
    house = small_house
    on(house)
    calm, still = house.contacted(), house.contacted(caller_phone="13700000001")
    urgent = house.contacted(caller_phone="13700000002", urgency="urgent")
    house.do("sue", "agree", house.do("oscar", "ask_suspension", still, reason="等", amount="20 d"), ruling="同意")
    house.now = moment("ladder.supervise_after", due_of(calm), house.database.rules())
    house.now = house.now.replace(hour=14)  # 22:00 in the district
    assert found(house) == [urgent.case_id]
    house.now += dt.timedelta(hours=12)
    assert set(found(house)) == {urgent.case_id, calm.case_id}


def test_two_stations_at_once_make_one_directive(house: House) -> None:
    on(house)
    work = house.contacted()
    in_duty_after(house, work)
    begin, made = threading.Barrier(3), []

    def station(login: str | None) -> None:
        actor = administrator() if login is None else house.person(login)
        begin.wait()
        body = partial(climb_by_rule, key=work.case_id)
        made.append(house.database.run("climb_by_rule", actor, login or "ctl", body))

    stations = [threading.Thread(target=station, args=(login,)) for login in ("sue", "tom", None)]
    for one in stations:
        one.start()
    for one in stations:
        one.join()
    assert sorted(key is not None for key in made) == [False, False, True]
    with house.database.reading() as session:
        assert session.query(Directive).count() == 1


def test_what_a_supervisor_pressed_by_hand_today_is_left_alone_and_an_officer_presses_nothing(
    small_house: House,
) -> None:
    house = small_house
    on(house)
    work = house.contacted()
    in_duty_after(house, work)
    with pytest.raises(NotAllowed, match="no right to press"):
        pressed(house, "oscar")
    house.do("sue", "chase", work.case_id, words="速办")
    assert found(house) == []


@pytest.mark.parametrize(("name", "value", "good"), [
    ("ladder.by_rule", "on", True), ("ladder.by_rule", "yes", False), ("ladder.chase_after", "red", True),
    ("ladder.chase_after", "2 wh", True), ("ladder.chase_after", "yellow", False), ("extension.max", "red", False),
])  # fmt: skip
def test_a_rule_of_the_ladder_is_a_switch_a_limit_or_the_red_card(
    small_house: House, name: str, value: str, good: bool
) -> None:
    body = partial(set_rule, name=name, value=value)
    if good:
        small_house.database.run("set_rule", small_house.person("adam"), "test", body)
        assert small_house.database.rules().text(name) == value
    else:
        with pytest.raises(Refused):
            small_house.database.run("set_rule", small_house.person("adam"), "test", body)


# A law

ON = rules_from(None, [Setting(name="ladder.by_rule", value="on")], [])


def naive(case: Case, lead: Assignment, given_at: dt.datetime | None, rules: Rules, now: dt.datetime) -> str | None:
    """The same, said another way: the first rung above the one held whose rule's moment has come."""
    order = [Rung.NONE, Rung.CHASED, Rung.SUPERVISED, Rung.CIRCULATED]
    above = order[order.index(Rung(case.rung)) + 1 :]
    zone = rules.calendar.zone
    awake = lead.urgency == "urgent" or rules.calendar.is_duty(now)
    fresh = given_at is None or given_at.astimezone(zone).date() != now.astimezone(zone).date()
    running = lead.state in ("dispatched", "accepted", "contacted", "handling")
    if not (above and awake and fresh and running and lead.resolve_due_at):
        return None
    if above[0] is Rung.SUPERVISED:
        come = card(lead.resolve_due_at, now, rules.calendar) == "red"
    else:
        come = now >= rules.after(lead.resolve_due_at, "1 wh" if above[0] is Rung.CHASED else "3 wd")
    return str(above[0]) if come else None


@given(
    rung=some.sampled_from(list(Rung)),
    state=some.sampled_from(["dispatched", "handling", "suspended", "return_asked"]),
    urgency=some.sampled_from(["urgent", "ordinary"]), late=some.integers(-20, 400),
    ago=some.none() | some.integers(0, 60),
)  # fmt: skip
def test_the_rung_that_is_due_is_the_next_one_and_never_at_night_twice_a_day_or_while_it_stands_still(
    rung: Rung, state: str, urgency: str, late: int, ago: int | None
) -> None:
    now = MONDAY + dt.timedelta(hours=late)
    case = snapshot(Case, {"rung": str(rung)})
    lead = snapshot(Assignment, {"state": state, "urgency": urgency, "resolve_due_at": MONDAY})
    given_at = None if ago is None else now - dt.timedelta(hours=ago)
    climb = due(case, lead, given_at, ON, now)
    assert (None if climb is None else str(climb.rung)) == naive(case, lead, given_at, ON, now)
    if climb is not None:
        assert climb.rule == RULES[climb.rung]
