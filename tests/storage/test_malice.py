"""What somebody with a login of their own tries past the program, with plain SQL, to get rid of the server's guards."""

import psycopg
import pytest
from sqlalchemy import make_url

from commandcenter.domain.complaints import Complaint
from commandcenter.errors import Refused
from commandcenter.storage.database import Database
from commandcenter.storage.verification import first_broken
from tests.house import House
from tests.postgres import OWNER, Cluster
from tests.storage.members import address_of, let_in, past_the_program

_TRICKS = (
    "SET session_replication_role = replica",
    "ALTER TABLE complaint DISABLE TRIGGER USER",
    "DROP TRIGGER changed_record_has_its_line ON complaint",
    "ALTER TABLE case_file DISABLE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON case_file USING (true)",
    "CREATE OR REPLACE FUNCTION person_of_session() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE public.mine (x int)",
    f"SET ROLE {OWNER}",
    f"SET SESSION AUTHORIZATION {OWNER}",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "GRANT commandcenter_supervisor TO CURRENT_USER",
    "SELECT setval('journal_seq_seq', 1)",
    "UPDATE alembic_version SET version_num = '0009'",
    "SELECT * FROM credential",
    "SELECT * FROM pg_authid",
    "COPY complaint TO PROGRAM 'true'",
    "CREATE TRIGGER mine BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION journal_is_never_edited()",
)


@pytest.fixture
def house(server_house: House, postgres: Cluster) -> House:
    """A small district whose people have logins of their own on the server."""
    let_in(postgres, server_house)
    return server_house


@pytest.mark.parametrize("login", ["ann", "adam", "walter"])
def test_nobody_talks_the_server_out_of_its_guards(house: House, login: str) -> None:
    with past_the_program(house, login) as connection:
        for trick in _TRICKS:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(trick)


def test_who_lies_about_what_was_changed_is_found_by_the_proof_of_the_journal(house: House) -> None:
    complaint = house.complaint()
    with past_the_program(house, "ann") as connection:
        connection.execute(
            "INSERT INTO journal (kind, key, version, operation_id, actor_id, operation, station, at, changes, reason,"
            " previous_hash, hash) SELECT kind, key, 2, gen_random_uuid(), actor_id, operation, station, now(), '{}',"
            " '', hash, hash FROM journal WHERE key = %s", [complaint.id],
        )  # fmt: skip
        connection.execute("UPDATE complaint SET words = 'other', version = 2 WHERE id = %s", [complaint.id])
        connection.commit()
    with house.database.reading() as session:
        assert f"line 2 of complaint {complaint.id}" in str(first_broken(session))


def test_a_login_without_any_role_is_refused_in_words(house: House, postgres: Cluster) -> None:
    with postgres.connect() as connection:
        connection.execute("DROP ROLE IF EXISTS nobody_s")
        connection.execute("CREATE ROLE nobody_s LOGIN")
    with pytest.raises(Refused, match="The login nobody_s has no rights in this district"):
        Database.open(address_of(house, "nobody_s"))


def test_a_role_that_was_taken_away_counts_at_once(house: House, postgres: Cluster) -> None:
    complaint = house.complaint()
    with past_the_program(house, "bob") as bob:
        bob.execute("SELECT FROM complaint")
        with postgres.connect(str(make_url(house.url).database)) as connection:
            connection.execute("REVOKE commandcenter_operator FROM bob")
        try:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                bob.execute("SELECT FROM complaint")
        finally:
            with postgres.connect() as connection:
                connection.execute("GRANT commandcenter_operator TO bob")
    assert house.get(Complaint, complaint.id).version == 1
