"""A roll-call 点名 reaches every station: a line to answer on, and at the end who is missing is written down."""

import datetime as dt
from typing import Any

from PySide6.QtCore import QObject

from commandcenter.domain.people import Right
from commandcenter.domain.record import Key
from commandcenter.i18n import _
from commandcenter.live.delta import Delta
from commandcenter.operations.attending import answer_roll, close_roll
from commandcenter.queries.shifts import Roll, rolls
from ui.banner import Banners
from ui.room import Room
from ui.tickets import Ticket
from ui.wording import local

KINDS = frozenset({"roll_call", "roll_answer"})
LINE = "roll_call"
GRACE = dt.timedelta(seconds=10)
"""So long after the end another station closes a roll-call whose own station has not."""


class RollNotice(QObject):
    """Follows the roll-calls for the person who is signed in."""

    def __init__(self, room: Room, banners: Banners, parent: QObject) -> None:
        super().__init__(parent)
        self._room, self._banners = room, banners
        self._rolls: tuple[Roll, ...] = ()
        self._closing: set[Key] = set()
        room.backstage.changed.connect(self._changed)
        room.backstage.loaded.connect(self._ask)
        room.pulse.ticked.connect(self._tick)
        if room.picture.complete:
            self._ask()

    def _changed(self, delta: Delta) -> None:
        if delta.kinds & KINDS:
            self._ask()

    def _ask(self, _stage: object = None) -> None:
        now = self._room.now()
        self._room.backstage.ask(lambda session: rolls(session, now), self._show, owner=self, latest="rolls")

    def _show(self, found: tuple[Roll, ...]) -> None:
        self._rolls = tuple(roll for roll in found if roll.call.closed_at is None)
        mine = self._mine
        if mine is None:
            self._banners.hide_line(LINE)
            return
        until = f"{local(mine.call.ends_at):%H:%M:%S}"
        self._banners.show_line(
            LINE, _("Roll-call until {until}: say that you are here.", until=until), "urgent",
            offer=_("I am here"), take=self.answer, closable=False,
        )  # fmt: skip
        self._tick(None)

    @property
    def _mine(self) -> Roll | None:
        """The roll-call that waits for one's own answer."""
        me = self._room.person.id
        return next((roll for roll in self._rolls if me in roll.waiting()), None)

    def answer(self) -> None:
        """One is here."""
        mine = self._mine
        if mine is not None:
            key = mine.call.id
            self._room.backstage.run(Ticket("answer_roll"), lambda work: answer_roll(work, key))

    def _tick(self, _now: object) -> None:
        person, now = self._room.person, self._room.now()
        if Right.ROSTER not in person.rights:
            return
        for roll in self._rolls:
            call = roll.call
            patience = dt.timedelta() if call.called_by_id == person.id else GRACE
            over = now > call.ends_at + patience or (not roll.waiting() and call.called_by_id == person.id)
            if over and person.squad_id in (None, call.squad_id) and call.id not in self._closing:
                self._close(call.id)

    def _close(self, key: Key) -> None:
        self._closing.add(key)  # once from here: what is refused now is refused again
        self._room.backstage.run(Ticket("close_roll"), lambda work: _closed(work, key))


def _closed(work: Any, key: Key) -> Key:
    return close_roll(work, key)
