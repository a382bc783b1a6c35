"""Who may change and see what on the server, tried by people with logins of their own: past the program, and by it."""

import datetime as dt
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from commandcenter import clock
from commandcenter.documents.directives import make_document
from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Photo
from commandcenter.domain.presence import Presence
from commandcenter.domain.record import Record, new_key
from commandcenter.domain.rulings import Directive
from commandcenter.errors import Refused
from commandcenter.operations.handling import FileGiven
from commandcenter.queries.oversight import Overseen, trail
from commandcenter.storage.schema.tables import record_types
from commandcenter.storage.verification import first_broken, orphans
from tests.house import House
from tests.postgres import Cluster
from tests.storage.members import EVERY_TABLE, OwnLogins, let_in, line, past_the_program, rewords

DENIED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def house(server_house: House, postgres: Cluster) -> House:
    """A small district whose people have logins of their own on the server."""
    let_in(postgres, server_house)
    server_house.now = clock.now()  # the server takes no other time from people
    return server_house


@pytest.fixture
def own_logins(house: House) -> Iterator[OwnLogins]:
    """The same house, everybody coming by their own login."""
    logins = OwnLogins(house)
    yield logins
    logins.close()


# Squads, and the wall


@pytest.mark.parametrize("login", ["cora", "otto"])
def test_another_squad_s_captain_or_officer_changes_nothing(house: House, login: str) -> None:
    assignment = house.dispatched("north")
    case = house.get(Case, assignment.case_id)
    with past_the_program(house, login) as connection:
        for record in (assignment, case):
            changing = sql.SQL("UPDATE {} SET state = 'closed', version = version + 1 WHERE id = %s")
            assert connection.execute(changing.format(sql.Identifier(record.kind())), [record.id]).rowcount == 0


def test_a_captain_changes_what_is_the_squad_s_own_but_cannot_give_it_away(house: House) -> None:
    assignment = house.dispatched("north")
    taking = "UPDATE assignment SET squad_id = %s, version = version + 1 WHERE id = %s"
    case = house.get(Case, assignment.case_id)
    with past_the_program(house, "carl") as connection:
        for record in (assignment, case):
            line(connection, record.kind(), record.id, record.version + 1, house.keys["carl"])
        assert connection.execute(taking, [house.keys["north"], assignment.id]).rowcount == 1
        assert rewords(connection, case) == 1
        with pytest.raises(DENIED, match="row-level security"):
            connection.execute(taking, [house.keys["south"], assignment.id])


def test_a_captain_sends_no_case_to_a_squad(house: House) -> None:
    assignment = house.dispatched("north")
    copying = "INSERT INTO assignment SELECT * FROM assignment WHERE id = %s"
    with past_the_program(house, "carl") as connection, pytest.raises(DENIED, match="permission denied"):
        connection.execute(copying, [assignment.id])


def test_a_squad_writes_nothing_into_a_complaint_but_when_the_citizen_was_spoken_to(house: House) -> None:
    complaint, *_ = house.complaints_of(house.get(Case, house.dispatched("north").case_id))
    with past_the_program(house, "carl") as connection:
        line(connection, "complaint", complaint.id, complaint.version + 1, house.keys["carl"])
        assert connection.execute("UPDATE complaint SET last_word_at = now(), version = version + 1").rowcount == 1
        with pytest.raises(DENIED, match="permission denied"):
            connection.execute("UPDATE complaint SET solved = true, version = version + 1")


def test_the_wall_reads_no_table(house: House) -> None:
    with past_the_program(house, "walter") as connection:
        for table in (*EVERY_TABLE, "journal", "search_row", "sighting", "file_content"):
            with pytest.raises(DENIED, match="permission denied"), connection.transaction():
                connection.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier(table)))


def test_the_wall_sees_states_and_squads_and_no_words_names_phones_or_house_numbers(house: House) -> None:
    house.dispatched("north", words="我叫王女士,住3号楼", point=(120.051234, 35.951234))
    house.case(confidential=True)
    with past_the_program(house, "walter") as connection:
        cases = connection.execute("SELECT * FROM wall_case ORDER BY number").fetchall()
        squads = connection.execute("SELECT * FROM wall_squad").fetchall()
        works = connection.execute("SELECT squad_id, state, leads FROM wall_work").fetchall()
    assert [len(cases), len(squads)] == [2, 3]
    assert works == [(house.keys["north"], "dispatched", True)]
    shown = repr([cases, squads, works])
    assert "120.051" in shown
    assert shown.count("120.051") == 1
    for hidden in ("120.0512", "王女士", "号楼", "1391234", "8816", "阳光小区", "carl", "人员"):
        assert hidden not in shown


