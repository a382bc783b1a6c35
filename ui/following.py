"""Following the journal: open the database, load the picture, then turn every bell into a delta.

It runs on the feed's thread (:mod:`ui.backstage` starts it) and hands everything it finds to the hatch.
When the connection is lost it says so, keeps its place in the journal and tries again, ever more slowly. Back
again it catches up; where its place means nothing any more it reads everything anew. It says which.
"""

import random
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

from commandcenter import clock
from commandcenter.domain.record import Key, Record
from commandcenter.domain.sealing import NOBODY
from commandcenter.errors import Refused
from commandcenter.live.delta import Delta
from commandcenter.live.ledger import Ledger
from commandcenter.live.whereabouts import whereabouts
from commandcenter.logs import Report, log, report
from ui.hatch import Job

T = TypeVar("T")

LOOK_EVERY_S = 1.0
"""The feed looks at least this often even when no bell rings, so that the age of the data stays true."""
FIRST_RETRY_S, LONGEST_RETRY_S = 0.25, 4.0
FIXES_EVERY_S = 0.5
"""So often it is looked where the officers are. Nobody rings for a fix: there are hundreds of them in a second, and
every station would run for each."""
OUT_OF_STEP = (0.75, 1.25)
"""By what each pause is made longer or shorter, so that all stations of a room do not come at the same moment."""
LONGEST_PAINT_S = 0.05
"""Seconds the feed waits, at most, until what it brought last has been painted."""
AT_ONCE = 1000
"""Records of the picture that the front takes in at one go: input and painting get their turn between two."""

OPENING, LOADING, LIVE, LOST = "opening", "loading", "live", "lost"
FIRST, THEN = "first", "then"
CAUGHT_UP, READ_ANEW = "caught_up", "read_anew"


class NobodyCame(Exception):
    """The program closes, and nobody has signed in with the database: there is none to follow."""


class Store(Protocol):
    """What is needed of a database."""

    def run(
        self, operation: str, actor: Any, station: str, body: Callable[[Any], Any],
        operation_id: Key | None = None, reason: str = "", fresh: bool = False,
    ) -> Any: ...  # fmt: skip
    def reading(self) -> AbstractContextManager[Any]: ...
    def show_to(self, viewer: Callable[[], Key]) -> None: ...
    def now(self) -> datetime: ...
    def fast(self) -> timedelta: ...
    def close(self) -> None: ...


class Tail(Protocol):
    """What is needed of a feed."""

    def start(self) -> None: ...
    def read(self) -> Any: ...
    def sightings(self) -> Any: ...
    def begun_anew(self) -> bool: ...
    def wait(self, timeout: float) -> bool: ...
    def wake(self) -> None: ...
    def close(self) -> None: ...


class Front(Protocol):
    """Where jobs are handed over to the thread that owns the picture."""

    def put(self, job: Job) -> None: ...


class Audience(Protocol):
    """Who is told, on the GUI thread."""

    def on_opened(self) -> None: ...
    def on_unavailable(self, refusal: Refused) -> None: ...
    def on_read(self, records: list[Record]) -> None: ...
    def on_loaded(self, stage: str) -> None: ...
    def on_loaded_anew(self, records: list[Record]) -> None: ...
    def on_delta(self, delta: Delta) -> None: ...
    def on_state(self, state: str) -> None: ...
    def on_back(self, how: str, seconds: float) -> None: ...
    def on_bug(self, found: Report) -> None: ...


