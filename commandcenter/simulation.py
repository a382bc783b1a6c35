"""A believable day of the district, driven through operations only: the same door people use.

Events wait in a queue by simulated time; every decision comes from one seeded source and from codes, never
from keys, so the same seed on the same district makes the same day. Simulated time ends at the present: a
console that looks on never sees a moment of the future.
"""

import datetime as dt
import heapq
import logging
import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from commandcenter import clock, i18n
from commandcenter.domain.people import Person, Right, Role
from commandcenter.domain.record import Key, new_key
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.units import Squad
from commandcenter.domain.wording import word
from commandcenter.domain.work import Work
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.live.ledger import Ledger
from commandcenter.live.picture import Picture
from commandcenter.live.whereabouts import whereabouts
from commandcenter.operations import perform
from commandcenter.operations.rostering import set_duty
from commandcenter.simulated import following, handling, intake
from commandcenter.simulated.movement import Patrols
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from commandcenter.storage.refusals import NOT_CONFIRMED, PASSING

STATION = "simulation"
MINUTE = 60.0
_SEE_EVERY, _SEE_EVERY_IN_HASTE = 60.0, 300.0
"""Seconds between two fixes of an officer. A day that is only to be behind us needs fewer of them."""
_ON_DUTY_SHARE = 0.6
_CALLS_AN_HOUR = (4, 3, 2, 2, 2, 4, 9, 18, 34, 40, 38, 32, 22, 26, 34, 36, 33, 28, 24, 22, 18, 14, 9, 6)
"""Complaints an hour of the local day: a big district's hotline, two peaks, quiet nights."""
_FINDS_PER_CALL = 0.55
PATIENCE_S = 300.0
"""Seconds to wait for a server that went away, or for the one that takes its place."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.25, 4.0

T = TypeVar("T")

_log = logging.getLogger(__name__)


def live(
    url: str, *, minutes: float, speed: float = 0.0, seed: int = 1, made: Counter[str] | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> Counter[str]:  # fmt: skip
    """Let the district live for ``minutes`` of simulated time; returns how often each move was made.

    ``made`` is counted up as it goes, for whoever must say what was done when the day is cut short: refused as
    soon as the disk fails, or where a server stays away. ``progress`` is told after each event how much of the time
    has gone by, 0 to 1.
    """
    with i18n.speaking("zh_CN"):  # what the people of the district write, they write in Chinese
        day = Day(url, minutes=minutes, speed=speed, seed=seed)
        if made is not None:
            day.made = made
        try:
            return day.run(progress)
        finally:
            day.close()


class Day:
    """One simulated stretch of time on one database."""

    def __init__(self, url: str, *, minutes: float, speed: float, seed: int) -> None:
        self.random = random.Random(seed)
        self._speed = speed
        length = dt.timedelta(minutes=minutes)
        real = length / speed if speed else dt.timedelta(0)
        self._began = clock.now()
        self._start = self._began + real - length
        self._end = self._start + length
        self.now = self._start
        self._queue: list[tuple[dt.datetime, int, Callable[[], None]]] = []
        self._count = 0
        self.made: Counter[str] = Counter()
        self._pause = threading.Event()
        self.database = Database.open(url, clock=lambda: self.now)
        self._feed = Feed(self.database)
        self._ledger = Ledger()
        self.picture = Picture()
        self._spoilt = False
        self._load()
        self.patrols = Patrols(self)

    def _load(self) -> None:
        self._feed.start()
        with self.database.reading() as session:
            self.picture.load(self._ledger.load(session))
            self.picture.apply(whereabouts(session))
        self.picture.complete = True
        if self.picture.district is None:
            raise Refused(N_("There is no district in this database yet: load one with commandcenterctl init."))

    def close(self) -> None:
        """Let go of the database."""
        self._feed.close()
        self.database.close()

    # ------------------------------------------------------------------ time

    def later(self, minutes: float, event: Callable[[], None]) -> None:
        """Let ``event`` happen that many simulated minutes from now."""
        self._count += 1
        heapq.heappush(self._queue, (self.now + dt.timedelta(minutes=minutes), self._count, event))

    def wait(self, typical: float, spread: float = 0.5) -> float:
        """A waiting time around ``typical`` minutes: mostly near it, now and then much longer."""
        return typical * self.random.lognormvariate(0.0, spread)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.random.random() < share

    def run(self, progress: Callable[[float], None]) -> Counter[str]:
        """Live until the end."""
        self._begin_shift()
        self._next_call()
        self._next_find()
        self._look()
        while self._queue and self._queue[0][0] <= self._end:
            at, _n, event = heapq.heappop(self._queue)
            self._pace(at)
            self.now = at
            event()
            progress((at - self._start) / (self._end - self._start))
        self.now = self._end
        self.sight(self.patrols.step(_SEE_EVERY))
        return self.made

    def _pace(self, at: dt.datetime) -> None:
        if self._speed:
            due = self._began + (at - self._start) / self._speed
            self._pause.wait(max(0.0, (due - clock.now()).total_seconds()))

    # ------------------------------------------------------------------ what happens by itself

    def _begin_shift(self) -> None:
        """Part of every squad comes on duty; whoever works is picked up where the last day left off."""
        officers = [p for p in self.people(Role.OFFICER) if not p.on_duty]
        chosen = [p.id for p in officers if self.chance(_ON_DUTY_SHARE)]
        chosen += [p.id for p in (*self.people(Role.CAPTAIN), *self.people(Role.OPERATOR)) if not p.on_duty]
        supervisor = self.anyone(Role.SUPERVISOR)
        self._run("set_duty", supervisor, lambda work: set_duty(work, chosen, on_duty=True))
        self.made["set_duty"] += 1
        self.catch_up()
        intake.pick_up(self)
        handling.pick_up(self)
        following.pick_up(self)

    def _next_call(self) -> None:
        self.later(self.random.expovariate(self._calls_a_minute()), self._call)

    def _call(self) -> None:
        intake.call(self)
        self._next_call()

    def _next_find(self) -> None:
        self.later(self.random.expovariate(self._calls_a_minute() * _FINDS_PER_CALL), self._find)

    def _find(self) -> None:
        intake.find(self)
        self._next_find()

    def _calls_a_minute(self) -> float:
        hour = self.picture.rules.calendar.local(self.now).hour
        return _CALLS_AN_HOUR[hour] / MINUTE

    def _look(self) -> None:
        every = _SEE_EVERY if self._speed else _SEE_EVERY_IN_HASTE
        self.sight(self.patrols.step(every))
        self.later(every / MINUTE, self._look)

    # ------------------------------------------------------------------ doing and knowing

    def do(self, name: str, actor: Person, subject: Key | None = None, **given: Any) -> Key | None:
        """One operation by one person. What is refused – somebody else was first – is counted, not forced."""
        try:
            key = self._run(name, actor, lambda work: perform(work, name, subject=subject, given=given))
        except Unavailable:
            raise  # nobody was first: disk or server fail, and would fail the next move too
        except Refused:
            self.made["refused"] += 1
            key = None
        else:
            self.made[name] += 1
        self.catch_up()
        return key

    def _run(self, name: str, actor: Person, body: Callable[[Work], T]) -> T | None:
        """An operation, once, however often it has to be tried; None also where its answer was lost."""
        key, done = new_key(), None

        def kept(work: Work) -> T:
            nonlocal done
            done = body(work)
            return done

        try:
            self.lasting(lambda: self.database.run(name, actor, STATION, kept, key))
        except Unavailable as refusal:
            if refusal.message != NOT_CONFIRMED:
                raise
        return done

    def lasting(self, work: Callable[[], T]) -> T:
        """Do it; where the server went away, again until it or another is there, as stations do."""
        late, pause = clock.ticks() + PATIENCE_S, _FIRST_PAUSE_S
        while True:
            try:
                return work()
            except Unavailable as refusal:
                if refusal.message not in PASSING or clock.ticks() >= late:
                    raise
                if pause == _FIRST_PAUSE_S:
                    _log.warning("the simulation waits: %s", refusal.message.format(**refusal.params))
            self._pause.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def catch_up(self) -> None:
        """Let the picture take over what was written, here or at any other station."""
        self.lasting(self._caught_up)

    def _caught_up(self) -> None:
        spoilt, self._spoilt = self._spoilt, True  # a feed gives every line only once
        lines, sightings = self._feed.read(), self._feed.sightings()
        if self._feed.begun_anew() or spoilt:
            self._load_anew()
        else:
            with self.database.reading() as session:
                self.picture.apply(self._ledger.digest(lines, sightings, session))
        self._spoilt = False

    def _load_anew(self) -> None:
        self._ledger = Ledger()
        with self.database.reading() as session:
            self.picture.apply(self.picture.renewed(self._ledger.load(session)))
            self.picture.apply(whereabouts(session))

    def sight(self, sightings: list[Sighting]) -> None:
        """Officers were seen."""
        if sightings:
            self.lasting(lambda: self.database.sight(sightings))
            self.made["sightings"] += len(sightings)

    def people(self, role: Role, squad: Key | None = None) -> list[Person]:
        """Everybody of a role, of a squad if one is named, in the order of their logins."""
        everybody = self.picture.of(Person).values()
        chosen = [p for p in everybody if p.has(role) and not p.disabled and (squad is None or p.squad_id == squad)]
        return sorted(chosen, key=lambda p: p.login)

    def anyone(self, role: Role, but_not: frozenset[Key] = frozenset()) -> Person:
        """Somebody of that role, on duty if there is one. Refused where the district has nobody."""
        everybody = [p for p in self.people(role) if p.id not in but_not]
        if not everybody:
            raise Refused(N_("The district has nobody in the role {role}."), role=word(role))
        return self.random.choice([p for p in everybody if p.on_duty] or everybody)

    def with_right(self, right: Right, squad: Key) -> Person | None:
        """The first of a squad who has that right."""
        of_squad = [p for p in self.picture.of(Person).values() if p.squad_id == squad and right in p.rights]
        return min(of_squad, key=lambda p: p.login, default=None)

    def squads(self) -> list[Squad]:
        """Every squad, by code."""
        return sorted(self.picture.of(Squad).values(), key=lambda s: s.code)
