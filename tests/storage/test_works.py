"""Works: one transaction for rows and journal, once, by somebody, or not at all."""

import datetime as dt
import threading

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.contacts import FileContent, Note
from commandcenter.domain.journal import HIDDEN, JournalLine
from commandcenter.domain.people import Person
from commandcenter.domain.record import SnapshotIsReadOnly, new_key
from commandcenter.domain.search import SearchRow
from commandcenter.domain.units import Setting
from commandcenter.domain.work import Work
from commandcenter.errors import Conflict, NotAllowed, Refused
from commandcenter.storage.database import Database
from commandcenter.storage.journaling import _MOST_AT_ONCE, NeverDeleted
from commandcenter.storage.orders import AlreadyDone
from commandcenter.storage.sessions import PastTheJournal
from commandcenter.storage.verification import first_broken
from tests.storage.deeds import at_once, done, hired, lines_of, note, reworded, written


def test_what_is_written_is_read_back_as_it_was(database: Database, ann: Person) -> None:
    eight_hours_east = dt.timezone(dt.timedelta(hours=8))
    complaint = Complaint(
        number="S1", channel="web", arrived_at=dt.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=eight_hours_east),
        received_at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC), words="噪音\n“很大”", urgency="ordinary", state="received",
        lon=120.05, lat=35.9, solved=False, satisfied=5,
    )  # fmt: skip
    saved = done(database.run("receive", ann, "test", lambda work: work.add(complaint)))
    with database.reading() as session:
        read = session.get(Complaint, saved.id)
    assert read is not None
    assert read is not saved
    assert read.values() == saved.values()
    assert read.arrived_at.tzinfo is dt.UTC
    assert read.version == 1


def test_a_row_is_a_read_only_snapshot_after_the_work_and_after_the_reading(database: Database) -> None:
    saved = written(database)
    with database.reading() as session:
        read = session.get(Note, saved.id)
    assert read is not None
    for snapshot in (saved, read):
        with pytest.raises(SnapshotIsReadOnly):
            snapshot.words = "另外"


def test_every_version_has_one_line_that_says_who_where_when_what_and_why(database: Database, ann: Person) -> None:
    first = done(database.run("note", ann, "desk 1", lambda work: work.add(note("一"))))
    done(database.run("reword", ann, "desk 2", reworded(first, "二"), reason="typed wrongly"))
    born, changed = lines_of(database, first)
    assert born.changes["words"] == [None, "一"]
    assert (changed.kind, changed.version, changed.operation) == ("note", 2, "reword")
    assert changed.changes == {"words": ["一", "二"]}
    assert (changed.actor_id, changed.station, changed.reason) == (ann.id, "desk 2", "typed wrongly")
    assert changed.case_id == first.case_id
    assert changed.previous_hash == born.hash
    assert born.at <= changed.at <= database.now()


def test_a_work_that_changes_nothing_writes_nothing(database: Database) -> None:
    saved = written(database)
    same = done(database.run("reword", None, "test", reworded(saved, saved.words)))
    assert same.version == 1
    assert len(lines_of(database, saved)) == 1


def test_an_exception_leaves_nothing_behind(database: Database) -> None:
    def broken(work: Work) -> None:
        work.add(note())
        work.session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.run("note", None, "test", broken)
    with database.reading() as session:
        for table in (Note, JournalLine, SearchRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_the_second_of_two_stations_is_refused_with_who_and_when(database: Database, ann: Person) -> None:
    seen = written(database)
    done(database.run("reword", ann, "test", reworded(seen, "先")))
    at = lines_of(database, seen)[-1].at.astimezone().strftime("%H:%M:%S")
    with pytest.raises(Conflict, match=f"Ann changed it first, at {at}"):
        database.run("reword", None, "test", reworded(seen, "后"))


def test_two_stations_at_the_same_moment_are_told_apart_at_the_latest_on_saving(
    server_url: str,
) -> None:
    with Database.open(server_url) as database:
        ann = hired(database, "ann", name_en="Ann")
        seen = written(database)

        def overtaken(work: Work) -> None:
            row = work.get(Note, seen.id, seen.version)
            done(database.run("reword", ann, "test", reworded(seen, "先")))
            row.words = "后"

        with pytest.raises(Conflict, match="Ann changed it first"):
            database.run("reword", None, "test", overtaken)
        assert [line.version for line in lines_of(database, seen)] == [1, 2]


def test_the_same_operation_id_does_nothing_the_second_time(database: Database) -> None:
    operation = new_key()
    saved = done(database.run("note", None, "test", lambda work: work.add(note()), operation_id=operation))
    assert database.already_done(operation)
    assert database.run("note", None, "test", lambda work: work.add(note()), operation_id=operation) is None
    with database.reading() as session:
        assert session.scalars(select(Note.id)).all() == [saved.id]
    with pytest.raises(AlreadyDone), database.work("note", None, "test", operation_id=operation) as work:
        work.add(note())


def test_an_operation_replayed_by_many_at_once_is_done_once(database: Database) -> None:
    operation, start = new_key(), threading.Barrier(4)

    def replay() -> None:
        start.wait(30)
        database.run("note", None, "test", lambda work: work.add(note()), operation_id=operation)

    at_once([replay] * 4)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Note)) == 1


