"""The clocks of a record: which run, which have stopped in time, which stand still, and why each is due."""

import datetime as dt

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.contacts import Promise
from commandcenter.domain.record import Record
from commandcenter.domain.rules import Rules
from commandcenter.domain.timing import Timed, clocks_of, most_pressing, running
from commandcenter.operations.administering import rule_days
from tests.house import House


def by_name(record: Record) -> dict[str, Timed]:
    return {timed.clock.name: timed for timed in clocks_of(record)}


def rules_of(house: House) -> Rules:
    found = house.database.run("look", house.person("sue"), "test", lambda work: work.rules)
    assert found is not None
    return found


def test_a_clock_runs_until_its_event_and_then_says_whether_it_was_in_time(small_house: House) -> None:
    house = small_house
    assignment = house.dispatched()
    assert [timed.clock.name for timed in running(assignment)] == ["accept", "contact", "resolve"]
    house.later(hours=5)
    house.do("carl", "accept", assignment, officer=house.keys["oscar"])
    accept = by_name(house.get(Assignment, assignment.id))["accept"]
    assert not accept.running
    assert not accept.in_time
    on_time = by_name(house.accepted(caller_phone="13700000003"))["accept"]
    assert on_time.in_time


def test_a_deadline_is_computed_again_to_the_very_moment_that_is_stored(small_house: House) -> None:
    house, rules = small_house, rules_of(small_house)
    assignment = house.contacted()
    for ask, amount in (("ask_extension", "3 wd"), ("ask_suspension", "5 d")):
        house.do("sue", "agree", house.do("oscar", ask, assignment, reason="检测", amount=amount), ruling="同意")
    still = by_name(house.get(Assignment, assignment.id))["resolve"]
    assert still.standing_still
    assert "the clock stands still" in " ".join(still.explain(rules, house.now))
    house.later(days=3)
    house.do("oscar", "resume", assignment, reason="好了")
    resolve = by_name(house.get(Assignment, assignment.id))["resolve"]
    again = resolve.deadline(rules, house.now)
    assert again is not None
    assert again.due_at == resolve.due_at
    assert "extended by 3 working days" in " ".join(resolve.explain(rules, house.now))


def test_after_a_refused_return_the_acceptance_is_counted_from_the_ruling_and_says_so(small_house: House) -> None:
    house = small_house
    assignment = house.dispatched()
    asked = house.do("carl", "ask_return", assignment, reason="不属", basis="属地")
    held = house.get(Assignment, assignment.id)
    assert not by_name(held)["accept"].running
    assert by_name(held)["contact"].standing_still
    house.later(hours=1)
    house.do("sue", "refuse", asked, ruling="你队")
    accept = by_name(house.get(Assignment, assignment.id))["accept"]
    assert (accept.running, accept.started_at) == (True, house.now)
    found = accept.deadline(rules_of(house), house.now)
    assert found is not None
    assert found.due_at == accept.due_at
    assert accept.explain(rules_of(house), house.now) == found.explain()


def test_a_moment_set_before_the_calendar_changed_says_so_and_holds(small_house: House) -> None:
    house = small_house
    assignment = house.dispatched()
    tomorrow = house.now.date() + dt.timedelta(days=1)
    house.database.run("rule_days", house.person("adam"), "test",
                       lambda work: rule_days(work, [(tomorrow, False, "台风")]))  # fmt: skip
    resolve = by_name(house.get(Assignment, assignment.id))["resolve"]
    first, *lines = resolve.explain(rules_of(house), house.now)
    assert first.startswith("Set at the time to 2026-11-30 ")
    assert "台风" in " ".join(lines)
    assert resolve.due_at == assignment.resolve_due_at


def test_a_case_taken_back_waits_for_dispatch_from_then_on(small_house: House) -> None:
    house = small_house
    case = house.case()
    first = by_name(case)["dispatch"]
    assert (first.started_at, first.running) == (case.opened_at, True)
    assignment = house.get(Assignment, house.do("ann", "dispatch", case, squad=house.keys["north"], why="属地"))
    assert not by_name(house.get(Case, case.id))["dispatch"].running
    house.later(hours=1)
    house.do("sue", "agree", house.do("carl", "ask_return", assignment, reason="不属", basis="属地"), ruling="同意")
    again = by_name(house.get(Case, case.id))["dispatch"]
    assert (again.started_at, again.running) == (house.now, True)


def test_a_promise_has_the_moment_a_person_gave_and_a_broken_one_has_no_clock(small_house: House) -> None:
    house = small_house
    case = house.case()
    due_at = house.now + dt.timedelta(hours=3)
    key = house.do("ann", "promise", case, to_whom="王女士", what="回电", due_at=due_at)
    timed = by_name(house.get(Promise, key))["promise"]
    assert (timed.due_at, timed.explain(rules_of(house), house.now)) == (due_at, [])
    house.do("ann", "break_promise", key, outcome="没空")
    assert clocks_of(house.get(Promise, key)) == []


def test_the_most_pressing_is_what_is_due_first_and_what_stands_still_comes_last(small_house: House) -> None:
    assignment = small_house.dispatched(urgency="urgent")
    chosen = most_pressing(clocks_of(assignment))
    assert chosen is not None
    assert chosen.clock.name == "accept"
    assert most_pressing([]) is None
