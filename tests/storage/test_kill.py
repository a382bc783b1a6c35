"""kill -9 at any moment loses no acknowledged operation and leaves no half one."""

import os
import random
import select
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import func
from sqlalchemy import select as choose

from commandcenter.domain.contacts import Note
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.search import SearchRow, matching
from commandcenter.storage.database import Database
from commandcenter.storage.verification import first_broken
from tests.storage.deeds import written

ROOT = Path(__file__).resolve().parents[2]
KILLS = 25
MOST_MS = 40


class Nursery:
    """Speaks with :mod:`tests.storage.nursery`."""

    def __init__(self, url: str, counter: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.storage.nursery", url, counter], cwd=ROOT, bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.rest = b""
        self.acknowledged: list[str] = []

    def hear(self) -> tuple[str, str]:
        """The next line, in two words."""
        assert self.process.stdout is not None
        while b"\n" not in self.rest:
            more = self.process.stdout.read(65536)
            assert more, "the nursery ended"
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        word, _blank, what = line.decode().partition(" ")
        if word == "done":
            self.acknowledged.append(what)
        return word, what

    def bring_up(self) -> int:
        """A writer that has done its first operation."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"one\n")
        word, born = self.hear()
        while word != "born":
            word, born = self.hear()
        while self.hear()[0] != "done":
            pass
        return int(born)

    def kill(self, writer: int, after_ms: float) -> None:
        """Kill it that much after its last acknowledgement, wherever it is then."""
        assert self.process.stdout is not None
        select.poll().poll(after_ms)
        os.kill(writer, signal.SIGKILL)
        while self.hear()[0] != "dead":
            pass

    def close(self) -> None:
        """Send it home."""
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0


def test_a_writer_killed_at_any_moment_leaves_all_it_acknowledged_and_nothing_half(built_url: str) -> None:
    chance = random.Random(9)
    with Database.open(built_url) as database:
        counter = written(database, "0")
    nursery = Nursery(built_url, counter.id)
    for _ in range(KILLS):
        nursery.kill(nursery.bring_up(), chance.uniform(0, MOST_MS))
    nursery.close()
    with Database.open(built_url) as database, database.reading() as session:
        lines = Counter(session.scalars(choose(JournalLine.operation_id).where(JournalLine.operation == "count")))
        notes = session.scalar(choose(func.count()).select_from(Note))
        assert len(nursery.acknowledged) >= KILLS
        assert set(nursery.acknowledged) <= set(lines), "acknowledged and lost"
        assert set(lines.values()) == {3}, "half an operation"
        assert len(lines) - len(nursery.acknowledged) <= KILLS
        assert notes == 1 + 2 * len(lines)
        assert session.get_one(Note, counter.id).words == str(len(lines))
        assert session.scalar(choose(func.count()).select_from(SearchRow)) == notes
        assert len(matching(session, ["note"], "一", limit=10**6)["note"]) == len(lines)
        assert first_broken(session) is None
