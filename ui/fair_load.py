"""What officers have borne, learned from the books beside the window: once all is read, and then now and then."""

import datetime as dt
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from commandcenter.domain.burdens import Borne
from commandcenter.domain.people import Right
from commandcenter.domain.rules import Rules
from commandcenter.errors import Refused
from commandcenter.live.fairness import fairness
from commandcenter.queries.burdens import burdens
from ui.room import Room

EVERY_S, AGAIN_S = 1800, 60
"""It is of days that have gone by: only what is looked into later changes it. What is not answered is asked again."""
CONCERNED = frozenset({Right.DISPATCH, Right.ACCEPT, Right.ROSTER})
"""Whom it helps: whoever sends, names an officer or holds a roster."""


class FairLoad(QObject):
    """Asks on a query lane, so that a recommendation finds it ready and never waits."""

    def __init__(self, room: Room, parent: QObject) -> None:
        super().__init__(parent)
        self._room = room
        self._asked_at: dt.datetime | None = None
        if CONCERNED & room.person.rights:
            room.backstage.loaded.connect(self._loaded)
            room.pulse.ticked.connect(self._look)
            self._look()

    def _loaded(self, _stage: str) -> None:
        self._asked_at = None  # the picture was read anew, and what stood beside it is gone
        self._look()

    def _look(self, _now: object = None) -> None:
        room, now = self._room, self._room.now()
        if not room.picture.complete:
            return
        every = AGAIN_S if fairness(room.picture).borne is None else EVERY_S
        if self._asked_at is None or not 0 <= (now - self._asked_at).total_seconds() < every:
            self._asked_at = now
            question = partial(counted, rules=room.picture.rules, now=now)
            room.backstage.ask(question, self._learn, owner=self, latest="fair", otherwise=self._not_answered)

    def _learn(self, borne: Borne) -> None:
        fairness(self._room.picture).learn(borne)

    def _not_answered(self, _refusal: Refused) -> None:
        """The database is away: what was learned before still holds, and the next time is soon enough."""


def counted(session: Any, rules: Rules, now: dt.datetime) -> Borne:
    """The question, with the session first."""
    return burdens(session, rules, now)
