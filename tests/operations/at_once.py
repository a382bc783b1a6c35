"""Several people who make their moves at the very same moment, each on a connection of their own."""

import threading
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from commandcenter.domain.record import Key
from commandcenter.domain.work import Work
from commandcenter.errors import Refused
from commandcenter.operations import perform
from tests.house import House

_BLOCKED = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
_LOOK_AGAIN = 0.01  # seconds between two looks at a condition
_GIVE_UP = 2_000  # looks


@dataclass
class Act:
    """One person's move."""

    login: str
    name: str
    subject: Key
    given: dict[str, Any] = field(default_factory=dict)
    refused: Refused | None = None
    judged: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def make(self, work: Work) -> Key:
        """Make the move."""
        return perform(work, self.name, subject=self.subject, given=self.given)


def at_once(house: House, *acts: Act) -> list[Refused]:
    """Let all of them begin together; none commits before every other has been judged too, or must wait.

    Returns what was refused. Any other exception is raised.
    """
    trouble: list[Exception] = []
    begin = threading.Barrier(len(acts))
    threads = [threading.Thread(target=_go, args=(house, act, acts, begin, trouble), name=act.login) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if trouble:
        raise trouble[0]
    return [act.refused for act in acts if act.refused is not None]


def _go(
    house: House, act: Act, acts: tuple[Act, ...], begin: threading.Barrier, trouble: list[Exception]
) -> None:  # fmt: skip
    person = house.person(act.login)

    def body(work: Work) -> Key:
        key = act.make(work)
        act.judged.set()
        _wait_for(house, [other for other in acts if other is not act])
        return key

    begin.wait()
    try:
        house.database.run(act.name, person, "test", body)
    except Refused as refused:
        act.refused = refused
    except Exception as error:  # noqa: BLE001 - a thread hands it to whoever waits for it
        trouble.append(error)
    finally:
        act.over.set()


def _wait_for(house: House, others: list[Act]) -> None:
    """Until each of the others has been judged, has ended, or is held up by us."""
    if house.database.dialect == "sqlite":
        return  # its writers take turns from the very beginning
    for _look in range(_GIVE_UP):
        left = [other for other in others if not (other.judged.is_set() or other.over.is_set())]
        if not left or _held_up(house) >= len(left):
            return
        left[0].judged.wait(_LOOK_AGAIN)
    raise AssertionError("the others neither came nor waited")


def _held_up(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(_BLOCKED) or 0
