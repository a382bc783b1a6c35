"""Documents of the ladder, made beside the window as soon as a directive is given here, and once more when asked for.

A directive stands whether its document can be made or not; where it cannot, that is said, and why.
"""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from commandcenter.documents.directives import MAKING, make_document
from commandcenter.domain.record import Key
from commandcenter.errors import Refused
from commandcenter.i18n import _
from ui.tickets import Errand

if TYPE_CHECKING:
    from ui.room import Room

RUNGS = frozenset({"chase", "supervise", "circulate"})
"""The moves whose result is a directive."""


class Papers(QObject):
    """Makes the documents of the directives that are given at this station, one after the other."""

    def __init__(self, room: "Room") -> None:
        super().__init__(room)
        self._room = room
        self._waiting: list[Key] = []
        self._errand: Errand | None = None
        room.backstage.finished.connect(self._finished)

    def _finished(self, name: str, result: Any) -> None:
        if name in RUNGS and isinstance(result, str):
            self.make(result)

    def make(self, directive: Key) -> None:
        """Make the document of that directive in its turn, unless it waits for it already."""
        if directive not in self._waiting:
            self._waiting.append(directive)
            self._begin()

    def _begin(self) -> None:
        if self._errand is not None or not self._waiting:
            return
        directive, person, backstage = self._waiting[0], self._room.person, self._room.backstage
        station = backstage.station

        def work(books: Any, tell: Any) -> Refused | None:
            try:
                make_document(books, person, station, directive, lambda: bool(tell(None)))
            except Refused as refusal:
                return refusal
            return None

        self._errand = Errand(MAKING)
        self._errand.done.connect(self._made)
        self._errand.refused.connect(self._go_on)
        self._errand.failed.connect(self._go_on)
        backstage.run_errand(self._errand, work)

    def _made(self, refusal: Refused | None) -> None:
        if refusal is not None:
            self._room.say(_("The directive stands, but its document was not made: {reason} It can be made from the"
                             " timeline of the case.", reason=refusal), "urgent")  # fmt: skip
        self._go_on()

    def _go_on(self, _why: object = None) -> None:
        self._errand = None
        del self._waiting[0]
        self._begin()
