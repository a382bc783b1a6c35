"""``stations``: from a commit to every one of fifty pictures, twenty operations a second, for a minute.

Ten processes keep five pictures each of the shipped district with 2 000 open cases. Another process takes in
complaints, opens cases and dispatches them, at random moments, twenty operations a second. Measured is from the return
of the commit over there to the moment the last of the fifty pictures had taken it over; nothing is drawn. Server,
writer and all stations share the machine's cores. At the end every picture is compared with the database, value by
value.
"""

import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue

from sqlalchemy import event, select

from commandcenter import clock
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad
from commandcenter.operations import perform
from commandcenter.storage.database import Database
from commandcenter.storage.sessions import WritingSession
from tests.benchmarks import Figure, at_least, at_most, percentile
from tests.benchmarks.crowd import Crowd
from tests.benchmarks.million import fill_district
from tests.headless import seal_of
from tests.postgres import private_cluster

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, EACH = 10, 5
OPEN = 2_000
A_SECOND, SECONDS = 20, 60
CLERKS = 4
TARGET_MS = 250.0
CONNECTIONS = "400"
NEVER = threading.Event()


def run() -> list[Figure]:
    """How soon every picture knows, and whether all of them are right."""
    with private_cluster(durable=True, max_connections=CONNECTIONS) as cluster:
        url = cluster.url(cluster.create())
        fill_district(url, OPEN)
        crowd = Crowd(url, PROCESSES, EACH)
        began = clock.ticks()
        told = subprocess.run([sys.executable, "-m", "tests.benchmarks.stations", url], cwd=ROOT, check=True,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
        took_s = clock.ticks() - began
        committed, last = json.loads(told.stdout.splitlines()[-1])
        seals = crowd.seals(last)
        with Database.open(url) as database:
            right = seals.count(seal_of(database))
        seen, _fixes = crowd.leave()
    late = [max(0.0, seen[operation] - at) * 1000 for operation, at in committed.items() if operation in seen]
    detail = (
        f"{len(late)} of {len(committed)} operations in all {PROCESSES * EACH} pictures, "
        f"{len(committed) / took_s:.1f}/s; median {percentile(late, 0.5):.0f} ms, longest {max(late):.0f} ms"
    )
    return [
        at_most("stations: commit to every picture, p99", percentile(late, 0.99), TARGET_MS, "ms", detail),
        at_least("stations: pictures equal to the database", right, PROCESSES * EACH, "stations",
                 f"{len(set(seals))} different"),
    ]  # fmt: skip


def _write(url: str) -> None:
    """Twenty operations a second, then one that everybody waits for."""
    committed: dict[str, float] = {}
    event.listen(WritingSession, "after_commit",
                 lambda session: committed.setdefault(session.info["work"].operation_id, clock.ticks()))  # fmt: skip
    due: SimpleQueue[bool] = SimpleQueue()
    with Database.open(url) as database:
        clerks = [threading.Thread(target=_clerk, args=(database, due)) for _n in range(CLERKS)]
        for clerk in clerks:
            clerk.start()
        _pace(due)
        for _each in clerks:
            due.put(False)
        for clerk in clerks:
            clerk.join()
        last = Desk(database).do("receive", None, **COMPLAINT)
    print(json.dumps([committed, last]))


def _pace(due: "SimpleQueue[bool]") -> None:
    chance, at = random.Random(6), clock.ticks()
    until = at + SECONDS
    while at < until:
        at += chance.expovariate(A_SECOND)
        NEVER.wait(max(0.0, at - clock.ticks()))
        due.put(True)


COMPLAINT = {"channel": "hotline", "words": "路灯不亮", "urgency": "ordinary", "place_words": "阳光小区"}


class Desk:
    """Somebody who works."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.reading() as session:
            self.clerk = session.scalars(select(Person).where(Person.login == "op01")).one()
            self.squad = session.scalars(select(Squad.id).where(Squad.tier == "township").limit(1)).one()
            self.matter = session.scalars(select(Matter.id).where(Matter.tier == "township").limit(1)).one()

    def do(self, name: str, subject: Key | None, **given: object) -> Key:
        """One move."""
        key: Key | None = self.database.run(
            name, self.clerk, "bench", lambda work: perform(work, name, subject=subject, given=given)
        )
        assert key is not None
        return key


def _clerk(database: Database, due: "SimpleQueue[bool]") -> None:
    """One operation each time it is due: a complaint, its case, its dispatch, the next complaint."""
    desk, subject, step = Desk(database), "", 0
    while due.get():
        if step == 0:
            subject = desk.do("receive", None, **COMPLAINT)
        elif step == 1:
            subject = desk.do("open_case", subject, matter=desk.matter, place_words="阳光小区", urgency="ordinary")
        else:
            desk.do("dispatch", subject, squad=desk.squad, why="属地")
        step = (step + 1) % 3


if __name__ == "__main__":
    _write(sys.argv[1])
