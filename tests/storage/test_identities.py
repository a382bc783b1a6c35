"""A citizen's identity on the server: nobody reads it but by a look that is on record, and not for long."""

import datetime as dt
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from commandcenter import clock
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.journal import HIDDEN, JournalLine
from commandcenter.domain.record import Key, new_key
from commandcenter.exchange.incoming import Incoming, read_incoming
from commandcenter.operations.importing import take_in
from commandcenter.queries.archive import Sought, search
from commandcenter.queries.callers import revealed
from commandcenter.storage.verification import first_broken
from tests.house import House
from tests.postgres import Cluster
from tests.storage.members import OwnLogins, let_in, line, past_the_program

DENIED = psycopg.errors.InsufficientPrivilege
_IDENTITY = ("王女士", "13912348816", None)


@pytest.fixture
def house(server_house: House, postgres: Cluster) -> House:
    """A small district whose people have logins of their own on the server, living in the server's own time."""
    let_in(postgres, server_house)
    server_house.now = clock.now()
    return server_house


@pytest.fixture
def complaint(house: House) -> Complaint:
    """A complaint that a squad works on."""
    (made,) = house.complaints_of(house.get(Case, house.accepted().case_id))
    return made


_LOOKING = """
    INSERT INTO reveal (id, version, complainant_id, complaint_id, revealed_by_id, revealed_at, reason)
    VALUES (%s, 1, %s, %s, %s, now(), '')
"""


def _shown_to(house: House, login: str, look: Key) -> object:
    with past_the_program(house, login) as connection:
        return connection.execute("SELECT * FROM caller_of(%s)", [look]).fetchone()


@pytest.mark.parametrize("login", ["ann", "sue", "adam", "carl", "oscar", "kim", "pia", "ines", "walter"])
def test_nobody_reads_an_identity_past_the_program(house: House, complaint: Complaint, login: str) -> None:
    with past_the_program(house, login) as connection:
        for column in ("name", "phone", "account", "*"):
            with pytest.raises(DENIED, match="permission denied"), connection.transaction():
                connection.execute(f"SELECT {column} FROM complainant")


@pytest.mark.parametrize("statement", [
    "UPDATE complainant SET name = 'x', version = version + 1 RETURNING phone",
    "UPDATE complainant SET name = phone, version = version + 1",
    "UPDATE complainant SET version = version + 1 WHERE phone LIKE '1391234%'",
    "INSERT INTO complainant (id, version, name) SELECT gen_random_uuid(), 1, name FROM complainant",
    (
        "INSERT INTO complainant (id, version, name, phone) VALUES (gen_random_uuid(), 1, '', '1')"
        " ON CONFLICT (phone) DO UPDATE SET name = complainant.phone"
    ),
    "COPY complainant (id, phone) TO STDOUT", "SELECT c FROM complainant AS c",
    "SELECT count(*) FROM complainant GROUP BY name",
])  # fmt: skip
def test_who_writes_identities_down_reads_none_on_the_way(house: House, complaint: Complaint, statement: str) -> None:
    with past_the_program(house, "ann") as connection, pytest.raises(DENIED, match="permission denied"):
        connection.execute(statement.encode())


def test_who_takes_calls_is_told_the_key_and_what_a_mask_shows(house: House, complaint: Complaint) -> None:
    shown = (complaint.complainant_id, 1, "王")
    with past_the_program(house, "ann") as connection:
        for question, told in (("heard_before", "13912348816"), ("citizen_masked", complaint.complainant_id)):
            asked = f"SELECT id::text, version, initial FROM {question}(%s)"
            assert connection.execute(asked.encode(), [told]).fetchall() == [shown]
        known = "SELECT phone, account, id::text FROM known_citizens(%s, %s)"
        found = connection.execute(known, [["13912348816", "1391234"], ["letters:A01"]]).fetchall()
        assert found == [("13912348816", "", complaint.complainant_id)]


def test_a_look_shows_who_called_to_who_looked_and_to_nobody_else(house: House, complaint: Complaint) -> None:
    look = house.do("oscar", "reveal", complaint, reason="回访")
    assert _shown_to(house, "oscar", look) == _IDENTITY
    assert [_shown_to(house, login, look) for login in ("olga", "carl", "ann", "adam")] == [None] * 4
    assert _shown_to(house, "oscar", new_key()) is None
    with pytest.raises(DENIED, match="permission denied for function caller_of"):
        _shown_to(house, "walter", look)


@pytest.mark.parametrize("minutes", [-6, 60])
def test_a_look_is_over_after_its_minutes_and_none_comes_from_the_future(
    house: House, complaint: Complaint, minutes: int
) -> None:
    house.now += dt.timedelta(minutes=minutes)
    assert _shown_to(house, "oscar", house.do("oscar", "reveal", complaint, reason="回访")) is None


def test_a_look_that_is_not_on_record_cannot_be_had(house: House, complaint: Complaint) -> None:
    look = [new_key(), complaint.complainant_id, complaint.id, house.keys["oscar"]]
    with past_the_program(house, "oscar") as connection:
        with pytest.raises(psycopg.errors.IntegrityError, match="the line goes first"), connection.transaction():
            connection.execute(_LOOKING, look)
        line(connection, "reveal", str(look[0]), 1, house.keys["oscar"])
        connection.execute(_LOOKING, look)
        assert connection.execute("SELECT * FROM caller_of(%s)", look[:1]).fetchone() is None  # it may be taken back
        connection.commit()
        assert connection.execute("SELECT * FROM caller_of(%s)", look[:1]).fetchone() == _IDENTITY


