"""A call on its way into the books: one operation after the other, each only when the one before is done."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Sentence
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from ui.following import LOST
from ui.intake.call import FIND, OPEN_CASE, RECEIVE, Call, of
from ui.room import Room
from ui.tickets import Ticket

AMEND = "amend"
NOT_TOGETHER = N_("“{move}” needs the database, which is away. The call alone can be taken: press “Receive only”.")
_GOES_BY_ITSELF = frozenset({RECEIVE, OPEN_CASE})
"""Endings that ask for nothing beyond the call: while the database is away, the call alone is taken."""
_OF_THE_CASE = frozenset({"place_words", "point", "place_source", "matter", "urgency"})


class Taking(QObject):
    """Receives a call where it is new, amends it where it was changed, and then does with it what was asked for.

    Where the second operation is refused the first one stays: the complaint is received and waits.
    """

    sent = Signal(str)
    """An operation is on its way; its id, by which it can be known later whether it was done."""
    received = Signal(object)
    """The complaint is in the books now; its record."""
    settled = Signal(str, str)
    """All is done: what was asked for, and the key of what came of it."""
    refused = Signal(object)
    """It stopped here; the Refused."""
    kept = Signal(object)
    """The database is away: the call is kept at this station as a Kept. What else was asked for was not done."""
    failed = Signal()
    """It stopped at a bug, which the shell shows."""

    def __init__(self, room: Room, call: Call, ending: str, answers: Mapping[str, Any] | None = None) -> None:
        """``ending`` is the last move, ``answers`` what it asks for beyond the call itself.

        Raises Incomplete, naming the field, where something is missing.
        """
        super().__init__(room.backstage)  # not the room: it may be built anew before this is done
        self._room, self.call, self.ending = room, call, ending
        self.answers: Mapping[str, Any] = dict(answers or {})
        if ending != FIND and call.complaint is None:
            # Who goes on with it claims it in the same breath: nobody is given it between the two operations.
            self._first: tuple[str, dict[str, Any]] | None = (RECEIVE, call.given(RECEIVE, claim=ending != RECEIVE))
        else:
            self._first = (AMEND, call.given(AMEND)) if self._must_amend() else None
        for end in (self.settled, self.refused, self.failed, self.kept):
            end.connect(self.deleteLater)
        self._last = None if ending == RECEIVE else (ending, call.given(ending, **(answers or {})))

    def _must_amend(self) -> bool:
        complaint = self._room.picture.get(Complaint, self.call.complaint)
        if self.ending == FIND or complaint is None or not self.call.differs_from(complaint):
            return False
        if self.ending != OPEN_CASE or self.call.caller_phone.strip() or self.call.caller_name.strip():
            return True
        before, after = of(complaint).as_json(), self.call.as_json()
        told = {name for name in before if before[name] != after[name]} - {"seen_version", "urgency_chosen"}
        return bool(told - _OF_THE_CASE)

    def start(self) -> None:
        """Begin. Everything that follows is told by the signals."""
        backstage = self._room.backstage
        new = self._first is not None and self._first[0] == RECEIVE
        if new and backstage.keeping and backstage.state == LOST and self.ending not in _GOES_BY_ITSELF:
            # Nothing of it is done: what was typed for the second move would otherwise have nowhere to stay.
            refusal = Unavailable(NOT_TOGETHER, move=Sentence(BY_NAME[self.ending].label))
            backstage.front(lambda: self._refuse(refusal))
        elif self._first is not None:
            name, given = self._first
            seen = self.call.seen_version if name == AMEND else None
            self._do(name, self.call.complaint, seen, given, self._received)
        else:
            self._finish(self.call.complaint, self.call.seen_version)

    def _received(self, key: Key) -> None:
        complaint = self._room.picture.get(Complaint, key)
        if complaint is not None:
            self.received.emit(complaint)
        self._finish(key, None)

    def _finish(self, key: Key | None, seen: int | None) -> None:
        if self._last is None:
            self.settled.emit(RECEIVE, key or "")
            return
        name, given = self._last
        self._do(name, None if name == FIND else key, seen, given, lambda made: self.settled.emit(name, made))

    def _do(
        self, name: str, subject: Key | None, seen: int | None, given: dict[str, Any], then: Callable[[Key], None]
    ) -> None:
        ticket: Ticket = self._room.backstage.do(name, subject=subject, seen_version=seen, **given)
        ticket.then(then).otherwise(self._refuse)
        ticket.kept.connect(self.kept)
        ticket.failed.connect(lambda _report: self.failed.emit())
        self.sent.emit(ticket.operation_id)

    def _refuse(self, refusal: Refused) -> None:
        self.refused.emit(refusal)
