"""``city``: a district that has worked for ten years, against one with a hundred thousand cases.

Both lie on a PostgreSQL server, on the one given or on one of our own with its own care for the disk; how they are
made says :mod:`tests.benchmarks.decade`. The open work is the same in both. Measured are

* queue: a station reads its picture;
* claim: the next complaint that waits is claimed, until it is committed;
* search: a line typed into the archive's search: a place, a matter, a house, a telephone number by turns;
* history: a case's life, from its rows and its journal;
* caller: what a caller said before, by the telephone number;
* dispatch: the operation, until it is committed;

each thing for many cases from anywhere in the past, every round with others, and once in the small district and once
in the large one by turns, so that whatever else the machine does meets both alike. It is done by an operator who signed
in with the database, so rows are judged. The figure is how many times longer the large district takes at p95 over all
rounds.

Making the large district takes about an hour and 50 GB of room, so this is not run with the others but by itself::

    python -m tests.benchmarks.city [SERVER [SMALL LARGE]]

SERVER is a superuser's address, ``postgresql+psycopg://NAME@HOST/postgres``; the districts are kept there. It must let
the operator in without a password.
"""

import datetime as dt
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Self

from psycopg import sql
from sqlalchemy import URL, ColumnElement, make_url, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key
from commandcenter.live.ledger import Ledger
from commandcenter.operations import perform
from commandcenter.queries.archive import Sought, search
from commandcenter.queries.history import life
from commandcenter.queries.likeness import known
from commandcenter.storage.database import Database
from commandcenter.storage.groups import group_of
from tests.benchmarks import Figure, NotMeasured, at_most, machine, percentile
from tests.benchmarks.decade import connected, district_with, size_of
from tests.benchmarks.past import district_of, key_at
from tests.postgres import private_cluster

SMALL, LARGE = 100_000, 5_000_000
OPERATOR = "op01"
TARGET = 2.0
ROUNDS = 4
TIMES: Mapping[str, int] = {"queue": 5, "claim": 60, "search": 60, "history": 60, "caller": 60, "dispatch": 60}
"""How often each thing is done in a round."""

Took = dict[str, list[list[float]]]
"""Milliseconds of each thing that is done, round by round."""


ROOM_GB = 50
"""What both districts and their making need."""


def run() -> list[Figure]:
    """The ratios on a server of our own."""
    free = shutil.disk_usage(tempfile.gettempdir()).free >> 30
    if free < ROOM_GB:
        raise NotMeasured(f"{ROOM_GB} GB of room are needed for the large district; there are {free}")
    with private_cluster(durable=True, shared_buffers="2GB", maintenance_work_mem="1GB", max_wal_size="8GB",
                         wal_level="minimal", max_wal_senders="0") as cluster:  # fmt: skip
        return measured(make_url(cluster.url("postgres")), SMALL, LARGE)


def measured(server: URL, small: int, large: int) -> list[Figure]:
    """The ratios for districts of these numbers of cases."""
    cases = (small, large)
    addresses = [district_with(server, n) for n in cases]
    took = _by_turns(addresses)
    sizes = [f"{n:,} cases ({size_of(address) / 2**30:.1f} GiB)" for n, address in zip(cases, addresses, strict=True)]
    return [_figure(name, [one[name] for one in took], sizes) for name in TIMES]


def _figure(name: str, took: list[list[list[float]]], sizes: list[str]) -> Figure:
    small, large = ([ms for one in rounds for ms in one] for rounds in took)
    said = (f"{size}: {_told(rounds)}" for size, rounds in zip(sizes, took, strict=True))
    detail = "; ".join((f"p50 {percentile(large, 0.5) / percentile(small, 0.5):.2f} ×", *said))
    return at_most(f"city {name}", percentile(large, 0.95) / percentile(small, 0.95), TARGET, "×", detail)


def _told(rounds: list[list[float]]) -> str:
    every = [ms for one in rounds for ms in one]
    p95 = [percentile(one, 0.95) for one in rounds]
    return (
        f"p50 {statistics.median(every):.1f} ms, p95 {percentile(every, 0.95):.1f} ms"
        f" ({min(p95):.1f}–{max(p95):.1f} in {len(rounds)} rounds of {len(rounds[0])})"
    )


def _by_turns(urls: list[URL]) -> list[Took]:
    """What was done in each district, round after round, after a first one that warms up."""
    with ExitStack() as stack:
        desks = [stack.enter_context(_Desk(url)) for url in urls]
        took: list[Took] = [{name: [] for name in TIMES} for _url in urls]
        for n in range(ROUNDS + 1):
            for name, times in TIMES.items():
                both = zip(*[[desk.once(name) for desk in desks] for _n in range(times)], strict=True)
                for theirs, one in zip(took, both, strict=True):
                    if n:
                        theirs[name].append(list(one))
    return took


