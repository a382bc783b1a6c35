"""Memory is looked through for garbage in the GUI thread, between two things a person does, never in the midst.

Python would do it whenever much was made: while the picture is read, again and again over everything there is,
which takes longer than the reading; and in whatever thread that happens to be, where a widget must not die.
"""

import gc
import weakref

from PySide6.QtCore import QObject

from ui.pulse import Pulse

MIDDLE_EVERY, WHOLE_EVERY = 10, 60
"""Every so many seconds what has survived once, and everything, is looked through; the newest every second."""
LET_GO_WITHIN = 30
"""For so many seconds at most everything is looked through for what has left."""


class Housekeeping(QObject):
    """Takes the looking through over from Python, from now until :meth:`stop`."""

    def __init__(self, pulse: Pulse) -> None:
        super().__init__()
        self._ticks = 0
        self._leaving: list[weakref.ref[object]] = []
        self._patience = 0
        self._by_itself = gc.isenabled()
        gc.disable()
        pulse.ticked.connect(self._tick)

    def settle(self) -> None:
        """What is there now has come to stay: it is not looked through any more."""
        if not self._patience:
            gc.freeze()

    def let_go(self, *left: object) -> None:
        """What had come to stay has left: everything is looked through at every tick until it is gone.

        Its window, a timer or a message on its way may still hold it at the first ticks; but where it is held for
        good, looking on and on would only disturb.
        """
        self._leaving += map(weakref.ref, left)
        self._patience = LET_GO_WITHIN
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
        whole = self._patience or self._ticks % WHOLE_EVERY == 0
        gc.collect(2 if whole else 1 if self._ticks % MIDDLE_EVERY == 0 else 0)
        self._leaving = [one for one in self._leaving if one() is not None]
        self._patience = self._patience - 1 if self._patience and self._leaving else 0
