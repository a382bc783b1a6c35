"""The program as a wall: what watches, what is shown, on which screen, and how it ends."""

from collections.abc import Callable
from queue import SimpleQueue
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from commandcenter.errors import Refused
from commandcenter.i18n import _, translate
from commandcenter.logs import log
from ui import wording
from ui.hatch import Hatch, Job, Lane
from ui.housekeeping import Housekeeping
from ui.pulse import Pulse
from ui.wall.awake import NOT_HELD, SCREEN, Awake, Held
from ui.wall.door import WallDoor
from ui.wall.scenes import Programme
from ui.wall.screens import Hanging
from ui.wall.watch import LIVE, Entrance, Watch
from ui.wall.window import WallWindow

DONE, FAILED = 0, 1


class WallProgram(QObject):
    """Everything of a wall, built once."""

    def __init__(
        self, app: QApplication, entrance: Entrance, wire: Callable[[], Any], programme: Programme, screen: int = 0,
        awake: Awake | None = None,
    ) -> None:  # fmt: skip
        """``entrance`` opens the database, ``wire()`` makes what a bell rings at; ``screen`` counts from 1."""
        super().__init__()
        app.setQuitOnLastWindowClosed(False)  # a screen that goes away takes the window along, not the program
        self._app, self._entrance = app, entrance
        self.watch = Watch(entrance, wire, programme.name)
        self.window = WallWindow(self.watch.sight, programme)
        self.pulse = Pulse(self.watch.now)
        self.housekeeping = Housekeeping(self.pulse)
        self.hanging = Hanging(self.window, app, screen)
        self.door: WallDoor | None = None
        self._awake = awake if awake is not None else Awake()
        self._hatch, self._jobs = Hatch(), SimpleQueue[Job | None]()
        self._lane = Lane("awake", self._jobs)
        self._ended = False
        self.pulse.ticked.connect(self.window.tick)
        self.watch.changed.connect(self._changed)
        self.watch.said.connect(self.window.show_state)
        self.watch.refused.connect(self._refused)
        self.watch.shut_out.connect(self._ask_in)
        self.window.ended.connect(app.quit)

    def show(self) -> bool:
        """Hang the window on its screen and begin. False where that screen is not there yet."""
        self.window.dress()
        there = self.hanging.hang()
        self.pulse.start()
        self.watch.start()
        self._jobs.put(self._hold_awake)
        self._jobs.put(None)
        self._lane.start()
        return there

    def run(self) -> int:
        """Until somebody closes the wall."""
        code = self._app.exec()
        return self.end() or code

    def end(self) -> int:
        """Stop everything. 1 where a lane would not end. Once is enough."""
        if self._ended:
            return DONE
        self._ended = True
        self.pulse.stop()
        if self.door is not None:
            self.door.close()
        self.window.close()
        ended = self.watch.close()
        self._lane.join()
        self._hatch.shut()
        self._awake.close()
        if ended:
            self.housekeeping.stop()
        return DONE if ended else FAILED

    # ------------------------------------------------------------------ what is told

    def _changed(self, part: str) -> None:
        units = self.watch.sight.units
        if part == "units" and units is not None:
            wording.use_zone(ZoneInfo(units.timezone))
        self.window.look_again(part)

    def _refused(self, why: Refused | None) -> None:
        self.window.note("refused", str(why) if why is not None and self.watch.state != LIVE else "")

    def _ask_in(self, why: Refused) -> None:
        """The account was not let in: somebody has to say who it is, and meanwhile nothing is shown."""
        if self.door is None:
            self.door = WallDoor(self._entrance.login)
            self.door.signed.connect(self._give)
            screen = self.window.screen()
            self.door.resize(screen.availableGeometry().size() / 2)
            self.door.move(screen.availableGeometry().center() - self.door.rect().center())
        self.door.show_refusal(why)
        self.door.show()
        self.door.activateWindow()

    def _give(self, login: str, password: str) -> None:
        if self.door is not None:
            self.door.hide()
        self._entrance.give(login, password)
        self.watch.try_again()

    # ------------------------------------------------------------------ staying awake

    def _hold_awake(self) -> None:
        held = self._awake.hold()
        self._hatch.put(lambda: self._told_awake(held))

    def _told_awake(self, held: Held) -> None:
        if SCREEN not in held.what:
            said = _(NOT_HELD, why=translate(held.why))
            log.warning("%s", said)
            self.window.note("awake", said, 60.0)
