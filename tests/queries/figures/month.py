"""A month in the life of a small district: simulated through operations, with everything that seldom happens."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.orm import Session

from commandcenter import clock, simulation
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.record import Table
from commandcenter.exchange.incoming import Incoming
from commandcenter.operations.importing import take_in
from commandcenter.simulated import following, handling, intake
from commandcenter.storage.database import Database
from tests.house import HERE, House

DAYS = 30
END = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
"""When the simulation ends, always the same, so that the same happens."""
Export = dict[str, list[dict[str, Any]]]
"""Every row of every table of records, by the table's name: what somebody would be given on a stick."""

_SELDOM = {
    (clock, "now"): lambda: END, (simulation, "_CALLS_AN_HOUR"): (0.025,) * 24,
    (simulation, "_SEE_EVERY_IN_HASTE"): 20 * 86_400.0,
    (handling, "_RETURNS"): 0.2, (handling, "_SUSPENDS"): 0.12, (handling, "_EXTENDS"): 0.1,
    (following, "_SOLVED"): 0.75, (following, "_REACHED"): 0.7, (intake, "_REPEATS"): 0.3,
    (intake, "_ANSWERED"): 0.1, (intake, "_DECLINED"): 0.1,
}  # fmt: skip


@contextmanager
def seldom_things_happen() -> Iterator[None]:
    """Few calls, and much that goes wrong with them."""
    with contextmanager(_patched)():
        yield


def _patched() -> Iterator[None]:
    patches = [patch.object(where, name, value) for (where, name), value in _SELDOM.items()]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def lived_through(house: House) -> dt.datetime:
    """Let a month go by in the house, then let happen what the simulation leaves out; returns the present after."""
    with seldom_things_happen():
        simulation.live(house.url, minutes=DAYS * 1440, seed=5)
    with house.database.reading() as session:
        cases = sorted(session.scalars(select(Case)), key=lambda case: case.number)
    house.now = END
    _twisted(house, cases)
    return house.now


def _twisted(house: House, cases: list[Case]) -> None:
    chance = random.Random(2)
    closed = [c for c in cases if c.state == CaseState.CLOSED]
    for case in chance.sample(closed, 5):
        house.do("sue", "reopen", case, reason="群众来电反映未解决", matter=case.matter_id)
    _ended_otherwise(house)
    _disputed(house)
    for case in chance.sample(closed, 3):
        house.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    house.later(days=1)
    for case in chance.sample(closed, 4):
        point = HERE if case.lon is None or case.lat is None else (case.lon, case.lat)
        house.complaint(matter=case.matter_id, point=point, words="问题又出现了", caller_phone="13700000042")
    house.database.run("import", house.person("sue"), "test", lambda work: take_in(work, _archive(house)))


def _ended_otherwise(house: House) -> None:
    """Merged, cancelled, declined; and a squad that is late with everything."""
    one, other = house.case(caller_phone="13700000001"), house.case(caller_phone="13700000002")
    house.do("ann", "merge", one, case=other.id, reason="同一件事")
    found = house.do("kim", "find", words="占道", matter=house.keys["noise"], place_words="阳光站", urgency="ordinary")
    house.do("ann", "cancel", found, reason="误立")
    asked = house.do("carl", "ask_return", house.dispatched(), reason="不归我管", basis="属地")
    house.do("sue", "agree", asked, ruling="同意")
    house.do("ann", "decline", house.complaint(), code="malicious", words="恶意")
    late = house.accepted(urgency="urgent", caller_phone="13700000003")
    soon = house.now + dt.timedelta(hours=1)
    promise = house.do("ann", "promise", late.case_id, to_whom="李", what="回电", due_at=soon)
    house.later(hours=3)
    house.do("ann", "keep", promise, outcome="晚了")
    house.do("oscar", "contact", late, means="call", outcome="reached", words="晚了", duration_s=60)
    house.do("oscar", "resolve", late, disposition="rectified", closing_text="晚了")


def _disputed(house: House) -> None:
    case = house.visiting(caller_phone="13700000004")
    (complaint,) = house.complaints_of(case)
    house.do("bob", "visit", complaint, outcome="reached", solved=False, satisfied=2)


def _archive(house: House) -> list[Incoming]:
    return [
        Incoming(
            source="letters", source_number=str(n), channel="web", arrived_at=house.now - dt.timedelta(days=9 + n),
            title="路灯不亮", words=f"路灯不亮第{n}次", urgency="ordinary", caller_name="李先生",
            caller_phone="13911112222",
            place_words="阳光小区", lon=HERE[0], lat=HERE[1], matter_hint="M1", answer="已修复",
            answered_at=house.now - dt.timedelta(days=3 * n), row_number=n,
        )
        for n in range(3)
    ]  # fmt: skip


def exported(url: str) -> Export:
    """Every row as it stands."""
    with Database.open(url) as database, Session(database.engine) as session:
        return {
            name: [dict(row._mapping) for row in session.execute(select(table))]
            for name, table in Table.metadata.tables.items() if name != "search_row"
        }  # fmt: skip


def poured(rows: Export, url: str) -> None:
    """Put the rows into a district on a server, as they stand and past its guards."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name, table in Table.metadata.tables.items():
            if name in rows and name != "alembic_version":
                connection.execute(text(f'TRUNCATE "{name}"'))
                if rows[name]:
                    connection.execute(insert(table), rows[name])
    engine.dispose()
