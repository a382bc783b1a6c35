"""The entrance where people sign in with the database: nothing is open before somebody has, and then only as theirs."""

import logging
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any

from commandcenter import clock
from commandcenter.domain.people import Person
from commandcenter.domain.words import clean
from commandcenter.errors import NotAllowed, Refused, WrongPassword
from commandcenter.spool import Misses
from ui.following import NobodyCame, Store

_log = logging.getLogger(__name__)


class Entrance:
    """Between whoever signs in, on the operations' thread, and the feed's, which waits for the open database."""

    def __init__(
        self, opening: Callable[[str, str], Any], whose: Callable[[Any], Person], misses: Misses, station: str
    ) -> None:
        """``opening(login, password)`` opens the database as that login, ``whose(database)`` says who that is.

        What the server refuses is kept in ``misses`` until somebody comes in at this ``station``.
        """
        self._opening, self._whose, self._misses, self._station = opening, whose, misses, station
        self._opened: SimpleQueue[Store | None] = SimpleQueue()
        self._is_open = False

    def sign_in(self, login: str, password: str) -> Person:
        """The person of that login; the database is open as theirs from now on. Refused in words.

        Once it is, a password is only tried: for whoever comes back to a window that was locked meanwhile.
        """
        try:
            return self._come_in(login, password)
        except (WrongPassword, NotAllowed):
            self._misses.add(clean(login), clock.now())
            raise

    def _come_in(self, login: str, password: str) -> Person:
        database = self._opening(login, password)
        keep = False
        try:
            person = self._whose(database)
            self._write_down_misses(database, person)
            keep, self._is_open = not self._is_open, True
        finally:
            if not keep:
                database.close()
        if keep:
            self._opened.put(database)
        return person

    def _write_down_misses(self, database: Any, person: Person) -> None:
        """Whoever came in has the refusals of before written down; where it cannot be, they wait for the next one."""
        from commandcenter.operations.overseeing import record_refused

        for _turn in range(2):  # what may have been written down already, and what came since
            batch = self._misses.take()
            if not batch.missed:
                return
            try:
                database.run("refused_sign_ins", person, self._station, partial(record_refused, missed=batch.missed),
                             operation_id=batch.id)  # fmt: skip
            except Refused as why:
                _log.warning("refused sign-ins could not be written down: %s", why)
                return
            self._misses.settle(batch)

    def wait(self) -> Store:
        """The database, once somebody has signed in. Raises NobodyCame where it is closed before."""
        opened = self._opened.get()
        if opened is None:
            raise NobodyCame
        return opened

    def close(self) -> None:
        """Nobody comes in any more."""
        self._opened.put(None)
