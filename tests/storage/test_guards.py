"""The server's own guards, tried by people who go around the program with plain SQL."""

import datetime as dt
from contextlib import closing, nullcontext
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy.exc import IntegrityError

from commandcenter import clock
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.record import new_key
from commandcenter.storage import schema
from commandcenter.storage.database import Database
from commandcenter.storage.schema.guarding import RECORD_TRIGGERS
from tests.house import House
from tests.postgres import OWNER, Cluster
from tests.storage.members import EVERY_TABLE, let_in, line, past_the_program, rewords

DENIED = psycopg.errors.InsufficientPrivilege
BROKEN = psycopg.errors.IntegrityError


@pytest.fixture
def house(server_house: House, postgres: Cluster) -> House:
    """A small district whose people have logins of their own on the server."""
    let_in(postgres, server_house)
    return server_house


# Who writes the journal


@pytest.mark.parametrize("name", ["bob", None])
def test_a_line_in_the_name_of_somebody_else_or_of_the_program_is_refused(house: House, name: str | None) -> None:
    complaint = house.complaint()
    with past_the_program(house, "ann") as connection, pytest.raises(DENIED, match="forged actor: ann"):
        line(connection, "complaint", complaint.id, 2, house.keys[name] if name else None)


def test_a_change_by_hand_with_an_honest_line_is_accepted(house: House) -> None:
    complaint = house.complaint()
    with past_the_program(house, "ann") as connection:
        line(connection, "complaint", complaint.id, 2, house.keys["ann"])
        assert rewords(connection, complaint) == 1
        connection.commit()
    assert house.get(Complaint, complaint.id).words == "other"


def test_who_is_out_of_use_writes_nothing_any_more(house: House) -> None:
    complaint, ann = house.complaint(), house.person("ann")
    with past_the_program(house, "ann") as standing:
        with past_the_program(house) as connection:
            line(connection, "person", ann.id, ann.version + 1, None)
            connection.execute("UPDATE person SET disabled = true, version = version + 1 WHERE id = %s", [ann.id])
            connection.commit()
        with pytest.raises(DENIED, match="permission denied"), standing.transaction():
            line(standing, "complaint", complaint.id, 2, ann.id)
        with pytest.raises(psycopg.OperationalError, match="not permitted to log in"), past_the_program(house, "ann"):
            pass
        with past_the_program(house) as connection:  # as if whoever keeps the server opened the role again by hand
            connection.execute("GRANT commandcenter_operator TO ann")
            connection.commit()
        with pytest.raises(DENIED, match="forged actor"):
            line(standing, "complaint", complaint.id, 2, ann.id)


def test_the_transaction_of_a_line_is_the_server_s_own_and_nobody_says_another(house: House) -> None:
    complaint = house.complaint()
    with past_the_program(house) as connection:
        line(connection, "complaint", complaint.id, 2, None)
        said, own = "SELECT xid FROM journal WHERE version = 2", "SELECT pg_current_xact_id()::text::bigint"
        assert connection.execute(said).fetchone() == connection.execute(own).fetchone()
        with pytest.raises(DENIED, match="a line of transaction 1 was written in transaction"):
            line(connection, "complaint", complaint.id, 3, None, xid=1)
    for column in ("seq", "xid"):
        with past_the_program(house, "ann") as connection, pytest.raises(DENIED, match="permission denied"):
            connection.execute(f"INSERT INTO journal ({column}) VALUES (1)")


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET reason = 'other'", "DELETE FROM journal", "TRUNCATE journal"]
)
def test_a_line_is_neither_edited_nor_taken_away_by_anybody(house: House, statement: Any) -> None:
    with past_the_program(house, "ann") as connection, pytest.raises(DENIED, match="permission denied"):
        connection.execute(statement)
    with past_the_program(house) as connection, pytest.raises(psycopg.Error, match="the journal is never edited"):
        connection.execute(statement)


