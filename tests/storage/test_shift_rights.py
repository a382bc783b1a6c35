"""The shift on a server, by people with logins of their own: what each may do by the program, and nobody past it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from commandcenter import clock
from commandcenter.domain.attendance import Found, Position, RollCall
from commandcenter.domain.burdens import Measure
from commandcenter.domain.record import new_key
from commandcenter.domain.shifts import Leave, RosterEntry
from commandcenter.errors import Refused
from commandcenter.operations.attending import answer_roll, call_roll, clock_in, clock_out, close_roll, judge_attendance
from commandcenter.operations.handing_over import offer_handover, sign_handover
from commandcenter.operations.leaving import answer_swap, ask_leave, ask_swap, rule_leave, rule_swap
from commandcenter.operations.rostering import roster
from commandcenter.queries.burdens import burdens
from commandcenter.storage.verification import first_broken, orphans
from tests.house import HERE, House
from tests.postgres import Cluster
from tests.storage.members import OwnLogins, let_in, line, past_the_program

DENIED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def own_logins(server_house: House, postgres: Cluster) -> Iterator[OwnLogins]:
    """The house, everybody coming by their own login."""
    let_in(postgres, server_house)
    server_house.now = clock.now()  # the server takes no other time from people
    logins = OwnLogins(server_house)
    yield logins
    logins.close()


def test_a_whole_shift_is_worked_by_people_with_logins_of_their_own_and_by_nobody_past_the_program(
    own_logins: OwnLogins, server_house: House
) -> None:
    house, keys = server_house, server_house.keys

    def do(login: str, operation: Any, *given: Any) -> Any:
        return own_logins.of(login).run(
            operation.__name__, house.person(login), "test", lambda work: operation(work, *given))

    day = house.now.date() + dt.timedelta(days=3)
    [mine] = do("carl", roster, [keys["oscar"]], "08:00", [day])
    [theirs] = do("sue", roster, [keys["olga"]], "08:00", [day + dt.timedelta(days=1)])
    swap = do("oscar", ask_swap, mine, theirs, "有事")
    do("olga", answer_swap, swap, True)
    do("carl", rule_swap, swap, True, "同意")
    assert house.get(RosterEntry, mine).person_id == keys["olga"]
    leave = do("oscar", ask_leave, "sick", day, day, "看病")
    do("carl", rule_leave, leave, True, "同意")
    place = Position(*HERE, accuracy=0.0, found=Found.DEVICE)
    attendance = do("oscar", clock_in, place)
    do("carl", judge_attendance, attendance, True, "见到本人")
    do("oscar", clock_out, place)
    do("ann", clock_in, place)
    roll = do("sue", call_roll, None, 1)
    for login in ("ann", "bob", "ines"):
        do(login, answer_roll, roll)
    do("sue", answer_roll, roll, keys["tom"])
    do("tom", close_roll, roll)
    assert house.get(RollCall, roll).missing == []
    handover = do("sue", offer_handover, "")
    do("tom", sign_handover, handover)
    with house.database.reading() as session:
        assert (first_broken(session), list(orphans(session))) == (None, [])
    with own_logins.of("olga").reading() as session:
        assert session.get(Leave, leave) is None, "why somebody is away is theirs and the roster's"
    with own_logins.of("ann").reading() as session:
        found = burdens(session, house.database.rules(), house.now + dt.timedelta(days=1))
    assert found.officers[keys["oscar"]].values[Measure.HOURS] == 0.0, "who sends may know what was borne"
    assert found.officers[keys["carl"]].values[Measure.HOURS] is None
    with pytest.raises(Refused, match="row-level security"):
        own_logins.of("olga").run("x", house.person("olga"), "test", lambda work: work.add(_approved(house, leave)))
    _past_the_program(house, leave, attendance, mine)


def _approved(house: House, like: str) -> Leave:
    of = house.get(Leave, like).values() | {"id": new_key(), "person_id": house.keys["olga"], "state": "approved"}
    of.pop("version")
    return Leave(**of)


def _past_the_program(house: House, leave: str, attendance: str, entry: str) -> None:
    for login, kind, key, change in (
        ("oscar", "leave_request", leave, "ruling = 'ja', state = 'approved'"),
        ("oscar", "attendance", attendance, f"judged_by_id = '{house.keys['oscar']}'"),
    ):
        with past_the_program(house, login) as connection:
            version = connection.execute(f"SELECT version FROM {kind} WHERE id = %s", [key]).fetchone()[0]  # type: ignore[index]
            line(connection, kind, key, version + 1, house.keys[login])
            with pytest.raises(DENIED, match="row-level security"):
                connection.execute(f"UPDATE {kind} SET {change}, version = version + 1 WHERE id = %s", [key])
    with past_the_program(house, "cora") as connection:
        for kind, key in (("attendance", attendance), ("roster_entry", entry)):
            changed = connection.execute(f"UPDATE {kind} SET version = version + 1 WHERE id = %s", [key])
            assert changed.rowcount == 0, "another squad's"
    with past_the_program(house, "ann") as connection, pytest.raises(DENIED, match="permission denied"):
        connection.execute("UPDATE handover SET state = 'withdrawn'")
