"""A simulated day goes on at a failover as stations do: each of its moves is made once, and it sees what there is."""

import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from commandcenter import simulation
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import Key
from commandcenter.domain.work import Work
from commandcenter.exchange.packs import read_pack
from commandcenter.installation import install
from commandcenter.live.belonging import BY_KIND
from commandcenter.operations import perform
from commandcenter.storage import tries
from commandcenter.storage.database import Database
from commandcenter.storage.verification import first_broken
from tests.ctl.asking import TINY
from tests.headless import seal, seal_of
from tests.postgres import Cluster

_EACH = select(JournalLine.operation, func.count(JournalLine.operation_id.distinct())).group_by(JournalLine.operation)
"""How often each operation was done."""


class _Enough(Exception):
    pass


def test_a_simulated_day_goes_on_where_the_standby_took_over(
    pair: tuple[Cluster, Cluster], monkeypatch: pytest.MonkeyPatch, allow_log: Callable[..., None]
) -> None:
    allow_log("^the simulation waits: ")
    monkeypatch.setattr(tries, "TAKING_OVER_S", 0.0)
    monkeypatch.setattr(tries, "IN_DOUBT_S", 0.0)
    primary, standby = pair
    name = primary.create()
    install(primary.url(name), read_pack(TINY))
    day = simulation.Day(primary.url_with(standby, name), minutes=600, speed=0, seed=1)
    takes_over = threading.Thread(target=standby.promote)

    def performed(work: Work, move: str, **named: Any) -> Key | None:
        key = perform(work, move, **named)
        if move == "receive" and day.made[move] == 5:
            event.listen(day.database.engine, "commit", dies, once=True)
        return key

    def dies(connection: Connection) -> None:
        """After the commit, before its answer."""
        driver: Any = connection.connection.driver_connection
        driver.execute("COMMIT")
        primary.kill()
        monkeypatch.setattr(day._pause, "wait", waits)
        driver.execute("")  # here it is lost

    def waits(_seconds: float) -> None:
        if takes_over.ident is None:
            takes_over.start()

    def progress(_share: float) -> None:
        if day.made["receive"] == 10:
            raise _Enough

    monkeypatch.setattr(simulation, "perform", performed)
    with closing(day), pytest.raises(_Enough):
        day.run(progress)
    takes_over.join()
    with Database.open(standby.url(name)) as database, database.reading() as session:
        assert first_broken(session) is None
        kept = {row[0]: row[1] for row in session.execute(_EACH)}
        held = (r for kind in BY_KIND.values() for r in day.picture.of(kind.record_type).values())
        assert seal(held) == seal_of(database)
    moves = set(day.made) - {"sightings", "refused"}
    assert {name: kept[name] for name in moves} == {name: day.made[name] for name in moves}, "lost, or done twice"
