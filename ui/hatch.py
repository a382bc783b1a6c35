"""The one opening between the backstage's threads and the GUI thread."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

Job = Callable[[], None]


class Hatch(QObject):
    """What is put in from any thread is done on the GUI thread, in order."""

    # A signal without arguments: nothing of Python's crosses the threads inside Qt.
    _rung = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Job] = deque()
        self._shut = False
        self._rung.connect(self._take_one, Qt.ConnectionType.QueuedConnection)

    def put(self, job: Job) -> None:
        """From any thread: have ``job`` done on the GUI thread."""
        self._waiting.append(job)
        self._rung.emit()

    @Slot()
    def _take_one(self) -> None:
        # One for each ring: input and painting get their turn between two of them.
        if self._waiting and not self._shut:
            self._waiting.popleft()()

    def shut(self) -> None:
        """Forget what was not taken, for good."""
        self._shut = True
        self._waiting.clear()
