"""Answers that no screen gives, but a program or a paste may: both databases take them or refuse them in words."""

import datetime as dt
from typing import Any

import pytest

from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.contacts import Note, Photo
from commandcenter.errors import Incomplete
from commandcenter.operations.handling import FileGiven
from tests.house import House


def test_what_cannot_be_seen_in_a_remark_is_not_stored(house: House) -> None:
    remark = house.do("ann", "remark", house.case(), words="a\x00b\ud800c\u202ed")
    assert house.get(Note, remark).words == "abcd"


def test_a_name_of_half_characters_is_stored_without_them(house: House) -> None:
    complaint = house.complaint(caller_name="王\ud800女士")
    assert house.get(Complainant, complaint.complainant_id).name == "王女士"


@pytest.mark.parametrize(
    ("field", "value", "most"), [("caller_phone", "1" * 33, 32), ("place_source", "x" * 17, 16)], ids=["phone", "place"]
)
def test_what_a_column_does_not_hold_is_refused_at_its_field(
    house: House, field: str, value: str, most: int
) -> None:
    with pytest.raises(Incomplete, match=f"{most + 1} characters, at most {most}") as refused:
        house.complaint(**{field: value})
    assert refused.value.field == field
    assert isinstance(house.complaint(**{field: value[:most]}), Complaint)


@pytest.mark.parametrize("seconds", [-5, "abc", 10**12, 10**30], ids=str)
def test_a_call_lasts_a_number_of_seconds_that_can_be(house: House, seconds: Any) -> None:
    assignment = house.accepted()
    house.later(hours=1)
    with pytest.raises(Incomplete, match="a whole number") as refused:
        house.do("oscar", "contact", assignment, means="call", outcome="reached", words="x", duration_s=seconds)
    assert refused.value.field == "duration_s"


def test_a_promise_for_the_end_of_days_is_refused(house: House) -> None:
    far = dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC)
    with pytest.raises(Incomplete) as refused:
        house.do("ann", "promise", house.case(), to_whom="王女士", what="回电", due_at=far)
    assert refused.value.field == "due_at"


def test_a_document_with_a_long_name_for_its_kind_is_kept(house: House) -> None:
    assignment = house.contacted()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    key = house.do("oscar", "attach_photo", assignment, file=FileGiven("整\ud800改.docx", kind, b"x"))
    photo = house.get(Photo, key)
    assert (photo.name, photo.media_type) == ("整改.docx", "application/octet-stream")
    with pytest.raises(Incomplete) as refused:
        house.do("oscar", "attach_photo", assignment, file=FileGiven("a.jpg", "image/jpeg", b"x"), side="x" * 17)
    assert refused.value.field == "side"


def test_one_number_typed_in_two_ways_is_one_citizen(house: House) -> None:
    narrow, wide = house.complaint(caller_phone="13912348816"), house.complaint(caller_phone="１３９１２３４８８１６")
    assert narrow.complainant_id == wide.complainant_id
