"""Signs of life: the last one of each session, judged by the server's time, in nobody's way."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text

from commandcenter import clock
from commandcenter.domain.presence import EXPIRES_S, KEPT_S, Presence
from commandcenter.domain.record import Key, new_key
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.storage.deeds import written

MORNING = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)


def sign(station: str = "01", session: Key = "", **more: Any) -> Presence:
    """Somebody is there."""
    said: dict[str, Any] = {"page": "intake", "kind": "", "key": None, "editing": False} | more
    return Presence(session_id=session or new_key(), person_id=new_key(), station=station, signed_in_at=MORNING, **said)


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> dt.datetime:
        return self.now

    def later(self, seconds: float) -> None:
        """Time goes by."""
        self.now += dt.timedelta(seconds=seconds)


def test_the_last_sign_of_a_session_takes_the_place_of_the_one_before(database: Database) -> None:
    presences, first, key = database.presences, sign(), new_key()
    assert presences.roll().signs == ()
    presences.tell(first)
    presences.tell(sign("02"))
    again = sign("other", first.session_id, page="dispatch", kind="case_file", key=key, editing=True)
    presences.tell(again)
    told = {one.session_id: one for one in presences.roll().signs}
    assert len(told) == 2
    held = told[first.session_id]
    assert (held.page, held.kind, held.key, held.editing) == ("dispatch", "case_file", key, True)
    assert (held.person_id, held.station, held.signed_in_at) == (first.person_id, "01", MORNING), "whose it is stays"


def test_who_is_silent_for_the_stated_time_is_not_there_any_more(built_url: str) -> None:
    hands = Hands()
    with Database.open(built_url, clock=hands) as database:
        killed, alive = sign(), sign("02")
        database.presences.tell(killed)
        hands.later(EXPIRES_S - 1)
        database.presences.tell(alive)
        assert len(list(database.presences.roll().present())) == 2
        hands.later(1)
        roll = database.presences.roll()
        assert [one.session_id for one in roll.present()] == [alive.session_id]
        assert roll.last_of(killed.person_id) == MORNING
        assert roll.last_of(new_key()) is None


def test_who_leaves_is_gone_at_once_and_takes_along_who_never_said_so(built_url: str) -> None:
    hands = Hands()
    with Database.open(built_url, clock=hands) as database:
        database.presences.tell(sign("killed"))
        hands.later(1)
        database.presences.tell(sign("killed later"))
        leaver, stays = sign(), sign()
        hands.later(KEPT_S)
        for one in (leaver, stays):
            database.presences.tell(one)
        database.presences.leave(leaver.session_id)
        assert {one.station for one in database.presences.roll().signs} == {"killed later", "01"}


def test_a_station_whose_clock_is_wrong_is_there_by_the_servers(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: MORNING - dt.timedelta(days=400))
    with Database.open(server_url) as wrong:
        wrong.presences.tell(sign())
        monkeypatch.undo()
        roll = wrong.presences.roll()
        assert len(list(roll.present())) == 1
        assert abs(roll.at - clock.now()) < dt.timedelta(seconds=60)


def test_a_sign_of_life_rings_no_bell_on_a_server(server_url: str) -> None:
    with Database.open(server_url) as here, Database.open(server_url) as there:
        feed = Feed(here)
        feed.start()
        feed.wait(0)
        there.presences.tell(sign())
        there.presences.leave(new_key())
        assert not feed.wait(0.2)
        written(there)
        assert feed.wait(10)
        feed.close()


def test_nobody_waits_for_a_sign_of_life_to_reach_the_disk(server_url: str) -> None:
    asked = text("SELECT current_setting('synchronous_commit')")
    with Database.open(server_url) as database:
        with database.presences._writing() as connection:
            assert connection.scalar(asked) == "off"
        with database.engine.connect() as connection:
            assert connection.scalar(asked) == "on", "for an operation one does wait"
