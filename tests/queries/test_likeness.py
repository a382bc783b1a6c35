"""What is known while a complaint is typed: same caller, or same place and similar words, of the last 90 days."""

from typing import Any

import pytest

from commandcenter.domain.complaints import Complaint
from commandcenter.queries import likeness
from commandcenter.queries.likeness import Known
from commandcenter.queries.rarity import telling
from tests.house import HERE, MONDAY, House

NOISE = "阅武路工地夜间施工，打桩声很大，孩子没法睡觉。"
AGAIN = "工地夜间施工打桩，孩子睡不着觉"
NORTH_94_M = (HERE[0], HERE[1] + 0.00085)
FAR = (HERE[0] - 0.04, HERE[1])


def _known(house: House, words: str = AGAIN, **more: Any) -> Known:
    with house.database.reading() as session:
        return likeness.known(session, words=words, now=house.now, **more)


def _alike(known: Known) -> list[str]:
    return [like.complaint.id for like in known.alike]


def test_similar_words_at_the_same_place_are_shown_with_their_distance_and_case(house: House) -> None:
    case = house.case(words=NOISE)
    known = _known(house, point=NORTH_94_M)
    (like,) = known.alike
    assert like.metres == pytest.approx(94.5, abs=0.5)
    assert 0.22 < like.likeness < 1
    assert not like.same_caller
    assert known.cases[like.complaint.case_id or ""].number == case.number


def test_the_same_words_in_another_part_of_the_district_are_another_thing(house: House) -> None:
    house.complaint(words=NOISE, point=FAR)
    assert _known(house, words=NOISE, point=HERE).alike == ()


def test_the_same_words_are_shown_where_a_place_is_not_known_yet(house: House) -> None:
    complaint = house.complaint(words=NOISE)
    assert _alike(_known(house)) == [complaint.id]


def test_something_else_at_the_same_place_is_not_shown(house: House) -> None:
    house.complaint(words="渔港里停着一艘违规的船")
    assert _known(house, point=HERE).alike == ()


def test_the_caller_s_history_is_shown_whatever_it_was_about(house: House) -> None:
    house.complaint(words="渔港里停着一艘违规的船")
    known = _known(house, phone="+86 139-1234-8816")
    assert (len(known.caller), known.caller_total, known.alike) == (1, 1, ())
    assert _known(house, phone="13912348817").caller == ()
    assert _known(house, phone="1391").caller == ()


@pytest.mark.parametrize("words", ["", AGAIN])
def test_the_caller_s_history_counts_also_what_it_does_not_show(
    house: House, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setattr(likeness, "_OF_CALLER", 4)
    monkeypatch.setattr(likeness, "MOST", 3)
    own = []
    for n in range(7):
        own.append(house.complaint(words=f"Quite another thing {n}"))
        house.later(minutes=1)
    known = _known(house, words, phone="13912348816", but_not=own[6].id)
    assert [c.id for c in known.caller] == [c.id for c in reversed(own[3:6])]
    assert known.caller_total == 6
    assert _known(house, words, phone="13912348816").caller_total == 7


def test_a_masked_caller_s_history_is_found_by_the_complaint(house: House) -> None:
    first, second = house.complaint(words="One thing"), house.complaint(words="Another thing")
    known = _known(house, words="Another thing", but_not=second.id, caller_of=second.id)
    assert [c.id for c in known.caller] == [first.id]


def test_the_complaint_itself_is_not_its_own_duplicate(house: House) -> None:
    complaint = house.complaint(words=NOISE)
    assert _known(house, words=NOISE, point=HERE, but_not=complaint.id).alike == ()


def test_an_open_case_is_shown_however_old_and_an_ended_one_for_90_days_after_its_end(house: House) -> None:
    opened = house.case(words=NOISE)
    closed = house.visiting(words=NOISE)
    (visited,) = house.complaints_of(closed)
    house.later(days=60)
    house.do("bob", "visit", visited, outcome="reached", solved=True, satisfied=5)
    house.later(days=80)
    assert len(_known(house, point=HERE).alike) == 2
    house.later(days=20)
    (like,) = _known(house, point=HERE).alike
    assert like.complaint.case_id == opened.id


def test_a_rare_word_finds_what_many_newer_complaints_would_hide(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness, "_OF_WORDS", 8)
    sought = house.complaint(words="您好，请尽快处理：柳花泊有人倾倒渣土，影响居民生活", point=None)
    for n in range(30):
        house.complaint(words=f"您好，请尽快处理：影响居民生活的第{n}件小事", point=None)
    assert sought.id in _alike(_known(house, words="您好，柳花泊又倾倒渣土，影响居民生活，请尽快处理"))


def test_the_telling_words_are_the_rare_ones_and_do_not_overlap(house: House) -> None:
    for n in range(5):
        house.complaint(words=f"影响居民生活，希望尽快处理 {n}")
    house.complaint(words="柳花泊渣土")
    with house.database.reading() as session:
        found = telling(session, "柳花泊的渣土影响居民生活，希望尽快处理", 2)
    assert set(found) & {"柳花", "花泊"}
    assert "渣土" in found


def test_words_that_say_nothing_find_nothing(house: House) -> None:
    house.complaint(words=NOISE)
    for words in ("", "  ", "的了是", "!?"):
        assert _known(house, words=words).alike == ()


def test_nothing_is_cut_in_silence(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "MOST", 3)
    for n in range(5):
        house.complaint(words=f"{NOISE} {n}")
    known = _known(house, point=HERE)
    assert (len(known.alike), known.alike_total) == (3, 5)


def test_what_is_shown_are_snapshots_as_they_stand_now(house: House) -> None:
    complaint = house.complaint(words=NOISE)
    house.do("bob", "answer", complaint, answer="已答复")
    (like,) = _known(house, point=HERE).alike
    assert isinstance(like.complaint, Complaint)
    assert (like.complaint.state, like.complaint.version) == ("answered", 2)
    assert like.complaint.arrived_at == MONDAY