def test_many_stations_change_one_record_and_no_change_is_lost(database: Database) -> None:
    saved = written(database, "0")

    def add_one() -> None:
        for _ in range(5):
            while True:
                with database.reading() as session:
                    seen = session.get(Note, saved.id)
                assert seen is not None
                try:
                    done(database.run("reword", None, "test", reworded(seen, str(int(seen.words) + 1))))
                    break
                except Conflict:
                    continue

    at_once([add_one] * 4)
    lines = lines_of(database, saved)
    assert [line.version for line in lines] == list(range(1, 22))
    assert lines[-1].changes == {"words": ["19", "20"]}


def test_a_personal_value_is_never_in_the_journal(database: Database) -> None:
    citizen = Complainant(name="王芳", phone="13900001111")
    database.run("take", None, "test", lambda work: work.add(citizen))

    def correct(work: Work) -> None:
        work.get(Complainant, citizen.id).phone = "13900002222"

    database.run("correct", None, "test", correct)
    with database.reading() as session:
        everything = str([line.changes for line in session.scalars(select(JournalLine))])
    assert "1390000" not in everything
    assert "王芳" not in everything
    assert lines_of(database, citizen)[-1].changes == {"phone": [HIDDEN, HIDDEN]}


@pytest.mark.parametrize(
    "statement",
    [
        update(Note).values(words="x"), delete(Note), insert(Note).values(words="x"), delete(JournalLine),
        update(JournalLine).values(reason="x"), text("UPDATE note SET words = 'x'"), text("  delete from journal"),
    ],
    ids=str,
)  # fmt: skip
def test_a_statement_past_the_journal_is_forbidden(database: Database, statement: object) -> None:
    written(database)
    with pytest.raises(PastTheJournal):
        database.run("cheat", None, "test", lambda work: work.session.execute(statement))  # type: ignore[call-overload]
    with pytest.raises(PastTheJournal), database.reading() as session:
        session.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("road", ["bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"])
def test_the_bulk_roads_of_the_session_are_closed(database: Database, road: str) -> None:
    with pytest.raises(PastTheJournal):
        database.run("cheat", None, "test", lambda work: getattr(work.session, road)([note()]))


def test_nothing_is_ever_deleted_and_no_line_is_edited(database: Database) -> None:
    saved = written(database)

    def discard(work: Work) -> None:
        work.session.delete(work.get(Note, saved.id))

    def edit(work: Work) -> None:
        work.session.scalars(select(JournalLine)).one().reason = "x"

    for body in (discard, edit):
        with pytest.raises(NeverDeleted):
            database.run("cheat", None, "test", body)


@pytest.mark.parametrize("statement", ["UPDATE journal SET reason = 'x'", "DELETE FROM journal"])
def test_the_database_itself_refuses_to_edit_the_journal(database: Database, statement: str) -> None:
    written(database)
    with pytest.raises(Exception, match="the journal is never edited"), database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_reading_cannot_write(database: Database) -> None:
    with database.reading() as session:
        session.add(note())
        with pytest.raises(PastTheJournal):
            session.flush()
        session.rollback()


def test_the_bytes_of_a_file_are_kept_beside_the_records(database: Database) -> None:
    database.run("show", None, "test", lambda work: work.session.add(FileContent(sha256="a" * 64, content=b"\x00\xff")))
    with database.reading() as session:
        held = session.get(FileContent, "a" * 64)
    assert held is not None
    assert held.content == b"\x00\xff"


def test_who_is_not_in_use_any_more_may_do_nothing(database: Database) -> None:
    gone = hired(database, "gone", disabled=True)
    with pytest.raises(NotAllowed, match="not in use"):
        database.run("note", gone, "test", lambda work: work.add(note()))
    with pytest.raises(NotAllowed, match="not in use"):
        database.run("note", new_key(), "test", lambda work: work.add(note()))


def test_a_right_taken_away_countsat_once(database: Database, ann: Person) -> None:
    def demote(work: Work) -> None:
        work.get(Person, ann.id).roles = ["wall"]

    database.run("demote", None, "test", demote)
    assert done(database.run("look", ann, "test", lambda work: list(work.actor.roles))) == ["wall"]


