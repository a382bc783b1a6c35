"""What an answer has to be before anything is done with it: one check for every sort."""

import datetime as dt
from typing import Any

import pytest

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.fields import LARGEST_NUMBER, LONGEST, Field, Sort, checked, width
from commandcenter.domain.limits import Limit
from commandcenter.errors import Incomplete, Refused

NOON = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
BIDI = "\u202egnorw\u2066"


def answered(sort: Sort, value: Any, **more: Any) -> Any:
    return checked((Field("said", "Said", sort, **more),), {"said": value})["said"]


@pytest.mark.parametrize("sort", [Sort.LINE, Sort.TEXT, Sort.MATTER], ids=str)
@pytest.mark.parametrize("junk", ["\x00", "\x07", "\ud800", BIDI, "\u200b", "\ufeff"], ids=ascii)
def test_what_nobody_can_see_is_not_stored(sort: Sort, junk: str) -> None:
    visible = "".join(character for character in junk if character.isprintable())
    assert answered(sort, f" 噪{junk}音 ") == f"噪{visible}音"


def test_a_text_keeps_its_lines_and_a_line_has_one() -> None:
    assert answered(Sort.TEXT, "first\r\nsecond") == "first\nsecond"
    assert answered(Sort.LINE, "first\r\nsecond") == "first second"


def test_a_text_of_which_nothing_can_be_seen_is_no_answer() -> None:
    with pytest.raises(Incomplete, match="Please fill in: Said") as refused:
        answered(Sort.LINE, " \u200b\x00 ")
    assert refused.value.field == "said"
    assert answered(Sort.LINE, "\x00", required=False) == ""


def test_a_field_holds_what_its_column_holds() -> None:
    most = width(Complaint.place_source)
    assert most == 16
    assert answered(Sort.LINE, "x" * most, most=most) == "x" * most
    with pytest.raises(Incomplete, match="Said is too long: 17 characters, at most 16"):
        answered(Sort.LINE, "x" * (most + 1), most=most)
    with pytest.raises(Incomplete, match=f"at most {LONGEST[Sort.TEXT]}"):
        answered(Sort.TEXT, "x" * (LONGEST[Sort.TEXT] + 1))
    with pytest.raises(TypeError, match="any length"):
        width(Complaint.words)


@pytest.mark.parametrize("value", [0, 180, LARGEST_NUMBER])
def test_a_whole_number_within_reason_is_taken(value: int) -> None:
    assert answered(Sort.NUMBER, value) == value


@pytest.mark.parametrize("value", [-5, "abc", 1.5, True, LARGEST_NUMBER + 1, 10**12, pytest.param(10**5000, id="huge")])
def test_anything_else_is_no_number(value: Any) -> None:
    with pytest.raises(Incomplete, match="a whole number from 0 to 1000000") as refused:
        answered(Sort.NUMBER, value)
    assert refused.value.field == "said"


@pytest.mark.parametrize("value", [0, 6, 3.7, "4", True])
def test_satisfaction_is_a_whole_number_from_one_to_five(value: Any) -> None:
    assert [answered(Sort.RATING, n) for n in (1, 5)] == [1, 5]
    with pytest.raises(Incomplete, match="from 1 to 5"):
        answered(Sort.RATING, value)


@pytest.mark.parametrize("sort", [Sort.FLAG, Sort.YES_NO], ids=str)
def test_yes_is_yes_and_no_is_no_and_nothing_else_is_either(sort: Sort) -> None:
    assert [answered(sort, value) for value in (True, False)] == [True, False]
    with pytest.raises(Incomplete, match="neither yes nor no"):
        answered(sort, "maybe")


@pytest.mark.parametrize(
    "value", [NOON.replace(tzinfo=None), NOON.replace(year=9999), NOON.replace(year=1), "tomorrow"], ids=str
)
def test_a_moment_has_a_zone_and_lies_in_our_days(value: Any) -> None:
    assert answered(Sort.TIME, NOON) == NOON
    with pytest.raises(Incomplete, match="is not a moment between the years 1990 and 2099"):
        answered(Sort.TIME, value)


@pytest.mark.parametrize("value", ["three days", "0 wd", "9999 wd", "1.5 wd", "9" * 5000 + " wd"], ids=lambda v: v[:12])
def test_a_limit_that_is_none_is_refused_at_its_field(value: str) -> None:
    assert answered(Sort.LIMIT, "3 wd") == "3 wd"
    with pytest.raises(Incomplete) as refused:
        answered(Sort.LIMIT, value)
    assert refused.value.field == "said"
    assert str(refused.value)


def test_a_limit_with_more_digits_than_a_number_can_have_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="is not a time limit"):
        Limit.parse("9" * 5000 + " wd")


def test_what_may_be_left_open_stays_open() -> None:
    assert [answered(sort, None, required=False) for sort in Sort] == [None] * len(Sort)
