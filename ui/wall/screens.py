"""Which screen a wall hangs on: the one that was chosen and no other, also when it goes away and comes back."""

import logging
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

_log = logging.getLogger(__name__)


class Hanging(QObject):
    """Keeps a window full on its screen. While the screen is away the window is hidden: never on somebody's desk."""

    missed = Signal(int, int)
    """The screen of that number, counted from 1, is not there; and how many there are."""

    def __init__(
        self, window: QWidget, app: QGuiApplication, number: int = 0,
        screens: Callable[[], Sequence[QScreen]] = QGuiApplication.screens,
    ) -> None:  # fmt: skip
        """``number`` from 1 as the system counts them; 0: its first one, whichever that is."""
        super().__init__(window)
        self._window, self._number, self._screens = window, number, screens
        self._name = ""
        """What the screen is called, once it was there: numbers shift when another one goes away."""
        app.screenAdded.connect(self._screen_came)
        app.screenRemoved.connect(self._screen_left)

    def hang(self) -> bool:
        """Show the window on its screen. False where that is not there: then it waits."""
        screen = self._chosen(self._screens())
        if screen is None:
            self._take_down()
            return False
        self._name = screen.name()
        self._window.setScreen(screen)
        self._window.setGeometry(screen.geometry())
        self._window.showFullScreen()
        return True

    def _chosen(self, screens: Sequence[QScreen]) -> QScreen | None:
        if self._name:
            return next((screen for screen in screens if screen.name() == self._name), None)
        number = max(self._number, 1)
        return screens[number - 1] if number <= len(screens) else None

    def _screen_came(self, screen: QScreen) -> None:
        _log.info("a screen is there: %s", screen.name())
        if not self._window.isVisible():
            self.hang()

    def _screen_left(self, screen: QScreen) -> None:
        _log.info("a screen is gone: %s", screen.name())
        if screen.name() == self._name:
            self._take_down()

    def _take_down(self) -> None:
        self._window.hide()
        self.missed.emit(max(self._number, 1), len(self._screens()))
