"""Waiting for something to be so: inside an event loop, looked at whenever the loop has nothing else to do."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, QTimer

LONGEST_S = 20.0
"""How long anything may take. Nothing takes so long; a busy machine may."""


class Unmet(Exception):
    """What had to be so is not so. The sentence says what."""


def until(so: Callable[[], object], what: str, seconds: float | None = None) -> None:
    """Return once ``so()`` is true; Unmet where it is not within ``seconds``, or LONGEST_S.

    An error raised by ``so`` or an end of the program, asked for meanwhile, ends the waiting too.
    """
    if so():
        return
    looking = _Looking(so)
    looking.run(seconds or LONGEST_S)
    if looking.error is not None:
        raise looking.error
    if not looking.met:
        raise Unmet(what)


class _Looking:
    """One wait: a loop that ends when the condition holds, when it raises, or when the time is up."""

    def __init__(self, so: Callable[[], object]) -> None:
        self._so = so
        self._loop = QEventLoop()
        self.met = self._looking = False
        self.error: Exception | None = None

    def run(self, seconds: float) -> None:
        late = QTimer(singleShot=True)
        late.timeout.connect(self._loop.quit)
        late.start(int(seconds * 1000))
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.aboutToBlock.connect(self._look)
        try:
            self._loop.exec()
        finally:
            dispatcher.aboutToBlock.disconnect(self._look)
            late.stop()

    def _look(self) -> None:
        if self._looking or self.met or self.error is not None:
            return
        self._looking = True  # a condition that asks the database waits too, in a loop within this one
        try:
            self.met = bool(self._so())
        except Exception as error:  # noqa: BLE001 – it is raised again where the wait was begun
            self.error = error
        self._looking = False
        if self.met or self.error is not None:
            self._loop.quit()


def within_the_loop(deed: Callable[[], None]) -> None:
    """Do something as the event loop would do it: what it throws away is swept up when it is over."""
    done: list[bool] = []
    errors: list[Exception] = []

    def now() -> None:
        try:
            deed()
        except Exception as error:  # noqa: BLE001 – it is raised again below
            errors.append(error)
        done.append(True)

    QTimer.singleShot(0, now)
    until(lambda: done, "the event loop did not come to it")
    if errors:
        raise errors[0]
