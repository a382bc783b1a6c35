"""``sign-in``: from signing in to a queue one can work with, over 20 000 open cases on a PostgreSQL server.

The real window, without a screen, stands at its door. Then it does all that lies between: connects to the server,
checks the password (Argon2id), reads what the queues need, and builds the shell with the dispatch page at the front.
Measured is until all cases that wait for a squad are painted there as far as there is room; the rest of the picture is
still being read then. Each time in a process of its own; the program's own start is the benchmark ``start``.
"""

import json
import statistics
import sys
import tempfile
import time

from commandcenter.domain.cases import Case, CaseState
from tests.benchmarks import Figure, at_most
from tests.benchmarks.window import OPEN, Window, in_a_process, on_a_server
from ui.following import FIRST, THEN

TIMES = 5
TARGET_S = 1.5


def run() -> list[Figure]:
    """The median of some times after the first, which somebody new to the station has to wait for."""
    with on_a_server() as url, tempfile.TemporaryDirectory() as home:
        new, *took = [json.loads(in_a_process("tests.benchmarks.sign_in", url, home)) for _n in range(TIMES + 1)]
    usual = [statistics.median(one[n] for one in took) for n in range(3)]
    detail = (
        f"{OPEN:,} open; median of {TIMES} ({min(one[2] for one in took):.2f}–{max(one[2] for one in took):.2f} s): "
        f"signed in after {usual[1]:.2f} s, picture complete after {usual[0]:.2f} s; the first time: {new[2]:.2f} s"
    )
    return [at_most("sign-in", usual[2], TARGET_S, "s", detail)]


class Arrival(Window):
    """The window at its door, and when it got how far."""

    def __init__(self, url: str) -> None:
        self.began = 0.0
        self.signed_in = 0.0
        self.loaded: dict[str, float] = {}
        super().__init__(url)
        self.until(self._usable)
        self.usable = self.painted.at
        self.until(lambda: self.program.backstage.picture.complete)

    def _come_in(self) -> None:
        self.program.window.show()
        backstage = self.program.backstage
        backstage.loaded.connect(lambda stage: self.loaded.setdefault(stage, time.monotonic()))
        self.program.window.signed_in.connect(lambda _room: setattr(self, "signed_in", time.monotonic()))
        self.began = time.monotonic()
        super()._come_in()

    def _in(self) -> bool:
        """Who has signed in goes on at once: nobody waits for what is still being read."""
        return self.program.window.shell is not None

    def _usable(self) -> bool:
        """Whether every case that waits is in the list, and the list was painted since."""
        waiting = self.program.backstage.picture.count(Case, CaseState.OPEN)
        whole = FIRST in self.loaded and self.page.waiting.table.count == waiting > 0
        return whole and self.painted.at > self.loaded[FIRST]

    @property
    def took(self) -> list[float]:
        """Seconds until the picture was complete, somebody was signed in, and the queue could be used."""
        return [at - self.began for at in (self.loaded[THEN], self.signed_in, self.usable)]


def _child(url: str) -> None:
    window = Arrival(url)
    took = window.took
    window.close()
    print(json.dumps(took))


if __name__ == "__main__":
    _child(sys.argv[1])
