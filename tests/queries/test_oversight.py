"""What the journal says of security, as administrators and inspectors read it."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from commandcenter.domain.people import Person
from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed, Refused
from commandcenter.operations.administering import give_password
from commandcenter.operations.enrolling import Belonging, Newcomer, Office
from commandcenter.operations.overseeing import record_export, sign_out_everywhere
from commandcenter.operations.rostering import set_duty
from commandcenter.operations.signing import hashed, set_password, sign_in
from commandcenter.queries.oversight import Fact, Overseen, Sort, trail
from tests.house import House

PASSWORD = "open sesame"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hashed(PASSWORD)


def facts(house: House, login: str = "adam", before: Fact | None = None, limit: int = 100, **sought: Any) -> list[Fact]:
    with house.database.reading() as session:
        return list(trail(session, house.person(login), Overseen(**sought), before, limit).facts)


def run(house: House, login: str, operation: str, body: Any) -> Any:
    return house.database.run(operation, house.person(login), "desk 4", body)


def changed(house: House, login: str, **values: Any) -> None:
    def change(work: Work) -> None:
        for name, value in values.items():
            setattr(work.get(Person, house.keys[login]), name, value)

    run(house, "adam", "set_roles", change)


def missed(house: House, login: str) -> None:
    with pytest.raises(Refused):
        sign_in(house.database, login, "guess guess", "desk 7")


def test_a_look_at_a_caller_says_who_looked_at_whom_in_which_case_and_why(house: House) -> None:
    case = house.case()
    [complaint] = house.complaints_of(case)
    house.do("ann", "reveal", complaint, reason="回电核实")
    [look] = facts(house, sort=Sort.REVEAL)
    assert (look.actor_id, look.case_id, look.number) == (house.keys["ann"], case.id, case.number)
    assert (look.reason, look.station, look.at) == ("回电核实", "test", house.now)


def test_a_look_at_the_caller_of_a_complaint_without_a_case_gives_the_complaint_s_number(house: House) -> None:
    complaint = house.complaint()
    house.do("ann", "reveal", complaint, reason="回电")
    [look] = facts(house, sort=Sort.REVEAL)
    assert (look.case_id, look.number) == (None, complaint.number)


def test_an_export_says_what_left_how_many_rows_and_by_what_they_were_chosen(house: House) -> None:
    body = partial(record_export, what="archive", row_count=42, sought={"words": "噪音"}, file="list.csv")
    run(house, "ann", "export", body)
    [export] = facts(house, sort=Sort.EXPORT)
    said = {name: after for name, (_before, after) in export.changes.items()}
    assert (said["what"], said["row_count"], said["sought"], said["file"]) == (
        "archive", 42, {"words": "噪音"}, "list.csv")  # fmt: skip
    assert export.station == "desk 4"


def test_nobody_writes_down_an_export_of_a_list_they_may_not_read(house: House) -> None:
    for login, what in (("adam", "archive"), ("ann", "security")):
        with pytest.raises(NotAllowed, match="no right to take this list out"):
            run(house, login, "export", partial(record_export, what=what, row_count=1, sought={}, file="x.csv"))
    assert facts(house, sort=Sort.EXPORT) == []


def test_every_refused_sign_in_stands_there_whoever_s_the_login_is(house: House, password_hash: str) -> None:
    for login in ("ann", "bob"):
        key = house.keys[login]
        run(house, "adam", "set_up", partial(give_password, person=key, password_hash=password_hash))
    changed(house, "bob", disabled=True)
    for login in ("ann", "ann", "nobody", "bob"):
        missed(house, login)
        house.later(seconds=1)
    with pytest.raises(NotAllowed):
        sign_in(house.database, "bob", PASSWORD, "desk 7")  # the right one, of somebody who is not let in any more
    refused = facts(house, sort=Sort.REFUSAL)
    ann, bob = house.keys["ann"], house.keys["bob"]
    assert [fact.subject_id for fact in refused] == [bob, bob, None, ann, ann]
    assert [fact.changes.get("failures") for fact in refused] == [None, None, None, [1, 2], [0, 1]]
    assert {fact.station for fact in refused} == {"desk 7"}
    assert "nobody" not in str(refused)


def test_a_sign_in_that_succeeds_is_no_refusal_even_after_misses(house: House, password_hash: str) -> None:
    key = house.keys["ann"]
    run(house, "adam", "set_up", partial(give_password, person=key, password_hash=password_hash))
    missed(house, "ann")
    sign_in(house.database, "ann", PASSWORD, "desk 7")
    assert len(facts(house, sort=Sort.REFUSAL)) == 1
    assert [fact.subject_id for fact in facts(house, sort=Sort.RIGHTS, person_id=key) if not fact.first] == []


def test_a_change_of_rights_says_from_what_to_what(house: House, password_hash: str) -> None:
    house.later(minutes=1)
    since = house.now
    changed(house, "ann", roles=["operator", "supervisor"])
    house.later(minutes=1)
    run(house, "adam", "reset", partial(set_password, person=house.keys["ann"], password_hash=password_hash))
    house.later(minutes=1)
    changed(house, "ann", disabled=True)
    ended, password, roles = facts(house, sort=Sort.RIGHTS, since_at=since)
    assert roles.changes["roles"] == [["operator"], ["operator", "supervisor"]]
    assert ended.changes["disabled"] == [False, True]
    assert "password_hash" in password.changes
    assert password_hash not in str(password.changes)
    assert {fact.subject_id for fact in (ended, password, roles)} == {house.keys["ann"]}


def test_a_password_that_is_given_stands_there_once(house: House) -> None:
    since = house.now
    office = Office(house.database, house.person("adam"), "desk 4")
    belonging = Belonging(["operator"])
    newcomer = office.add(Newcomer("wendy", "", "Wendy", belonging), PASSWORD)
    for person in (newcomer, house.keys["ann"]):
        house.later(minutes=1)
        office.reset_password(person, PASSWORD)
    ann, wendy, added = facts(house, sort=Sort.RIGHTS, since_at=since)[:3]
    assert [(fact.operation, fact.subject_id) for fact in (ann, wendy, added)] == [
        ("reset_password", house.keys["ann"]), ("reset_password", newcomer), ("add_person", newcomer)]  # fmt: skip
    assert facts(house, sort=Sort.RIGHTS, person_id=newcomer) == [wendy, added]


def test_going_on_duty_is_no_change_of_rights(house: House) -> None:
    before = facts(house)
    run(house, "carl", "set_duty", partial(set_duty, people=[house.keys["oscar"]], on_duty=False))
    assert facts(house) == before


def test_a_sign_out_everywhere_stands_there_with_who_asked_for_whom(house: House) -> None:
    run(house, "adam", "sign_out_everywhere", partial(sign_out_everywhere, person=house.keys["ann"]))
    [ended] = facts(house, sort=Sort.SIGN_OUT)
    assert (ended.actor_id, ended.subject_id) == (house.keys["adam"], house.keys["ann"])
    with pytest.raises(NotAllowed, match="Only an administrator"):
        run(house, "ann", "sign_out_everywhere", partial(sign_out_everywhere, person=house.keys["bob"]))


def test_the_newest_come_first_and_the_next_page_goes_on_where_one_ended(house: House) -> None:
    complaint = house.complaint()
    for number in range(7):
        house.do("ann", "reveal", complaint, reason=f"reason {number}")
        changed(house, "bob", roles=["operator"] * (number % 2 + 1))
    everything = facts(house)
    assert [fact.seq for fact in everything] == sorted((fact.seq for fact in everything), reverse=True)
    read: list[Fact] = []
    while page := facts(house, before=read[-1] if read else None, limit=3):
        read += page
    assert read == everything
    assert len({fact.seq for fact in read}) == len(read) > 20


def test_person_and_time_narrow_what_is_shown(house: House) -> None:
    complaint = house.complaint()
    for login, hours in (("ann", 1), ("bob", 1), ("ann", 0)):
        house.do(login, "reveal", complaint, reason="回电")
        house.later(hours=hours)
    ann = house.keys["ann"]
    assert [fact.actor_id for fact in facts(house, sort=Sort.REVEAL, person_id=ann)] == [ann, ann]
    hour = dt.timedelta(hours=1)
    middle = facts(house, sort=Sort.REVEAL, since_at=house.now - hour, until_at=house.now)
    assert [fact.actor_id for fact in middle] == [house.keys["bob"]]
    assert {fact.subject_id for fact in facts(house, sort=Sort.RIGHTS, person_id=ann)} == {ann}


@pytest.mark.parametrize("login", ["ann", "sue", "carl", "walter"])
def test_only_administrators_and_inspectors_read_it(house: House, login: str) -> None:
    with pytest.raises(NotAllowed, match="no right to look into what others did"):
        facts(house, login)
    assert facts(house, "ines")


def test_the_database_reads_only_the_lines_that_security_is_about(house: House) -> None:
    asked: list[tuple[str, Any]] = []

    def hear(_connection: object, _cursor: object, said: str, given: Any, _context: object, _many: bool) -> None:
        if "FROM journal" in said:
            asked.append((said, given))

    event.listen(house.database.engine, "before_cursor_execute", hear)
    facts(house, person_id=house.keys["ann"], since_at=house.now)
    event.remove(house.database.engine, "before_cursor_execute", hear)
    plans = [_plan(house, said, given) for said, given in asked]
    assert len(plans) == 9
    assert all("ix_journal_overseen" in plan for plan in plans), plans
    assert not any("TEMP B-TREE FOR ORDER" in plan or "Sort" in plan for plan in plans), plans


def _plan(house: House, said: str, given: Any) -> str:
    explain = "EXPLAIN QUERY PLAN " if house.database.engine.dialect.name == "sqlite" else "EXPLAIN "
    with house.database.engine.connect() as connection:
        if explain == "EXPLAIN ":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # the journal is short here
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        return str(connection.exec_driver_sql(explain + said, given).all())
