"""Searching everything there ever was: words of two characters, numbers, phones, places, and what is left out."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from commandcenter.domain.cases import Case
from commandcenter.domain.record import new_key
from commandcenter.errors import NotAllowed
from commandcenter.queries import archive
from commandcenter.queries.archive import Found, Sought, search, those
from tests.house import House


def found(house: House, text: str = "", login: str = "ann", **narrower: Any) -> list[str]:
    """The numbers that are found, newest first."""
    return [hit.number for hit in looked(house, text, login, **narrower).hits]


def looked(house: House, text: str = "", login: str = "ann", limit: int = 50, **narrower: Any) -> Found:
    sought = replace(Sought(), **narrower).saying(text)
    with house.database.reading() as session:
        return search(session, house.person(login), sought, limit)


@pytest.fixture
def three(house: House) -> list[Case]:
    """Three cases: one closed, one at a squad, one waiting."""
    first = house.visiting(words="夜间施工噪音扰民")
    house.do("bob", "visit", house.complaints_of(first)[0], outcome="reached", solved=True, satisfied=5)
    house.later(minutes=1)
    second = house.dispatched(squad="south", words="路边烧烤油烟", caller_phone="13700000003",
                              place_words="滨海大道 9 号")  # fmt: skip
    house.later(minutes=1)
    third = house.case(words="楼顶违建加盖", caller_phone="13700000004", matter="fishing")
    return [first, house.get(Case, second.case_id), third]


def test_a_word_of_two_characters_finds_open_and_closed(house: House, three: list[Case]) -> None:
    assert found(house, "噪音") == [three[0].number]
    assert found(house, "违建") == [three[2].number]
    assert looked(house, "噪音").hits[0].state == "closed"
    assert found(house, "没有这个") == []


def test_every_word_must_occur_and_words_of_complaints_and_notes_count(house: House, three: list[Case]) -> None:
    assert found(house, "烧烤 油烟") == [three[1].number]
    assert found(house, "烧烤 违建") == []
    house.do("ann", "remark", three[1], words="摊主姓赵")
    assert found(house, "姓赵") == [three[1].number]
    another = house.complaint("整夜轰鸣", caller_phone="13700000009")
    house.do("ann", "attach", another, case=three[1].id)
    assert found(house, "轰鸣") == [three[1].number]


def test_a_number_is_found_by_its_beginning_and_a_complaint_by_its_own(house: House, three: list[Case]) -> None:
    assert found(house, three[0].number) == [three[0].number]
    assert found(house, three[0].number[:6]) == [case.number for case in reversed(three)]
    assert found(house, "261122") == []
    assert found(house, house.complaints_of(three[1])[0].number.lower()) == [three[1].number]


def test_the_centre_finds_by_phone_and_nobody_else(house: House, three: list[Case]) -> None:
    assert found(house, "137-0000-0003") == [three[1].number]
    assert found(house, "+86 13700000003", login="sue") == [three[1].number]
    assert found(house, "1370000000") == [], "exactly, not by its beginning"
    with pytest.raises(NotAllowed):
        found(house, "13700000003", login="oscar")


def test_matter_squad_state_place_and_dates_narrow(house: House, three: list[Case]) -> None:
    assert found(house, matter_id=house.keys["fishing"]) == [three[2].number]
    assert found(house, squad_id=house.keys["south"]) == [three[1].number]
    assert found(house, state="closed") == [three[0].number]
    assert found(house, place="滨海大道") == [three[1].number]
    assert found(house, place="滨海 9 号") == [three[1].number]
    assert found(house, "噪音", place="滨海大道") == []
    assert found(house, since_at=three[1].opened_at) == [three[2].number, three[1].number]
    assert found(house, until_at=three[1].opened_at) == [three[0].number]
    assert found(house, "烧烤", state="closed") == []


def test_a_complaint_that_never_became_a_case_is_found_by_itself(house: House) -> None:
    asked = house.complaint("办证需要什么材料")
    house.do("ann", "answer", asked, answer="请带身份证")
    hit = looked(house, "办证").hits[0]
    assert (hit.number, hit.case_id, hit.state, hit.answer) == (asked.number, None, "answered", "请带身份证")
    assert found(house, state="answered") == [asked.number]
    assert found(house, asked.number[1:]) == [asked.number]


def test_what_the_limit_leaves_out_is_said(house: House) -> None:
    numbers = [house.case(words=f"噪音 {n}", caller_phone=f"1370000010{n}").number for n in range(4)]
    some = looked(house, "噪音", limit=3)
    assert ([hit.number for hit in some.hits], some.more) == (numbers[:0:-1], True)
    every = looked(house, "噪音", limit=4)
    assert ([hit.number for hit in every.hits], every.more) == (numbers[::-1], False)


def test_what_lies_deep_among_many_words_is_still_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_WINDOWS", (2, 1000))
    old = house.visiting(words="噪音很久以前")
    house.do("bob", "visit", house.complaints_of(old)[0], outcome="reached", solved=True, satisfied=5)
    for n in range(4):
        house.case(words=f"噪音 {n}", caller_phone=f"1370000010{n}")
    assert found(house, "噪音", state="closed") == [old.number]
    monkeypatch.setattr(archive, "_WINDOWS", (2,))
    assert looked(house, "噪音", state="closed").more, "what was not looked through is not denied"


def test_of_somebody_who_calls_all_the_time_the_newest_is_looked_through_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [house.case(words=f"噪音 {n}", caller_phone="13700000100").number for n in range(4)]
    monkeypatch.setattr(archive, "_WINDOWS", (2, 1000))
    assert found(house, "13700000100") == numbers[::-1]
    monkeypatch.setattr(archive, "_WINDOWS", (2,))
    some = looked(house, "13700000100")
    assert ([hit.number for hit in some.hits], some.more) == (numbers[:1:-1], True)


@pytest.mark.parametrize(("text", "field"), [
    ("261123-0042", "number"), ("s261123-00", "number"), ("261123", "number"), ("139 1234 8816", "phone"),
    ("+86-13912348816", "phone"), ("12345", "words"), ("阅武路 88 号", "words"), ("2611231", "phone"),
])  # fmt: skip
def test_a_line_of_typing_is_understood(text: str, field: str) -> None:
    said = Sought().saying(text)
    assert getattr(said, field)
    assert sum(bool(getattr(said, name)) for name in ("words", "number", "phone")) == 1


def test_nothing_sought_shows_the_newest(house: House, three: list[Case]) -> None:
    assert not Sought()
    assert found(house) == [case.number for case in reversed(three)]
    assert looked(house).hits[0].at - looked(house).hits[1].at == dt.timedelta(minutes=1)


def test_records_are_listed_in_the_order_asked_for_each_with_its_case_and_moment(
    house: House, three: list[Case]
) -> None:  # fmt: skip
    said, answered = house.complaints_of(three[0])[0], house.complaint("办证需要什么材料")
    at = house.now
    asked = [(three[1].id, three[1].id, at), (said.id, three[0].id, at), (answered.id, None, at), (new_key(), None, at)]
    promise = new_key()
    with house.database.reading() as session:
        hits = those(session, house.person("ann"), asked)
        unknown = those(session, house.person("ann"), [(promise, three[2].id, at)])
    assert [(hit.id, hit.case_id, hit.number) for hit in hits] == [
        (three[1].id, three[1].id, three[1].number), (said.id, three[0].id, said.number),
        (answered.id, None, answered.number),
    ]  # fmt: skip
    assert {hit.at for hit in hits} == {at}
    assert [(hit.id, hit.number) for hit in unknown] == [(promise, three[2].number)], "shown as its case"
