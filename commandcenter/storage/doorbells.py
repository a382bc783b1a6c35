"""Doorbells: how a station learns at once that something was committed. A lost ring costs one poll.

A bell only says *look*; what there is to see, the feed reads from the journal. Waiting takes note of every
ring until it returns, so whoever reads after a wait misses nothing: what is committed later rings again.
"""

import select
import socket
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Engine

from commandcenter import clock
from commandcenter.storage.engines import CHANNEL, listening

LOOK_EVERY_S = 0.015
"""Seconds between two looks at an SQLite file: the change of another process is seen 8 ms later on average."""


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

    def close(self) -> None:
        """Let go of the connection."""


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
    """PostgreSQL: listens for notifications on a connection of its own."""

    def __init__(self, engine: Engine, wire: Wire) -> None:
        from psycopg import OperationalError, pq  # loaded only where a server is used

        self._broken, self._sound = OperationalError, pq.ConnStatus.OK
        self._wire = wire
        self._connection = listening(engine.url)
        self._connection.execute(f"LISTEN {CHANNEL}")

    def wait(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds; True as soon as it rings."""
        until = clock.ticks() + timeout
        while not self._rings():
            left = until - clock.ticks()
            if left <= 0:
                return False
            self._wire.wait(left, self._connection)
        return True

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _rings(self) -> bool:
        rung = self._wire.rung()
        server = self._connection.pgconn
        server.consume_input()
        while server.notifies() is not None:
            rung = True
        if server.status != self._sound:
            raise self._broken("the server closed the connection")
        return rung


def _first(row: Sequence[Any] | None) -> Any:
    return row[0] if row else 0
