"""Asking what is known of the call on the form: when the typing pauses, and when something changed elsewhere."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from commandcenter.domain.complaints import Complaint
from commandcenter.errors import Refused
from commandcenter.live.delta import Delta
from commandcenter.queries import likeness
from commandcenter.queries.likeness import Known
from ui.following import LOST
from ui.intake.call import Call
from ui.room import Room

PAUSE_MS = 150


class Knowing(QObject):
    """Never asks twice for the same, and lets only the last answer count."""

    paused = Signal()
    """The typing paused: what is offered beside the form may follow."""
    answered = Signal(object)
    """What is known now; a Known."""

    missed = Signal()
    """What is known could not be looked up; it is asked again when something is typed, or by :meth:`look_again`."""

    def __init__(self, room: Room, on_form: Callable[[], Call], page: QObject) -> None:
        """``on_form()`` gives the call as it stands on the form."""
        super().__init__(page)
        self._room, self._on_form = room, on_form
        self._asked: tuple[Any, ...] = ()
        self._answered: tuple[Any, ...] = ()
        self._known = Known()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PAUSE_MS)
        self._soon.timeout.connect(self._ask)

    def notice(self, call: Call) -> None:
        """Something else stands on the form."""
        if _question(call) != self._asked:
            self._soon.start()

    def look_again(self) -> None:
        """Ask once more where the last question was refused."""
        self.notice(self._on_form())

    @property
    def pending(self) -> bool:
        """Whether what is known answers other words than those on the form: the answer to these is still to come."""
        return _question(self._on_form()) != self._answered

    def follow(self, delta: Delta) -> None:
        """Something changed elsewhere: what is shown may be other now."""
        call, held = self._on_form(), self._known.cases
        concerned = not call.blank and any(
            change.key in held or (change.record_type is Complaint and change.key != call.complaint)
            for change in delta.changes
        )
        if concerned and not self._soon.isActive():
            self._soon.start()

    def _ask(self) -> None:
        call = self._on_form()
        self._asked = asked = _question(call)
        self.paused.emit()
        rules = self._room.picture.rules
        question = _nothing if call.blank else partial(
            likeness.known, words=call.words, phone=call.caller_phone, point=call.point, now=self._room.now(),
            days=rules.number("duplicate.days"), metres=float(rules.number("duplicate.metres")),
            but_not=call.complaint, caller_of=call.complaint,
        )  # fmt: skip
        self._room.backstage.ask(
            question, partial(self._answer, asked), owner=self, latest="known", otherwise=self._refused)

    def _answer(self, asked: tuple[Any, ...], known: Known) -> None:
        self._answered = asked
        self._known = known
        self.answered.emit(known)

    def _refused(self, refusal: Refused) -> None:
        self._asked = ()
        if self._room.backstage.state != LOST:  # that is said already, and not anew at every pause in the typing
            self._room.refuse(refusal)
        self.missed.emit()


def _question(call: Call) -> tuple[Any, ...]:
    return call.words.strip(), call.caller_phone.strip(), call.point, call.id


def _nothing(_session: Any) -> Known:
    return Known()
