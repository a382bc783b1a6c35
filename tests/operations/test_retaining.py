"""Who complained long ago is known no more; what was said, and the journal, stay."""

import datetime as dt

import pytest

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.journal import HIDDEN, JournalLine
from commandcenter.domain.retention import identities_before, to_be_masked
from commandcenter.domain.units import Setting
from commandcenter.errors import Incomplete, NotAllowed
from commandcenter.installation import administrator
from commandcenter.operations.administering import set_rule
from commandcenter.operations.retaining import mask_identities
from commandcenter.storage.verification import first_broken, orphans
from tests.house import House

TERM = {"days": 1095}


def masked(house: House, at_most: int = 200) -> list[str]:
    """The keys of who is masked now."""
    done = house.database.run(
        "mask_identities", administrator(), "ctl", lambda work: mask_identities(work, at_most=at_most)
    )
    assert done is not None
    return done


def citizen(house: House, complaint: Complaint) -> Complainant:
    """Who complained."""
    found = house.get(Complainant, complaint.complainant_id)
    assert isinstance(found, Complainant)
    return found


def declined(house: House, phone: str) -> Complaint:
    """A complaint of that caller that led to no case."""
    complaint = house.complaint(caller_phone=phone)
    house.do("ann", "answer", complaint, answer="已解释政策")
    return complaint


def closed(house: House, phone: str) -> Case:
    """A case of that caller that has ended."""
    case = house.visiting(caller_phone=phone)
    for complaint in house.complaints_of(case):
        house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=5)
    return house.get(Case, case.id)  # type: ignore[no-any-return]


def test_a_citizen_whose_last_case_ended_long_ago_is_masked_and_the_journal_says_only_that(house: House) -> None:
    case = closed(house, "13911110000")
    (complaint,) = house.complaints_of(case)
    before = citizen(house, complaint)
    house.later(**TERM)
    assert masked(house) == [], "the term has not quite passed"
    house.later(seconds=1)
    assert masked(house) == [before.id]
    after = citizen(house, complaint)
    assert (after.name, after.phone, after.account, after.version) == ("", None, None, before.version + 1)
    (same,) = house.complaints_of(case)
    assert (same.words, same.caller_mask, same.version) == (complaint.words, complaint.caller_mask, complaint.version)
    with house.database.reading() as session:
        (line,) = session.query(JournalLine).where(JournalLine.operation == "mask_identities")
        assert line.changes == {"name": [HIDDEN, ""], "phone": [HIDDEN, None]}
        assert (first_broken(session), list(orphans(session))) == (None, [])
    assert masked(house) == [], "twice is harmless"


def test_who_is_still_needed_is_not_masked(house: House) -> None:
    house.case(caller_phone="13911110001")  # goes on
    house.complaint(caller_phone="13911110002")  # waits
    closed(house, "13911110003")  # complains again, below
    old = declined(house, "13911110004")
    house.later(**TERM)
    house.later(seconds=1)
    house.complaint(caller_phone="13911110003")
    declined(house, "13911110005")  # only now
    assert masked(house) == [old.complainant_id]


def test_a_case_that_ended_late_keeps_its_citizens_as_long(house: House) -> None:
    case = house.visiting(caller_phone="13911110006")
    house.later(days=1000)
    (complaint,) = house.complaints_of(case)
    house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=5)
    house.later(days=1000)
    assert masked(house) == [], "the complaint was settled long ago, its case was not"
    house.later(days=96)
    assert len(masked(house)) == 1


def test_who_calls_again_after_being_masked_is_a_new_citizen(house: House) -> None:
    first = declined(house, "13911110007")
    house.later(**TERM)
    house.later(seconds=1)
    masked(house)
    again = house.complaint(caller_phone="13911110007")
    assert again.complainant_id != first.complainant_id
    assert citizen(house, again).phone == "13911110007"


def test_they_are_masked_so_many_at_a_time(house: House) -> None:
    for n in range(3):
        declined(house, f"1391111001{n}")
    house.later(**TERM)
    house.later(seconds=1)
    assert [len(masked(house, at_most=2)) for _ in range(3)] == [2, 1, 0]


def test_what_is_to_be_masked_can_be_read_page_by_page(house: House) -> None:
    keys = sorted(str(declined(house, f"1391111002{n}").complainant_id) for n in range(3))
    house.later(**TERM)
    house.later(seconds=1)
    with house.database.reading() as session:
        before = identities_before(house.database.rules(session), house.now)
        assert session.scalars(to_be_masked(before)).all() == keys
        assert session.scalars(to_be_masked(before, keys[0])).all() == keys[1:]
        assert session.scalars(to_be_masked(before - dt.timedelta(days=1))).all() == []


def test_only_an_administrator_masks(small_house: House) -> None:
    with pytest.raises(NotAllowed):
        small_house.database.run("mask_identities", small_house.person("sue"), "test", mask_identities)


@pytest.mark.parametrize(("name", "least"), [("retention.position_days", 7), ("retention.identity_days", 30)])
def test_what_is_gone_for_good_is_not_taken_away_too_soon(small_house: House, name: str, least: int) -> None:
    def rule(value: str) -> None:
        small_house.database.run("set_rule", administrator(), "test", lambda work: set_rule(work, name, value))

    past_the_rules = Setting(name=name, value="0")
    small_house.database.run("set_up", administrator(), "test", lambda work: work.add(past_the_rules).id)
    assert small_house.database.rules().number(name) == least
    rule(str(least))
    for wrong in (str(least - 1), "0", "-1", "", "ein", "1000000"):
        with pytest.raises(Incomplete, match=f"{name} is a whole number from {least} to"):
            rule(wrong)
