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
LET_GO_AFTER = (1, 5, 20)
"""So many seconds after something has left everything is looked through for it, as long as it is still there."""


class Housekeeping(QObject):
    """Takes the looking through over from Python, from now until :meth:`stop`."""

    def __init__(self, pulse: Pulse) -> None:
        super().__init__()
        self._ticks = 0
        self._leaving: list[weakref.ref[object]] = []
        self._since = 0
        self._by_itself = gc.isenabled()
        gc.disable()
        pulse.ticked.connect(self._tick)

    def settle(self) -> None:
        """What is there now has come to stay: it is not looked through any more."""
        if not self._leaving:
            gc.freeze()

    def let_go(self, *left: object) -> None:
        """What had come to stay has left: everything is looked through for it, a few times if need be.

        A timer or a message on its way may still hold it at first. Where it is held for good, to look on and on
        would only disturb whoever came next.
        """
        self._leaving += map(weakref.ref, left)
        self._since = 0
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
        self._since += 1
        sought = bool(self._leaving) and self._since in LET_GO_AFTER
        whole = sought or self._ticks % WHOLE_EVERY == 0
        gc.collect(2 if whole else 1 if self._ticks % MIDDLE_EVERY == 0 else 0)
        given_up = self._since >= LET_GO_AFTER[-1]
        self._leaving = [] if given_up else [one for one in self._leaving if one() is not None]
