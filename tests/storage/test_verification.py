"""The proof of the journal finds what somebody did past the program."""


import re

import pytest
from sqlalchemy import text

from commandcenter.domain.contacts import Note
from commandcenter.domain.people import Person
from commandcenter.storage.database import Database
from commandcenter.storage.verification import first_broken
from tests.storage.deeds import done, reworded, written

_UNGUARDED = {
    "sqlite": ["DROP TRIGGER journal_is_never_edited_by_update", "DROP TRIGGER journal_is_never_edited_by_delete"],
    "postgresql": ["DROP TRIGGER journal_is_never_edited ON journal"],
}


def _past_the_program(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        for drop in _UNGUARDED[database.dialect]:
            connection.exec_driver_sql(drop)
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
