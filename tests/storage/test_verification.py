"""The proof of the journal finds what somebody did past the program."""

import re

import pytest
from sqlalchemy import text

from commandcenter.domain.contacts import Note
from commandcenter.domain.people import Person
from commandcenter.domain.record import Record, fields, new_key
from commandcenter.operations.handling import FileGiven
from commandcenter.storage.database import Database
from commandcenter.storage.schema.tables import record_types
from commandcenter.storage.verification import every_broken, first_broken, named_by, orphans
from tests.house import House
from tests.storage.deeds import done, reworded, written

_UNGUARDED = {
    "sqlite": ["DROP TRIGGER journal_is_never_edited_by_update", "DROP TRIGGER journal_is_never_edited_by_delete"],
    "postgresql": ["SET LOCAL session_replication_role = replica"],  # no trigger is asked: only a superuser may
}


def _past_the_program(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for drop in _UNGUARDED[database.dialect]:
            connection.exec_driver_sql(drop)
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def twice_said(database: Database, ann: Person) -> Note:
    """A note with three versions."""
    row = written(database, "一", ann)
    for words in ("二", "三"):
        row = done(database.run("reword", ann, "test", reworded(row, words)))
    return row


def _found(database: Database) -> str:
    with database.reading() as session:
        return str(first_broken(session) or "")


def test_an_honest_journal_is_whole(database: Database, twice_said: Note) -> None:
    assert _found(database) == ""


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE journal SET reason = 'other' WHERE kind = 'note' AND version = 2", "line 2 of note .* its own hash"),
        ("UPDATE journal SET station = '' WHERE kind = 'note' AND version = 3", "line 3 of note .* its own hash"),
        ("UPDATE journal SET previous_hash = hash WHERE kind = 'note' AND version = 2", "line 2 .* does not follow"),
        ("DELETE FROM journal WHERE kind = 'note' AND version = 2", "do not count up to 3"),
        ("DELETE FROM journal WHERE kind = 'note' AND version = 3", "do not count up to 3"),
        ("DELETE FROM journal WHERE kind = 'note'", "without a line in the journal"),
        ("DELETE FROM note", "does not stand in the database"),
        ("UPDATE note SET words = 'other'", "not what its lines say: words"),
        ("UPDATE note SET version = 4", "do not count up to 4"),
        ("UPDATE journal SET kind = 'ghost' WHERE kind = 'note'", "speaks of ghost"),
    ],
)
def test_what_was_done_past_the_program_is_found(
    database: Database, twice_said: Note, statement: str, finding: str
) -> None:
    _past_the_program(database, statement)
    found = _found(database)
    assert re.search(finding, found), found


def test_of_each_record_that_is_broken_the_first_break_is_named(database: Database, twice_said: Note) -> None:
    other = written(database, "四")
    _past_the_program(database, "DELETE FROM journal WHERE kind = 'note' AND version = 2",
                      "UPDATE note SET words = 'other'")  # fmt: skip
    with database.reading() as session:
        found = [str(broken) for broken in every_broken(session)]
    assert found == [
        f"the lines of note {twice_said.id} do not count up to 3: one is missing",
        f"note {other.id} is not what its lines say: words",
    ]


def _lone(house: House) -> list[str]:
    with house.database.reading() as session:
        return [str(orphan) for orphan in orphans(session)]


@pytest.mark.parametrize(("table", "column"), [
    ("case_file", "lead_id"), ("complaint", "case_id"), ("contact", "officer_id"), ("photo", "sha256"),
])  # fmt: skip
def test_a_record_that_names_one_that_is_not_there_is_found(house: House, table: str, column: str) -> None:
    assignment = house.contacted()
    house.do("oscar", "attach_photo", assignment, file=FileGiven("a.jpg", "image/jpeg", b"x"))
    assert _lone(house) == []
    _past_the_program(house.database, f"UPDATE {table} SET {column} = '{new_key()}'")
    (found,) = _lone(house)
    assert found.startswith(table)
    assert f"its {column} names a" in found


def test_of_every_key_that_a_record_holds_it_is_known_whose_it_is() -> None:
    for kind in record_types().values():
        assert all(issubclass(named_by(name), Record) for name in fields(kind) if name.endswith("_id"))
