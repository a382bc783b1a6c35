"""The ladder by rule, as the regular work of a station: where a supervisor sits, it is climbed every minute."""

import datetime as dt
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from commandcenter.domain.ladder import SWITCH
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.errors import Refused
from commandcenter.installation import administrator
from commandcenter.operations.laddering import climb_by_rule
from commandcenter.queries.pressing import to_press
from ui.backstage import LIVE
from ui.room import Room
from ui.tickets import Ticket

EVERY_S = 60


class Laddering(QObject):
    """Looks every minute as long as somebody is signed in who may press, and the district's rules say so."""

    def __init__(self, room: Room, shell: QObject) -> None:
        super().__init__(shell)
        self._room = room
        self._looked_at: dt.datetime | None = None
        self._under_way = False
        room.pulse.ticked.connect(self._tick)

    def _tick(self, now: dt.datetime) -> None:
        due = self._looked_at is None or (now - self._looked_at).total_seconds() >= EVERY_S
        room = self._room
        if due and not self._under_way and self._may() and room.backstage.state == LIVE:
            self._looked_at = now
            question = partial(to_press, rules=room.picture.rules, now=now)
            room.backstage.ask(question, self._press, owner=self, latest="ladder", otherwise=self._later)

    def _may(self) -> bool:
        rules = self._room.picture.rules
        return self._room.picture.complete and rules.on(SWITCH) and Right.SUPERVISE in self._room.person.rights

    def _later(self, _refusal: Refused) -> None:
        """It is looked for again in a minute: nobody sits here waiting for it."""

    def _press(self, cases: list[Key]) -> None:
        if not cases:
            return
        self._under_way = True
        backstage = self._room.backstage
        ticket = Ticket("climb_by_rule")
        for ended in (ticket.done, ticket.refused, ticket.failed):
            ended.connect(self._ended)
        backstage.carry_out(ticket, partial(press, cases, self._room.person, backstage.station))

    def _ended(self, _result: object) -> None:
        self._under_way = False


def press(cases: list[Key], person: Person, station: str, database: Any) -> int:
    """Climb what is due of these, each in an operation of its own; how many were. One that is refused stops no other.

    The program itself acts. Where people sign in with the database nobody writes in another's name, so there the
    line is in the name of whoever sits at the station that did it; the directive says by which rule.
    """
    actor = person if database.logins is not None else administrator()
    climbed = 0
    for key in cases:
        try:
            done = database.run("climb_by_rule", actor, station, partial(climb_by_rule, key=key))
        except Refused:
            continue  # somebody works at it just now: it is looked at again in a minute
        climbed += done is not None
    return climbed
