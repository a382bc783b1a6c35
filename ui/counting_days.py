"""The counted days, as the regular work of a station: whoever may write them has them caught up beside everything else.

That is everybody where the database is a file. On a server it is its owner, and a timer there does it.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from ui.backstage import LIVE
from ui.room import Room
from ui.tickets import Errand

FIRST_S, EVERY_S = 15, 300
"""Whoever has just signed in has other things to wait for."""


class CountingDays(QObject):
    """Catches up every few minutes as long as somebody is signed in, on a thread of its own."""

    def __init__(self, room: Room, shell: QObject) -> None:
        super().__init__(shell)
        self._room = room
        self._due_at: dt.datetime | None = room.now() + dt.timedelta(seconds=FIRST_S)
        self._errand: Errand | None = None
        room.pulse.ticked.connect(self._tick)

    def _tick(self, now: dt.datetime) -> None:
        backstage = self._room.backstage
        ready = backstage.state == LIVE and backstage.picture.complete
        if self._errand is None and self._due_at is not None and now >= self._due_at and ready:
            self._errand = Errand("counting days")
            self._errand.done.connect(self._done)
            self._errand.failed.connect(self._failed)
            backstage.run_errand(self._errand, count)

    def _done(self, may: object) -> None:
        self._errand = None
        self._due_at = self._room.now() + dt.timedelta(seconds=EVERY_S) if may else None

    def _failed(self, _report: object) -> None:
        """Figures are right without it; it is not tried again before somebody signs in anew."""


def count(database: Any, tell: Callable[[object], bool]) -> bool:
    """Catch up with what is left to count; whether this account may."""
    from commandcenter.upkeep import count_days  # slow to load: beside the window

    return count_days(database, tell)
