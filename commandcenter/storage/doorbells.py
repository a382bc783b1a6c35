"""Doorbells: how a station learns at once that something was committed. A lost ring costs one poll.

A bell only says *look*; what there is to see, the feed reads from the journal. Waiting takes note of every
ring until it returns, so whoever reads after a wait misses nothing: what is committed later rings again.
"""

import logging
import math
import random
import select
import socket
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import URL, Engine

from commandcenter import clock
from commandcenter.storage.engines import CHANNEL, listening
from commandcenter.storage.logins import Login

LOOK_EVERY_S = 0.015
"""Seconds between two looks at an SQLite file: the change of another process is seen 8 ms later on average."""
POLL_S = (0.2, 0.3)
"""Seconds between two looks at a server whose bell is not heard: in between, so that stations fall out of step."""
SILENT_S = 2.0
"""Seconds after which a bell that should have rung by then is taken for silent."""

_log = logging.getLogger(__name__)


class Wire:
    """A pair of sockets: any thread of this process rings at one end, one waits at the other."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)

    def ring(self) -> None:
        """Ring. A wire too full to ring once more rings already; after the end nobody hears it."""
        try:
            self._near.send(b"!")
        except OSError:
            return

    def rung(self) -> bool:
        """Whether it was rung since it was last asked."""
        rung = False
        try:
            while self._far.recv(4096):
                rung = True
        except OSError:
            return rung
        return rung

    def wait(self, timeout: float, *others: Any) -> None:
        """Until it is rung, or something can be read from one of the others, or ``timeout`` seconds are over."""
        waiting = select.poll()
        for one in (self._far, *others):
            waiting.register(one.fileno(), select.POLLIN)
        waiting.poll(max(1.0, timeout * 1000))

    def close(self) -> None:
        """Hang up."""
        self._near.close()
        self._far.close()


class Doorbell(Protocol):
    """Listens for the commits of other processes, and on the wire for those of this one."""

    def wait(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds; True as soon as it rings. Driver errors when the way is cut."""

    def found(self) -> None:
        """Something was found that was committed lately: a bell that works has rung, or will in a moment."""

    def close(self) -> None:
        """Let go of the connection."""


class PollBell:
    """Where the way to the server carries no notifications: says every quarter of a second that it is time to look."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.due = self._next()
        """When it is time to look: seconds of :func:`clock.ticks`."""

    def wait(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds; True when it is time to look, or at once after a commit of this process."""
        until = clock.ticks() + timeout
        while not self._wire.rung():
            now = clock.ticks()
            if now >= self.due:
                break
            if now >= until:
                return False
            self._wire.wait(min(self.due, until) - now)
        self.due = self._next()
        return True

    @staticmethod
    def _next() -> float:
        return clock.ticks() + random.uniform(*POLL_S)

    def found(self) -> None:
        """Nothing is expected of it."""

    def close(self) -> None:
        """There is nothing to let go of."""


class FileBell:
    """SQLite: asks the file, on a connection of its own, whether another connection has committed."""

    def __init__(self, engine: Engine, wire: Wire) -> None:
        self._wire = wire
        self._connection = engine.raw_connection()
        self._seen = self._file_version()

    def wait(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds; True as soon as it rings."""
        until = clock.ticks() + timeout
        while not self._rings():
            left = until - clock.ticks()
            if left <= 0:
                return False
            self._wire.wait(min(left, LOOK_EVERY_S))
        return True

    def found(self) -> None:
        """Nothing is expected of it: it asks the file itself."""

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _rings(self) -> bool:
        # Both are always asked: a commit of this process rings at both, and must wake only once.
        rung, before = self._wire.rung(), self._seen
        self._seen = self._file_version()
        return rung or self._seen != before

    def _file_version(self) -> int:
        cursor = self._connection.cursor()
        try:
            cursor.execute("PRAGMA data_version")
            return int(_first(cursor.fetchone()))
        finally:
            cursor.close()


class ServerBell:
    """PostgreSQL: listens for notifications on a connection of its own.

    A pooler between may take a LISTEN and never deliver a notification. So what is found unannounced is remembered:
    where no bell has rung for it within :data:`SILENT_S`, this one looks by itself as a :class:`PollBell` does,
    until the server is heard after all.
    """

    def __init__(self, url: URL, wire: Wire, login: Login | None = None) -> None:
        from psycopg import OperationalError, pq  # loaded only where a server is used

        self._broken, self._sound = OperationalError, pq.ConnStatus.OK
        self._wire = wire
        self._heard_at = -math.inf
        self._found_at: float | None = None
        self._looking: PollBell | None = None
        self._connection = listening(url, login)
        try:
            self._connection.execute(f"LISTEN {CHANNEL}")
        except BaseException:
            self._connection.close()
            raise

    def wait(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds; True as soon as it rings, or when it is time to look by itself."""
        until = clock.ticks() + timeout
        while not self._rings():
            due = min(until, self._due())
            left = due - clock.ticks()
            if left <= 0:
                return self._time_to_look()
            self._wire.wait(left, self._connection)
        return True

    def found(self) -> None:
        """Something was found; whether it was announced shows when the bell has had its time."""
        now = clock.ticks()
        if self._found_at is None and now - self._heard_at > SILENT_S:
            self._found_at = now

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _rings(self) -> bool:
        rung = self._wire.rung()
        server = self._connection.pgconn
        server.consume_input()
        while server.notifies() is not None:
            rung = True
            self._heard_at, self._found_at, self._looking = clock.ticks(), None, None
        if server.status != self._sound:
            raise self._broken("the server closed the connection")
        return rung

    def _due(self) -> float:
        """When to look though nothing rings; never, as long as the server is heard."""
        if self._looking is None:
            if self._found_at is None:
                return math.inf
            if clock.ticks() < self._found_at + SILENT_S:
                return self._found_at + SILENT_S
            _log.info("the server's bell is not heard: looking every quarter of a second instead")
            self._looking = PollBell(self._wire)
        return self._looking.due

    def _time_to_look(self) -> bool:
        return self._looking is not None and self._looking.wait(0)


def _first(row: Sequence[Any] | None) -> Any:
    return row[0] if row else 0
