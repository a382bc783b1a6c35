"""The one place that reads the machine's clock. Everything else is handed a time."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment of this machine as aware UTC. In shared mode the server's time rules instead."""
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds of a clock that never goes backwards, for measuring durations only."""
    return time.monotonic()


def uptime() -> float:
    """Seconds since the machine started, those it slept included where the system counts them: for being left alone."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)
