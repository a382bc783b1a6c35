"""The search is built anew from the records, whatever had become of it."""

import threading

import pytest
from sqlalchemy import make_url, text

from commandcenter.domain.contacts import Note
from commandcenter.domain.people import Person
from commandcenter.domain.search import matching
from commandcenter.errors import NotAllowed
from commandcenter.storage import reindexing
from commandcenter.storage.database import Database
from commandcenter.storage.reindexing import rebuild
from tests.house import House
from tests.postgres import Cluster
from tests.storage.deeds import at_once, done, reworded, written
from tests.storage.members import address_of, let_in


def _found(database: Database, words: str) -> list[str]:
    with database.reading() as session:
        return matching(session, ["note"], words)["note"]


def _ruin(database: Database) -> None:
    """Take every other record's words away, and leave words of nothing."""
    with database.engine.begin() as connection:
        rows = connection.execute(text("SELECT id FROM search_row ORDER BY id")).scalars().all()
        for row in rows[::2]:
            connection.execute(text("DELETE FROM search_row WHERE id = :row"), {"row": row})
        strange = "INSERT INTO search_row (kind, key) VALUES (:kind, '019aaf00-0000-7000-8000-000000000000')"
        for kind in ("note", "ghost"):
            connection.execute(text(strange), {"kind": kind})


def test_what_was_ruined_is_found_again_newest_first(
    database: Database, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "_AT_ONCE", 2)
    notes = [written(database, f"夜间施工 {n}", ann) for n in range(5)]
    done(database.run("reword", ann, "test", reworded(notes[1], "占道经营")))
    written(database, "", ann)
    _ruin(database)
    assert len(_found(database, "施工")) < 4
    shares: list[float] = []
    assert rebuild(database, shares.append) == 5
    assert _found(database, "施工") == [notes[n].id for n in (4, 3, 2, 0)]
    assert (_found(database, "占道"), shares[-1], len(shares)) == ([notes[1].id], 1.0, 3)
    written(database, "夜间施工 9", ann)
    assert len(_found(database, "施工")) == 5


def test_who_changes_a_record_meanwhile_is_waited_for_on_a_server(server_url: str, postgres: Cluster) -> None:
    held, pause = threading.Event(), threading.Event()
    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
    with Database.open(server_url) as database, Database.open(server_url) as other, postgres.connect() as over:
        row, same = written(database, "夜间施工"), written(database, "夜间施工")

        def rewords() -> None:
            with other.work("reword", None, "test") as work:
                work.get(Note, row.id, row.version).words = "占道经营"
                work.session.flush()
                held.set()
                while not over.execute(waiting, [make_url(server_url).database]).fetchall():
                    pause.wait(0.02)

        def rebuilds() -> None:
            assert held.wait(30)
            assert rebuild(database) == 2

        at_once([rewords, rebuilds])
        assert (_found(database, "占道"), _found(database, "施工")) == ([row.id], [same.id])


def test_a_member_of_the_district_does_not_build_it_anew(server_house: House, postgres: Cluster) -> None:
    let_in(postgres, server_house)
    with Database.open(address_of(server_house, "adam")) as database, pytest.raises(NotAllowed, match="Only who owns"):
        rebuild(database)