class Following:
    """The feed's side of the backstage. Only :meth:`run` and what it calls belong to the feed's thread."""

    def __init__(
        self,
        opening: Callable[[], Store],
        tailing: Callable[[Any], Tail],
        hatch: Front,
        audience: Audience,
        closing: Callable[[], bool],
        pause: Callable[[float], None],
        give_way: Callable[[], object],
        viewer: Callable[[], Key] = lambda: NOBODY,
    ) -> None:
        """What the thread needs from outside.

        ``closing()`` says whether to end; ``pause(seconds)`` waits that long, or less when hurried;
        ``give_way()`` waits while the front is busy with what somebody is waiting for; ``viewer()`` says whose
        eyes all this is for, by their key.
        """
        self.store: Store | None = None
        self.state = OPENING
        self.why: Refused | None = None
        """Why the database cannot be had just now."""
        self.looked_at = clock.ticks()
        self._opening, self._tailing = opening, tailing
        self._hatch, self._audience = hatch, audience
        self._closing, self._pause, self._give_way = closing, pause, give_way
        self._viewer, self._shown_to = viewer, NOBODY
        self._ledger = Ledger()
        self._tail: Tail | None = None  # from the second step on
        self._lines: list[Any] = []
        self._sightings: list[Any] = []
        self._spoilt = self._anew = False
        self._lines_due = self._fixes_due = 0.0
        self._written: deque[Job] = deque()
        self._painted = threading.Event()
        self._painted.set()
        self._told = ""

    # ------------------------------------------------------------------ from other threads

    def now(self) -> datetime:
        """The server's time, aware UTC; this machine's as long as no database is open."""
        return clock.now() if self.store is None else self.store.now()

    @property
    def fast(self) -> float:
        """Seconds this machine's clock is ahead of the server's; less than nothing where it is behind."""
        return 0.0 if self.store is None else self.store.fast().total_seconds()

    def wake(self) -> None:
        """Look now."""
        if self._tail is not None:
            self._tail.wake()

    def painted(self) -> None:
        """What was brought last is on the screen."""
        self._painted.set()

    def announce(self, job: Job) -> None:
        """Do ``job`` at the front after a look that began after this call, so that the picture is up to date."""
        if self.state != LIVE or self._tail is None:
            self._hatch.put(job)
            return
        self._written.append(job)
        self._tail.wake()

    # ------------------------------------------------------------------ on the feed's thread

    def run(self) -> None:
        """Until the program closes."""
        for step in (self._open, self._start, self._load):
            if not self._until_it_works(step):
                return
        pause = FIRST_RETRY_S
        while not self._closing():
            if self.state == LIVE:
                self._turn(wait=True)
                pause = FIRST_RETRY_S
            else:
                self._pause(pause * random.uniform(*OUT_OF_STEP))
                pause = min(pause * 2, LONGEST_RETRY_S)
                self._turn(wait=False)
        if self._tail is not None:
            self._tail.close()

    def _open(self) -> None:
        store = self._opening()
        store.show_to(self._viewer)
        self.store = store
        self._hatch.put(self._audience.on_opened)
        self._say(LOADING)

    def _start(self) -> None:
        tail = self._tailing(self.store)
        tail.start()  # from here on nothing is missed: what the load sees as well is harmless
        self._tail = tail

    def _load(self) -> None:
        store, self._shown_to = _had(self.store), self._viewer()
        for stage, read in ((FIRST, self._ledger.load_first), (THEN, self._ledger.load_then)):
            with store.reading() as session:
                records = read(session)
            for begin in range(0, len(records), AT_ONCE):
                self._hatch.put(partial(self._audience.on_read, records[begin : begin + AT_ONCE]))
            self._hatch.put(partial(self._audience.on_loaded, stage))
            self._give_way()
        self._show_whereabouts()
        self.looked_at = clock.ticks()
        self._say(LIVE)

    def _show_whereabouts(self) -> None:
        with _had(self.store).reading() as session:
            seen = whereabouts(session)
        self._hatch.put(lambda: self._audience.on_delta(seen))

    def _until_it_works(self, step: Job) -> bool:
        pause = FIRST_RETRY_S
        while not self._closing():
            try:
                step()
            except NobodyCame:
                return False
            except Refused as refusal:
                self._unavailable(refusal)
            except Exception as fault:  # noqa: BLE001 – a bug, reported; the shell keeps working
                self._bug(fault, "opening the database")
            else:
                return True
            self._pause(pause * random.uniform(*OUT_OF_STEP))
            pause = min(pause * 2, LONGEST_RETRY_S)
        return False

    def _turn(self, wait: bool) -> None:
        """Wait for a bell, look, and announce what was written before the look."""
        written: list[Job] = []
        rung = True
        try:
            if wait:
                # To look on while the front paints would only make it slower; what is rung meanwhile is read at one go.
                self._painted.wait(LONGEST_PAINT_S)
                rung = _had(self._tail).wait(max(0.0, min(self._lines_due, self._fixes_due) - clock.ticks()))
            written = [self._written.popleft() for _n in range(len(self._written))]
            self._look(rung)
        except Refused as refusal:
            self._lose(refusal)
        except Exception as fault:  # noqa: BLE001 – a bug, reported; the shell says it is not live
            self._lose(None)
            self._bug(fault, "following the journal")
        finally:
            for job in written:  # done is done, even where the screen cannot show it yet
                self._hatch.put(job)

    def _look(self, rung: bool) -> None:
        tail, now = _had(self._tail), clock.ticks()
        # What was read is kept until it is digested: a feed gives every line only once.
        if rung or now >= self._lines_due:
            self._lines += tail.read()
            self._lines_due = now + LOOK_EVERY_S
        if now >= self._fixes_due:
            self._sightings += tail.sightings()
            self._fixes_due = now + FIXES_EVERY_S * random.uniform(*OUT_OF_STEP)
        if tail.begun_anew():  # what was read before may be of a life of the server that nobody else knows
            self._lines, self._sightings, self._spoilt, self._anew = [], [], True, True
        if self._spoilt:
            self._load_anew()
        if self._viewer() != self._shown_to:
            self._show_another()
        if self._lines or self._sightings:
            self._digest()
        if self.state == LOST or self._anew:
            self._say_back()
        self.looked_at = clock.ticks()
        self._told = ""
        self._say(LIVE)

    def _digest(self) -> None:
        self._spoilt = True  # until it worked: a ledger that stopped half way no longer knows what it said
        with _had(self.store).reading() as session:
            delta = self._ledger.digest(self._lines, self._sightings, session, clock.now())
        self._lines, self._sightings, self._spoilt = [], [], False
        self._painted.clear()
        self._hatch.put(lambda: self._audience.on_delta(delta))

    def _show_another(self) -> None:
        """Somebody else looks now: what is sealed comes or goes."""
        viewer, self._spoilt = self._viewer(), True
        with _had(self.store).reading() as session:
            delta = self._ledger.look_again(session)
        self._shown_to, self._spoilt = viewer, False
        if delta:
            self._hatch.put(lambda: self._audience.on_delta(delta))

    def _load_anew(self) -> None:
        ledger, self._shown_to = Ledger(), self._viewer()
        with _had(self.store).reading() as session:
            records = ledger.load(session)
        self._ledger, self._spoilt = ledger, False
        self._hatch.put(lambda: self._audience.on_loaded_anew(records))
        self._show_whereabouts()

    # ------------------------------------------------------------------ what is said

    def _say(self, state: str, why: Refused | None = None) -> None:
        changed = state != self.state
        self.state, self.why = state, why
        if changed:
            self._hatch.put(lambda: self._audience.on_state(state))

    def _say_back(self) -> None:
        how, seconds = READ_ANEW if self._anew else CAUGHT_UP, clock.ticks() - self.looked_at
        self._anew = False
        log.info("back after %.1f s: %s", seconds, how)
        self._hatch.put(lambda: self._audience.on_back(how, seconds))

    def _lose(self, refusal: Refused | None) -> None:
        if self.state != LOST:
            log.warning("the connection was lost: %s", refusal or "a bug")
        self._say(LOST, refusal)
        while self._written:
            self._hatch.put(self._written.popleft())

    def _unavailable(self, refusal: Refused) -> None:
        self.why = refusal
        if str(refusal) != self._told:  # each new reason is told once, not at every try
            log.warning("the database is not available: %s", refusal)
            self._hatch.put(lambda: self._audience.on_unavailable(refusal))
        self._told = str(refusal)

    def _bug(self, fault: Exception, doing: str) -> None:
        if repr(fault) != self._told:
            found = report(fault, doing)
            self._hatch.put(lambda: self._audience.on_bug(found))
        self._told = repr(fault)


def _had(thing: T | None) -> T:
    if thing is None:
        raise RuntimeError("the steps of following the journal were taken out of order")
    return thing