class _Desk:
    """Does what is done at a desk all day, always in the same order."""

    def __init__(self, url: URL) -> None:
        books, own = (u.render_as_string(hide_password=False) for u in (url, url.set(username=OPERATOR)))
        self.books, self.chance, self.district = Database.open(books), random.Random(5), district_of(books)
        self.now = dt.datetime.now(dt.UTC)
        with self.books.reading() as session:
            self.clerk = session.scalars(select(Person).where(Person.login == OPERATOR)).one()
            open_ = select(Case).where(Case.state == "open").limit(TIMES["dispatch"] * (ROUNDS + 1))
            self.waiting = list(session.scalars(open_))
            closed = select(Case.id).where(Case.state == "closed")
            orders = (Case.id.asc(), Case.id.desc())
            self.first, self.last = (_born(session.scalars(closed.order_by(o).limit(1)).one()) for o in orders)
        _let_in(url, self.clerk)
        self.database = Database.open(own)
        self.asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()
        self.books.close()

    def once(self, name: str) -> float:
        """Milliseconds that a thing took. What it is done with is looked for before."""
        do: Callable[[], Callable[[], object]] = getattr(self, name)
        ready = do()
        began = time.perf_counter()
        ready()
        return (time.perf_counter() - began) * 1000

    def _asking(self, ask: Callable[[Session], object]) -> Callable[[], object]:
        def asked() -> object:
            with self.database.reading() as session:
                return ask(session)

        return asked

    def queue(self) -> Callable[[], object]:
        """The picture, as a station reads it that comes in."""
        return self._asking(lambda session: Ledger().load(session))

    def claim(self) -> Callable[[], object]:
        """What is the most pressing?"""
        return self._moving("claim_next", None)

    def search(self) -> Callable[[], object]:
        """A line of typing."""
        place, matter = self.chance.choice(self.district.places), self.chance.choice(self.district.matters)
        self.asked += 1
        line = (place.name_zh, matter.name_zh, f"{place.name_zh}{self.chance.randint(1, 199)}号", self._phone())
        sought = Sought().saying(line[self.asked % len(line)])
        return self._asking(lambda session: search(session, self.clerk, sought))

    def history(self) -> Callable[[], object]:
        """The life of a case that has its journal."""
        case = self._of_the_past(select(JournalLine).where(JournalLine.case_id == Case.id).exists())
        return self._asking(lambda session: life(session, self.clerk, case.id))

    def caller(self) -> Callable[[], object]:
        """Who is it that calls?"""
        phone = self._phone()
        return self._asking(lambda session: known(session, words="", phone=phone, now=self.now))

    def dispatch(self) -> Callable[[], object]:
        """An open case goes to its squad."""
        case = self.waiting.pop()
        return self._moving("dispatch", case.id, squad=case.squad_id, why="属地管理")

    def _moving(self, move: str, subject: Key | None, **given: object) -> Callable[[], object]:
        return lambda: self.database.run(
            move, self.clerk, "bench", lambda work: perform(work, move, subject=subject, given=given)
        )

    def _phone(self) -> str:
        """The number of somebody who called at a moment anywhere in the past: who calls often is often meant."""
        case = self._of_the_past()
        with self.books.reading() as session:
            told = select(Complainant.phone).join(Complaint, Complaint.complainant_id == Complainant.id)
            phone = session.scalars(told.where(Complaint.case_id == case.id)).first()
        return phone or self._phone()

    def _of_the_past(self, *which: ColumnElement[bool]) -> Case:
        """A closed case from a moment anywhere in the past."""
        moment = self.chance.uniform(self.first, self.last)
        key = key_at(dt.datetime.fromtimestamp(moment, dt.UTC), 0, self.chance)
        with self.books.reading() as session:
            later = select(Case).where(Case.id >= key, Case.state == "closed", *which).order_by(Case.id)
            return session.scalars(later.limit(1)).first() or self._of_the_past(*which)


def _let_in(url: URL, clerk: Person) -> None:
    """The operator may sign in, and has asked for no telephone number yet: the server lets few be asked at once."""
    with connected(url) as server:
        role = sql.Identifier(OPERATOR)
        if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OPERATOR]).fetchone():
            server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        server.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group_of(Role.OPERATOR)), role))
        server.execute("SELECT setval(counter_of('asked', %s), 0)", [clerk.id])


def _born(key: str) -> float:
    """Seconds of the moment in a key."""
    return int(key.replace("-", "")[:12], 16) / 1000


if __name__ == "__main__":
    for what, said in machine.described().items():
        print(f"{what:14} {said}")
    numbers = [int(n) for n in sys.argv[2:4]] or [SMALL, LARGE]
    for figure in measured(make_url(sys.argv[1]), *numbers) if len(sys.argv) > 1 else run():
        print(f"{figure['name']}: {figure['value']} {figure['unit']} ({figure['target']})\n    {figure['detail']}")
