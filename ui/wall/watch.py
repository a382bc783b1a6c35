"""Watching the database for a wall: on a lane of its own, for weeks, whatever becomes of the server meanwhile."""

import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from commandcenter import clock
from commandcenter.errors import Incomplete, NotAllowed, Refused, WrongPassword
from commandcenter.logs import log, report
from commandcenter.queries import wall
from ui.hatch import Hatch, Job, Lane
from ui.wall.sight import Part, Sight

OPENING, LIVE, LOST = "opening", "live", "lost"

EVERY_S = {"turn": 5.0, "work": 5.0, "officers": 3.0, "day": 15.0, "shares": 60.0, "units": 30.0}
"""So often each part is read at the latest, in the order in which they are."""
AT_A_RING = ("turn", "work")
"""What is read as soon as something was committed."""
BETWEEN_S, SHARE = 1.0, 10
"""After a ring it is read no sooner than so long after the last time, and not before ``SHARE`` times what that took."""
TIME_EVERY_S = 600.0
FIRST_RETRY_S, LONGEST_RETRY_S, CLOSING_S = 0.25, 4.0, 10.0


class Bell(Protocol):
    """What rings when something was committed."""

    def wait(self, timeout: float) -> bool: ...
    def close(self) -> None: ...


class Store(Protocol):
    """What a wall needs of its database."""

    def reading(self) -> Any: ...
    def bell(self, wire: Any) -> Bell: ...
    def look_for(self, views: Any) -> None: ...
    def look_at_person(self, login: str) -> None: ...
    def hear_time(self) -> None: ...
    def now(self) -> Any: ...
    def close(self) -> None: ...


class Entrance(Protocol):
    """How the wall's account comes to its database."""

    login: str

    def open(self) -> Store: ...
    def give(self, login: str, password: str) -> None: ...


