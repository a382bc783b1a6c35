"""Finding by any part of the words, the same on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.domain import rare_words
from commandcenter.domain.contacts import Note
from commandcenter.domain.search import LONGEST, candidates, matching
from commandcenter.domain.work import Work
from commandcenter.storage.database import Database
from tests.storage.deeds import done, note, reworded, written


def _found(database: Database, said: str, limit: int = 50) -> list[str]:
    with database.reading() as session:
        return matching(session, ["note"], said, limit)["note"]


def _as_it_is(database: Database, row: Note) -> Note:
    with database.reading() as session:
        return session.get_one(Note, row.id)


@pytest.fixture
def notes(database: Database) -> list[Note]:
    said = ["A3区联丰路12号噪音扰民", "违建 阳光房,联丰路", "Loud construction at night", "什么都没有"]
    return [written(database, words) for words in said]


@pytest.mark.parametrize(
    ("said", "which"),
    [
        ("噪音", [0]), ("音扰", [0]), ("联丰路", [1, 0]), ("区", [0]), ("联丰 噪音", [0]), ("路12号", [0]), ("12", [0]),
        ("丰路1", [0]), ("丰路2", []), ("路12巷", []),
        ("constr", [2]), ("LOUD night", [2]), ("音噪", []), ("丰联", []), ("", []), ("，。", []), ("' OR 1=1 --", []),
        ('"', []), ("a3 & b", []),
    ],
)  # fmt: skip
def test_every_part_of_the_words_finds_newest_first(
    database: Database, notes: list[Note], said: str, which: list[int]
) -> None:
    assert _found(database, said) == [notes[n].id for n in which]


def test_only_so_many_are_given_and_only_of_the_kind(database: Database, notes: list[Note]) -> None:
    assert _found(database, "联丰路", limit=1) == [notes[1].id]
    with database.reading() as session:
        assert matching(session, ["complaint", "note"], "联丰路", limit=1) == {"complaint": [], "note": [notes[1].id]}


def test_what_was_said_millions_of_texts_ago_is_found_too_and_the_newest_first(database: Database) -> None:
    said: list[str] = []
    for _n in range(4):
        said.insert(0, written(database, "联丰路违建").id)
        _many_others(database, 4_000_000)
    for limit in (1, 2, 3, 50):
        assert _found(database, "联丰路", limit) == said[:limit]
    with database.reading() as session:
        assert candidates(session, "note", ["联丰", "违建"], together=2) == said
        assert candidates(session, "note", ["联丰", "违建"], born_since=said[1]) == said[:2]
        assert matching(session, ["complaint"], "联丰路") == {"complaint": []}


def _many_others(database: Database, n: int) -> None:
    """As if so many more texts had been indexed: the index goes on with later numbers."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql({
            "sqlite": f"UPDATE sqlite_sequence SET seq = seq + {n} WHERE name = 'search_row'",
            "postgresql": "SELECT setval(its, nextval(its) + "
            f"{n}) FROM (SELECT pg_get_serial_sequence('search_row', 'id')::regclass AS its) AS sequence",
        }[connection.dialect.name])  # fmt: skip


ALPHABET = "东里中山66 a,"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(st.text(ALPHABET, max_size=8), min_size=3, max_size=8),
    sought=st.text(ALPHABET, min_size=1, max_size=6),
    often=st.dictionaries(st.sampled_from(["东里", "里", "中山", "山中", "66", "a", "里中"]), st.floats(0.02, 0.9)),
)
def test_the_same_is_found_whatever_is_said_often(
    database: Database, monkeypatch: pytest.MonkeyPatch, said: list[str], sought: str, often: dict[str, float]
) -> None:
    database.run("import", None, "test", lambda work: work.add_many([note(words) for words in said]))
    monkeypatch.setattr(rare_words, "FEW", -1)  # everything is looked up as it stands
    whole = _found(database, sought)
    monkeypatch.setattr(rare_words, "FEW", 1e9)  # only the rarest is
    monkeypatch.setattr(rare_words, "shares", lambda _session: often)
    assert _found(database, sought) == whole


def test_words_that_changed_are_found_as_they_are_now(database: Database, notes: list[Note]) -> None:
    done(database.run("reword", None, "test", reworded(notes[3], "占道经营")))
    assert _found(database, "占道经营") == [notes[3].id]
    assert _found(database, "什么都没有") == []
    again = done(database.run("reword", None, "test", reworded(_as_it_is(database, notes[3]), "什么都没有")))
    assert _found(database, "什么都没有") == [again.id]
    assert _found(database, "占道经营") == []


def test_a_change_that_leaves_the_words_alone_does_not_move_the_record_to_the_front(
    database: Database, notes: list[Note]
) -> None:
    def resort(work: Work) -> None:
        work.get(Note, notes[0].id).sort = "review"

    database.run("resort", None, "test", resort)
    assert _found(database, "联丰路") == [notes[1].id, notes[0].id]


def test_candidates_share_at_least_one_word(database: Database, notes: list[Note]) -> None:
    with database.reading() as session:
        assert candidates(session, "note", ["噪音", "违建", "从未"]) == [notes[1].id, notes[0].id]
        assert candidates(session, "note", ["噪音", "违建"], limit=1) == [notes[1].id]
        assert candidates(session, "note", []) == []
        assert candidates(session, "note", ["，"]) == []


def test_what_an_import_brings_is_found_too(database: Database) -> None:
    rows = [note(f"批量{n} 油烟直排") for n in range(3)]
    database.run("import", None, "test", lambda work: work.add_many(rows))
    assert _found(database, "油烟直排") == [row.id for row in reversed(rows)]


def test_a_text_without_end_is_indexed_as_far_as_the_database_can(database: Database) -> None:
    long = written(database, "开头" + "".join(chr(0x4E00 + n % 5000) for n in range(3 * LONGEST)) + "结尾")
    assert _found(database, "开头") == [long.id]
    assert _found(database, "结尾") == []


def test_what_is_said_often_is_told_of_a_large_district_only(server_url: str) -> None:
    with Database.open(server_url) as database:
        written(database, "联丰路违建")
        database.run("import", None, "test", lambda work: work.add_many([note(f"夜间施工 {n}") for n in range(30)]))
        for rows, said in ((30, set()), (200_000, {"夜间", "施工"})):
            with database.engine.begin() as connection:
                connection.exec_driver_sql("ANALYZE search_row")
                told = f"UPDATE pg_class SET reltuples = {rows} WHERE oid = 'search_row'::regclass"
                connection.exec_driver_sql(told)
            with database.reading() as session:
                asked = rare_words.asked(session)
            assert {word for word, share in asked.items() if share > 0.9} & {"夜间", "施工", "联丰"} == said
