"""What the server answers to who takes complaints in: not too often, and no citizen is forgotten under it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from commandcenter import clock
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import NumbersTried
from commandcenter.domain.record import Key, new_key
from commandcenter.errors import NotAllowed, Refused, Unavailable
from commandcenter.exchange.incoming import Incoming, read_incoming
from commandcenter.operations.enrolling import Belonging, Office
from commandcenter.operations.importing import take_in
from commandcenter.operations.overseeing import note_numbers_tried
from commandcenter.queries.archive import Sought, search
from commandcenter.storage.verification import first_broken
from tests.house import House
from tests.postgres import Cluster
from tests.storage.members import OwnLogins, let_in, line, past_the_program

NUMBER = "13912348816"
MANY = 600
"""More than are answered one after the other."""
_KNOWN = "SELECT id::text FROM known_citizens(%s, %s)"
_BLOCKED = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def house(server_house: House, postgres: Cluster) -> House:
    """A small district whose people have logins of their own on the server, living in the server's own time."""
    let_in(postgres, server_house)
    server_house.now = clock.now()
    return server_house


@pytest.fixture
def complaint(house: House) -> Complaint:
    return house.complaint(caller_phone=NUMBER)


def test_whom_an_import_will_name_nobody_forgets_meanwhile(house: House, complaint: Complaint) -> None:
    with past_the_program(house, "ann") as importing, past_the_program(house) as masking:
        assert importing.execute(_KNOWN, [[NUMBER], []]).fetchall() == [(complaint.complainant_id,)]
        with pytest.raises(psycopg.errors.LockNotAvailable):
            masking.execute("SELECT FROM complainant WHERE phone = %s FOR UPDATE NOWAIT", [NUMBER])


def test_who_is_being_forgotten_at_that_moment_is_not_known_to_an_import(house: House, complaint: Complaint) -> None:
    citizen = str(complaint.complainant_id)
    with (
        past_the_program(house, "ann") as importing, ThreadPoolExecutor(1) as beside, past_the_program(house) as masking
    ):  # fmt: skip
        line(masking, "complainant", citizen, 2, None)
        masking.execute("UPDATE complainant SET version = 2, name = '', phone = NULL WHERE id = %s", [citizen])
        found = beside.submit(lambda: importing.execute(_KNOWN, [[NUMBER], ["letters:A01"]]).fetchall())
        _until_blocked(house, found.done)
        masking.commit()
        assert found.result(60) == []


def _ask(connection: psycopg.Connection, question: str, *given: object) -> list[tuple[object, ...]]:
    """Ask in a transaction that is taken back: nothing of it stays."""
    try:
        return connection.execute(question.encode(), given).fetchall()
    finally:
        connection.rollback()


def _asked_until_refused(connection: psycopg.Connection, question: str = "SELECT known_caller(%s)::text") -> int:
    """How many numbers were looked up before the server refused."""
    for n in range(MANY):
        try:
            _ask(connection, question, f"1391234{n:04d}")
        except psycopg.errors.ConfigurationLimitExceeded:
            return n
    return MANY


def _noted(house: House, login: str) -> list[tuple[Key, int]]:
    """Whom somebody writes down as having tried numbers, and how many."""
    with closing(OwnLogins(house)) as logins:
        keys = logins.of(login).run("note_numbers_tried", house.keys[login], "test", note_numbers_tried) or []
    with house.database.reading() as session:
        found = session.scalars(select(NumbersTried).order_by(NumbersTried.noticed_at.desc())).all()
    return [(row.person_id, row.tried) for row in found[: len(keys)]]


@pytest.mark.parametrize("question", ["SELECT known_caller(%s)", "SELECT * FROM heard_before(%s)"])
def test_four_hidden_digits_are_not_tried_out_and_nobody_else_is_held_up(
    house: House, complaint: Complaint, question: str
) -> None:
    with past_the_program(house, "ann") as ann, past_the_program(house, "bob") as bob:
        assert 400 <= _asked_until_refused(ann, question) <= 402
        with pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match="ann looked up more telephone numbers"):
            _ask(ann, "SELECT * FROM heard_before(%s)", NUMBER)
        assert _ask(bob, "SELECT known_caller(%s)::text", NUMBER) == [(complaint.complainant_id,)]
    assert _noted(house, "adam") == [(house.keys["ann"], 2)]


