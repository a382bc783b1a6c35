"""``suggest``: what is known of a complaint while it is typed – duplicates and history – over a million others.

Every question is asked as the intake page asks it: in a reading of its own, for words as they stand after some
typing, half of them with a telephone number, three quarters with a point. The first question of a process
counts what everybody says lately; it is told apart.
"""

import datetime as dt
import random
import time
from typing import Any

from commandcenter.domain.matters import Matter
from commandcenter.domain.units import Place
from commandcenter.queries.likeness import Known, known
from commandcenter.simulated import phrases
from commandcenter.storage.database import Database
from tests.benchmarks import Figure, at_most, percentile
from tests.benchmarks.million import CITIZENS, COMPLAINTS, million

QUESTIONS = 300
SEED = 5
TARGET_MS = 100


def run() -> list[Figure]:
    """The measurement on the embedded database."""
    return measured("suggest", f"sqlite:///{million()}")


def measured(name: str, url: str, questions: int = QUESTIONS) -> list[Figure]:
    """The figures for the database at ``url``, which holds the million."""
    database = Database.open(url)
    caller = Caller(database)
    first, _known = _timed(database, caller.question())
    took, found = [], []
    for _n in range(questions):
        seconds, answer = _timed(database, caller.question())
        took.append(seconds * 1000)
        found.append(answer)
    database.close()
    alike = sum(1 for answer in found if answer.alike_total)
    detail = (
        f"{questions} questions over {COMPLAINTS:,} complaints: median {percentile(took, 0.5):.0f} ms, longest "
        f"{max(took):.0f} ms; {alike} found something alike; the first question of the process {first * 1000:.0f} ms"
    )
    return [at_most(f"{name} p95", percentile(took, 0.95), TARGET_MS, "ms", detail)]


def _timed(database: Database, question: dict[str, Any]) -> tuple[float, Known]:
    began = time.perf_counter()
    with database.reading() as session:
        answer = known(session, **question)
    return time.perf_counter() - began, answer


class Caller:
    """Asks what callers of that district ask, always in the same order."""

    def __init__(self, database: Database) -> None:
        self.chance = random.Random(SEED)
        with database.reading() as session:
            self.places = [p for p in session.query(Place).order_by(Place.code) if p.lon and p.lat]
            self.matters = session.query(Matter).order_by(Matter.code).all()
        self.now = dt.datetime.now(dt.UTC)

    def question(self) -> dict[str, Any]:
        """The next one: the arguments of :func:`known`."""
        chance = self.chance
        place, matter = chance.choice(self.places), chance.choice(self.matters)
        words = phrases.complaint(chance, matter.name_zh, f"{place.name_zh}{chance.randint(1, 199)}号")
        typed = words[: max(12, round(len(words) * chance.random()))]
        phone = str(13_000_000_000 + 7 * int(chance.random() ** 3 * CITIZENS)) if chance.random() < 0.5 else ""
        point = (
            ((place.lon or 0.0) + chance.uniform(-0.0012, 0.0012), (place.lat or 0.0) + chance.uniform(-0.0012, 0.0012))
            if chance.random() < 0.75 else None
        )  # fmt: skip
        return {"words": typed, "phone": phone, "point": point, "now": self.now}


if __name__ == "__main__":
    print(*run(), sep="\n")
