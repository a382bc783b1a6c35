"""``sign-in``: from signing in to a list one can work with, over 20 000 open cases on a PostgreSQL server.

The real window, without a screen, stands at its door. Then it does all that lies between: connects to the server,
reads the picture, checks the password (Argon2id) and builds the shell with the dispatch page at the front. Measured is
until the first waiting cases are painted there. Each time in a process of its own; the
program's own start is the benchmark ``start``.
"""

import json
import statistics
import sys
import time

from tests.benchmarks import Figure, at_most
from tests.benchmarks.window import OPEN, Window, in_a_process, on_a_server

TIMES = 5
TARGET_S = 1.5


def run() -> list[Figure]:
    """The median of some times after one that warms up."""
    with on_a_server() as url:
        took = [json.loads(in_a_process("tests.benchmarks.sign_in", url)) for _n in range(TIMES + 1)][1:]
    usual = [statistics.median(one[n] for one in took) for n in range(3)]
    detail = (
        f"{OPEN:,} open; median of {TIMES} ({min(one[2] for one in took):.2f}–{max(one[2] for one in took):.2f} s): "
        f"picture complete after {usual[0]:.2f} s, signed in after {usual[1]:.2f} s"
    )
    return [at_most("sign-in", usual[2], TARGET_S, "s", detail)]


class Arrival(Window):
    """The window at its door, and when it got how far."""

    def __init__(self, url: str) -> None:
        self.began = 0.0
        self.complete = self.signed_in = 0.0
        super().__init__(url)

    def _come_in(self) -> None:
        self.program.window.show()
        backstage = self.program.backstage
        backstage.loaded.connect(lambda _stage: setattr(self, "complete", time.monotonic()))
        self.program.window.signed_in.connect(lambda _room: setattr(self, "signed_in", time.monotonic()))
        self.began = time.monotonic()
        super()._come_in()

    @property
    def took(self) -> list[float]:
        """Seconds until the picture was complete, somebody was signed in, and the list could be used."""
        return [at - self.began for at in (self.complete, self.signed_in, self.painted.at)]


def _child(url: str) -> None:
    window = Arrival(url)
    took = window.took
    window.close()
    print(json.dumps(took))


if __name__ == "__main__":
    _child(sys.argv[1])
