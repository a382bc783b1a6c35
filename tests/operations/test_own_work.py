"""Nobody signs off their own work: in every way in which it can have become theirs, and in the server's eyes too."""

from collections.abc import Callable

import psycopg
import pytest

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.work import Work
from commandcenter.errors import Conflict, NotAllowed
from tests.house import House
from tests.postgres import Cluster
from tests.storage.members import let_in, past_the_program

LI = {"caller_phone": "13700000001", "caller_name": "李先生"}


def also_supervisor(house: House, login: str) -> None:
    """Somebody who works at cases is a supervisor as well, as happens where people are few."""

    def promote(work: Work) -> None:
        person = work.get(Person, house.keys[login])
        person.roles = [*person.roles, "supervisor"]

    house.database.run("promote", house.person("adam"), "test", promote)


def ended(house: House, lead: Assignment | Key, officer: str = "oscar") -> Key:
    """That work is put right; the key of its case."""
    work = house.get(Assignment, lead if isinstance(lead, str) else lead.id)
    for complaint in house.complaints_of(house.get(Case, work.case_id)):
        house.do(officer, "contact", work, means="visit", outcome="reached", words="到场", complaint=complaint.id)
    house.do(officer, "resolve", work.id, disposition="rectified", closing_text="好了")
    return str(work.case_id)


def its_officer(house: House) -> tuple[str, Key]:
    return "oscar", house.resolved().id


def its_officer_before_a_handover(house: House) -> tuple[str, Key]:
    work = house.contacted()
    house.do("carl", "hand_over", work, officer=house.keys["olga"], reason="换班")
    return "oscar", ended(house, work, "olga")


def an_assisting_officer(house: House) -> tuple[str, Key]:
    lead = house.contacted()
    helper = house.do("ann", "assist", lead.case_id, squad=house.keys["south"], why="联合")
    house.do("cora", "accept", helper, officer=house.keys["otto"])
    house.do("otto", "contact", helper, means="visit", outcome="reached", words="到场")
    house.do("otto", "resolve", helper, disposition="rectified", closing_text="协办完")
    return "otto", ended(house, lead)


def who_only_wrote_a_report(house: House) -> tuple[str, Key]:
    work = house.contacted()
    house.do("olga", "report", work, words="到场看过")
    return "olga", ended(house, work)


def who_handled_what_was_merged_into_it(house: House) -> tuple[str, Key]:
    gone = house.contacted()
    stays = house.dispatched(squad="south", **LI)
    house.do("ann", "merge", gone.case_id, case=stays.case_id, reason="同一工地")
    house.do("cora", "accept", stays, officer=house.keys["otto"])
    return "oscar", ended(house, stays, "otto")


def who_handled_what_it_was_split_off_from(house: House) -> tuple[str, Key]:
    work = house.contacted()
    second = house.complaint(**LI)
    house.do("bob", "attach", second, case=work.case_id)
    apart = house.do("bob", "split", second.id, reason="另一处")
    lead = house.do("bob", "dispatch", apart, squad=house.keys["south"], why="属地")
    house.do("cora", "accept", lead, officer=house.keys["otto"])
    return "oscar", ended(house, lead, "otto")


def its_dispatcher(house: House) -> tuple[str, Key]:
    return "ann", house.resolved().id


WAYS = (
    its_officer, its_officer_before_a_handover, an_assisting_officer, who_only_wrote_a_report,
    who_handled_what_was_merged_into_it, who_handled_what_it_was_split_off_from, its_dispatcher,
)  # fmt: skip
OF_SERVERS = (its_officer, who_handled_what_was_merged_into_it, its_dispatcher)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_whoever_had_a_hand_in_it_never_signs_it_off(
    small_house: House, way: Callable[[House], tuple[str, Key]]
) -> None:
    house = small_house
    who, case = way(house)
    also_supervisor(house, who)
    for move in ("approve", "send_back"):
        with pytest.raises(NotAllowed, match="yourself: somebody else must do this"):
            house.do(who, move, case, remark="自己审核")
    house.do("sue", "approve", case, remark="同意")


def test_who_had_a_case_done_again_chose_no_squad_and_may_sign_it_off(small_house: House) -> None:
    house = small_house
    case = house.visiting()
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=5)
    house.do("sue", "reopen", case.id, reason="又来了")
    lead = house.get(Case, case.id).lead_id
    house.do("carl", "accept", lead, officer=house.keys["oscar"])
    house.do("sue", "approve", ended(house, lead), remark="同意")


@pytest.mark.parametrize("way", OF_SERVERS, ids=lambda way: way.__name__)
def test_a_server_lets_nobody_sign_off_their_own_work_past_the_program(
    server_house: House, postgres: Cluster, way: Callable[[House], tuple[str, Key]]
) -> None:
    house = server_house
    who, case = way(house)
    also_supervisor(house, who)
    let_in(postgres, house)
    own, other = house.keys[who], house.keys["sue"]
    review = "UPDATE case_file SET reviewed_by_id = %s, state = 'visiting', version = version + 1 WHERE id = %s"
    for name, why in ((own, "handled this case"), (other, "in the name of somebody else")):
        with past_the_program(house, who) as connection, pytest.raises(
            psycopg.errors.InsufficientPrivilege, match=why
        ):
            connection.execute(review, [name, case])
    with past_the_program(house, "sue") as connection, pytest.raises(psycopg.Error, match="journal"):
        connection.execute(review, [other, case])  # hers to judge, but never without the line


def test_the_second_of_two_supervisors_is_told_who_was_first_and_what_they_ruled(house: House) -> None:
    work = house.contacted()
    asked = house.do("oscar", "ask_extension", work, reason="复杂", amount="3 wd")
    house.do("tom", "agree", asked, seen=1, ruling="情况属实")
    with pytest.raises(Conflict, match=r"Tom changed it first, at 09:50:00: “Agree: 情况属实”"):
        house.do("sue", "refuse", asked, seen=1, ruling="不同意")
    case = ended(house, work)
    seen = house.get(Case, case).version
    house.do("sue", "approve", case, seen=seen, remark="同意")
    with pytest.raises(Conflict, match=r"Sue changed it first, at .*: “Approve: 同意”"):
        house.do("tom", "send_back", case, seen=seen, remark="缺照片")