def test_nobody_gives_a_sign_of_life_for_somebody_else(house: House) -> None:
    telling = (
        "INSERT INTO presence (session_id, person_id, station, signed_in_at, seen_at, page, kind, editing)"
        " VALUES (%s, %s, '', now(), now(), '', '', false)"
    )
    ann, bob = house.keys["ann"], house.keys["bob"]
    with past_the_program(house, "ann") as connection:
        connection.execute(telling, [new_key(), ann])
        connection.commit()
        with pytest.raises(DENIED, match="row-level security"):
            connection.execute(telling, [new_key(), bob])
    with past_the_program(house, "bob") as connection:
        assert connection.execute("UPDATE presence SET seen_at = now()").rowcount == 0
        assert connection.execute("DELETE FROM presence").rowcount == 0


def test_a_squad_s_position_has_its_number_and_transaction_from_the_server(house: House) -> None:
    telling = "INSERT INTO sighting ({}person_id, seen_at, lon, lat) VALUES ({}%s, now(), 120, 36)"
    with past_the_program(house, "oscar") as connection:
        connection.execute(telling.format("", "").encode(), [house.keys["oscar"]])
        for column in ("seq", "xid"):
            with pytest.raises(DENIED, match="permission denied"), connection.transaction():
                connection.execute(telling.format(f"{column}, ", "1, ").encode(), [house.keys["oscar"]])


# The program for people who come by their own logins


@pytest.mark.parametrize("login", ["ines", "adam"])
def test_what_was_done_about_somebody_is_found_by_who_looks_into_it(
    house: House, own_logins: OwnLogins, login: str
) -> None:
    with own_logins.of(login).reading() as session:
        facts = trail(session, house.person(login), Overseen(person_id=house.keys["ann"])).facts
    assert {fact.subject_id for fact in facts} == {house.keys["ann"]}


def test_a_whole_case_is_worked_by_people_with_logins_of_their_own(house: House, own_logins: OwnLogins) -> None:
    do, keys = own_logins.do, house.keys
    complaint = do("ann", "receive", words="工地夜间施工", channel="hotline", urgency="ordinary",
                   caller_phone="13912348816", caller_name="王女士", place_words="阳光小区", point=(120.05, 35.95))
    case = do("ann", "open_case", complaint, matter=keys["noise"], place_words="阳光小区", urgency="ordinary")
    assignment = do("ann", "dispatch", case, squad=keys["north"], why="属地")
    do("carl", "accept", assignment, officer=keys["oscar"])
    do("oscar", "contact", assignment, means="call", outcome="reached", words="已联系", duration_s=60)
    do("oscar", "reveal", complaint, reason="再联系")
    do("oscar", "attach_photo", assignment, file=FileGiven("a.jpg", "image/jpeg", b"x"))
    promise = do("oscar", "promise", case, to_whom="王女士", what="整改", due_at=house.now + dt.timedelta(hours=8))
    do("oscar", "keep", promise, outcome="已整改")
    do("oscar", "report", assignment, words="已到现场")
    asking = do("oscar", "ask_extension", assignment, reason="设备", amount="2 wd")
    do("sue", "agree", asking, ruling="同意")
    chased = do("sue", "chase", case, words="请王女士的案子抓紧")
    paper = house.get(Photo, make_document(own_logins.of("sue"), house.person("sue"), "desk", chased))
    assert paper.name == "综催〔2026〕1号.pdf"
    do("ann", "remark", case, words="请留意")
    do("oscar", "resolve", assignment, disposition="rectified", closing_text="已整改")
    do("tom", "approve", case, remark="同意")
    do("bob", "visit", complaint, outcome="reached", solved=False, satisfied=1, words="还在吵")
    again = house.get(Case, case)
    assert (again.state, again.round) == ("dispatched", 2)
    do("kim", "find", words="占道", matter=keys["noise"], place_words="站前", urgency="ordinary")
    do("olga", "find", words="占道", matter=keys["noise"], place_words="站前", urgency="ordinary")
    with house.database.reading() as session:
        assert (first_broken(session), list(orphans(session))) == (None, [])


