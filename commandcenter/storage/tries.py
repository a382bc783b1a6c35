"""How often a work is tried, and for how long while the server is away."""

import threading
from dataclasses import dataclass

from commandcenter import clock

TRIES = 4
"""How often a work is tried when others were in its way, before it is given up."""
IN_DOUBT_S = 20.0
"""Seconds to go on where it is open whether a commit was done: nobody can be told anything true before it is known."""
TAKING_OVER_S = 5.0
"""Seconds to go on where there are several servers and another one may be taking over."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 0.5


@dataclass
class Tries:
    """The tries of one work. ``several``: there are other servers; ``ended`` is set when the database is closed."""

    several: bool
    ended: threading.Event
    _made: int = 0
    _away_since: float | None = None

    def left(self) -> bool:
        """Whether another try is left to a work that others were in the way of. To be asked once after each try."""
        self._made += 1
        return self._made < TRIES

    def left_while_away(self, in_doubt: bool) -> bool:
        """The same for a work whose server went away; waits a moment first, longer each time.

        Not before the second try: that a connection was cut does not say that the server is gone.
        """
        left, now = self.left(), clock.ticks()
        self._away_since = now if self._away_since is None else self._away_since
        patience = IN_DOUBT_S if in_doubt else TAKING_OVER_S if self.several else 0.0
        if not left and now - self._away_since >= patience:
            return False
        pause = 0.0 if self._made == 1 else FIRST_PAUSE_S * 2 ** min(self._made - 2, 8)
        return not self.ended.wait(min(pause, LONGEST_PAUSE_S))
