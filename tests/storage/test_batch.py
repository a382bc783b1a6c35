"""What a flush writes goes to the server in one breath, told by the driver's own trace of what went over the wire."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm.exc import StaleDataError

from commandcenter.domain.contacts import Note
from commandcenter.domain.work import Work
from commandcenter.errors import Conflict, Refused
from commandcenter.storage.database import Database
from tests.storage.deeds import done, hired, lines_of, note, written

_WRITE = re.compile(r'Parse.*"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)')


@pytest.fixture
def server(server_url: str) -> Iterator[Database]:
    """A fresh database on a server."""
    with Database.open(server_url) as opened:
        yield opened


def test_the_lines_the_records_and_their_words_cost_one_way_to_the_server_and_back(
    server: Database, tmp_path: Path
) -> None:
    old = written(server)
    wire = tmp_path / "wire"

    def several(work: Work) -> None:
        for n in range(3):
            work.add(note(f"垃圾没人清 {n}"))
        work.get(Note, old.id).words = "改了"

    with wire.open("w") as trace:
        event.listen(server.engine, "checkout", lambda raw, *_: raw.pgconn.trace(trace.fileno()))
        event.listen(server.engine, "checkin", lambda raw, _record: raw.pgconn.untrace())
        server.run("several", None, "test", several)
    said = wire.read_text(encoding="utf-8").splitlines()
    writes = [n for n, line in enumerate(said) if _WRITE.search(line)]
    asked_for_answers = [n for n, line in enumerate(said) if "\tSync" in line]
    written_to = [_WRITE.findall(said[n])[0] for n in writes]
    assert [name for name, _same in groupby(written_to)] == ["journal", "note", "search_row"]
    assert len(writes) == 4 + 4 + 5
    assert not [n for n in asked_for_answers if writes[0] < n < writes[-1]]


def test_the_line_goes_before_its_record(built_url: str) -> None:
    with Database.open(built_url) as database:
        told = "SELECT count(*) FROM journal WHERE key = NEW.id AND version = NEW.version"
        with database.engine.begin() as connection:
            for statement in _remembering(database.dialect, told):
                connection.execute(text(statement))
        row = written(database)
        database.run("reword", None, "test", lambda work: setattr(work.get(Note, row.id), "words", "改了"))
        database.run("bulk", None, "test", lambda work: work.add_many([note(), note()]))
        with database.reading() as session:
            assert session.execute(text("SELECT told FROM met")).scalars().all() == [1, 1, 1, 1]


def _remembering(dialect: str, told: str) -> list[str]:
    """A trigger that notes how many lines it met when a note came or changed."""
    met = f"INSERT INTO met {told}"
    if dialect == "sqlite":
        triggers = [f"CREATE TRIGGER look_{e} AFTER {e} ON note BEGIN {met}; END" for e in ("INSERT", "UPDATE")]
    else:
        triggers = [
            f"CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {met}; RETURN NULL; END $$",
            "CREATE TRIGGER look AFTER INSERT OR UPDATE ON note FOR EACH ROW EXECUTE FUNCTION look()",
        ]
    return ["CREATE TABLE met (told integer)", *triggers]


def test_who_comes_second_to_a_version_is_told_who_was_first(server: Database) -> None:
    row, other = written(server), written(server)
    first = hired(server, "ann", name_en="Ann", name_zh="安")

    def too_late() -> None:
        with server.work("reword", None, "test") as work:
            for key in (row.id, other.id):
                work.get(Note, key).words = "改了"
            server.run("reword", first, "elsewhere", lambda w: setattr(w.get(Note, row.id), "words", "先改了"))

    with pytest.raises(Conflict, match="Ann"):
        too_late()
    assert [len(lines_of(server, key)) for key in (row.id, other.id)] == [2, 1]


def test_who_comes_second_to_a_version_nobody_looked_at_does_it_again_on_top(server: Database) -> None:
    row = written(server)
    tries: list[str] = []

    def reword(work: Work) -> None:
        found = work.get(Note, row.id)
        tries.append(found.words)
        found.words += " 我改的"
        if len(tries) == 1:
            server.run("reword", None, "elsewhere", lambda w: setattr(w.get(Note, row.id), "words", "先改了"))

    server.run("reword", None, "test", reword)
    assert tries == [row.words, "先改了"]
    assert lines_of(server, row)[-1].changes == {"words": ["先改了", "先改了 我改的"]}


def test_an_update_that_meets_no_row_is_noticed_although_its_answer_comes_late(server: Database) -> None:
    row = written(server)

    def past_the_journal() -> None:
        with server.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("UPDATE note SET version = 7"))

    def reword(work: Work) -> None:
        work.get(Note, row.id).words = "改了"
        past_the_journal()

    with pytest.raises(Refused) as refused:
        server.run("reword", None, "test", reword)
    assert isinstance(refused.value.__cause__, StaleDataError)
    assert len(lines_of(server, row)) == 1


def test_a_new_record_that_could_not_be_written_may_be_added_by_the_next_try(server: Database) -> None:
    row = note()
    tries: list[int] = []

    def add(work: Work) -> Note:
        tries.append(len(tries))
        if len(tries) == 1:
            server.run("note", None, "elsewhere", lambda w: w.add_many([note(id=row.id)]))
        elif len(tries) == 2:
            row.id = note().id
        return work.add(row)

    saved = done(server.run("note", None, "test", add))
    assert (len(tries), saved.version, len(lines_of(server, saved))) == (2, 1, 1)


def test_what_one_statement_of_many_meets_refuses_them_all_in_words(server: Database) -> None:
    row = written(server)
    again = note(id=row.id)

    with pytest.raises(Refused, match="already there"):
        server.run("note", None, "test", lambda work: [work.add(again), work.add(note("别的"))])
    with server.reading() as session:
        assert session.query(Note).count() == 1
