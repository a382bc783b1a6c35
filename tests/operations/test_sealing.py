"""Sealing a case: who may, who keeps seeing it, and that nothing of it slips out through another case."""

from functools import partial
from typing import Any

import pytest

from commandcenter.domain.cases import Case
from commandcenter.domain.contacts import Note
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import Record
from commandcenter.errors import IllegalMove, Incomplete, NotAllowed
from commandcenter.operations.overseeing import name_inspector
from tests.house import House


def _lines(house: House, case: Case) -> list[JournalLine]:
    with house.database.reading() as session:
        asked = session.query(JournalLine).where(JournalLine.key == case.id).order_by(JournalLine.version)
        return list(asked)


def test_who_seals_keeps_seeing_it_and_why_stands_inside(house: House) -> None:
    case = house.case()
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="涉及队员")
    assert house.get(Case, case.id).sealed_for == sorted([house.keys["ines"], house.keys["sue"]])
    last = _lines(house, case)[-1]
    assert (last.operation, last.reason, set(last.changes)) == ("seal", "", {"sealed_for"})
    with house.database.reading() as session:
        assert [note.words for note in session.query(Note).where(Note.case_id == case.id)] == ["涉及队员"]


def test_only_an_inspector_seals(small_house: House) -> None:
    case = small_house.case()
    for login in ("ann", "sue", "adam", "carl", "oscar", "kim"):
        with pytest.raises(NotAllowed, match="has no right to: Seal"):
            small_house.do(login, "seal", case, reason="x")


def test_only_people_who_may_read_cases_are_named(small_house: House) -> None:
    house, case = small_house, small_house.case()
    for name in ("walter", "adam", "north"):
        with pytest.raises(Incomplete, match="who may read cases"):
            house.do("ines", "seal", case, people=[house.keys[name]], reason="x")


def test_what_is_not_sealed_cannot_be_opened(small_house: House) -> None:
    with pytest.raises(IllegalMove, match="not sealed"):
        small_house.do("ines", "unseal", small_house.case(), reason="x")


def test_a_sealed_case_is_moved_by_the_people_named_alone_whatever_hangs_on_it(house: House) -> None:
    assignment = house.contacted()
    case = house.get(Case, assignment.case_id)
    (complaint,) = house.complaints_of(case)
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="x")
    tried: tuple[tuple[str, str, Record, dict[str, Any]], ...] = (
        ("ann", "remark", case, {"words": "x"}), ("oscar", "report", assignment, {"words": "x"}),
        ("ann", "reveal", complaint, {"reason": "x"}),
    )  # fmt: skip
    for login, move, record, given in tried:
        with pytest.raises(NotAllowed, match="The case is sealed"):
            house.do(login, move, record, **given)
    house.do("sue", "remark", case, words="x")


def test_nothing_is_hung_on_a_sealed_case_tied_to_it_or_split_off_it(house: House) -> None:
    sealed, other = house.case(), house.case(caller_phone="13700000003")
    house.do("ann", "attach", house.complaint(caller_phone="13700000004"), case=sealed.id)
    (said, _more) = house.complaints_of(sealed)
    house.do("ines", "seal", sealed, people=[house.keys["ann"]], reason="x")
    tried: tuple[tuple[str, Record, dict[str, Any]], ...] = (
        ("attach", house.complaint(caller_phone="13700000005"), {"case": sealed.id}),
        ("merge", other, {"case": sealed.id, "reason": "x"}), ("merge", sealed, {"case": other.id, "reason": "x"}),
        ("split", said, {"reason": "x"}),
    )  # fmt: skip
    for move, record, given in tried:
        with pytest.raises(IllegalMove, match="The case is sealed"):
            house.do("ann", move, record, **given)
    with pytest.raises(NotAllowed, match="The case is sealed"):
        house.do("bob", "merge", other, case=sealed.id, reason="x")


def _seals(house: House, *cases: Case) -> list[set[str] | None]:
    names = {key: login for login, key in house.keys.items()}
    held = [house.get(Case, case.id).sealed_for for case in cases]
    return [None if people is None else {names[key] for key in people} for people in held]


def test_a_seal_covers_what_was_merged_into_the_case_and_opens_with_it(house: House) -> None:
    first, second, third, apart = (house.case(caller_phone=f"1370000001{n}") for n in range(4))
    house.do("ann", "merge", first, case=second.id, reason="x")
    house.do("ann", "merge", second, case=third.id, reason="x")
    house.do("ines", "seal", third, people=[house.keys["sue"]], reason="x")
    assert _seals(house, first, second, third, apart) == [{"ines", "sue"}] * 3 + [None]
    assert all(_lines(house, case)[-1].operation == "seal" for case in (first, second, third))
    house.do("ines", "seal", third, people=[], reason="x")
    assert _seals(house, first, second, third) == [{"ines"}] * 3
    house.do("ines", "unseal", third, reason="x")
    assert _seals(house, first, second, third) == [None] * 3


def test_what_was_merged_and_sealed_by_itself_keeps_its_own_seal(house: House) -> None:
    merged, case = house.case(caller_phone="13700000011"), house.case(caller_phone="13700000012")
    house.do("ann", "merge", merged, case=case.id, reason="x")
    house.do("ines", "seal", merged, people=[house.keys["tom"]], reason="x")
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="x")
    assert _seals(house, merged, case) == [{"ines", "tom"}, {"ines", "sue"}]
    house.do("ines", "unseal", case, reason="x")
    assert _seals(house, merged, case) == [{"ines", "tom"}, None]


def test_people_name_nobody_in_a_seal_past_the_move(small_house: House) -> None:
    house, case = small_house, small_house.case()
    house.do("ines", "seal", case, people=[], reason="x")
    naming = partial(name_inspector, number=case.number, login="ines", reason="x")
    for login in ("adam", "ines"):
        with pytest.raises(NotAllowed, match="Only the owner of the database"):
            house.database.run("seal", house.keys[login], "test", naming)
