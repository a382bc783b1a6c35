"""``wall``: the map scene on 1920×1080, ten thousand objects, drawn in software as it is used, and what that costs.

The wall is fed through its own sight: eight thousand six hundred open cases, a thousand officers, four hundred
workstations. Every second a thousand cases and all officers are new, as after a reading of a database that never
rests, and rings grow around the urgent ones. Frames are those that the map really painted; the processor's time is
that of the whole process. The same once more with the whole map painted in every frame.
"""

import datetime as dt
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks import Figure, at_least, at_most

ROOT = Path(__file__).resolve().parents[2]
CASES, OFFICERS = 8_600, 1_000
CHANGED = 1_000  # a second
SECONDS = 12
STATES = ("open", "dispatched", "accepted", "contacted", "handling")


def run() -> list[Figure]:
    """Measure in a process of its own, without a screen."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.wall"], cwd=ROOT, env=surroundings, timeout=180, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return _verdict(json.loads(ended.stdout.strip().splitlines()[-1]))


def _verdict(read: dict[str, Any]) -> list[Figure]:
    used, full = read["as used"], read["whole map"]
    scene = f"{read['objects']} objects, {CHANGED} new a second, map of {read['map'][0]}×{read['map'][1]} px"
    return [
        at_least(
            "wall frames", used["fps"], 24, "fps",
            f"{scene}; the longest gap between two frames {used['longest_ms']:.0f} ms; with the whole map painted in "
            f"every frame {full['fps']:.1f}"),
        at_most(
            "wall processor", used["share"] * 100, 60, "% of one core",
            f"the whole process; with the whole map painted in every frame {full['share'] * 100:.0f} %"),
    ]  # fmt: skip


class Room:
    """A district of the shipped pack's size whose data is never the same for a second."""

    def __init__(self) -> None:
        from commandcenter.queries.wall import PublicSquad

        self.chance = random.Random(7)
        self.squads: list[PublicSquad] = self._squads()
        self.cases = {n: self._case(n) for n in range(CASES)}

    def _squads(self) -> list[Any]:
        from commandcenter.domain.sentences import Name
        from commandcenter.exchange.packs import read_pack
        from commandcenter.queries.wall import PublicSquad

        pack = read_pack("west-coast")
        return [
            PublicSquad(s.code, s.code, str(s.kind), Name(s.name_zh, s.name_en), Name("", ""), (s.lon, s.lat),
                        s.area, 8)
            for s in pack.squads
        ]  # fmt: skip

    def point(self) -> tuple[float, float]:
        return 119.6 + self.chance.random() * 0.8, 35.6 + self.chance.random() * 0.6

    def _case(self, n: int) -> Any:
        from commandcenter.domain.sentences import Name
        from commandcenter.queries.wall import PublicCase, PublicClock

        begun = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=self.chance.randrange(240))
        clock = PublicClock("contact", begun, begun + dt.timedelta(hours=self.chance.randrange(1, 9)), False)
        squad = self.chance.choice(self.squads)
        return PublicCase(
            f"261124-{n:05}", self.chance.choice(STATES), "urgent" if n % 40 == 0 else "ordinary", "complaint", "",
            False, Name("占道经营", "Trading on the pavement"), squad.id, self.point(), begun, clock,
        )  # fmt: skip

    def units(self) -> Any:
        from commandcenter.domain.sentences import Name
        from commandcenter.queries.wall import Units

        stations = tuple(self.point() for _n in range(420))
        return Units(Name("西海岸综合指挥中心", "West Coast"), "Asia/Shanghai", tuple(self.squads), stations)

    def work(self) -> Any:
        from commandcenter.queries.wall import OpenWork

        for n in self.chance.sample(range(CASES), CHANGED):
            self.cases[n] = self._case(n)
        return OpenWork(tuple(self.cases.values()), ())

    def officers(self) -> Any:
        from commandcenter.queries.wall import Seen

        now = dt.datetime.now(dt.UTC)
        return tuple(Seen(self.point(), now) for _n in range(OFFICERS))


def _child() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication

    from commandcenter import clock
    from commandcenter.domain.walls import SceneSort
    from ui.theme import theme
    from ui.wall.map import WallMap
    from ui.wall.scenes import Programme, Scene
    from ui.wall.sight import Part, Sight
    from ui.wall.window import WallWindow

    app = QApplication(["bench"])
    theme.apply(app, "wall")
    room, sight = Room(), Sight(clock.now)
    window = WallWindow(sight, Programme((Scene(SceneSort.MAP),)))
    window.resize(1920, 1080)
    window.show()
    (painted,) = [panel for panel in window.stages[SceneSort.MAP].panels if isinstance(panel, WallMap)]
    results: dict[str, Any] = {"map": [painted.width(), painted.height()], "objects": CASES + OFFICERS + 420}
    sight.take("units", Part(room.units(), clock.ticks()))

    def feed() -> None:
        sight.take("work", Part(room.work(), clock.ticks()))
        sight.take("officers", Part(room.officers(), clock.ticks()))
        window.tick()

    second = QTimer(interval=1000)
    second.timeout.connect(feed)
    every = QTimer(interval=0)
    every.timeout.connect(painted.update)
    gaps: list[float] = []
    last = time.monotonic()

    paint = WallMap.paintEvent

    def counted(self: WallMap, _event: QPaintEvent) -> None:
        nonlocal last
        paint(self, _event)
        now = time.monotonic()
        gaps.append(now - last)
        last = now

    WallMap.paintEvent = counted  # type: ignore[method-assign]

    def measure(name: str, then: Any) -> None:
        began, spent, frames = time.monotonic(), time.process_time(), painted.frames
        gaps.clear()

        def done() -> None:
            wall, cpu = time.monotonic() - began, time.process_time() - spent
            results[name] = {"fps": (painted.frames - frames) / wall, "share": cpu / wall,
                             "longest_ms": max(gaps, default=0.0) * 1000}  # fmt: skip
            then()

        QTimer.singleShot(SECONDS * 1000, done)

    def whole() -> None:
        every.start(33)
        measure("whole map", app.quit)

    feed()
    second.start()
    QTimer.singleShot(2000, lambda: measure("as used", whole))
    app.exec()
    print(json.dumps(results))


if __name__ == "__main__":
    _child()
