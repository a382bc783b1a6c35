"""The server's time rules: whatever happens to the clock of a station."""

import datetime as dt

import pytest

from commandcenter.storage.database import Database
from commandcenter.storage.server_time import KEPT_S, VAGUE_S, ServerTime

NOON = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)


class Clock:
    """A machine whose two clocks are set by hand."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calendar, self.passed = NOON, 1000.0
        patch.setattr("commandcenter.clock.now", lambda: self.calendar)
        patch.setattr("commandcenter.clock.ticks", lambda: self.passed)

    def go(self, seconds: float) -> None:
        self.calendar += dt.timedelta(seconds=seconds)
        self.passed += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def seconds(span: dt.timedelta) -> float:
    return span.total_seconds()


def test_before_the_server_was_heard_it_is_this_machines_time(clock: Clock) -> None:
    time = ServerTime()
    assert time.now() == NOON
    assert time.fast() == dt.timedelta(0)


def test_a_machine_that_is_ahead_knows_by_how_much_and_says_the_servers_time(clock: Clock) -> None:
    time = ServerTime()
    time.heard(NOON - dt.timedelta(seconds=7), clock.passed, clock.passed)
    clock.go(60)
    assert time.now() == NOON + dt.timedelta(seconds=53)
    assert seconds(time.fast()) == 7


def test_a_clock_that_jumps_does_not_move_the_time(clock: Clock) -> None:
    time = ServerTime()
    time.heard(NOON, clock.passed, clock.passed)
    clock.calendar -= dt.timedelta(hours=1)
    clock.go(1)
    assert time.now() == NOON + dt.timedelta(seconds=1)
    assert seconds(time.fast()) == -3600


def test_the_way_there_and_back_is_halved(clock: Clock) -> None:
    time = ServerTime()
    clock.go(0.4)
    time.heard(NOON + dt.timedelta(seconds=0.2), clock.passed - 0.4, clock.passed)
    assert abs(seconds(time.fast())) < 1e-6


def test_an_answer_that_took_long_does_not_spoil_a_good_one_until_that_is_old(clock: Clock) -> None:
    time = ServerTime()
    time.heard(NOON, clock.passed, clock.passed)
    clock.go(10)
    time.heard(NOON, clock.passed - VAGUE_S - 1, clock.passed)
    assert abs(seconds(time.fast())) < 1e-6
    clock.go(KEPT_S)
    time.heard(NOON, clock.passed - VAGUE_S - 1, clock.passed)
    assert seconds(time.fast()) > 60


def test_a_station_whose_clock_is_wrong_still_writes_and_says_the_servers_time(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Database.open(server_url) as database:
        right = database.now()
        monkeypatch.setattr("commandcenter.clock.now", lambda: right + dt.timedelta(minutes=5))
        assert abs(seconds(database.now() - right)) < 30
        assert 270 < seconds(database.fast()) <= 301
        written_at = database.run("look", None, "t", lambda work: work.now)
        assert written_at is not None
        assert abs(seconds(written_at - right)) < 30
