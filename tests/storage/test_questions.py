"""What the server answers to who takes complaints in: no citizen is forgotten under it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from commandcenter import clock
from commandcenter.domain.complaints import Complaint
from tests.house import House
from tests.postgres import Cluster
from tests.storage.members import let_in, line, past_the_program

NUMBER = "13912348816"
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


def _until_blocked(house: House, over: Callable[[], bool]) -> None:
    pause = threading.Event()
    with past_the_program(house) as looking:
        for _look in range(1200):
            looking.rollback()
            if over() or looking.execute(_BLOCKED).fetchone():
                return
            pause.wait(0.05)
    raise AssertionError("nobody waits")
