"""``remote-change``: from a commit in another process to the row on the screen, with 20 000 open cases.

Another station's process dispatches, at random moments, cases that stand on the screen of the real window: each
leaves the list there. Measured is from the return of the commit over there, before it rings, to the end of the
painting that shows the list without the case, by the monotonic clock that all processes of a machine share.
"""

import json
import random
import subprocess
import sys
import threading
import time

from tests.benchmarks import Figure, at_most, percentile
from tests.benchmarks.window import OPERATOR, ROOT, Place, Window, in_a_process, on_a_file, on_a_server

CHANGES = 300
PAUSE_S = (0.1, 0.5)
TARGETS_MS = {"SQLite": 100, "PostgreSQL": 50}


def run() -> list[Figure]:
    """The 99th percentile on each kind of database."""
    return [_measured("SQLite", on_a_file), _measured("PostgreSQL", on_a_server)]


def _measured(kind: str, place: Place) -> Figure:
    with place() as url:
        took: list[float] = json.loads(in_a_process("tests.benchmarks.remote_change", url))
    detail = (
        f"{len(took)} cases sent by another process; median {percentile(took, 0.5):.0f} ms, "
        f"longest {max(took):.0f} ms"
    )
    return at_most(f"remote-change {kind} p99", percentile(took, 0.99), TARGETS_MS[kind], "ms", detail)


def _look_on(url: str) -> list[float]:
    """In the window's process: have cases sent elsewhere and see them go."""
    window = Window(url)
    table, chance = window.page.waiting.table, random.Random(4)
    other = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.remote_change", url, "other"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdout.readline()  # it is ready
    took = []
    for _n in range(CHANGES):
        window.go_on(chance.uniform(*PAUSE_S))
        key = chance.choice([key for key in sorted(window.painted.shown) if table.row_of(key) >= 0])
        other.stdin.write(f"{key}\n")
        other.stdin.flush()
        window.until(lambda key=key: window.gone(key))  # type: ignore[misc]
        took.append((window.painted.at - float(other.stdout.readline())) * 1000)
    other.stdin.close()
    other.wait()
    window.close()
    return took


def _other_station(url: str) -> None:
    """In the other process: send each case named on standard input and say when its commit returned."""
    from sqlalchemy import event, select

    from commandcenter.domain.people import Person
    from commandcenter.domain.units import Squad
    from commandcenter.operations import perform
    from commandcenter.storage.database import Database
    from commandcenter.storage.sessions import WritingSession

    committed: list[float] = []
    event.listen(WritingSession, "after_commit", lambda _session: committed.append(time.monotonic()))
    chance, between = random.Random(5), threading.Event()
    database = Database.open(url)
    with database.reading() as session:
        operator = session.scalars(select(Person).where(Person.login == OPERATOR)).one()
        squad = session.scalars(select(Squad.id).where(Squad.tier == "township").limit(1)).one()
    print("ready", flush=True)
    for line in sys.stdin:
        key = line.strip()
        between.wait(chance.uniform(0, 0.1))  # whatever the window does every so often, this is not in step with it
        database.run("dispatch", operator, "other", lambda work, key=key: perform(  # type: ignore[misc]
            work, "dispatch", subject=key, given={"squad": squad, "why": "属地"}))
        print(committed[-1], flush=True)
    database.close()


if __name__ == "__main__":
    if sys.argv[2:] == ["other"]:
        _other_station(sys.argv[1])
    else:
        print(json.dumps(_look_on(sys.argv[1])))
