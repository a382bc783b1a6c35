"""What the feed costs and whether it is complete: 12 writers, some of whose transactions stay open 0.3 s.

A private PostgreSQL with its own care for the disk; writers in 4 processes of 3 threads each, 100 commits each,
0.05 to 0.15 s apart: many times a district's busiest hour. Every fourth writer holds each tenth transaction open for
0.3 s after its lines were written. Measured is the time from the end of the commit in the writer's process
(before it rings) to the line in the reader's hands, by the monotonic clock that all processes of a machine share.
"""

import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import event

from commandcenter import clock
from commandcenter.domain.contacts import Note
from commandcenter.domain.record import new_key
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from commandcenter.storage.sessions import WritingSession
from tests.postgres import private_cluster

PROCESSES, THREADS, COMMITS = 4, 3, 100
HELD_S = 0.3
PAUSE_S = (0.05, 0.15)
TARGET_MS = 20.0
NEVER = threading.Event()
ROOT = Path(__file__).resolve().parents[2]


def run() -> list[dict[str, Any]]:
    """The measurement, as rows of the table of benchmarks."""
    with private_cluster(durable=True) as cluster:
        name = cluster.create()
        with Database.create(cluster.url(name)) as database:
            committed, seen, took_s = _measured(database)
    missing = committed.keys() - {key for key, _at in seen}
    delays = sorted(max(0.0, at - committed[key]) * 1000 for key, at in seen)
    median, p99 = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
    detail = (
        f"{PROCESSES * THREADS} writers, {len(committed) / took_s:.0f} commits/s, every 40th held open {HELD_S} s; "
        f"median {median:.1f} ms, worst {delays[-1]:.1f} ms"
    )
    wrong = len(missing) + len(seen) - len({key for key, _at in seen})
    return [
        {"name": "feed: lost or doubled", "value": wrong, "unit": "lines", "target": "0", "met": wrong == 0,
         "detail": f"{len(seen)} of {len(committed)} delivered"},
        {"name": "feed: commit to reader, p99", "value": round(p99, 2), "unit": "ms", "target": f"≤ {TARGET_MS:.0f}",
         "met": p99 <= TARGET_MS, "detail": detail},
    ]  # fmt: skip


def _measured(database: Database) -> tuple[dict[str, float], list[tuple[str, float]], float]:
    """When each line's commit returned, when each line was read, and how long all took."""
    feed = Feed(database)
    feed.start()
    writers = [
        subprocess.Popen([sys.executable, "-m", "tests.benchmarks.feed", database.url, str(number)], cwd=ROOT,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number in range(PROCESSES)
    ]  # fmt: skip
    _start(writers)
    began = clock.ticks()
    seen: list[tuple[str, float]] = []
    while any(writer.poll() is None for writer in writers) or feed.wait(0.5):
        feed.wait(0.2)
        lines = feed.read()
        at = clock.ticks()
        seen += [(line.operation_id, at) for line in lines]
    feed.close()
    committed: dict[str, float] = {}
    for writer in writers:
        committed |= json.loads(writer.communicate()[0])
    return committed, seen, clock.ticks() - began


def _start(writers: list[subprocess.Popen[str]]) -> None:
    """All at once, when the last is ready: their own start is not measured."""
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()


def _write(url: str, process: int) -> None:
    """One process of writers; says when each of its commits returned."""
    committed: dict[str, float] = {}

    def note_time(session: WritingSession) -> None:
        committed[session.info["work"].operation_id] = clock.ticks()

    event.listen(WritingSession, "after_commit", note_time)
    with Database.open(url) as database:
        threads = [threading.Thread(target=_writer, args=(database, process * THREADS + n)) for n in range(THREADS)]
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    sys.stdout.write(json.dumps(committed))


def _writer(database: Database, number: int) -> None:
    chance = random.Random(number)  # people do not press their keys in step
    NEVER.wait(chance.uniform(0, PAUSE_S[1]))
    for turn in range(COMMITS):
        row = Note(id=new_key(), case_id=new_key(), author_id=new_key(), sort="remark", words="x",
                   written_at=clock.now())  # fmt: skip
        with database.work("note", None, "bench") as work:
            work.add(row)
            if number % 4 == 0 and turn % 10 == 0:
                work.session.flush()
                NEVER.wait(HELD_S)
        NEVER.wait(chance.uniform(*PAUSE_S))


if __name__ == "__main__":
    _write(sys.argv[1], int(sys.argv[2]))
