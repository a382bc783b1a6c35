"""What a complaint becomes: whose it is, what a correction keeps, what goes over to the case."""

from collections.abc import Callable
from typing import Any

import pytest

from commandcenter.domain.cases import Case, CaseLink
from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.geography import ESTATE_M
from commandcenter.domain.record import Key, new_key
from commandcenter.domain.units import Workstation
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete
from tests.house import HERE, House

PLAIN: dict[str, Any] = {"words": "工地噪音", "urgency": "ordinary"}


def ownerless(house: House) -> Complaint:
    """A complaint that came by itself and is nobody's yet."""
    complaint = house.complaint()

    def disown(work: Work) -> None:
        work.get(Complaint, complaint.id).owner_id = None

    house.database.run("set_up", None, "test", disown)
    return house.get(Complaint, complaint.id)  # type: ignore[no-any-return]


def test_whoever_takes_up_what_is_nobodys_owns_it_and_nobody_takes_it_away(small_house: House) -> None:
    house = small_house
    complaint = ownerless(house)
    house.do("bob", "amend", complaint, **PLAIN)
    assert house.get(Complaint, complaint.id).owner_id == house.keys["bob"]
    house.do("ann", "amend", complaint.id, **PLAIN)
    assert house.get(Complaint, complaint.id).owner_id == house.keys["bob"]


@pytest.mark.parametrize("take_up", [
    lambda h, c: h.do("bob", "answer", c, answer="已解答"),
    lambda h, c: h.do("bob", "decline", c, code="emergency", words="不属投诉"),
    lambda h, c: h.do("bob", "attach", c, case=h.case(caller_phone="13700000002").id),
    lambda h, c: h.do("bob", "open_case", c, matter=h.keys["noise"], place_words="某处", urgency="ordinary"),
], ids=["answer", "decline", "attach", "open_case"])  # fmt: skip
def test_whoever_settles_what_is_nobodys_owns_it(
    small_house: House, take_up: Callable[[House, Complaint], Key]
) -> None:
    complaint = ownerless(small_house)
    take_up(small_house, complaint)
    settled = small_house.get(Complaint, complaint.id)
    assert settled.owner_id == small_house.keys["bob"]
    assert settled.settled_at == settled.last_word_at == small_house.now


def test_a_complaint_without_a_word_is_refused(small_house: House) -> None:
    for words in (" ", "\u3000\n"):
        with pytest.raises(Incomplete) as refused:
            small_house.complaint(words)
        assert refused.value.field == "words"


def test_a_correction_keeps_whatever_nothing_else_is_said_about(house: House) -> None:
    complaint = house.complaint(matter=house.keys["noise"], confidential=True, place_source="map")
    empty: dict[str, Any] = {"matter": None, "place_words": "", "point": None, "caller_phone": "", "confidential": None}
    for nothing in ({}, empty):
        house.do("ann", "amend", complaint.id, **PLAIN, **nothing)
        same = house.get(Complaint, complaint.id)
        assert (same.matter_id, same.complainant_id, same.caller_mask) == (
            house.keys["noise"], complaint.complainant_id, complaint.caller_mask)  # fmt: skip
        assert (same.place_words, same.point, same.place_source, same.squad_id, same.confidential) == (
            complaint.place_words, HERE, "map", house.keys["north"], True)  # fmt: skip
    house.do("ann", "amend", complaint.id, place_words="南门", confidential=False, **PLAIN)
    corrected = house.get(Complaint, complaint.id)
    assert (corrected.place_words, corrected.point, corrected.confidential) == ("南门", HERE, False)
    house.do("ann", "amend", complaint.id, matter=house.keys["fishing"], caller_phone="13700000001",
             caller_name="李先生", **PLAIN)  # fmt: skip
    other = house.get(Complaint, complaint.id)
    assert other.matter_id == house.keys["fishing"]
    assert (other.complainant_id != complaint.complainant_id, other.caller_mask) == (True, "李** 137****0001")
    assert house.get(Complainant, complaint.complainant_id).name == "王女士"


