"""The entrance where people sign in with the database: nothing is open before somebody has, and then only as theirs."""

from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from commandcenter.domain.people import Person
from ui.following import NobodyCame, Store


class Entrance:
    """Between whoever signs in, on the operations' thread, and the feed's, which waits for the open database."""

    def __init__(self, opening: Callable[[str, str], Any], whose: Callable[[Any], Person]) -> None:
        """``opening(login, password)`` opens the database as that login, ``whose(database)`` says who that is."""
        self._opening, self._whose = opening, whose
        self._opened: SimpleQueue[Store | None] = SimpleQueue()
        self._is_open = False

    def sign_in(self, login: str, password: str) -> Person:
        """The person of that login; the database is open as theirs from now on. Refused in words.

        Once it is, a password is only tried: for whoever comes back to a window that was locked meanwhile.
        """
        database = self._opening(login, password)
        keep = False
        try:
            person = self._whose(database)
            keep, self._is_open = not self._is_open, True
        finally:
            if not keep:
                database.close()
        if keep:
            self._opened.put(database)
        return person

    def wait(self) -> Store:
        """The database, once somebody has signed in. Raises NobodyCame where it is closed before."""
        opened = self._opened.get()
        if opened is None:
            raise NobodyCame
        return opened

    def close(self) -> None:
        """Nobody comes in any more."""
        self._opened.put(None)
