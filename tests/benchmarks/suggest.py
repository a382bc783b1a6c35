"""``suggest``: what is known of a complaint while it is typed – duplicates and history – over a million others.

Every question is asked as the intake page asks it: in a reading of its own, for words as they stand after some
typing, half of them with a telephone number, three quarters with a point. The first question of a process
counts what everybody says lately; it is told apart. So is a first round of other questions: whatever ran before
may have pushed the file out of the system's memory, and a centre that has worked for minutes has it there.
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
    first, _known = _timed(database, Caller(database, SEED).question())
    cold, _found = _round(database, Caller(database, SEED + 1), questions)
    took, found = _round(database, Caller(database, SEED), questions)
    database.close()
    alike = sum(1 for answer in found if answer.alike_total)
    detail = (
        f"{questions} questions over {COMPLAINTS:,} complaints: median {percentile(took, 0.5):.0f} ms, longest "
        f"{max(took):.0f} ms; {alike} found something alike; the first question of the process {first:.0f} ms, "
        f"the first {questions} as they found the file p95 {percentile(cold, 0.95):.0f} ms, longest {max(cold):.0f} ms"
    )
    return [at_most(f"{name} p95", percentile(took, 0.95), TARGET_MS, "ms", detail)]


def _round(database: Database, caller: "Caller", questions: int) -> tuple[list[float], list[Known]]:
    """How many milliseconds each of so many questions took, and the answers."""
    answered = [_timed(database, caller.question()) for _n in range(questions)]
    return [took for took, _known in answered], [known for _took, known in answered]


def _timed(database: Database, question: dict[str, Any]) -> tuple[float, Known]:
    began = time.perf_counter()
    with database.reading() as session:
        answer = known(session, **question)
    return (time.perf_counter() - began) * 1000, answer


class Caller:
    """Asks what callers of that district ask, always in the same order."""

    def __init__(self, database: Database, seed: int) -> None:
        self.chance = random.Random(seed)
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