def test_a_citizen_known_by_telephone_keeps_the_name_whoever_calls_next_from_there(house: House) -> None:
    first = house.complaint()
    again = house.complaint(caller_name="")
    assert again.complainant_id == first.complainant_id
    assert (again.caller_mask, house.get(Complainant, first.complainant_id).name) == (first.caller_mask, "王女士")
    husband = house.complaint(caller_name="李先生")
    assert husband.complainant_id == first.complainant_id
    assert (husband.caller_mask, house.get(Complainant, first.complainant_id).name) == ("李** 139****8816", "王女士")
    house.do("ann", "amend", husband, caller_name="李大爷", **PLAIN)
    assert house.get(Complainant, first.complainant_id).name == "王女士", "another one's words hang on that name"


def test_a_name_misheard_is_corrected_while_nobody_else_goes_by_it_and_the_number_stays(house: House) -> None:
    complaint = house.complaint(caller_name="汪女士")
    house.do("ann", "amend", complaint, caller_name="王女士", **PLAIN)
    citizen = house.get(Complainant, house.get(Complaint, complaint.id).complainant_id)
    assert (citizen.name, citizen.phone, citizen.id) == ("王女士", "13912348816", complaint.complainant_id)
    nameless = house.complaint(caller_phone="13700000009", caller_name="")
    house.complaint(caller_phone="13700000009", caller_name="赵女士")
    assert house.get(Complainant, nameless.complainant_id).name == "赵女士"


def test_a_number_said_later_belongs_to_the_caller_whose_name_is_known(house: House) -> None:
    complaint = house.complaint(caller_phone="")
    for phone, mask in (("13700000001", "王** 137****0001"), ("13700000002", "王** 137****0002")):
        house.do("ann", "amend", complaint, caller_phone=phone, **PLAIN)
        same = house.get(Complaint, complaint.id)
        assert (same.complainant_id, same.caller_mask) == (complaint.complainant_id, mask)
        citizen = house.get(Complainant, same.complainant_id)
        assert (citizen.name, citizen.phone) == ("王女士", phone)


def test_a_number_that_is_another_caller_s_asks_for_the_name_where_it_would_be_lost(house: House) -> None:
    nameless = house.complaint(caller_phone="13700000003", caller_name="")
    complaint, again = house.complaint(), house.complaint()
    for amended, phone in ((complaint, "13700000003"), (again, "13700000004")):
        with pytest.raises(Incomplete, match="say the name too") as refused:
            house.do("ann", "amend", amended, caller_phone=phone, **PLAIN)
        assert refused.value.field == "caller_name"
    house.do("ann", "amend", complaint, caller_phone="13700000003", caller_name="王女士", **PLAIN)
    assert house.get(Complaint, complaint.id).complainant_id == nameless.complainant_id
    assert house.get(Complainant, nameless.complainant_id).name == "王女士"


def test_who_says_neither_name_nor_number_is_nobody(small_house: House) -> None:
    complaint = small_house.complaint(caller_phone="", caller_name="")
    assert (complaint.complainant_id, complaint.caller_mask or "") == (None, "")
    with small_house.database.reading() as session:
        assert session.query(Complainant).count() == 0


def test_the_place_found_for_the_complaint_goes_with_it_unless_another_is_given(small_house: House) -> None:
    house = small_house
    complaint = house.complaint(place_source="map")
    case = house.get(Case, house.do("ann", "open_case", complaint, matter=house.keys["fishing"],
                                    place_words="阳光小区", urgency="urgent"))  # fmt: skip
    assert (case.lon, case.lat, case.place_source, case.squad_id) == (*HERE, "map", house.keys["north"])
    linked = house.get(Complaint, complaint.id)
    assert (linked.matter_id, linked.urgency, linked.state) == (house.keys["fishing"], "urgent", "linked")
    other = house.complaint(caller_phone="13700000002")
    there = (120.05, 35.85)
    moved = house.get(Case, house.do("ann", "open_case", other, matter=house.keys["noise"], place_words="南边",
                                     urgency="ordinary", point=there))  # fmt: skip
    assert moved.squad_id == house.get(Complaint, other.id).squad_id == house.keys["south"]


