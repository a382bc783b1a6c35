"""``wall-soak``: a week on a wall, as fast as it goes; what it holds at the end of each day.

The real window, lane and database, with a clock that is moved on whenever the wall has shown the last moment. Each time
cases end and others come, the scene turns, and everything is painted. Once a day the database goes away and comes back,
the screen is gone for a while, and the wall turns light and dark.
"""

import datetime as dt
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from tests.benchmarks import Figure, at_most

ROOT = Path(__file__).resolve().parents[2]
DAYS, STEPS = 7, 720
OPEN = 300
CHANGED = 5  # at each step
LONGEST_S = 1700


def run(days: int = DAYS, steps: int = STEPS) -> list[Figure]:
    """Measure in a process of its own, without a screen."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.wall_soak", str(days), str(steps)], cwd=ROOT, env=surroundings,
        timeout=LONGEST_S, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return _verdict(json.loads(ended.stdout.strip().splitlines()[-1]))


def _verdict(read: list[dict[str, int]]) -> list[Figure]:
    first, later = read[0], read[1:]
    grown = max(day["kilobytes"] for day in later) / first["kilobytes"] - 1
    handles = max(day["handles"] for day in later) - first["handles"]
    objects = max(day["objects"] for day in later) / first["objects"] - 1
    told = f"{len(read)} days of {first['steps']} steps, each with every part read and the scene painted"
    memory = ", ".join(f"{day['kilobytes'] / 1024:.1f}" for day in read)
    return [
        at_most("wall soak memory", grown * 100, 3, "% after the first day", f"{told}; resident MB by day: {memory}"),
        at_most("wall soak handles", handles, 0, "more than after the first day", f"{first['handles']} then"),
        at_most("wall soak objects", objects * 100, 3, "% of Python's objects more", f"{first['objects']} then"),
    ]


class Time:
    """A clock that is moved by hand, for the whole process."""

    def __init__(self, steps: int) -> None:
        """``steps``: in how many the day goes by."""
        self.steps, self.a_day, self._length = 0, steps, dt.timedelta(days=1) / steps
        self._begun = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        return self._begun + self.steps * self._length

    def ticks(self) -> float:
        return self.steps * self._length.total_seconds()


class StepBell:
    """Rings when the wall has shown the last step; breaks when the database is to go away."""

    def __init__(self) -> None:
        self.shown, self.broken = threading.Event(), False

    def wait(self, _timeout: float) -> bool:
        from commandcenter.errors import Unavailable

        self.shown.wait()
        self.shown.clear()
        if self.broken:
            self.broken = False
            raise Unavailable("the database is away")
        return True

    def close(self) -> None:
        """The same one is used again."""


class Room:
    """A district in a file, in which cases come and go."""

    def __init__(self, url: str, time: Time) -> None:
        from commandcenter.storage.database import Database
        from tests.benchmarks.million import fill_district

        Database.create(url).close()
        fill_district(url, OPEN)
        self._time, self._chance, self._number = time, random.Random(3), 0
        self._database = Database.open(url)
        with self._database.engine.begin() as connection:
            self._keys = [row[0] for row in connection.exec_driver_sql("SELECT id FROM case_file")]

    def go_on(self) -> None:
        """In the place of some cases there are others, wherever they are, and in whatever state."""
        now = self._time.now().replace(tzinfo=None).isoformat(" ", "microseconds")
        due = (self._time.now() + dt.timedelta(minutes=90)).replace(tzinfo=None).isoformat(" ", "microseconds")
        with self._database.engine.begin() as connection:
            for key in self._chance.sample(self._keys, CHANGED):
                self._number += 1
                lon, lat = 119.6 + self._chance.random() * 0.8, 35.6 + self._chance.random() * 0.6
                urgency = self._chance.choice(["urgent", "ordinary", "ordinary"])
                connection.exec_driver_sql(
                    "UPDATE case_file SET number = ?, opened_at = ?, dispatch_due_at = ?, lon = ?, lat = ?, urgency = ?"
                    " WHERE id = ?", (f"S-{self._number:06}", now, due, lon, lat, urgency, key),
                )  # fmt: skip


def _child(days: int, steps: int) -> None:
    from commandcenter import clock

    time = Time(steps)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/soak.sqlite"
        room = Room(url, time)
        clock.now, clock.ticks = time.now, time.ticks  # before anything of the wall is loaded
        print(json.dumps(Week(url, room, time, days).lived()))


class Week:
    """The wall, and who lets time go by on it."""

    def __init__(self, url: str, room: Room, time: Time, days: int) -> None:
        from PySide6.QtWidgets import QApplication

        from commandcenter.storage.doorbells import Wire
        from ui.theme import theme
        from ui.wall import watch
        from ui.wall.scenes import DEFAULT
        from ui.wall.window import WallWindow

        watch.EVERY_S = dict.fromkeys(watch.EVERY_S, 0.0)
        watch.BETWEEN_S = watch.SHARE = 0  # seconds mean nothing here
        watch.FIRST_RETRY_S = watch.LONGEST_RETRY_S = 0.0
        self.login, self._url, self._room, self._time, self._days = "wall", url, room, time, days
        self._app, self._bell, self._found = QApplication(["soak"]), StepBell(), list[dict[str, int]]()
        theme.apply(self._app, "wall")
        self._watch = watch.Watch(self, Wire, "soak")
        self._window = WallWindow(self._watch.sight, DEFAULT)
        self._window.resize(1920, 1080)
        self._window.show()
        self._watch.changed.connect(self._window.look_again)
        self._watch.said.connect(self._window.show_state)
        self._watch.changed.connect(self._shown)
        self._watch.said.connect(self._said)

    # The entrance of its wall

    def open(self) -> Any:
        """The file, with a bell that rings when the wall has shown the last step."""
        from commandcenter.storage.wall_database import WallDatabase

        bell = self._bell

        class Stepped(WallDatabase):
            def bell(self, _wire: Any) -> Any:
                return bell

            def look_at_person(self, login: str) -> None:
                """Nobody signs in here."""

        return Stepped.open(self._url, clock=self._time.now)

    def give(self, login: str, password: str) -> None:
        """Nobody signs in here."""

    # Time

    def lived(self) -> list[dict[str, int]]:
        """All of it; what was held at the end of each day."""
        self._watch.start()
        self._app.exec()
        self._bell.shown.set()
        self._watch.close()
        return self._found

    def _shown(self, part: str) -> None:
        from PySide6.QtCore import QTimer

        if part == "units":  # the last one that is read
            QTimer.singleShot(0, self._step)

    def _said(self, state: str) -> None:
        if state == "lost":
            self._bell.shown.set()

    def _step(self) -> None:
        self._time.steps += 1
        self._window.tick()
        self._window.repaint()
        self._disturb(self._time.steps % self._time.a_day)
        if len(self._found) == self._days:
            self._app.quit()
            return
        self._room.go_on()
        self._bell.shown.set()

    def _disturb(self, at: int) -> None:
        from commandcenter.domain.walls import Look

        a_day = self._time.a_day
        if at == a_day // 4:
            self._bell.broken = True
        if at in (a_day // 3, a_day // 3 + 2):
            self._window.setVisible(not self._window.isVisible())
        if at in (a_day // 2, a_day - 1):
            self._window.look = Look.DAY if at < a_day - 1 else Look.NIGHT
            self._window.dress()
        if at == 0:
            self._found.append(self._held())

    def _held(self) -> dict[str, int]:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return {
            "kilobytes": pages * os.sysconf("SC_PAGE_SIZE") // 1024,
            "handles": sum(1 for _one in Path("/proc/self/fd").iterdir()),
            "objects": len(gc.get_objects()), "steps": self._time.a_day,
        }  # fmt: skip


if __name__ == "__main__":
    _child(int(sys.argv[1]), int(sys.argv[2]))
