"""How pressing running clocks are, and when that changes by time alone: so that nobody has to look every second."""

import datetime as dt
import heapq
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from commandcenter.domain.deadlines import Pressing, pressing
from commandcenter.domain.record import Key

SOON = 0.25
"""The last part of a clock in which it counts as near its end."""
_AFTER = dt.timedelta(seconds=1)


class Ripening(Protocol):
    """A clock, as far as this looks at it. Moments are aware UTC."""

    @property
    def started_at(self) -> dt.datetime: ...
    @property
    def due_at(self) -> dt.datetime: ...
    @property
    def standing_still(self) -> bool: ...
    @property
    def running(self) -> bool: ...


class Ripeness(NamedTuple):
    """How pressing something is, and from when on (aware UTC) it may be more so; None: never by itself."""

    level: Pressing
    turns_at: dt.datetime | None


def ripeness(clocks: Iterable[Ripening], now: dt.datetime) -> Ripeness:
    """As pressing as the most pressing of the clocks that run; what stands still presses nobody."""
    running = [t for t in clocks if t.running and not t.standing_still]
    found = {pressing(t.started_at, t.due_at, now, SOON) for t in running}
    if Pressing.OVER in found:
        return Ripeness(Pressing.OVER, None)
    turns = [at for t in running for at in (t.due_at - (t.due_at - t.started_at) * SOON, t.due_at) if at >= now]
    # One second later: at the very moment nothing is over yet.
    then = min(turns) + _AFTER if turns else None
    return Ripeness(Pressing.SOON if Pressing.SOON in found else Pressing.CALM, then)


class Turns:
    """What ripens when: everything that may have changed by time alone is given out once its moment has come."""

    def __init__(self) -> None:
        self._heap: list[tuple[dt.datetime, Key]] = []

    def put(self, key: Key, at: dt.datetime | None) -> None:
        """Look at ``key`` again from that moment on; never for None."""
        if at is not None:
            heapq.heappush(self._heap, (at, key))

    def due(self, now: dt.datetime) -> Iterator[Key]:
        """The keys whose moment has come. A key may be given out more than once, and in vain."""
        while self._heap and self._heap[0][0] <= now:
            yield heapq.heappop(self._heap)[1]