def test_what_must_be_unique_is_refused_in_words_when_it_is_there_already(database: Database) -> None:
    hired(database, "ann")
    with pytest.raises(Refused, match="a second time"):
        hired(database, "ann")


def test_the_rules_are_remembered_until_a_setting_changes(database: Database) -> None:
    before = database.rules()
    assert database.rules() is before
    database.run("set", None, "test", lambda work: work.add(Setting(name="grace", value="9 d")))
    assert database.rules().text("grace") == "9 d"


def test_rules_that_were_rolled_back_are_forgotten(database: Database, built_url: str) -> None:
    def set_and_fail(work: Work) -> None:
        work.add(Setting(name="grace", value="99 d"))
        work.session.flush()
        assert database.rules(work.session).text("grace") == "99 d"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.run("set", None, "test", set_and_fail)
    # By another station: a work of this one would read the rules as they were before, and forget in doing so.
    with Database.open(built_url) as elsewhere:
        elsewhere.run("set", None, "test", lambda work: work.add(Setting(name="grace", value="9 d")))
    assert database.rules().text("grace") == "9 d"


def test_the_time_of_a_work_is_the_servers_or_the_one_handed_in(database: Database, built_url: str) -> None:
    noon = dt.datetime(2031, 5, 1, 12, tzinfo=dt.UTC)
    with Database.open(built_url, clock=lambda: noon) as elsewhen:
        saved = written(elsewhen)
    assert lines_of(database, saved)[0].at == noon
    real = lines_of(database, written(database))[0].at
    assert abs(real - database.now()) < dt.timedelta(seconds=30)


def test_many_new_recordsat_once_are_journalled_like_single_ones(database: Database, ann: Person) -> None:
    rows = [note(f"第{n}条 违建") for n in range(5)] + [Complainant(name="王芳", phone="1"), Complainant(name="李明")]
    database.run("import", ann, "test", lambda work: work.add_many(rows))
    with database.reading() as session:
        assert first_broken(session) is None
        assert session.scalar(select(func.count()).select_from(SearchRow)) == 5
        lines = session.scalars(select(JournalLine).where(JournalLine.operation == "import")).all()
        read = session.get(Note, rows[0].id)
    assert len(lines) == len(rows)
    assert "王芳" not in str([line.changes for line in lines])
    assert read is not None
    assert read.values() == rows[0].values()
    single = lines_of(database, written(database))[0]
    assert set(single.changes) == set(lines[0].changes if lines[0].kind == "note" else lines[-1].changes)


# Numbers


def test_numbers_begin_anew_each_local_day_and_are_never_given_twice(built_url: str) -> None:
    now = dt.datetime(2026, 11, 23, 15, 59, tzinfo=dt.UTC)  # 23:59 in Shanghai
    with Database.open(built_url, clock=lambda: now) as database:
        first = [done(database.run("x", None, "t", lambda work: work.numbers("case"))) for _ in range(3)]
        complaints = done(database.run("x", None, "t", lambda work: work.many_numbers("complaint", 2)))
        now += dt.timedelta(minutes=2)
        next_day = done(database.run("x", None, "t", lambda work: work.numbers("case")))
    assert first == ["261123-0001", "261123-0002", "261123-0003"]
    assert complaints == ["S261123-0001", "S261123-0002"]
    assert next_day == "261124-0001"


def test_writers_who_begin_a_day_together_share_no_number(built_url: str) -> None:
    given: list[str] = []
    start = threading.Barrier(4)

    def draw() -> None:
        with Database.open(built_url) as own:
            start.wait(30)
            for _ in range(10):
                given.extend(done(own.run("x", None, "t", lambda work: work.many_numbers("case", 3))))

    at_once([draw] * 4)
    assert len(given) == 120
    assert len(set(given)) == 120
    assert all(int(number.split("-")[1]) > 0 for number in given)


def test_no_writer_waits_for_another_ones_number(server_url: str) -> None:
    with Database.open(server_url) as database, database.work("slow", None, "t") as slow:
        first = slow.numbers("case")
        assert done(database.run("quick", None, "t", lambda work: work.numbers("case"))) > first


def test_the_chain_holds_when_very_many_records_change_in_one_work(database: Database) -> None:
    rows = [note(str(n)) for n in range(_MOST_AT_ONCE + 2)]
    keys = [row.id for row in rows]
    database.run("note", None, "test", lambda work: [work.add(row) for row in rows] and None)

    def reword(work: Work) -> None:
        for key in keys:
            work.get(Note, key).words += "!"

    database.run("reword", None, "test", reword)
    for key in (keys[0], keys[1], keys[-2], keys[-1]):
        first, second = lines_of(database, key)
        assert second.previous_hash == first.hash != ""