@pytest.mark.parametrize(("kind", "version"), [("complaint", 2), ("pg_class", 1), ("no such table", 1)])
def test_a_line_that_tells_of_a_change_that_is_not_made_is_refused(house: House, kind: str, version: int) -> None:
    complaint = house.complaint()
    with past_the_program(house, "ann") as connection:
        line(connection, kind, complaint.id, version, house.keys["ann"])
        with pytest.raises(BROKEN, match=rf"tells of version {version} of {kind} .* does not stand"):
            connection.commit()


@pytest.mark.parametrize("version", [0, -1])
def test_a_line_of_no_version_is_refused(house: House, version: int) -> None:
    complaint = house.complaint()
    with past_the_program(house, "ann") as connection, pytest.raises(BROKEN, match="versions begin with 1"):
        line(connection, "complaint", complaint.id, version, house.keys["ann"])


@pytest.mark.parametrize("minutes", [-6, 6])
def test_nobody_says_that_it_was_earlier_or_later_than_it_is(house: House, minutes: int) -> None:
    complaint, at = house.complaint(), clock.now() + dt.timedelta(minutes=minutes)
    with past_the_program(house, "ann") as connection, pytest.raises(DENIED, match="it is not that time"):
        line(connection, "complaint", complaint.id, 2, house.keys["ann"], at=at)
    with past_the_program(house) as connection:
        line(connection, "complaint", complaint.id, 2, None, at=at)


# What stands in the tables of records


EVERYBODY = pytest.mark.parametrize("login", ["ann", OWNER])
"""Somebody of the district, and the owner of the database, who here is the superuser of the whole server as well."""


@EVERYBODY
def test_a_change_without_its_line_does_not_stand_for_a_moment(house: House, login: str) -> None:
    complaint = house.complaint()
    with past_the_program(house, login) as connection:
        with pytest.raises(BROKEN, match=r"version 2 of complaint .* no line of its own.*: the line goes first"):
            rewords(connection, complaint)
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            line(connection, "complaint", complaint.id, 2, house.keys["ann"])
    assert house.get(Complaint, complaint.id).words == complaint.words


@EVERYBODY
def test_of_many_records_changed_at_once_each_needs_itsline(house: House, login: str) -> None:
    complaint, other = house.complaint(), house.complaint()
    with past_the_program(house, login) as connection:
        line(connection, "complaint", other.id, 2, house.keys["ann"])
        with pytest.raises(BROKEN, match=f"complaint {complaint.id} has no line"):
            connection.execute("UPDATE complaint SET words = 'other', version = version + 1")


def test_the_line_of_an_earlier_transaction_does_not_cover_a_change(house: House) -> None:
    complaint = house.complaint()
    with past_the_program(house) as connection:
        line(connection, "complaint", complaint.id, 2, None)
        connection.commit()
        with pytest.raises(BROKEN, match="no line of its own"):
            rewords(connection, complaint)


def test_a_line_of_another_kind_does_not_cover_a_change(house: House) -> None:
    complaint = house.complaint()
    with past_the_program(house) as connection:
        for version in (1, 2):
            line(connection, "note", complaint.id, version, None)
        with pytest.raises(BROKEN, match="no line of its own"):
            rewords(connection, complaint)


_NEW_DOMAIN = "INSERT INTO matter_domain (id, version, code, tier, name_zh, name_en) VALUES (%s, %s, 'x', '', '', '')"


@EVERYBODY
@pytest.mark.parametrize(
    ("version", "lined", "refusal"),
    [(1, False, "no line of its own"), (2, True, "a new record begins with version 1"), (1, True, "")],
)
def test_a_new_record_needs_its_line_and_begins_with_version_one(
    house: House, login: str, version: int, lined: bool, refusal: str
) -> None:
    login, key = {"ann": "adam"}.get(login, login), new_key()
    with past_the_program(house, login) as connection:
        if lined:
            for told in range(1, version + 1):
                line(connection, "matter_domain", key, told, house.keys["adam"])
        with pytest.raises(BROKEN, match=refusal) if refusal else nullcontext():
            connection.execute(_NEW_DOMAIN, [key, version])
        connection.commit()


