"""The one small object that Python and the page share.

Outwards, everything said within a tick is gathered into one compact message; of an object that moved
several times only the last place is said. Inwards come facts: ready, clicked, view changed.
"""

import json
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

TICK = 45
"""Milliseconds in which changes are gathered: below the eye's notice, far above the cost of a message."""

Move = tuple[float, float, float | None, float | None]
"""Longitude, latitude, heading in degrees, time of the fix in seconds since 1970."""
Put = tuple[object, ...]


class Bridge(QObject):
    """Slots are called by the page; ``told`` carries one batch to it as JSON."""

    told = Signal(str)
    page_ready = Signal()
    page_shown = Signal()
    object_clicked = Signal(str, str)
    stack_clicked = Signal(list, int, int)
    ground_clicked = Signal(float, float)
    view_moved = Signal(dict)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[list[object]] = []
        self._gone: list[int] = []
        self._puts: dict[int, Put] = {}
        self._moves: dict[int, Move] = {}
        self._open = False
        self._tick = QTimer(self, singleShot=True, interval=TICK)
        self._tick.timeout.connect(self.flush)

    def tell(self, word: str, *what: object) -> None:
        """Say one command; order among commands is kept. What is said while nobody listens is lost."""
        self._words.append([word, *what])
        self._wake()

    def put(self, slot: int, row: Put) -> None:
        """Show the object of ``slot`` anew."""
        self._puts[slot] = row
        self._moves.pop(slot, None)
        self._wake()

    def move(self, slot: int, move: Move) -> None:
        """Move the object of ``slot``, which has been put before."""
        self._moves[slot] = move
        self._wake()

    def gone(self, slot: int) -> None:
        """Take the object of ``slot`` off."""
        self._puts.pop(slot, None)
        self._moves.pop(slot, None)
        self._gone.append(slot)
        self._wake()

    def close(self) -> None:
        """Nobody listens: forget what was not said. The view says everything again to the next page."""
        self._open = False
        self._tick.stop()
        self._forget()

    def open(self) -> None:
        """The page listens from now on."""
        self._open = True

    def flush(self) -> None:
        """Send what has gathered as one message. What is taken off goes first: its slot may be in use again."""
        if not self._open:
            return
        batch: list[Sequence[object]] = []
        if self._gone:
            batch.append(["gone", self._gone])
        if self._puts:
            batch.append(["put", [(slot, *row) for slot, row in self._puts.items()]])
        if self._moves:
            batch.append(["move", [n for slot, move in self._moves.items() for n in (slot, *move)]])
        batch.extend(self._words)
        self._forget()
        if batch:
            self.told.emit(json.dumps(batch, ensure_ascii=False, separators=(",", ":"), allow_nan=False))

    def _wake(self) -> None:
        if not self._open:
            self._forget()
        elif not self._tick.isActive():
            self._tick.start()

    def _forget(self) -> None:
        self._words, self._gone, self._puts, self._moves = [], [], {}, {}

    @Slot()
    def ready(self) -> None:
        """The page stands and listens."""
        self.page_ready.emit()

    @Slot()
    def shown(self) -> None:
        """The page has drawn its first frame."""
        self.page_shown.emit()

    @Slot(str, str)
    def clicked(self, kind: str, key: str) -> None:
        """One object was clicked."""
        self.object_clicked.emit(kind, key)

    @Slot(list, int, int)
    def stack(self, picks: list[list[str]], x: int, y: int) -> None:
        """Several objects lie under the click at x, y (pixels of the view); the most pressing first."""
        self.stack_clicked.emit(picks, x, y)

    @Slot(float, float)
    def background_clicked(self, lon: float, lat: float) -> None:
        """The ground was clicked at this WGS-84 place."""
        self.ground_clicked.emit(lon, lat)

    @Slot(dict)
    def view_changed(self, view: dict[str, object]) -> None:
        """The view came to rest: ``lat``, ``lon``, ``zoom``, ``locked``, ``framed``, ``starred``."""
        self.view_moved.emit(view)