def _looked(house: House, login: str, complaint: Complaint, citizen: Key | None) -> Key:
    """A look that somebody wrote down past the program."""
    look = new_key()
    with past_the_program(house, login) as connection:
        line(connection, "reveal", look, 1, house.keys[login])
        connection.execute(_LOOKING, [look, citizen, complaint.id, house.keys[login]])
        connection.commit()
    return look


def test_a_look_at_one_complaint_shows_the_caller_of_no_other(house: House, complaint: Complaint) -> None:
    other = house.complaint(caller_phone="13812345678", caller_name="李先生")
    assert _shown_to(house, "ann", _looked(house, "ann", complaint, other.complainant_id)) is None


@pytest.mark.parametrize("confidential", [False, True])
def test_a_look_shows_nobody_to_who_may_not_see_that_caller(house: House, confidential: bool) -> None:
    (complaint,) = house.complaints_of(house.get(Case, house.accepted(confidential=confidential).case_id))
    house.now = clock.now()
    shown = {
        login for login in ("ann", "bob", "sue", "oscar", "carl", "olga", "cora")
        if _shown_to(house, login, _looked(house, login, complaint, complaint.complainant_id)) == _IDENTITY
    }  # fmt: skip
    assert shown == ({"ann", "sue"} if confidential else {"ann", "bob", "sue", "oscar"})


@pytest.mark.parametrize("login", ["carl", "oscar", "kim", "pia", "ines"])
def test_who_takes_no_calls_tries_no_numbers(house: House, login: str) -> None:
    asked = ("known_caller('1')", "heard_before('1')", f"citizen_masked('{new_key()}')", "known_citizens('{1}', '{}')")
    with past_the_program(house, login) as connection:
        for question in asked:
            with pytest.raises(DENIED, match="permission denied for function"), connection.transaction():
                connection.execute(f"SELECT {question}".encode())


def test_a_telephone_number_is_recognised_by_all_of_its_digits_only(house: House, complaint: Complaint) -> None:
    with past_the_program(house, "ann") as connection:
        for digits, known in (("13912348816", complaint.complainant_id), ("1391234%", None), ("", None)):
            assert connection.execute("SELECT known_caller(%s)::text", [digits]).fetchone() == (known,)


def test_the_program_shows_who_called_and_the_centre_finds_by_telephone(house: House, complaint: Complaint) -> None:
    logins = OwnLogins(house)
    look = logins.do("oscar", "reveal", complaint, reason="回访")
    with logins.of("oscar").reading() as session:
        found = revealed(session, house.person("oscar"), look)
        assert found is not None
        assert (found[1].id, found[1].name, found[1].phone) == (complaint.complainant_id, *_IDENTITY[:2])
    with logins.of("ann").reading() as session:
        hits = search(session, house.person("ann"), Sought(phone="139 1234 8816")).hits
        assert [hit.id for hit in hits] == [complaint.case_id]
    logins.close()


def test_calls_are_taken_and_put_right_by_people_who_read_no_identity(house: House) -> None:
    logins = OwnLogins(house)
    plain = {"words": "工地噪音", "urgency": "ordinary"}
    first = logins.do("ann", "receive", channel="hotline", caller_phone="13912348816", caller_name="汪女士", **plain)
    logins.do("ann", "amend", first, caller_name="王女士", **plain)
    again = logins.do("bob", "receive", channel="hotline", caller_phone="139 1234 8816", **plain)
    named = logins.do("ann", "receive", channel="hotline", caller_name="李先生", **plain)
    logins.do("ann", "amend", named, caller_phone="13700000001", **plain)
    logins.close()
    told = [house.get(Complaint, key) for key in (first, again, named)]
    assert [c.caller_mask for c in told] == ["王** 139****8816", "王** 139****8816", "李** 137****0001"]
    assert told[0].complainant_id == told[1].complainant_id
    citizens = [house.get(Complainant, c.complainant_id) for c in told[1:]]
    assert [(c.name, c.phone) for c in citizens] == [("王女士", "13912348816"), ("李先生", "13700000001")]
    with house.database.reading() as session:
        lines = select(JournalLine.changes).where(JournalLine.key == citizens[0].id).order_by(JournalLine.version)
        assert session.scalars(lines).all()[1:] == [{"name": [HIDDEN, HIDDEN]}]
        assert first_broken(session) is None


@pytest.mark.parametrize("login", ["ann", "sue", "adam"])
def test_files_are_brought_in_by_people_who_read_no_identity(house: House, tmp_path: Path, login: str) -> None:
    header = "留言编号,留言用户,留言主题,留言时间,留言详情\n"
    path, logins = tmp_path / "letters.csv", OwnLogins(house)
    for number in (1, 2):
        path.write_text(f"{header}{number},A01,噪音,2019/3/1 8:05:00,夜间施工\n", encoding="utf-8")
        body = [row for row in read_incoming(path, "letters") if isinstance(row, Incoming)]
        logins.of(login).run("import", house.keys[login], "test", partial(take_in, rows=body))
    logins.close()
    with house.database.reading() as session:
        assert len(session.scalars(select(Complaint)).all()) == 2
        assert session.scalars(select(Complainant.account)).all() == ["web-letters:A01"]
