"""Backstage: the only threads. Operations in their order, queries beside them, and the feed.

One lane performs operations, one after the other. Two answer queries, one carries the signs of life. One follows
the journal and turns it into deltas. Whatever they have to say goes through one hatch, in order, to the GUI thread,
which alone touches the picture and the screens.
"""

import datetime as dt
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from commandcenter import clock, settings
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.sealing import viewer_of
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.live.delta import Delta
from commandcenter.live.picture import Picture
from commandcenter.logs import Report, log, report
from commandcenter.spool import Kept
from ui.company import Company
from ui.following import FIRST, LIVE, LOADING, LOST, OPENING, THEN, Following, Store, Tail
from ui.hatch import Hatch, Job, Lane
from ui.keeping import Keeping
from ui.tickets import Errand, Ticket

__all__ = ["FIRST", "LIVE", "LOADING", "LOST", "OPENING", "THEN", "Backstage", "Errand", "Ticket"]

T = TypeVar("T")

CLOSING_S = 2.0
LONGEST_WAY_S = 2.0
"""Seconds that reading the rest of the picture gives way, at most, to what somebody is waiting for."""
QUERY_LANES = 2


class Backstage(QObject):
    """The stagehands. Every signal is emitted on the GUI thread."""

    opened = Signal()
    """The database is open: people may sign in."""
    unavailable = Signal(object)
    """The database could not be opened; the Refused says why. It is tried again by itself."""
    loaded = Signal(str)
    """``first``: the lists of intake and dispatch are usable; ``then``: the picture is complete."""
    changed = Signal(object)
    """A Delta that the picture has just taken over."""
    live = Signal(str, float)
    """The state is now opening, loading, live or lost; and how many seconds old the data is."""
    came_back = Signal(str, float)
    """Behind a gap: ``caught_up`` or ``read_anew``, and how many seconds nothing was heard."""
    refused = Signal(object)
    """Any operation's Refused, so that the message bar can say it."""
    finished = Signal(str, object)
    """An operation is done: its name and what it returned."""
    kept = Signal(object)
    """A move is kept at this station until the database is back; the Kept."""
    bug = Signal(object)
    """A Report of something that is our fault."""

    def __init__(
        self,
        opening: Callable[[], Store],
        tailing: Callable[[Any], Tail],
        performing: Callable[[], Callable[..., Any]],
        station: str = "",
        keeping: Keeping | None = None,
    ) -> None:
        """Nothing is opened yet; :meth:`start` does.

        ``opening()`` opens the database, ``tailing(database)`` makes its feed, ``performing()`` fetches the
        door every move goes through; all three are called off the GUI thread. ``keeping`` takes what can be
        taken while the database is away; without it everything is refused then.
        """
        super().__init__()
        self.picture = Picture()
        self.person: Person | None = None
        self.station = station or settings.station()
        self.keeping = keeping
        self.company = Company(self)
        self._performing = performing
        self._hatch = Hatch()
        self._operations: SimpleQueue[Job | None] = SimpleQueue()
        self._queries: SimpleQueue[Job | None] = SimpleQueue()
        self._latest: dict[tuple[int, str], int] = {}
        self._asked = 0
        self._closing, self._hurry, self._at_rest = threading.Event(), threading.Event(), threading.Event()
        self._under_way: list[Ticket] = []
        self._following = Following(
            opening, tailing, self._hatch, self, closing=self._closing.is_set, pause=self._pause,
            give_way=lambda: self._at_rest.wait(LONGEST_WAY_S), viewer=lambda: viewer_of(self.person),
        )  # fmt: skip
        # Not a queued call: those come before the painting, a timer's turn is after it.
        self._shown = QTimer(self, singleShot=True, interval=0)
        self._shown.timeout.connect(self._following.painted)
        self._lanes: list[threading.Thread] = [
            Lane("operations", self._operations), Lane("signs of life", self.company.jobs),
            *(Lane(f"query {n}", self._queries) for n in range(1, QUERY_LANES + 1)),
            threading.Thread(target=self._following.run, name="feed", daemon=True),
        ]
        if keeping is not None:
            keeping.serve(self)

    # ------------------------------------------------------------------ what the window uses (GUI thread)

    def start(self) -> None:
        """Open the database and begin."""
        for lane in self._lanes:
            lane.start()

    def retry(self) -> None:
        """Try at once to open the database or to get the connection back, without waiting for the next try."""
        self._hurry.set()
        self._following.wake()

    @property
    def state(self) -> str:
        """opening, loading, live or lost."""
        return self._following.state

    @property
    def why(self) -> Refused | None:
        """Why the database cannot be had just now, where that is known."""
        return self._following.why

    @property
    def age(self) -> float:
        """Seconds since the database was last looked at with success."""
        return max(0.0, clock.ticks() - self._following.looked_at)

    def now(self) -> dt.datetime:
        """The server's time, aware UTC; this machine's as long as no database is open."""
        return self._following.now()

    @property
    def fast(self) -> float:
        """Seconds this machine's clock is ahead of the server's; less than nothing where it is behind."""
        return self._following.fast

    def do(
        self, name: str, /, *, subject: Key | None = None, seen_version: int | None = None, **fields: Any
    ) -> Ticket:
        """Make the move ``name`` as the person signed in. Moves are made in the order they are asked for."""

        def body(work: Any) -> Any:
            perform = self._performing()
            return perform(work, name, subject=subject, seen_version=seen_version, given=fields)

        ticket, keeping = Ticket(name, subject, fields), self.keeping
        if keeping is None:
            return self.run(ticket, body)
        acting = self._acting(ticket)
        return keeping.do(ticket, acting, lambda: self._done(ticket, acting, body))

    def run(self, ticket: Ticket, body: Callable[[Any], Any], actor: Person | None = None) -> Ticket:
        """Run ``body(work)`` as one operation in its turn, as ``actor`` or else the person signed in."""
        acting = actor or self._acting(ticket)
        return self.in_turn(ticket, lambda: self._done(ticket, acting, body))

    def carry_out(self, ticket: Ticket, errand: Callable[[Any], Any]) -> Ticket:
        """Do ``errand(database)`` in the operations' turn: for what takes more than one transaction."""
        return self.in_turn(ticket, lambda: errand(self.store()))

    def run_errand(self, errand: Errand, work: Callable[[Any, Callable[[object], bool]], Any]) -> Errand:
        """Do ``work(database, tell)``, which takes minutes, on a thread of its own: nobody waits for it.

        ``tell(progress)`` brings progress to the front and returns whether to go on: False once the errand is
        called off or the program closes.
        """

        def tell(progress: object) -> bool:
            self._hatch.put(lambda: errand.progressed.emit(progress))
            return not (errand.called_off or self._closing.is_set())

        job = self._job(errand, lambda: work(self.store(), tell))
        lane = threading.Thread(target=job, name=f"errand {errand.name}", daemon=True)
        self._lanes.append(lane)
        lane.start()
        return errand

    def ask(
        self,
        question: Callable[[Any], T],
        then: Callable[[T], None],
        *,
        owner: QObject,
        latest: str | None = None,
        otherwise: Callable[[Refused], None] | None = None,
    ) -> None:
        """Answer ``question(session)`` beside the GUI and hand the answer to ``then``.

        The answer is dropped when ``owner`` is gone by then or, where ``latest`` is given, when the same
        owner has asked anew under that name: only the last answer counts while somebody types.
        ``otherwise`` takes the refusal; without it the message bar does.
        """

        def answer() -> T:
            with self.store().reading() as session:
                return question(session)

        doing = f"query {getattr(question, '__qualname__', question)}"
        refuse = otherwise or self.refused.emit
        self._queries.put(self._sheltered(answer, doing, then, refuse, self._wanted(owner, latest)))

    def aside(
        self, work: Callable[[], T], then: Callable[[T], None] = lambda _result: None, *, owner: QObject,
        latest: str | None = None, otherwise: Callable[[Refused], None] | None = None,
    ) -> None:  # fmt: skip
        """Do ``work()``, which touches neither database nor widgets, beside the GUI; ``then`` gets its result.

        ``owner``, ``latest`` and ``otherwise`` as in :meth:`ask`.
        """
        doing, refuse = f"work {getattr(work, '__qualname__', work)}", otherwise or self.refused.emit
        self._queries.put(self._sheltered(work, doing, then, refuse, self._wanted(owner, latest)))

    def close(self) -> bool:
        """End every thread and the database. False where one would not end in time; the log says which."""
        self._closing.set()
        self._at_rest.set()
        self.retry()
        for jobs in (self._operations, self.company.jobs, *[self._queries] * QUERY_LANES):
            jobs.put(None)
        until = clock.ticks() + CLOSING_S
        for lane in self._lanes:
            if lane.is_alive():
                lane.join(max(0.0, until - clock.ticks()))
        self._hatch.shut()
        late = [lane.name for lane in self._lanes if lane.is_alive()]
        if late:
            log.warning("still busy when the program closed: %s", ", ".join(late))
        elif self._following.store is not None:
            self._following.store.close()
        return not late

    # ------------------------------------------------------------------ on the lanes

    def _pause(self, seconds: float) -> None:
        self._hurry.wait(seconds)
        self._hurry.clear()

    def store(self) -> Store:
        """The database, for the lanes. Unavailable, in words, while none is open."""
        if self._following.store is None:
            raise Unavailable(N_("The database is not open yet: try again in a moment."))
        return self._following.store

    def _acting(self, ticket: Ticket) -> Person:
        if self.person is None:
            raise RuntimeError(f"{ticket.name}: nobody is signed in")
        return self.person

    def _done(self, ticket: Ticket, acting: Person, body: Callable[[Any], Any]) -> Any:
        return self.store().run(ticket.name, acting, self.station, body, operation_id=ticket.operation_id, fresh=True)

    def front(self, job: Job) -> None:
        """From any thread: have ``job`` done on the GUI thread, after what was handed in before."""
        self._hatch.put(job)

    def in_turn(self, ticket: Ticket, action: Callable[[], Any]) -> Ticket:
        """Do ``action()`` in the operations' turn, whether there is a database or not."""
        self._under_way.append(ticket)
        self._at_rest.clear()
        self._operations.put(self._job(ticket, action))
        return ticket

    def _job(self, ticket: Ticket, action: Callable[[], Any]) -> Job:
        """A job that does ``action`` and brings its end to whoever holds the ticket."""

        def job() -> None:
            try:
                result = action()
            except Refused as refusal:
                caught = refusal
                self._hatch.put(lambda: self._refuse(ticket, caught))
            except Exception as fault:  # noqa: BLE001 – a bug, reported to the person and in the log
                bug = report(fault, f"operation {ticket.name}")
                self._hatch.put(lambda: self._fail(ticket, bug))
            else:
                if isinstance(result, Kept):
                    self._hatch.put(lambda: self._keep(ticket, result))
                else:
                    self._following.announce(lambda: self._finish(ticket, result))

        return job

    def _sheltered(
        self, work: Callable[[], T], doing: str, then: Callable[[T], None],
        refuse: Callable[[Refused], Any], wanted: Callable[[], bool],
    ) -> Job:  # fmt: skip
        """A job for a query lane: does ``work`` if it is still wanted, and sees its end to the front."""

        def job() -> None:
            if not wanted():
                return
            try:
                found = work()
            except Refused as refusal:
                self._hatch.put(_given(refuse, refusal, wanted))
            except Exception as fault:  # noqa: BLE001 – a bug, reported to the person and in the log
                bug = report(fault, doing)
                self._hatch.put(lambda: self.bug.emit(bug))
            else:
                self._hatch.put(_given(then, found, wanted))

        return job

    def _wanted(self, owner: QObject, name: str | None) -> Callable[[], bool]:
        """Whether the answer to a question asked now is still wanted later; asked on any thread."""
        if name is None:
            return lambda: isValid(owner)
        self._asked += 1
        at, number = (id(owner), name), self._asked
        self._latest[at] = number
        return lambda: isValid(owner) and self._latest.get(at) == number

    # ------------------------------------------------------------------ at the front (GUI thread)

    def _finish(self, ticket: Ticket, result: Any) -> None:
        ticket.settle(result)
        self.finished.emit(ticket.name, result)
        self._rest()

    def _keep(self, ticket: Ticket, entry: Kept) -> None:
        ticket.keep(entry)
        self.kept.emit(entry)
        self._rest()

    def _refuse(self, ticket: Ticket, refusal: Refused) -> None:
        ticket.refuse(refusal)
        self.refused.emit(refusal)
        self._rest()

    def _fail(self, ticket: Ticket, found: Report) -> None:
        ticket.fail(found)
        self.bug.emit(found)
        self._rest()

    def _rest(self) -> None:
        """Once what came is shown too, and nobody waits for an operation, there is time for the rest."""
        self._under_way = [ticket for ticket in self._under_way if not ticket.settled]
        if not self._under_way:
            QTimer.singleShot(0, self._at_rest.set)

    def on_opened(self) -> None:
        """The database is open."""
        self.opened.emit()

    def on_unavailable(self, refusal: Refused) -> None:
        """The database could not be opened."""
        self.unavailable.emit(refusal)

    def on_read(self, records: list[Record]) -> None:
        """A part of the picture was read in bulk."""
        self.changed.emit(self.picture.load(records))

    def on_loaded(self, stage: str) -> None:
        """A stage of the picture is here whole."""
        self.picture.complete = stage == THEN
        self.loaded.emit(stage)
        self._rest()
        if stage == THEN:
            self.aside(self._performing, owner=self)  # so that the first move does not wait for its imports

    def on_loaded_anew(self, records: list[Record]) -> None:
        """Everything was read once more: what the picture holds besides has left meanwhile."""
        self.on_delta(self.picture.renewed(records))

    def on_delta(self, delta: Delta) -> None:
        """The feed brought something."""
        self.picture.apply(delta)
        self._keep_person()
        self.changed.emit(delta)
        self._shown.start()

    def on_state(self, state: str) -> None:
        """The connection came or went."""
        self.live.emit(state, self.age)

    def on_back(self, how: str, seconds: float) -> None:
        """The gap is behind us."""
        self.came_back.emit(how, seconds)

    def on_bug(self, found: Report) -> None:
        """The feed met a bug."""
        self.bug.emit(found)

    def _keep_person(self) -> None:
        """Rights may change while somebody is signed in."""
        if self.person is not None:
            self.person = self.picture.get(Person, self.person.id) or self.person


def _given(receiver: Callable[[Any], Any], value: Any, wanted: Callable[[], bool]) -> Job:
    return lambda: receiver(value) if wanted() else None
