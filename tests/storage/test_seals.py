"""The sealed head finds what the chain of hashes cannot: a chain that was made anew."""

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select, text

from commandcenter.domain.contacts import Note
from commandcenter.domain.journal import HASHED, JournalLine, chain_hash
from commandcenter.domain.people import Person
from commandcenter.domain.record import new_key
from commandcenter.domain.work import Work
from commandcenter.errors import Refused, Unavailable
from commandcenter.storage import seals
from commandcenter.storage.database import Database
from commandcenter.storage.seals import Seal, against, read_seal, seal_from, sealed
from commandcenter.storage.verification import first_broken
from tests.storage.deeds import done, lines_of, note, reworded, written
from tests.storage.test_verification import _UNGUARDED


def unlike(database: Database, seal: Seal) -> list[str]:
    """What is not as it was sealed."""
    with database.reading() as session:
        return [str(found) for found in against(session, seal)]


def adding(row: Note) -> Callable[[Work], Note]:
    """What adds a record."""
    return lambda work: work.add(row)


def forge(database: Database, row: Note) -> None:
    """Change the last line of a record past the program, as one who knows how the hashes are made."""
    line = lines_of(database, row)[-1]
    held = {name: getattr(line, name) for name in HASHED} | {"reason": "quite another"}
    with database.engine.begin() as connection:
        for drop in _UNGUARDED[database.dialect]:
            connection.exec_driver_sql(drop)
        connection.execute(
            text("UPDATE journal SET reason = :reason, hash = :hash WHERE seq = :seq"),
            {"reason": held["reason"], "hash": chain_hash(line.previous_hash, held), "seq": line.seq},
        )


def test_a_chain_made_anew_is_found_by_the_seal_alone(database: Database, ann: Person) -> None:
    row = written(database, "一", ann)
    done(database.run("reword", ann, "test", reworded(row, "二")))
    seal = sealed(database)
    assert unlike(database, seal) == []
    forge(database, row)
    with database.reading() as session:
        assert first_broken(session) is None, "the chain by itself shows nothing"
    (found,) = unlike(database, seal)
    assert f"the journal of note is not what was sealed on {seal.date}: 1 records with 2 lines then" in found


def test_a_journal_that_goes_on_still_is_what_was_sealed(database: Database, ann: Person) -> None:
    row = written(database, "一", ann)
    seal = sealed(database)
    done(database.run("reword", ann, "test", reworded(row, "二")))
    written(database, "三", ann)
    assert unlike(database, seal) == []
    assert sealed(database).head != seal.head


def test_a_journal_that_was_cut_off_is_found(database: Database, ann: Person) -> None:
    written(database, "一", ann)
    seal = sealed(database)
    with database.engine.begin() as connection:
        for drop in _UNGUARDED[database.dialect]:
            connection.exec_driver_sql(drop)
        connection.execute(text("DELETE FROM journal WHERE kind = 'note'"))
        connection.execute(text("DELETE FROM note"))
    with database.reading() as session:
        assert first_broken(session) is None, "what is gone with its lines leaves no trace"
    found = unlike(database, seal)
    assert "the journal ends at line" in found[0]
    assert "1 records with 1 lines then, 0 with 0 now" in found[1]


def test_a_seal_waits_for_whoever_has_a_lower_number_and_is_not_done(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, asking = threading.Event(), seals._writers

    def told(database: Database) -> set[str]:
        found = asking(database)
        asked.set()
        return found

    monkeypatch.setattr(seals, "_writers", told)
    made: list[Seal] = []
    with Database.open(server_url) as database, Database.open(server_url) as other, ExitStack() as quick:
        sealing = threading.Thread(target=lambda: made.append(sealed(other)))
        early = quick.enter_context(other.work("quick", None, "test"))
        # The quick one's transaction is the older one: their order says nothing about the order of their lines.
        early.session.execute(text("SELECT pg_current_xact_id()"))
        with database.work("slow", None, "test") as work:
            work.add(note("一"))
            work.session.flush()
            early.add(note("二"))
            quick.close()
            sealing.start()
            assert asked.wait(10)
            assert made == [], "sealed, while a line with a lower number was still to come"
        sealing.join(10)
        (seal,) = made
        with database.reading() as session:
            assert seal.last_seq == max(session.scalars(select(JournalLine.seq)))
        assert (seal.lines, unlike(database, seal)) == (2, [])


def test_a_server_that_never_settles_is_said(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "_PATIENCE_S", 0.0)
    with Database.open(server_url) as database, database.work("slow", None, "test") as work:
        work.add(note("一"))
        work.session.flush()
        with pytest.raises(Unavailable, match="open on the database server for too long"):
            sealed(database)


def test_a_seal_is_the_same_on_either_kind_of_database(file_url: str, server_url: str) -> None:
    heads = set()
    key, case, author = new_key(), new_key(), new_key()
    for url in (file_url, server_url):
        with Database.open(url, clock=lambda: note().written_at) as database:
            same = note("一", case_id=case, author_id=author)
            same.id = key
            done(database.run("note", None, "test", adding(same), operation_id=key))
            heads.add(json.dumps(sealed(database).told()["kinds"], sort_keys=True))
    assert len(heads) == 1


@pytest.mark.parametrize("field", ["date", "last_seq", "district", "sealed_at", "head", "kinds", "format"])
def test_a_seal_that_was_changed_is_refused(database: Database, tmp_path: Path, field: str) -> None:
    written(database)
    told = sealed(database).told()
    assert seal_from(json.loads(json.dumps(told))).head == told["head"]
    others = {"date": "2020-01-01", "last_seq": 7, "sealed_at": "2020-01-01T00:00:00Z", "kinds": {}}
    told[field] = others.get(field, "x")
    (tmp_path / "seal").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(Refused, match="not a seal of the journal, or it was damaged"):
        read_seal(tmp_path / "seal")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b"null", b'{"kinds": 1}'])
def test_what_is_no_seal_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "seal").write_bytes(content)
    with pytest.raises(Refused, match="not a seal of the journal"):
        read_seal(tmp_path / "seal")


def test_a_seal_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be read: No such file"):
        read_seal(tmp_path / "seal")
