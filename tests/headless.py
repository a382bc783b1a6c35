"""A workplace without a window: what the backstage has behind it, and a picture that it keeps up to date.

For tests and benchmarks that need many stations. Nothing of Qt's event loop is needed: the feed's thread itself
hands over to the picture, under a lock that whoever looks at the picture takes too.
"""

import gc
import hashlib
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from commandcenter import clock
from commandcenter.domain.people import Person
from commandcenter.domain.record import Record
from commandcenter.errors import Refused
from commandcenter.live.belonging import BY_KIND
from commandcenter.live.delta import Delta
from commandcenter.live.ledger import Ledger
from commandcenter.live.picture import Picture
from commandcenter.logs import Report
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from ui.following import THEN, Following

Told = Callable[..., None]


def _nothing(*_what: object) -> None:
    return None


class Station:
    """Follows a database as a window does; ``told(word, *what)`` hears of every change of its state."""

    def __init__(self, url: str, told: Told = _nothing) -> None:
        self.picture = Picture()
        self.changed = threading.Condition()
        """Held while the picture changes; notified after each change."""
        self.seen: Callable[[Delta, float], None] = _nothing
        """Told of each delta the picture has taken over, and when (:func:`clock.ticks`)."""
        self._told = told
        self._closing, self._hurry = threading.Event(), threading.Event()
        self.following = Following(
            lambda: Database.open(url), Feed, self, self, self._closing.is_set, self._pause, lambda: None
        )
        self._thread = threading.Thread(target=self.following.run, name="feed", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until the condition holds of the picture, or fail."""
        with self.changed:
            assert self.changed.wait_for(condition, seconds), f"not in {seconds} s: {self.following.state}"

    @property
    def database(self) -> Database:
        """Its database, once it is open."""
        store = self.following.store
        assert isinstance(store, Database)
        return store

    def person(self, login: str) -> Person:
        """Somebody of the district."""
        with self.changed:
            return next(person for person in self.picture.of(Person).values() if person.login == login)

    def standing(self) -> str:
        """The seal of everything the picture holds."""
        with self.changed:
            return seal(r for kind in BY_KIND.values() for r in self.picture.of(kind.record_type).values())

    def close(self) -> None:
        """Stop following."""
        self._closing.set()
        self._hurry.set()
        self.following.wake()
        self._thread.join(10)
        self.database.close()

    def _pause(self, seconds: float) -> None:
        self._hurry.wait(seconds)
        self._hurry.clear()

    # What the feed's thread hands over

    def put(self, job: Callable[[], None]) -> None:
        """Do it here and now."""
        with self.changed:
            job()
            self.changed.notify_all()

    def on_opened(self) -> None:
        self._told("opened")

    def on_unavailable(self, refusal: Refused) -> None:
        self._told("unavailable", str(refusal))

    def on_read(self, records: list[Record]) -> None:
        self.picture.load(records)

    def on_loaded(self, stage: str) -> None:
        self.picture.complete = stage == THEN

    def on_loaded_anew(self, records: list[Record]) -> None:
        self.on_delta(self.picture.renewed(records))

    def on_delta(self, delta: Delta) -> None:
        self.picture.apply(delta)
        self.seen(delta, clock.ticks())

    def on_state(self, state: str) -> None:
        self._told("state", state)

    def on_back(self, how: str, seconds: float) -> None:
        self._told("back", how, round(seconds, 3))

    def on_bug(self, found: Report) -> None:
        self._told("bug", found.text)


def settle() -> None:
    """What is in memory now has come to stay and is not looked through any more, as in the program."""
    gc.collect()
    gc.freeze()


def seal(records: Iterable[Record]) -> str:
    """A hash over every value of every record, in whatever order they come."""
    lines = sorted(orjson.dumps([r.kind(), r.values()], option=orjson.OPT_SORT_KEYS, default=str) for r in records)
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def seal_of(database: Database) -> str:
    """The seal of what a picture of this database must hold now."""
    with database.reading() as session:
        return seal({(type(r), r.id): r for r in Ledger().load(session)}.values())


def said(word: str, *what: Any) -> str:
    """One line to another process."""
    return json.dumps([word, clock.ticks(), *what], ensure_ascii=False)
