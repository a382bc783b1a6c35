"""Attaching to the case that is shown – where what is shown answers what is typed."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from commandcenter.domain.cases import Case
from commandcenter.domain.record import Key
from commandcenter.i18n import _
from commandcenter.queries.likeness import Known
from ui.intake.knowing import Knowing
from ui.intake.known_panel import KnownPanel
from ui.room import Room


class Attaching(QObject):
    """While the answer is still to come the first line belongs to other words, and nothing is attached to it.

    A line that somebody chose with the arrows or the mouse is meant, whatever is still being looked for.
    """

    def __init__(
        self, room: Room, panel: KnownPanel, knowing: Knowing, attach: Callable[[Case], None], page: QObject
    ) -> None:
        super().__init__(page)
        self._room, self._panel, self._knowing, self._attach = room, panel, knowing, attach
        self._shown: tuple[Key | None] | None = None  # the case that was shown when it was asked for too early
        panel.attach_asked.connect(self._asked)
        knowing.answered.connect(self._answered)
        knowing.missed.connect(self._missed)

    def _asked(self) -> None:
        case = self._panel.attachable
        if self._knowing.pending and not self._panel.list.stepped:
            self._shown = (case.id if case is not None else None,)
            self._room.say(_("Still looking for what is the same: one moment."), "late")
            self._knowing.look_again()
        elif case is not None:
            self._attach(case)

    def _missed(self) -> None:
        self._shown = None

    def _answered(self, known: Known) -> None:
        self._panel.show_known(known)
        if self._shown is None or self._knowing.pending:
            return
        (shown,), self._shown = self._shown, None
        case = self._panel.attachable
        if case is None:
            self._room.say(_("Nothing is known that this could be attached to."), "late")
        elif case.id == shown:
            self._attach(case)
        else:  # nobody has seen this one yet
            self._room.say(_("{number} is the likeliest now: Alt+A attaches to it.", number=case.number), "late")
