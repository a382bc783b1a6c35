"""``map``: 10 000 objects, 1 000 moves a second through the real bridge, drawn in software.

The page is made to draw every frame it can, although it would draw only the twenty in which something
changed: what is counted is what the machine is able to show. Python is the time of the GUI thread.
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
OBJECTS = 10_000
MOVES = 1_000  # a second
SECONDS = 10
WARM_UP_MS = 1500
FEED_MS = 20
KINDS = (
    ("workstation", "ordinary"), ("officer", "on_duty"), ("case", "ordinary"), ("case", "urgent"),
    ("squad", "ordinary"),
)  # fmt: skip
COUNTER = """
(() => {
  const begin = performance.now();
  const bench = { frames: 0, worst: 0, last: begin, begin, drawn: commandcenter.layer.painted };
  window.bench = bench;
  function step(now) {
    if (window.bench !== bench) return; // the next measurement has begun
    bench.frames += 1;
    bench.worst = Math.max(bench.worst, now - bench.last);
    bench.last = now;
    if (%(every)s) commandcenter.layer._paint();
    requestAnimationFrame(step);
  }
  requestAnimationFrame(step);
})();
"""
READING = """JSON.stringify({
  seconds: (performance.now() - bench.begin) / 1000, frames: bench.frames, worst: bench.worst,
  drawn: commandcenter.layer.painted - bench.drawn, objects: commandcenter.layer.store.count,
  size: [commandcenter.layer.view.width, commandcenter.layer.view.height], ratio: devicePixelRatio,
})"""


def run() -> list[Figure]:
    """Measure in a process of its own, without a screen."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    if os.geteuid() == 0:
        surroundings["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # root is the test machine's, never the product's, way
    ended = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.map"], cwd=ROOT, env=surroundings, timeout=180, check=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    return _verdict(json.loads(ended.stdout.strip().splitlines()[-1]))


def _verdict(read: dict[str, Any]) -> list[Figure]:
    full, real = read["every frame"], read["as used"]
    scene = f"{full['objects']} objects, {read['moves']:.0f} moves/s, {full['size'][0]}×{full['size'][1]} px"
    return [
        at_least(
            "map frames", min(full["frames"], full["drawn"]) / full["seconds"], 45, "fps",
            f"{scene}, all objects drawn anew in every frame; longest frame {full['worst']:.0f} ms; as used the page "
            f"draws {real['drawn'] / real['seconds']:.0f} times a second and stays at "
            f"{real['frames'] / real['seconds']:.0f} fps"),
        at_most(
            "map Python", full["python"] * 100, 20, "% of one core",
            f"GUI thread while every frame is drawn; as used {real['python'] * 100:.1f} %; the whole GUI process "
            f"with the engine's own threads {full['process'] * 100:.0f} % / {real['process'] * 100:.0f} %"),
    ]  # fmt: skip


def _child() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from ui.map.engine import MapEngine, register_scheme
    from ui.map.objects import MapObject
    from ui.map.view import MapView
    from ui.theme import tokens_of

    register_scheme()
    app = QApplication(["bench"])
    engine = MapEngine()
    view = MapView(engine, tokens_of("day"))
    view.resize(1280, 800)
    rng = random.Random(7)
    now = dt.datetime.now(dt.UTC)

    def thing(number: int) -> MapObject:
        kind: Any
        kind, status = KINDS[number % len(KINDS)]
        heading, at = (rng.random() * 360, now) if kind == "officer" else (None, None)
        lon, lat = 119.6 + rng.random() * 0.8, 35.6 + rng.random() * 0.6
        return MapObject(kind, f"key-{number}", lon, lat, f"object {number}", status, heading, at)

    view.put(map(thing, range(OBJECTS)))
    results: dict[str, Any] = {}
    moved = 0
    owed_from = time.monotonic()

    def feed() -> None:
        nonlocal moved
        due = int((time.monotonic() - owed_from) * MOVES) - moved
        view.put(thing(rng.randrange(OBJECTS)) for _ in range(due))
        moved += due

    feeder = QTimer(interval=FEED_MS)
    feeder.timeout.connect(feed)

    def measure(name: str, every: bool) -> None:
        nonlocal moved, owed_from
        assert view._page
        view._page.runJavaScript(COUNTER % {"every": "true" if every else "false"})
        thread, process, wall = time.thread_time(), time.process_time(), time.monotonic()
        moved, owed_from = 0, wall

        def read() -> None:
            spent = time.monotonic() - wall
            python, whole = (time.thread_time() - thread) / spent, (time.process_time() - process) / spent
            results["moves"] = moved / spent
            assert view._page
            view._page.runJavaScript(READING, lambda text: done(name, json.loads(text), python, whole))

        QTimer.singleShot(SECONDS * 1000, read)

    def done(name: str, page: dict[str, Any], python: float, process: float) -> None:
        results[name] = {**page, "python": python, "process": process}
        if name == "as used":
            measure("every frame", every=True)
        else:
            app.quit()

    def begin() -> None:
        feeder.start()
        measure("as used", every=False)

    view.ready.connect(lambda: QTimer.singleShot(WARM_UP_MS, begin))
    view.explained.connect(sys.exit)
    view.show()
    QTimer.singleShot(0, view.start)
    app.exec()
    feeder.stop()
    engine.close()
    print(json.dumps(results))


if __name__ == "__main__":
    _child()