class Watch(QObject):
    """Opens the database, reads each part in its turn, and says what became of it. Everything it says is said here,
    on the GUI thread.
    """

    changed = Signal(str)
    """A part of the sight is new; its name."""
    said = Signal(str)
    """The state is now opening, live or lost."""
    refused = Signal(object)
    """Why there is no data, the Refused; None where that is over. It is tried again all the time."""
    shut_out = Signal(object)
    """The account was not let in, the Refused: it is not tried again before :meth:`try_again`."""

    def __init__(self, entrance: Entrance, wire: Callable[[], Any], name: str) -> None:
        """``entrance`` opens the database, on the lane; ``wire()`` makes what a bell is waited for with.

        ``name`` is this wall's.
        """
        super().__init__()
        self.sight = Sight(self.now)
        self.state = OPENING
        self.why: Refused | None = None
        self._entrance, self._name = entrance, name
        self._wire = wire()
        self._store: Store | None = None
        self._hatch = Hatch()
        self._closing, self._again = threading.Event(), threading.Event()
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lane = Lane("wall", self._jobs)
        self._reading = wall.WallReading()
        self._zone: ZoneInfo | None = None
        self._due: dict[str, float] = {}
        self._told = ""

    # ------------------------------------------------------------------ at the front

    def start(self) -> None:
        """Begin."""
        self._jobs.put(self._run)
        self._jobs.put(None)
        self._lane.start()

    def try_again(self) -> None:
        """Somebody has said anew who comes in."""
        self._again.set()

    def close(self) -> bool:
        """End the lane and let go of the database. False where it would not end in time."""
        self._closing.set()
        self._again.set()
        self._wire.ring()
        if self._lane.is_alive():
            self._lane.join(CLOSING_S)
        self._hatch.shut()
        self._wire.close()
        return not self._lane.is_alive()

    def now(self) -> Any:
        """The server's time, aware UTC; this machine's as long as no database is open."""
        store = self._store
        return clock.now() if store is None else store.now()

    def _take(self, name: str, part: Part) -> None:
        self.sight.take(name, part)
        self.changed.emit(name)

    def _say(self, state: str, why: Refused | None = None) -> None:
        self.state, self.why = state, why
        self.said.emit(state)
        self.refused.emit(why)

    # ------------------------------------------------------------------ on the lane

    def _run(self) -> None:
        pause = FIRST_RETRY_S
        while not self._closing.is_set():
            try:
                self._open()
                pause = FIRST_RETRY_S
                self._follow()
            except (NotAllowed, WrongPassword, Incomplete) as refusal:
                self._lose(str(refusal), refusal)
                self._let_go()
                self._stay_out(refusal)
            except Refused as refusal:
                self._lose(str(refusal), refusal)
            except Exception as fault:  # noqa: BLE001 – a bug, reported; the wall says it has no data
                if repr(fault) != self._told:
                    report(fault, "watching for the wall")
                self._lose(repr(fault), None)
            self._let_go()
            self._closing.wait(pause)
            pause = min(pause * 2, LONGEST_RETRY_S)

    def _stay_out(self, refusal: Refused) -> None:
        """To knock on and on with a wrong password would lock the account."""
        self._again.clear()
        self._hatch.put(partial(self.shut_out.emit, refusal))
        if not self._closing.is_set():
            self._again.wait()

    def _open(self) -> None:
        store = self._entrance.open()
        try:
            store.look_for(view.name for view in wall.VIEWS)
        except BaseException:
            store.close()
            raise
        self._store = store
        self._due = dict.fromkeys((*EVERY_S, "time"), 0.0)

    def _follow(self) -> None:
        store = self._had()
        bell = store.bell(self._wire)
        try:
            while not self._closing.is_set():
                took = self._look()
                self._live()
                rung = bell.wait(max(0.0, min(self._due.values()) - clock.ticks()))
                if rung and not self._closing.wait(max(BETWEEN_S, SHARE * took)):
                    self._due.update(dict.fromkeys(AT_A_RING, 0.0))
        finally:
            bell.close()

    def _look(self) -> float:
        """Read what is due; how many seconds that took."""
        began = clock.ticks()
        for name, every in EVERY_S.items():
            if self._due[name] <= clock.ticks():
                self._read(name)
                self._due[name] = clock.ticks() + every
        if self._due["time"] <= clock.ticks():
            self._had().hear_time()
            self._due["time"] = clock.ticks() + TIME_EVERY_S
        return clock.ticks() - began

    def _read(self, name: str) -> None:
        store = self._had()
        if name == "units":
            store.look_at_person(self._entrance.login)
        with store.reading() as session:
            value = getattr(self, f"_{name}")(session)
        self._hatch.put(partial(self._take, name, Part(value, clock.ticks())))

    def _work(self, session: Any) -> wall.OpenWork:
        return self._reading.open_work(session)

    def _units(self, session: Any) -> wall.Units | None:
        return wall.units(session)

    def _officers(self, session: Any) -> tuple[wall.Seen, ...]:
        return wall.officers(session)

    def _shares(self, session: Any) -> wall.Shares | None:
        return wall.shares(session)

    def _turn(self, session: Any) -> wall.Turn | None:
        return wall.turn(session, self._name)

    def _day(self, session: Any) -> wall.Day:
        if self._zone is None:
            self._zone = ZoneInfo(wall.zone(session))
        return wall.day(session, self._had().now(), self._zone)

    def _had(self) -> Store:
        if self._store is None:
            raise RuntimeError("the wall reads before anything is open")
        return self._store

    def _live(self) -> None:
        if self._told != LIVE:
            log.info("the wall is live")
            self._hatch.put(partial(self._say, LIVE))
        self._told = LIVE

    def _lose(self, told: str, why: Refused | None) -> None:
        if told != self._told:
            log.warning("the wall has no database: %s", told)
            self._hatch.put(partial(self._say, LOST, why))
        self._told = told

    def _let_go(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            store.close()