def test_who_was_refused_is_answered_again_as_time_goes_by(house: House, complaint: Complaint) -> None:
    own = house.keys["ann"].replace("-", "")
    with past_the_program(house, "ann") as ann, past_the_program(house) as clock_hand:
        _asked_until_refused(ann)
        clock_hand.execute(f"SELECT setval('asked_{own}', last_value - 1) FROM asked_{own}".encode())  # 36 s
        assert _ask(ann, "SELECT known_caller(%s)::text", NUMBER) == [(complaint.complainant_id,)]
        for _again in range(50):  # the same number once more, as a form asks it, is no further question
            _ask(ann, "SELECT known_caller(%s)::text", NUMBER)
        with pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
            _ask(ann, "SELECT known_caller(%s)", "13800000000")


def test_numbers_of_a_file_are_never_refused_but_told_of(house: House, complaint: Complaint) -> None:
    numbers = [f"1391234{n:04d}" for n in range(10_000)]
    with past_the_program(house, "ann") as ann:
        assert _ask(ann, _KNOWN, numbers, []) == [(complaint.complainant_id,)]
        assert _ask(ann, "SELECT known_caller(%s)::text", NUMBER) == [(complaint.complainant_id,)]
    assert _noted(house, "ines") == [(house.keys["ann"], 10_000)]
    assert _noted(house, "adam") == [], "once is enough"
    with house.database.reading() as session:
        assert first_broken(session) is None
        (told,) = session.scalars(select(JournalLine).where(JournalLine.kind == "numbers_tried"))
    assert "139" not in str(told.changes)


def test_a_number_that_cannot_be_given_to_somebody_else_tells_as_much_and_is_counted(house: House) -> None:
    citizen = house.complaint(caller_phone="", caller_name="李先生").complainant_id or ""
    with past_the_program(house, "ann") as ann:
        for n in range(3):
            line(ann, "complainant", citizen, 2, house.keys["ann"])
            given = [f"1380000000{n}", citizen]
            ann.execute("UPDATE complainant SET version = 2, phone = %s WHERE id = %s", given)
            ann.rollback()
    assert _noted(house, "adam") == [(house.keys["ann"], 3)]


_WRITTEN = "INSERT INTO complainant (id, version, name, phone)"
_TRIED = "SELECT gen_random_uuid(), 1, '', '1391234' || n FROM generate_series(8810, 8830) AS n"
_PROBES = {
    "one row": (1, "duplicate key", f"{_WRITTEN} VALUES (gen_random_uuid(), 1, '', '{NUMBER}')"),
    # A statement that is broken off on purpose leaves nothing to a trigger that looks when it is over; how far it came
    # stands in a sequence, which no rollback takes back.
    "broken off where the number is not there": (7, "duplicate key", f"""
        {_WRITTEN} SELECT gen_random_uuid(), 1 / (8830 - n), nextval('number_case')::text, '1391234' || n
        FROM generate_series(8810, 8830) AS n
    """),
    "broken off anyhow": (10, "division by zero", f"""
        {_WRITTEN} SELECT gen_random_uuid(), 1 / (8830 - n), '', '1391234' || n FROM generate_series(8820, 8830) AS n
    """),
    "what is there already is passed over": (21, "the line goes first", f"""
        {_WRITTEN} {_TRIED} ON CONFLICT DO NOTHING RETURNING id
    """),
    "merged": (7, "duplicate key", f"""
        MERGE INTO complainant USING ({_TRIED}) AS tried (id, version, name, phone) ON false
        WHEN NOT MATCHED THEN INSERT (id, version, name, phone) VALUES (tried.id, 1, '', tried.phone)
    """),
    "one after the other, each taken back": (21, "over", f"""
        DO $$ BEGIN
            FOR n IN 8810 .. 8830 LOOP
                BEGIN {_WRITTEN} VALUES (gen_random_uuid(), 1, '', '1391234' || n);
                EXCEPTION WHEN integrity_constraint_violation THEN NULL; END;
            END LOOP;
            RAISE 'over';
        END $$
    """),
}  # fmt: skip


def _counted(house: House) -> int:
    """How many numbers were tried beyond what calls bring, by everybody, ever."""
    with past_the_program(house, "adam") as adam:
        return sum(total for _person, total in adam.execute("SELECT * FROM tried_beyond()"))


def test_who_tries_numbers_out_by_writing_citizens_down_is_counted(house: House, complaint: Complaint) -> None:
    counted = {}
    for probe, (_tried, told, statement) in _PROBES.items():
        before = _counted(house)
        with past_the_program(house, "ann") as ann, pytest.raises(psycopg.Error, match=told):
            ann.execute(statement.encode())
        counted[probe] = _counted(house) - before
    assert counted == {probe: tried for probe, (tried, *_more) in _PROBES.items()}


