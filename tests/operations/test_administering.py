"""Who may change the district's rules, and what a rule may be."""

import datetime as dt

import pytest

from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed, Refused
from commandcenter.operations.administering import rule_days, set_rule
from tests.house import House


def ruled(house: House, login: str, name: str, value: str) -> str:
    """The rule as it stands after somebody set it."""
    house.database.run("set_rule", house.person(login), "test", lambda work: set_rule(work, name, value))
    return house.database.rules().settings[name]


@pytest.mark.parametrize("login", ["walter", "ann", "sue", "carl"])
def test_only_an_administrator_changes_rules_and_days(small_house: House, login: str) -> None:
    def body(work: Work) -> int:
        return rule_days(work, [(dt.date(2026, 11, 25), False, "台风")])

    with pytest.raises(NotAllowed, match="no right to change the district's settings"):
        ruled(small_house, login, "resolve", "999 wd")
    with pytest.raises(NotAllowed, match="no right to change the district's settings"):
        small_house.database.run("rule_days", small_house.person(login), "test", body)
    assert small_house.database.run("rule_days", small_house.person("adam"), "test", body) == 1


@pytest.mark.parametrize(("name", "value"), [
    ("visit.tries", "many"), ("visit.tries", "0"), ("visit.tries", "9999999"), ("resolve", "soon"), ("grace", "7"),
    ("resolve.sometimes", "3 wd"), ("promise", "3 wd"), ("lunch", "1 h"), ("lock.minutes", "61"), ("lock.minutes", "0"),
])  # fmt: skip
def test_a_rule_nobody_knows_and_a_value_it_cannot_have_are_refused(small_house: House, name: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        ruled(small_house, "adam", name, value)
    assert "{" not in str(refused.value)


def test_limits_by_urgency_numbers_and_spans_are_set(small_house: House) -> None:
    for name, value in (("visit.tries", "5"), ("resolve", "6 wd"), ("resolve.urgent", "3 h"), ("grace", "10 d"),
                        ("lock.minutes", "60")):  # fmt: skip
        assert ruled(small_house, "adam", name, value) == value
