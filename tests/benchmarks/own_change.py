"""``own-change``: from the press of a key to the row on the screen, in the real window with 20 000 open cases.

On the dispatch page Enter sends the first waiting case to the squad recommended for it. The case leaves the list
when the change has gone the whole circle: operation, commit, journal, feed, picture, list, paint. Measured is
from before the key's event to after the painting that shows the list without it.
"""

import json
import random
import statistics
import sys
import time

from tests.benchmarks import Figure, at_most, percentile
from tests.benchmarks.window import OPEN, Place, Window, in_a_process, on_a_file, on_a_server

CHANGES = 100
PAUSE_S = (0.3, 0.7)
"""Between two keys: quicker than any operator, and never in step with what the window does on its own."""
TARGETS_MS = {"SQLite": 50, "PostgreSQL": 25}


def run() -> list[Figure]:
    """The median on each kind of database."""
    return [_measured("SQLite", on_a_file), _measured("PostgreSQL", on_a_server)]


def _measured(kind: str, place: Place) -> Figure:
    with place() as url:
        took: list[float] = json.loads(in_a_process("tests.benchmarks.own_change", url))
    detail = (
        f"{len(took)} cases sent with Enter, {OPEN:,} open; p95 {percentile(took, 0.95):.0f} ms, "
        f"longest {max(took):.0f} ms"
    )
    return at_most(f"own-change {kind}", statistics.median(took), TARGETS_MS[kind], "ms", detail)


def _child(url: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    window = Window(url)
    page = window.page
    took, chance = [], random.Random(3)
    for _n in range(CHANGES):
        window.go_on(chance.uniform(*PAUSE_S))
        window.until(lambda: page.waiting.key is not None and page.send_panel.send.isEnabled())
        key = page.waiting.key
        assert key is not None
        began = time.monotonic()
        QTest.keyClick(page.waiting.view, Qt.Key.Key_Return)
        window.until(lambda key=key: window.gone(key))  # type: ignore[misc]
        took.append((window.painted.at - began) * 1000)
    window.close()
    print(json.dumps(took))


if __name__ == "__main__":
    _child(sys.argv[1])
