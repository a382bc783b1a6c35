"""How limits are written, and which limit rules which clock."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.limits import CLOCK, CLOCKS, DAYS, LARGEST, Limit, Unit, limit_for
from commandcenter.errors import Refused


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    unit = draw(st.sampled_from(Unit))
    whole = st.integers(1, LARGEST[unit])
    parts = st.decimals(Decimal("0.01"), LARGEST[unit], places=2)
    return Limit(draw(whole if unit in DAYS else st.one_of(whole, parts)), unit)


@pytest.mark.parametrize(
    ("text", "limit"),
    [("5 wd", Limit(5, Unit.WORKING_DAY)), ("15min", Limit(15, Unit.MINUTE)), (" 2  h ", Limit(2, Unit.HOUR)),
     ("1.5 wh", Limit(Decimal("1.5"), Unit.WORKING_HOUR)), ("10.00 d", Limit(10, Unit.CALENDAR_DAY))],
)  # fmt: skip
def test_a_limit_is_a_number_and_a_unit(text: str, limit: Limit) -> None:
    assert Limit.parse(text) == limit


@given(limit=limits())
def test_what_is_written_reads_back_the_same(limit: Limit) -> None:
    assert Limit.parse(str(limit)) == limit


@pytest.mark.parametrize(
    "text", ["", "5", "wd", "5 days", "-1 wd", "0 wd", "0.00 h", "0.5 wd", "1.5 d", "1e3 h",
             "1.234 h", "NaN h", "5 WD", "5 wd 3 h", "99999999999999999999 min", "1001 wd",
             "٥ wd", "5 工作日", "5 wd\x00"]
)  # fmt: skip
def test_nonsense_is_refused_with_what_to_write_instead(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        Limit.parse(text)
    assert str(refusal.value).count(" ") > 4


def test_half_a_working_day_is_refused_with_the_way_to_write_it() -> None:
    with pytest.raises(Refused, match=r"0\.5 wd.*working hours \(wh\)"):
        Limit.parse("0.5 wd")


@pytest.mark.parametrize(
    ("text", "words"),
    [("1 wd", "1 working day"), ("5 wd", "5 working days"), ("15 min", "15 minutes"), ("1 h", "1 hour"),
     ("0.5 wh", "0.5 working hours"), ("1.50 h", "1.5 hours"), ("30 d", "30 calendar days"),
     ("1.00 h", "1 hour"), ("20 wh", "20 working hours")],
)  # fmt: skip
def test_a_limit_says_itself_in_words(text: str, words: str) -> None:
    assert Limit.parse(text).words() == words


def test_the_table_holds_every_default_of_the_domain() -> None:
    table = {(clock.name, urgency): str(limit) for clock in CLOCKS
             for urgency, limit in clock.limits.items()}  # fmt: skip
    assert table == {
        ("receive", "ordinary"): "15 min",
        ("dispatch", "ordinary"): "30 min", ("dispatch", "urgent"): "5 min",
        ("accept", "ordinary"): "2 wh", ("accept", "urgent"): "15 min",
        ("contact", "ordinary"): "2 wh", ("contact", "urgent"): "30 min",
        ("progress", "ordinary"): "2 wd",
        ("resolve", "ordinary"): "5 wd", ("resolve", "consultation"): "3 wd", ("resolve", "urgent"): "2 h",
        ("return", "ordinary"): "2 wd",
        ("visit", "ordinary"): "1 wd",
    }  # fmt: skip
    assert {clock.record for clock in CLOCKS} == {"complaint", "case", "assignment", "promise"}
    assert CLOCK["accept"].key == "assignment.accept"
    assert all(clock.source for clock in CLOCKS)


@pytest.mark.parametrize(
    ("clock", "urgency", "configured", "matter", "limit"),
    [
        ("accept", "ordinary", {}, None, "2 wh"),
        ("accept", "urgent", {}, None, "15 min"),
        ("accept", "consultation", {}, None, "2 wh"),
        ("accept", "ordinary", {"accept": "4 wh"}, None, "4 wh"),
        ("accept", "consultation", {"accept": "4 wh"}, None, "4 wh"),
        ("accept", "urgent", {"accept": "4 wh"}, None, "15 min"),
        ("accept", "urgent", {"accept": "4 wh", "accept.urgent": "10 min"}, None, "10 min"),
        ("accept", "ordinary", {"accept": "4 wh", "accept.ordinary": "3 wh"}, None, "3 wh"),
        ("receive", "urgent", {"receive": "20 min"}, None, "20 min"),
        ("resolve", "ordinary", {"resolve": "7 wd"}, "15 wd", "15 wd"),
        ("resolve", "urgent", {}, "15 wd", "2 h"),
        ("resolve", "consultation", {"resolve": "7 wd"}, "15 wd", "3 wd"),
        ("resolve", "ordinary", {"resolve": "7 wd"}, "", "7 wd"),
        ("accept", "ordinary", {}, "15 wd", "2 wh"),
    ],
)
def test_configuration_goes_before_defaults_and_the_special_before_the_general(
    clock: str, urgency: str, configured: dict[str, str], matter: str | None, limit: str
) -> None:
    assert str(limit_for(clock, urgency, configured, matter)) == limit
    assert limit_for(CLOCK[clock], urgency, configured, matter) == Limit.parse(limit)


def test_a_configured_limit_that_is_nonsense_is_refused_when_it_is_used() -> None:
    with pytest.raises(Refused, match="soon"):
        limit_for("accept", "ordinary", {"accept": "soon"})


def test_a_promise_has_no_limit_of_its_own() -> None:
    with pytest.raises(ValueError, match="a person gives"):
        limit_for("promise", "ordinary", {})