def test_the_words_of_a_directive_without_names_are_told_to_supervisors_and_documents_are_theirs_to_keep(
    house: House, own_logins: OwnLogins
) -> None:
    directive = house.do("sue", "chase", house.accepted(caller_name="王小明").case_id, words="王小明说还在吵")
    asking = "SELECT words_without_names(%s)"
    with past_the_program(house, "sue") as connection:
        assert connection.execute(asking, [directive]).fetchone() == ("**说还在吵",)
    with past_the_program(house, "oscar") as connection:
        with pytest.raises(DENIED, match="permission denied"), connection.transaction():
            connection.execute(asking, [directive])
        attached = own_logins.do("oscar", "attach_photo", house.get(Directive, directive).assignment_id,
                                 file=FileGiven("a.pdf", "application/pdf", b"x"))  # fmt: skip
        copying = ("INSERT INTO photo SELECT gen_random_uuid(), 1, case_id, assignment_id, taken_by_id, side, name,"
                   " media_type, size, sha256, attached_at, %s FROM photo WHERE id = %s")  # fmt: skip
        with pytest.raises(DENIED, match="row-level security"):
            connection.execute(copying, [directive, attached])


def test_complaints_are_claimed_and_signs_of_life_given_by_people_with_logins_of_their_own(
    house: House, own_logins: OwnLogins
) -> None:
    do, keys = own_logins.do, house.keys
    first, second = house.complaint(), house.complaint()
    assert do("ann", "claim_next") == first.id
    assert do("bob", "claim_next") == second.id
    with pytest.raises(Refused, match="claimed"):
        do("bob", "claim", first)
    do("sue", "take_over", first, reason="离席")
    do("bob", "give_back", second)
    assert [house.get(Complaint, one.id).claimed_by_id for one in (first, second)] == [None, None]
    signs = {login: _sign(keys[login]) for login in ("ann", "oscar", "kim")}
    for login, sign in signs.items():
        own_logins.of(login).presences.tell(sign)
        own_logins.of(login).presences.tell(sign)
    with pytest.raises(Refused, match="row-level security"):
        own_logins.of("oscar").presences.tell(_sign(keys["ann"]))
    own_logins.of("oscar").presences.leave(signs["oscar"].session_id)
    own_logins.of("oscar").presences.leave(signs["ann"].session_id)
    assert {one.person_id for one in own_logins.of("carl").presences.roll().signs} == {keys["ann"], keys["kim"]}


@pytest.mark.parametrize("login", ["oscar", "kim"])
def test_a_squad_takes_no_calls_neither_by_the_program_nor_past_it(
    house: House, own_logins: OwnLogins, login: str
) -> None:
    complaint = house.complaint()
    with pytest.raises(Refused):
        own_logins.do(login, "receive", words="噪音", channel="hotline", urgency="ordinary", place_words="站前")
    with pytest.raises(Refused):
        own_logins.do(login, "claim_next")
    with past_the_program(house, login) as connection:
        key = new_key()
        line(connection, "complaint", key, 1, house.keys[login])
        line(connection, "complaint", complaint.id, complaint.version + 1, house.keys[login])
        for trick in (
            "INSERT INTO complaint (id, version) VALUES (%s, 1)", "SELECT known_caller('13912348816') WHERE %s <> ''",
            "UPDATE complaint SET claimed_by_id = %s, version = version + 1",
        ):  # fmt: skip
            with pytest.raises(DENIED, match="permission denied"), connection.transaction():
                connection.execute(trick, [key])


def _sign(person: str) -> Presence:
    return Presence(session_id=new_key(), person_id=person, station="01", signed_in_at=clock.now(), page="queue",
                    kind="", key=None, editing=False)  # fmt: skip


def test_the_program_refuses_another_squad_s_captain_in_words(house: House, own_logins: OwnLogins) -> None:
    assignment: Assignment = house.dispatched("north")
    with pytest.raises(Refused):
        own_logins.do("cora", "accept", assignment, officer=house.keys["otto"])
    assert house.get(Assignment, assignment.id).state == "dispatched"


def test_somebody_who_acts_in_another_s_name_by_the_program_is_refused_in_words(
    house: House, own_logins: OwnLogins
) -> None:
    with pytest.raises(Refused, match="forged actor: bob"):
        own_logins.of("bob").run("note", house.keys["ann"], "test", lambda work: work.add(_note(house)))


def _note(house: House) -> Record:
    note = record_types()["note"]
    return note(case_id=new_key(), author_id=house.keys["ann"], sort="remark", words="x", written_at=house.now)


def test_an_import_by_somebody_with_a_login_of_their_own_takes_every_row(house: House, own_logins: OwnLogins) -> None:
    def cases() -> list[Case]:
        more = {"title": "旧案", "urgency": "ordinary", "state": "closed", "origin": "complaint", "historic": True}
        return [Case(id=new_key(), number=f"H-{n}", opened_at=house.now, words="噪音", **more) for n in range(20)]

    own_logins.of("ann").run("import", house.keys["ann"], "test", lambda work: work.add_many(cases()))
    with house.database.reading() as session:
        assert session.query(Case).count() == 20
        assert first_broken(session) is None
