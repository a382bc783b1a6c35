"""Memory is looked through for garbage in the GUI thread, between two things a person does, never in the midst.

Python would do it whenever much was made: while the picture is read, again and again over everything there is,
which takes longer than the reading; and in whatever thread that happens to be, where a widget must not die.
"""

import gc

from PySide6.QtCore import QObject

from ui.pulse import Pulse

MIDDLE_EVERY, WHOLE_EVERY = 10, 60
"""Every so many seconds what has survived once, and everything, is looked through; the newest every second."""


class Housekeeping(QObject):
    """Takes the looking through over from Python, from now until :meth:`stop`."""

    def __init__(self, pulse: Pulse) -> None:
        super().__init__()
        self._ticks = 0
        self._left = False
        self._by_itself = gc.isenabled()
        gc.disable()
        pulse.ticked.connect(self._tick)

    def settle(self) -> None:
        """What is there now has come to stay: it is not looked through any more."""
        if not self._left:
            gc.freeze()

    def let_go(self) -> None:
        """What had come to stay has left: at the next tick, once its window is gone, everything is looked through."""
        self._left = True
        gc.unfreeze()

    def stop(self) -> None:
        """Leave it as it was found: only once no thread of the program's runs any more."""
        gc.unfreeze()
        if self._by_itself:
            gc.enable()

    @staticmethod
    def leave() -> None:
        """The process ends: to look through all there is once more would take seconds on a large district."""
        gc.freeze()

    def _tick(self, _now: object) -> None:
        self._ticks += 1
        whole, self._left = self._left or self._ticks % WHOLE_EVERY == 0, False
        gc.collect(2 if whole else 1 if self._ticks % MIDDLE_EVERY == 0 else 0)
