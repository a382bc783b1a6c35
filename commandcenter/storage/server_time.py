"""The server's time on a station: as it was last heard, carried on by a clock that nobody can set."""

import datetime as dt

from commandcenter import clock

VAGUE_S = 1.0
"""An answer that took longer than this many seconds tells too little about the time to replace a better one."""
KEPT_S = 60.0
"""A time heard longer ago than this many seconds is replaced by whatever is heard next."""


class ServerTime:
    """What time it is where the database is. Until a server was heard it is this machine's time.

    It goes on by the ticks since then and not by this machine's calendar clock: that may jump.
    """

    def __init__(self) -> None:
        self._heard: tuple[dt.datetime, float] | None = None

    def heard(self, at: dt.datetime, asked: float, answered: float) -> None:
        """The server said ``at``, somewhere between these two moments of :func:`clock.ticks`: half-way, we take it."""
        vague = answered - asked > VAGUE_S
        if vague and self._heard is not None and answered - self._heard[1] < KEPT_S:
            return
        self._heard = at.astimezone(dt.UTC), (asked + answered) / 2

    def now(self) -> dt.datetime:
        """The server's time as aware UTC, without asking it."""
        if self._heard is None:
            return clock.now()
        at, ticks = self._heard
        return at + dt.timedelta(seconds=clock.ticks() - ticks)

    def fast(self) -> dt.timedelta:
        """How far this machine's clock is ahead of the server's; less than nothing where it is behind."""
        return clock.now() - self.now() if self._heard is not None else dt.timedelta(0)
