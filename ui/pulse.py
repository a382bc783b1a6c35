"""The one repeating timer of the program: once a second, so that every clock on the screen agrees."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from commandcenter import clock

A_SECOND = 1000  # milliseconds


class Pulse(QObject):
    """Says once a second what time it is. Tests hand in a clock of their own and call :meth:`tick`."""

    ticked = Signal(object)
    """The present moment, an aware UTC ``datetime``."""

    def __init__(self, now: Callable[[], datetime] = clock.now, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(A_SECOND)
        self._timer.timeout.connect(self.tick)

    def now(self) -> datetime:
        """The present moment, aware UTC: the server's time where the clock handed in knows it."""
        return self._now()

    def start(self) -> None:
        """Begin to tick, at once and then every second."""
        self._timer.start()
        self.tick()

    def stop(self) -> None:
        """Tick no more; for the end of the program."""
        self._timer.stop()

    def tick(self) -> None:
        """Say the time now."""
        self.ticked.emit(self.now())
