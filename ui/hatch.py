"""Lanes, on which the backstage works, and the hatch: the one opening from them to the GUI thread."""

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

from PySide6.QtCore import QObject, Qt, Signal, Slot

Job = Callable[[], None]


class Lane(threading.Thread):
    """A thread that takes one job after the other until it is told to stop."""

    def __init__(self, name: str, jobs: "SimpleQueue[Job | None]") -> None:
        super().__init__(name=name, daemon=True)
        self._jobs = jobs

    def run(self) -> None:
        for job in iter(self._jobs.get, None):
            job()


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
