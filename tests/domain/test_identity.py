"""A citizen's identity: one number however it is typed, and what everybody may see of it."""

import pytest

from commandcenter.domain.identity import caller_mask, mask_parts, masked_name, masked_phone, phone_digits


@pytest.mark.parametrize("typed", [
    "13912348816", "+86 139-1234-8816", "0086 13912348816", "１３９１２３４８８１６", "＋８６ １３９ １２３４ ８８１６",
    "١٣٩١٢٣٤٨٨١٦",
])  # fmt: skip
def test_a_telephone_number_is_one_however_it_is_typed(typed: str) -> None:
    assert phone_digits(typed) == "13912348816"


def test_a_character_is_one_digit_or_none() -> None:
    assert phone_digits("②⑩²½一 x") == ""


@pytest.mark.parametrize("phone,mask", [
    ("13912348816", "139****8816"), ("053286812345", "053****2345"), ("86812345", "****2345"), ("6812345", "****345"),
    ("0532868123", "*****68123"), ("12345", "*****"), ("", ""),
])  # fmt: skip
def test_enough_of_a_number_is_hidden_not_to_ring_it(phone: str, mask: str) -> None:
    assert masked_phone(phone) == mask
    assert mask.count("*") >= min(4, len(phone))


@pytest.mark.parametrize("digits", range(7, 11))
def test_of_a_local_number_at_most_half_is_shown(digits: int) -> None:
    assert masked_phone("1234567890"[:digits]).count("*") * 2 >= digits


def test_a_name_is_shown_by_its_first_character() -> None:
    assert caller_mask(" 王女士 ", "13912348816") == "王** 139****8816"
    assert caller_mask("", "") == ""


@pytest.mark.parametrize("name", ["王女士", "李", ""])
@pytest.mark.parametrize("phone", ["13912348816", "86812345", "110", "12345", ""])
def test_a_mask_falls_into_the_parts_it_was_made_of(name: str, phone: str) -> None:
    assert mask_parts(caller_mask(name, phone)) == (masked_name(name), masked_phone(phone))
