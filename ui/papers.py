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
    """Makes the documents of the directives that are given at this station."""

    def __init__(self, room: "Room") -> None:
        super().__init__(room)
        self._room = room
        self._under_way: dict[Key, Errand] = {}
        room.backstage.finished.connect(self._finished)

    def _finished(self, name: str, result: Any) -> None:
        if name in RUNGS and isinstance(result, str):
            self.make(result)

    def make(self, directive: Key) -> None:
        """Make the document of that directive, unless it is being made."""
        if directive in self._under_way:
            return
        person, backstage = self._room.person, self._room.backstage
        station = backstage.station
        errand = self._under_way[directive] = Errand(MAKING)

        def work(books: Any, tell: Any) -> Refused | None:
            try:
                make_document(books, person, station, directive, lambda: bool(tell(None)))
            except Refused as refusal:
                return refusal
            return None

        errand.setProperty("directive", directive)
        errand.done.connect(self._made)
        errand.failed.connect(self._ended)
        backstage.run_errand(errand, work)

    def _made(self, refusal: Refused | None) -> None:
        self._ended()
        if refusal is not None:
            self._room.say(_("The directive stands, but its document was not made: {reason} It can be made from the"
                             " timeline of the case.", reason=refusal), "urgent")  # fmt: skip

    def _ended(self, _report: object = None) -> None:
        errand = self.sender()
        if errand is not None:
            self._under_way.pop(errand.property("directive"), None)