def test_what_is_hung_on_a_case_makes_it_confidential_and_the_wait_for_a_word_begins(small_house: House) -> None:
    house = small_house
    case, second = house.case(), house.complaint(caller_phone="13700000001", confidential=True)
    house.later(minutes=5)
    house.do("bob", "attach", second, case=case.id)
    linked = house.get(Complaint, second.id)
    assert house.get(Case, case.id).confidential
    assert (linked.state, linked.last_word_at) == ("linked", house.now)
    assert linked.progress_due_at is not None
    assert linked.progress_due_at > house.now


def test_only_what_is_not_ours_must_say_whose_it_is(small_house: House) -> None:
    complaint = small_house.complaint()
    small_house.do("ann", "decline", complaint, code="emergency", words="不属投诉")
    assert small_house.get(Complaint, complaint.id).state == "declined"


def test_a_complaint_split_off_stays_confidential_and_leaves_one_less_behind(small_house: House) -> None:
    house = small_house
    case, second = house.case(), house.complaint(caller_phone="13700000001", confidential=True)
    house.do("bob", "attach", second, case=case.id)
    own = house.get(Case, house.do("ann", "split", second.id, reason="不是一回事"))
    assert (own.confidential, own.complaints, house.get(Case, case.id).complaints) == (True, 1, 1)
    assert house.get(Complaint, second.id).case_id == own.id
    with house.database.reading() as session:
        (tie,) = session.query(CaseLink)
    assert (tie.case_id, tie.other_id, tie.sort) == (case.id, own.id, "split")
    with pytest.raises(IllegalMove, match="nothing to split"):
        house.do("ann", "split", second.id, reason="不是一回事")


def test_what_a_keeper_finds_is_in_the_estate_of_the_station_wherever_it_lies(small_house: House) -> None:
    house = small_house
    given: dict[str, Any] = {"matter": house.keys["noise"], "place_words": "远处"} | PLAIN
    far = house.get(Case, house.do("kim", "find", point=(120.09, 35.99), **given))
    assert (far.workstation_id, far.owner_id, far.origin) == (house.keys["station"], None, "workstation")
    patrol = house.get(Case, house.do("ann", "find", point=(120.09, 35.99), **given))
    assert (patrol.workstation_id, patrol.owner_id, patrol.origin) == (None, house.keys["ann"], "patrol")


def test_a_point_lies_in_the_estate_of_the_nearest_station_in_use_and_near_enough(small_house: House) -> None:
    house = small_house

    def build(work: Work) -> Key:
        return work.add(Workstation(id=new_key(), code="W2", name_zh="近站", name_en="Near",
                                    squad_id=house.keys["north"], lon=HERE[0] + 0.001, lat=HERE[1])).id  # fmt: skip

    near = house.database.run("set_up", None, "test", build)
    degree_m = 111_195.0

    def estate(lon: float, lat: float = HERE[1]) -> Key | None:
        return house.database.run("look", None, "test", lambda work: work.estate_at(lon, lat))

    assert estate(HERE[0] + 0.0002) == house.keys["station"]
    assert estate(HERE[0] + 0.0008) == near
    edge = ESTATE_M / degree_m
    assert estate(HERE[0], HERE[1] - edge * 0.999) == house.keys["station"]
    assert estate(HERE[0], HERE[1] - edge * 1.001) is None

    def shut(work: Work) -> None:
        work.get(Workstation, near or "").disabled = True

    house.database.run("set_up", None, "test", shut)
    assert estate(HERE[0] + 0.0008) == house.keys["station"]


def test_a_place_in_words_only_was_typed(small_house: House) -> None:
    assert small_house.complaint(point=None).place_source == "typed"
    assert small_house.complaint(point=None, place_words="").place_source == ""
