"""A citizen's identity on the server: nobody of a squad reads it but by a look that is on record, and not for long."""

import datetime as dt

import psycopg
import pytest

from commandcenter import clock
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.record import Key, new_key
from commandcenter.queries.archive import Sought, search
from commandcenter.queries.callers import revealed
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


@pytest.mark.parametrize("login", ["carl", "oscar", "kim", "pia", "ines", "walter"])
def test_who_takes_no_calls_reads_no_identity_past_the_program(house: House, complaint: Complaint, login: str) -> None:
    with past_the_program(house, login) as connection:
        for column in ("name", "phone", "account", "*"):
            with pytest.raises(DENIED, match="permission denied"), connection.transaction():
                connection.execute(f"SELECT {column} FROM complainant")


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


def test_a_look_at_one_complaint_shows_the_caller_of_no_other(house: House, complaint: Complaint) -> None:
    other = house.complaint(caller_phone="13812345678", caller_name="李先生")
    look = [new_key(), other.complainant_id, complaint.id, house.keys["oscar"]]
    with past_the_program(house, "oscar") as connection:
        line(connection, "reveal", str(look[0]), 1, house.keys["oscar"])
        connection.execute(_LOOKING, look)
        connection.commit()
    assert _shown_to(house, "oscar", str(look[0])) is None


@pytest.mark.parametrize("login", ["carl", "oscar", "kim", "pia", "ines"])
def test_who_takes_no_calls_tries_no_numbers(house: House, login: str) -> None:
    with past_the_program(house, login) as connection, pytest.raises(DENIED, match="for function known_caller"):
        connection.execute("SELECT known_caller('13912348816')")


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