def test_who_tries_more_numbers_out_than_calls_bring_is_refused(house: House, complaint: Complaint) -> None:
    written = f"{_WRITTEN} VALUES (gen_random_uuid(), 1, '', %s)"
    with past_the_program(house, "ann") as ann:
        with pytest.raises(psycopg.errors.ConfigurationLimitExceeded), ann.transaction():
            ann.execute(f"{_WRITTEN} SELECT gen_random_uuid(), 1, '', n::text FROM generate_series(1, {MANY}) AS n")
        for question in (written, "SELECT known_caller(%s)"):
            with pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
                _ask(ann, question, NUMBER)
        copied = ann.cursor().copy("COPY complainant FROM STDIN")
        with pytest.raises(psycopg.errors.FeatureNotSupported), copied as copy:
            copy.write_row((new_key(), 1, "", NUMBER))


def test_numbers_of_a_file_are_known_by_their_transaction_alone(house: House, complaint: Complaint) -> None:
    written = f"{_WRITTEN} VALUES (gen_random_uuid(), 1, '', '{NUMBER}')"
    with past_the_program(house, "ann") as ann:
        for _time in range(2):
            ann.execute(_KNOWN, [["13800000000", NUMBER], []])
            with pytest.raises(psycopg.errors.UniqueViolation), ann.transaction():
                ann.execute(written.encode())
            ann.commit()
        _ask(ann, "SELECT known_caller(%s)", "13800000001")
        with pytest.raises(psycopg.errors.UniqueViolation):
            ann.execute(written.encode())
        ann.rollback()
    assert _noted(house, "adam") == [(house.keys["ann"], 2 + 2 + 1)]


def test_calls_are_taken_and_files_brought_in_by_people_who_are_counted(house: House, tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    rows = "".join(f"{n},1380000{n:04d},噪音,2019/3/1 8:05:00,夜间施工\n" for n in range(600))
    path.write_text(f"留言编号,留言用户,留言主题,留言时间,留言详情\n{rows}", encoding="utf-8")
    told = [replace(row, caller_phone=row.caller_name) for row in read_incoming(path, "letters")
            if isinstance(row, Incoming)]  # fmt: skip
    with closing(OwnLogins(house)) as logins:
        logins.of("ann").run("import", house.keys["ann"], "test", partial(take_in, rows=told))
        for n in range(3):
            logins.do("ann", "receive", words="夜间施工", channel="hotline", caller_phone=f"1370000000{n}",
                      urgency="ordinary")  # fmt: skip
    assert _noted(house, "adam") == [(house.keys["ann"], 600)]


def test_who_only_bears_the_group_asks_nothing_and_the_program_asks_freely(house: House, complaint: Complaint) -> None:
    with past_the_program(house) as program:
        assert _asked_until_refused(program) == MANY
        program.execute("GRANT commandcenter_operator TO oscar")
        program.commit()
    with past_the_program(house, "oscar") as oscar, pytest.raises(
        psycopg.errors.InsufficientPrivilege, match="oscar takes no complaints in here"
    ):
        _ask(oscar, "SELECT known_caller(%s)", NUMBER)


def test_who_begins_to_take_calls_is_counted_from_then_on(house: House, complaint: Complaint) -> None:
    office = Office(house.database, house.person("adam"), "desk")
    office.change_roles(house.keys["ines"], Belonging(["operator"]))
    with past_the_program(house, "ines") as ines:
        assert _ask(ines, "SELECT known_caller(%s)::text", NUMBER) == [(complaint.complainant_id,)]
        assert 399 <= _asked_until_refused(ines) <= 402


def test_the_program_says_in_words_that_it_was_too_often(house: House, complaint: Complaint) -> None:
    with past_the_program(house, "ann") as ann:
        _asked_until_refused(ann)
    too_often = pytest.raises(Refused, match="more telephone numbers within a short time than calls bring")
    with closing(OwnLogins(house)) as logins, too_often as refusal, logins.of("ann").reading() as session:
        search(session, house.person("ann"), Sought(phone=NUMBER))
    assert not isinstance(refusal.value, Unavailable), "waiting for the database does not help"


def test_nobody_notes_it_but_who_looks_into_what_others_did(house: House) -> None:
    for login in ("ann", "sue", "oscar"):
        with pytest.raises(NotAllowed):
            _noted(house, login)
        with past_the_program(house, login) as past, pytest.raises(psycopg.errors.InsufficientPrivilege):
            past.execute("SELECT tried_beyond()")


def _until_blocked(house: House, over: Callable[[], bool]) -> None:
    pause = threading.Event()
    with past_the_program(house) as looking:
        for _look in range(1200):
            looking.rollback()
            if over() or looking.execute(_BLOCKED).fetchone():
                return
            pause.wait(0.05)
    raise AssertionError("nobody waits")
