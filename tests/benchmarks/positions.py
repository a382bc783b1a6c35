"""``positions``: a thousand officers, a fix every five seconds from each: stored, and known at every station.

Two processes stand for the gateway the radios report to: each has the fixes of five hundred officers, due at random
within every five seconds, and hands in every tenth of a second what has come in since. Ten stations in five processes
keep pictures. Measured is from the moment a fix was due to the moment each picture had it; drawing is the benchmark
``map``. The server's share of the processor is what all its processes used meanwhile, as the system counts it.
"""

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

from sqlalchemy import func, select

from commandcenter import clock
from commandcenter.domain.record import new_key
from commandcenter.domain.sightings import Sighting
from commandcenter.storage.database import Database
from tests.benchmarks import Figure, at_most, percentile
from tests.benchmarks.crowd import Crowd
from tests.house import House
from tests.postgres import Cluster, private_cluster

ROOT = Path(__file__).resolve().parents[2]
OFFICERS, EVERY_S, SECONDS = 1_000, 5.0, 60.0
GATEWAYS, HAND_IN_S = 2, 0.1
PROCESSES, EACH = 5, 2
TARGET_S, TARGET_SHARE = 1.0, 25.0
NEVER = threading.Event()


def run() -> list[Figure]:
    """How late the fixes are, and what they cost the server."""
    with private_cluster(durable=True, max_connections="200") as cluster:
        house = House(cluster.url(cluster.create()))
        crowd = Crowd(house.url, PROCESSES, EACH)
        used, began = _used_s(cluster), clock.ticks()
        gateways = [
            subprocess.Popen([sys.executable, "-m", "tests.benchmarks.positions", house.url, str(n)], cwd=ROOT)
            for n in range(GATEWAYS)
        ]
        for gateway in gateways:
            assert gateway.wait() == 0
        share = (_used_s(cluster) - used) / (clock.ticks() - began) * 100
        crowd.seals(house.complaint("the last").id)  # who has seen this has seen every fix before it
        with house.database.reading() as session:
            stored = session.scalar(select(func.count()).select_from(Sighting)) or 0
        house.close()
        _seen, fixes = crowd.leave()
    late = [seconds for station in fixes.values() for seconds in station]
    seen = sum(len(seconds) == PROCESSES * EACH for seconds in fixes.values())
    detail = (
        f"{stored} fixes stored, {seen} seen at all {PROCESSES * EACH} stations; median {percentile(late, 0.5):.2f} s,"
        f" longest {max(late):.2f} s; handed in every {HAND_IN_S} s"
    )
    return [
        at_most("positions: due to every picture, p99", percentile(late, 0.99), TARGET_S, "s", detail),
        at_most("positions: processor of the server", share, TARGET_SHARE, "% of a core",
                f"{OFFICERS} officers, a fix each {EVERY_S:.0f} s, {PROCESSES * EACH} stations, {SECONDS:.0f} s"),
    ]  # fmt: skip


def _used_s(cluster: Cluster) -> float:
    """Seconds of processor time the server and all its processes have used, those that have ended too."""
    server = cluster.process.pid
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    ticks = sum(_ticks(int(child)) for child in children) + _ticks(server)
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(process: int) -> int:
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except FileNotFoundError:  # it has just ended: its parent has its time
        return 0
    user, system, childrens_user, childrens_system = said.rpartition(")")[2].split()[11:15]
    return int(user) + int(system) + int(childrens_user) + int(childrens_system)


def _gateway(url: str, number: int) -> None:
    """Hand in the fixes of so many officers; each says as its accuracy when it was due, by the shared clock."""
    chance, began = random.Random(number), clock.ticks()
    officers = [(began + chance.uniform(0, EVERY_S), new_key()) for _n in range(OFFICERS // GATEWAYS)]
    waiting = sorted(officers)
    with Database.open(url) as database:
        while (now := clock.ticks()) < began + SECONDS:
            come = [(at, who) for at, who in waiting if at <= now]
            database.sight([
                Sighting(person_id=who, seen_at=clock.now(), lon=120.0 + chance.random() / 5, lat=35.9, accuracy=at)
                for at, who in come
            ])  # fmt: skip
            waiting = waiting[len(come):] + [(at + EVERY_S, who) for at, who in come]
            NEVER.wait(max(0.0, now + HAND_IN_S - clock.ticks()))


if __name__ == "__main__":
    _gateway(sys.argv[1], int(sys.argv[2]))
