"""What a long list costs: 20 000 rows, sorted and filtered, with 200 changes a second for ten seconds.

Measured is the processor time of the GUI thread (``time.thread_time``) against the time that passed, in a
process of its own. The window is offscreen, so everything that Qt draws is drawn by the processor here.
"""

import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks import Figure, at_most

ROWS = 20_000
CHANGES_A_SECOND = 200
SECONDS = 10
SHARE = 0.2
ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 6, 32, tzinfo=UTC)
ROADS = ("阅武路", "井冈山路", "嘉陵江路", "柳花泊", "武夷山路", "港兴大道", "黄河东路", "海王路", "龙湾")
TITLES = (
    "夜间施工噪声，学生无法休息",
    "燃气管旁违规动土",
    "占道经营堵住消防通道",
    "楼顶违建加盖阳光房",
    "油烟直排居民楼",
)


def run() -> list[Figure]:
    """The measurement, as rows of the table of benchmarks."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-m", "tests.benchmarks.table"], cwd=ROOT, env=surroundings,
                          capture_output=True, text=True, check=True)  # fmt: skip
    found: list[Figure] = json.loads(done.stdout.splitlines()[-1])
    return found


class Room:
    """Cases that change: each turn moves deadlines, ends cases and opens others."""

    def __init__(self) -> None:
        from commandcenter.live.picture import Picture

        self.chance = random.Random(20)
        self.picture = Picture()
        self.version = 1
        # A tenth more than are shown: the filter has something to leave out.
        self.keys = [f"{n:032}" for n in range(ROWS + ROWS // 10)]
        self.picture.load(self.case(key, "closed" if n % 11 == 0 else "open") for n, key in enumerate(self.keys))

    def case(self, key: str, state: str) -> Any:
        from commandcenter.domain.cases import Case
        from commandcenter.domain.record import snapshot

        left = timedelta(minutes=self.chance.randint(-60, 3000))
        urgency = "urgent" if self.chance.random() < 0.1 else "ordinary"
        return snapshot(Case, {
            "id": key, "version": self.version, "number": key[-6:], "title": self.chance.choice(TITLES),
            "place_words": self.chance.choice(ROADS), "urgency": urgency, "state": state,
            "opened_at": NOW - timedelta(hours=3), "dispatch_due_at": NOW + left, "hops": 0,
        })  # fmt: skip

    def change(self, n: int) -> Any:
        """``n`` cases changed, as one delta that the picture already holds."""
        self.version += 1
        states = ("open", "open", "open", "open", "closed")
        return self.picture.load(
            [self.case(self.chance.choice(self.keys), self.chance.choice(states)) for _ in range(n)]
        )


def a_view(room: Room) -> Any:
    from commandcenter.domain.cases import Case
    from ui.pulse import Pulse
    from ui.tables.column import Column, Paint
    from ui.tables.record_table import RecordTable
    from ui.tables.record_view import RecordView
    from ui.wording import Running, tone_of

    columns: list[Column[Case]] = [
        Column("clock", "Time left", paint=Paint.CLOCK, width=110,
               clock=lambda c: Running(c.opened_at, c.dispatch_due_at) if c.dispatch_due_at else None),
        Column("title", "Title", lambda c: c.title, paint=Paint.TWO_LINE, width=0, subtitle=lambda c: c.place_words),
        Column("number", "Number", lambda c: c.number, width=90),
        Column("urgency", "Urgency", lambda c: c.urgency, paint=Paint.BADGE, width=90,
               tone=lambda c: tone_of(c.urgency)),
    ]  # fmt: skip
    began = time.monotonic()
    pulse = Pulse(lambda: NOW + timedelta(seconds=time.monotonic() - began))
    table = RecordTable(
        Case,
        columns,
        room.picture.of(Case),
        order=lambda c: c.dispatch_due_at,
        keep=lambda c: c.state == "open",
        now=pulse.now,
    )
    view = RecordView(table, pulse, two_line=True)
    view.resize(700, 900)
    return view


def measured() -> list[Figure]:
    """The measurement itself; it wants a process of its own."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from ui.theme import theme

    app = QApplication(["bench"])
    theme.apply(app, "day")
    room = Room()
    built = time.thread_time()
    view = a_view(room)
    built = time.thread_time() - built
    view.show()
    view.select_first()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    pulse, loop = view._pulse, QEventLoop()
    pulse.start()
    drawn = [0]
    view.table.has_changed.connect(lambda: drawn.__setitem__(0, drawn[0] + 1))
    made = [0.0, 0]  # the cost of making the changes is the benchmark's own, not the list's

    def change() -> None:
        while made[1] < (time.monotonic() - passed) * CHANGES_A_SECOND:  # a timer alone would fall behind
            begun = time.thread_time()
            delta = room.change(1)
            made[0] += time.thread_time() - begun
            made[1] += 1
            view.table.apply(delta)

    source = QTimer()
    source.setInterval(1000 // CHANGES_A_SECOND)
    source.timeout.connect(change)
    busy, passed = time.thread_time(), time.monotonic()
    source.start()
    QTimer.singleShot(SECONDS * 1000, loop.quit)
    loop.exec()
    busy, passed = time.thread_time() - busy - made[0], time.monotonic() - passed
    source.stop()
    pulse.stop()
    rate = made[1] / passed
    share = busy / passed
    right = [
        r.id
        for r in sorted(
            (c for c in room.picture.of(view.table.record_type).values() if c.state == "open"),
            key=lambda c: (c.dispatch_due_at, c.id),
        )
    ]
    view.table.catch_up()
    if view.table.keys() != right:
        raise AssertionError("the list does not show what it should")
    detail = (
        f"{view.table.rowCount()} rows of {len(room.keys)}, {rate:.0f} changes/s for {passed:.1f} s brought in "
        f"{drawn[0]} batches; building the list took {built * 1000:.0f} ms"
    )
    figure = at_most("table", share * 100, SHARE * 100, "% of the GUI thread", detail)
    return [Figure(**{**figure, "met": figure["met"] and rate > CHANGES_A_SECOND * 0.9})]


if __name__ == "__main__":
    print(json.dumps(measured(), ensure_ascii=False))
