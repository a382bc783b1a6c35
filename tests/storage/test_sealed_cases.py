"""What an inspector has sealed is there for the people named alone: past the program, and by it."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from commandcenter import clock
from commandcenter.domain.cases import Case
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.search import matching
from commandcenter.errors import NotAllowed
from commandcenter.operations.handling import FileGiven
from tests.house import House
from tests.postgres import Cluster
from tests.storage.members import OwnLogins, let_in, line, past_the_program

DENIED = psycopg.errors.InsufficientPrivilege
_HANGS = ("assignment", "complaint", "contact", "promise", "note", "photo")


@pytest.fixture
def house(server_house: House, postgres: Cluster) -> House:
    """A small district whose people have logins of their own on the server."""
    let_in(postgres, server_house)
    server_house.now = clock.now()
    return server_house


@pytest.fixture
def own_logins(house: House) -> Iterator[OwnLogins]:
    """The same house, everybody coming by their own login."""
    logins = OwnLogins(house)
    yield logins
    logins.close()


@pytest.fixture
def sealed(house: House, own_logins: OwnLogins) -> Case:
    """A case with something of every kind on it, sealed by the inspector for one supervisor."""
    assignment = house.contacted()
    house.now = clock.now()  # the server takes no other time from people
    case = house.get(Case, assignment.case_id)
    house.do("ann", "promise", case, to_whom="王女士", what="回电", due_at=house.now.replace(year=house.now.year + 1))
    house.do("ann", "remark", case, words="请留意")
    (complaint,) = house.complaints_of(case)
    house.do("ann", "reveal", complaint, reason="回访")
    own_logins.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    found: Case = house.get(Case, case.id)
    return found


def _seen(connection: psycopg.Connection, case: Case) -> dict[str, int]:
    """How many rows of each table speak of a case to whoever asks; those that have none are left out."""
    asked = {table: sql.SQL("SELECT count(*) FROM {} WHERE case_id = %(case)s").format(sql.Identifier(table))
             for table in (*_HANGS, "journal")}  # fmt: skip
    asked["case_file"] = sql.SQL("SELECT count(*) FROM case_file WHERE id = %(case)s").format()
    asked["told"] = sql.SQL("SELECT count(*) FROM journal WHERE kind = 'reveal'").format()
    for table in ("reveal", "search_row"):
        asked[table] = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    rows = {name: connection.execute(question, {"case": case.id}).fetchone() for name, question in asked.items()}
    return {name: row[0] for name, row in rows.items() if row is not None and row[0]}


def test_a_sealed_case_and_what_hangs_on_it_is_there_for_the_people_named_alone(house: House, sealed: Case) -> None:
    for login in ("ann", "tom", "adam", "carl", "oscar", "kim", "pia"):
        with past_the_program(house, login) as connection:
            assert _seen(connection, sealed) == {"journal": 1}, "but the line that says that it was sealed"
    for login in ("ines", "sue"):
        with past_the_program(house, login) as connection:
            seen = _seen(connection, sealed)
        assert seen.keys() >= {"case_file", "assignment", "complaint", "contact", "promise", "note", "reveal", "told"}
        assert (seen["search_row"] >= 2, seen["journal"] > 1) == (True, True)


def test_the_line_that_everybody_reads_says_neither_why_nor_what(house: House, sealed: Case) -> None:
    with past_the_program(house, "tom") as connection:
        told = connection.execute("SELECT * FROM journal WHERE case_id = %s", [sealed.id]).fetchall()
    assert len(told) == 1
    assert not any(words in str(told) for words in ("纪检", sealed.title, sealed.number))


@pytest.mark.usefixtures("sealed")
def test_what_is_hidden_is_asked_once_for_a_statement(house: House) -> None:
    with past_the_program(house, "tom") as connection:
        for table in ("case_file", "case_link", "reveal", "search_row", "file_content", "journal", *_HANGS):
            plan = connection.execute(sql.SQL("EXPLAIN SELECT * FROM {}").format(sql.Identifier(table))).fetchall()
            assert any("hashed SubPlan" in row[0] for row in plan), plan


def test_what_is_hidden_is_asked_of_its_index_whatever_the_server_has_counted(house: House) -> None:
    house.case()
    with past_the_program(house, "tom") as connection:
        connection.execute("SELECT count(*) FROM complaint")
        scans = "SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'case_file'"
        assert connection.execute(scans).fetchone() == (0, 1)


def test_where_rows_are_judged_a_caller_s_complaints_are_still_counted_in_the_index(house: House) -> None:
    with past_the_program(house, "tom") as connection:
        connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        plan = connection.execute(
            "EXPLAIN SELECT count(*) FROM complaint WHERE complainant_id = gen_random_uuid()"
        ).fetchall()  # fmt: skip
    assert any("Index Only Scan using ix_complaint_caller" in row[0] for row in plan), plan


def test_words_are_found_for_the_people_named_alone(house: House, sealed: Case, own_logins: OwnLogins) -> None:
    (complaint,) = house.complaints_of(sealed)
    found = {}
    for login in ("tom", "sue"):
        with own_logins.of(login).reading() as session:
            kinds = ("complaint", "note")
            found[login] = matching(session, kinds, "夜间施工")["complaint"], matching(session, kinds, "留意")["note"]
    assert found["tom"] == ([], [])
    assert (found["sue"][0], len(found["sue"][1])) == ([complaint.id], 1)


def test_what_was_done_on_a_case_since_sealed_is_not_done_twice(
    house: House, sealed: Case, own_logins: OwnLogins
) -> None:
    with house.database.reading() as session:
        asked = session.query(JournalLine).where(JournalLine.case_id == sealed.id, JournalLine.operation == "remark")
        (operation,) = {line.operation_id for line in asked}
    assert own_logins.of("ann").already_done(operation)


def test_the_wall_shows_no_sealed_case(house: House, sealed: Case) -> None:
    with past_the_program(house, "walter") as connection:
        for view in ("wall_case", "wall_work", "wall_complaint"):
            assert connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(view))).fetchall() == []


def test_nobody_but_an_inspector_opens_or_sets_a_seal_by_hand(house: House, sealed: Case) -> None:
    setting = "UPDATE case_file SET sealed_for = %s, version = version + 1 WHERE id = %s"
    with past_the_program(house, "sue") as connection:
        for names in (None, f'["{house.keys["sue"]}"]'):
            with connection.transaction(force_rollback=True):
                line(connection, "case_file", sealed.id, sealed.version + 1, house.keys["sue"])
                with pytest.raises(DENIED, match="only an inspector"), connection.transaction():
                    connection.execute(setting, [names, sealed.id])
    with past_the_program(house, "tom") as connection:
        assert connection.execute(setting, [None, sealed.id]).rowcount == 0
        with pytest.raises(DENIED, match="is_not_sealed"):
            line(connection, "case_file", sealed.id, sealed.version + 1, house.keys["tom"])


def test_an_opened_seal_gives_everything_back(house: House, sealed: Case, own_logins: OwnLogins) -> None:
    own_logins.do("ines", "unseal", sealed, reason="查清")
    with past_the_program(house, "tom") as connection:
        assert _seen(connection, sealed)["case_file"] == 1


def test_the_program_makes_no_move_on_a_sealed_case_for_who_may_not_see_it(house: House, sealed: Case) -> None:
    with pytest.raises(NotAllowed, match="The case is sealed"):
        house.do("ann", "remark", sealed, words="x")
    house.do("ines", "unseal", sealed, reason="查清")
    house.do("ann", "remark", sealed, words="x")


def test_what_was_merged_into_a_sealed_case_and_a_file_of_it_alone_are_sealed_with_it(
    house: House, own_logins: OwnLogins
) -> None:
    merged, other = house.contacted(), house.contacted(caller_phone="13700000002")
    house.now = clock.now()
    for assignment, words in ((merged, b"its own"), (merged, b"in common"), (other, b"in common")):
        own_logins.do("oscar", "attach_photo", assignment, file=FileGiven("a.txt", "text/plain", words))
    into = house.case(caller_phone="13700000003")
    own_logins.do("ann", "merge", merged.case_id, case=into.id, reason="x")
    own_logins.do("ines", "seal", into, people=[house.keys["sue"]], reason="x")
    for login, cases, files in (("tom", 1, {b"in common"}), ("sue", 3, {b"its own", b"in common"})):
        with past_the_program(house, login) as connection:
            assert len(connection.execute("SELECT FROM case_file").fetchall()) == cases
            assert {row[0] for row in connection.execute("SELECT content FROM file_content")} == files
    own_logins.do("ines", "unseal", into, reason="x")
    with past_the_program(house, "tom") as connection:
        assert len(connection.execute("SELECT FROM case_file").fetchall()) == 3