def test_rows_that_come_by_copy_are_looked_at_like_any_other(house: House) -> None:
    copying = "COPY matter_domain (id, version, code, tier, name_zh, name_en) FROM STDIN"
    refused = pytest.raises(BROKEN, match="no line of its own")
    with past_the_program(house) as connection, refused, connection.cursor().copy(copying) as copy:
        copy.write_row([new_key(), 1, "x", "", "", ""])


def test_what_is_put_in_or_else_changed_is_looked_at_as_both(house: House) -> None:
    instead = " ON CONFLICT (id) DO UPDATE SET name_en = 'other', version = matter_domain.version"
    with past_the_program(house) as connection, pytest.raises(BROKEN, match="makes the next version"):
        connection.execute(_NEW_DOMAIN + instead, [house.keys["urban"], 1])


@EVERYBODY
@pytest.mark.parametrize("by", [0, -1, 2])
def test_a_record_is_not_overwritten_without_its_next_version(house: House, login: str, by: int) -> None:
    complaint = house.complaint()
    with past_the_program(house, login) as connection, pytest.raises(BROKEN, match="makes the next version"):
        rewords(connection, complaint, by=by)


def test_a_record_keeps_its_key(house: House) -> None:
    complaint = house.complaint()
    with past_the_program(house) as connection, pytest.raises(BROKEN, match="the next version of the same record"):
        connection.execute(
            "UPDATE complaint SET id = %s, version = version + 1 WHERE id = %s", [new_key(), complaint.id]
        )


def test_two_records_do_not_swap_their_versions(house: House) -> None:
    complaint, other = house.complaint(), house.complaint()
    with past_the_program(house) as connection:
        for record, version in ((complaint, 2), (other, 2), (other, 3)):
            line(connection, "complaint", record.id, version, None)
        rewords(connection, other)
        with pytest.raises(BROKEN, match="makes the next version"):
            connection.execute("UPDATE complaint SET version = CASE version WHEN 1 THEN 3 ELSE 2 END")


def test_no_table_of_records_gives_up_a_row_or_is_changed_unseen(house: House) -> None:
    with past_the_program(house) as owner, past_the_program(house, "adam") as adam:
        for table in EVERY_TABLE:
            for statement in ("DELETE FROM {}", "TRUNCATE {}"):
                refused = sql.SQL(statement).format(sql.Identifier(table))
                with pytest.raises(DENIED, match=f"nothing is ever deleted from {table}"), owner.transaction():
                    owner.execute(refused)
                with pytest.raises(DENIED, match="permission denied"), adam.transaction():
                    adam.execute(refused)
            guards = owner.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O' ORDER BY 1", [table]
            ).fetchall()
            assert {name for (name,) in guards} >= set(RECORD_TRIGGERS), table


def test_a_table_of_one_s_own_does_not_pass_for_the_journal(house: House) -> None:
    complaint = house.complaint()
    with past_the_program(house, "ann") as connection:
        connection.execute("CREATE TEMPORARY TABLE journal AS SELECT * FROM public.journal")
        connection.execute("SET search_path = pg_temp, public")
        connection.execute(
            "INSERT INTO journal SELECT 1, pg_current_xact_id()::text::bigint, 'complaint', %s, 2", [complaint.id]
        )
        with pytest.raises(BROKEN, match="no line of its own"):
            rewords(connection, complaint)


# A database that was there before


def test_a_filled_database_of_the_step_before_is_guarded_from_then_on(postgres_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    adding = "INSERT INTO matter_domain (id, version, code, tier, name_zh, name_en) VALUES ('{}', 1, 'x', '', '', '')"
    changing = "UPDATE matter_domain SET name_en = 'other'"
    with closing(Database(postgres_url)) as before, before.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        connection.exec_driver_sql(adding.format(new_key()))
        connection.exec_driver_sql(changing)
    with closing(Database.create(postgres_url)) as after:
        with after.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT name_en FROM matter_domain").scalar() == "other"
        with pytest.raises(IntegrityError, match="makes the next version"), after.engine.begin() as connection:
            connection.exec_driver_sql(changing)
