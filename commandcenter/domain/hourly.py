"""What changes slowly and is worth asking a database once an hour, for all of its sessions."""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from commandcenter import clock

FRESH_S = 3600.0

T = TypeVar("T")


class Hourly(Generic[T]):
    """An answer that holds for an hour, for each database by itself."""

    def __init__(self, ask: Callable[[Session], T]) -> None:
        self._ask = ask
        self._told: WeakKeyDictionary[Engine, tuple[T, float]] = WeakKeyDictionary()

    def of(self, session: Session) -> T:
        """The answer for the database of this session; asked through it where it is not fresh."""
        bound = session.get_bind()
        engine = bound.engine if isinstance(bound, Connection) else bound
        told = self._told.get(engine)
        if told is None or clock.ticks() - told[1] > FRESH_S:
            told = self._told[engine] = (self._ask(session), clock.ticks())
        return told[0]
