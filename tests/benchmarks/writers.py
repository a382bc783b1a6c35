"""``writers``: what many who write at once get done, and that nobody waits for anybody.

Each writer is a process that takes in complaints, opens cases from them and dispatches these, through the operations
a window uses, on a PostgreSQL server with its own care for the disk. Each has done so for a moment before anything is
counted: a station is started once a day. First one works alone, then two, then sixteen at once; everything (server,
writers) shares the machine's cores. Then two are measured, each pausing between two operations as no machine would,
once by themselves and once while a third holds one transaction after the other open for two seconds, with its lines
written. The runs are repeated and told with their spread.
"""

import json
import statistics
import subprocess
import sys
import threading
from pathlib import Path

from sqlalchemy import select

from commandcenter import clock
from commandcenter.domain.contacts import Note
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, new_key
from commandcenter.domain.units import Squad
from commandcenter.domain.work import Work
from commandcenter.operations import perform
from commandcenter.storage.database import Database
from tests.benchmarks import Figure, at_least, at_most, percentile
from tests.headless import settle
from tests.house import HERE, House
from tests.postgres import private_cluster

ROOT = Path(__file__).resolve().parents[2]
MANY = 16
RUN_S, ROUNDS = 8.0, 3
WARM_S = 0.5
CALM, PAUSE_S, CALM_S = 2, 0.02, 10.0
HELD_S = 2.0
ABOUT = {"urgency": "ordinary", "place_words": "阳光小区"}
NEVER = threading.Event()


def run() -> list[Figure]:
    """How much more sixteen do than one, and what a held transaction costs the others."""
    with private_cluster(durable=True) as cluster:
        url = cluster.url(cluster.create())
        House(url).close()
        alone: list[float] = []
        two: list[float] = []
        many: list[float] = []
        calm: list[float] = []
        beside: list[float] = []
        for _n in range(ROUNDS):
            for writers, found in ((1, alone), (2, two), (MANY, many)):
                found.append(len(_worked(url, writers, RUN_S)) / RUN_S)
        for _n in range(ROUNDS):
            calm.append(percentile(_worked(url, CALM, CALM_S, PAUSE_S), 0.99) * 1000)
            beside.append(percentile(_worked(url, CALM, CALM_S, PAUSE_S, holding=True), 0.99) * 1000)
    ratio = statistics.median(many) / statistics.median(alone)
    changed = (statistics.median(beside) / statistics.median(calm) - 1) * 100
    return [
        at_least(f"writers: {MANY} against 1", ratio, 1.6, "×",
                 f"{_spread(many)} operations/s with {MANY}, {_spread(two)} with 2, {_spread(alone)} with 1; "
                 f"{ROUNDS} runs of {RUN_S:.0f} s"),
        at_most("writers: p99 beside a held transaction", changed, 20, "%",
                f"{_spread(beside)} ms beside one held {HELD_S:.0f} s, {_spread(calm)} ms without; {CALM} writers"),
    ]  # fmt: skip


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ({min(values):.0f}–{max(values):.0f})"


def _worked(url: str, writers: int, seconds: float, pause: float = 0.0, *, holding: bool = False) -> list[float]:
    """Seconds each operation took, of so many writers at once."""
    jobs = [["write", str(seconds), str(pause)]] * writers + ([["hold", str(seconds), "0"]] if holding else [])
    started = [
        subprocess.Popen([sys.executable, "-m", "tests.benchmarks.writers", url, *job], cwd=ROOT, text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for job in jobs
    ]  # fmt: skip
    for one in started:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    took: list[float] = []
    for one in started:
        took += json.loads(one.communicate()[0])
        assert one.returncode == 0
    return took


def _write(database: Database, seconds: float, pause: float) -> list[float]:
    """Take in, open and dispatch until the time is over; how long each took."""
    with database.reading() as session:
        clerk = session.scalars(select(Person).where(Person.login == "ann")).one()
        squad = session.scalars(select(Squad.id).where(Squad.code == "T1")).one()
        matter = session.scalars(select(Matter.id).where(Matter.code == "M1")).one()
    took: list[float] = []

    def do(name: str, subject: Key | None, **given: object) -> Key:
        began = clock.ticks()
        key: Key | None = database.run(
            name, clerk, "bench", lambda work: perform(work, name, subject=subject, given=given)
        )
        took.append(clock.ticks() - began)
        assert key is not None
        if pause:
            NEVER.wait(pause)
        return key

    until = clock.ticks() + seconds
    while clock.ticks() < until:
        complaint = do("receive", None, channel="hotline", words="x", point=HERE, **ABOUT)
        case = do("open_case", complaint, matter=matter, **ABOUT)
        do("dispatch", case, squad=squad, why="属地")
    return took


def _hold(database: Database, seconds: float) -> list[float]:
    """Hold one transaction after the other open, each with a record and its line written."""
    until = clock.ticks() + seconds

    def body(work: Work) -> None:
        work.add(Note(id=new_key(), case_id=new_key(), author_id=new_key(), sort="remark", words="x",
                      written_at=work.now))  # fmt: skip
        work.numbers("complaint")
        work.session.flush()
        NEVER.wait(HELD_S)

    while clock.ticks() < until:
        database.run("note", None, "bench", body)
    return []


def _child(url: str, what: str, seconds: float, pause: float) -> None:
    with Database.open(url) as database:
        if what == "write":
            _write(database, WARM_S, pause)
        settle()
        print("ready", flush=True)
        sys.stdin.readline()
        took = _write(database, seconds, pause) if what == "write" else _hold(database, seconds)
    print(json.dumps(took))


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
