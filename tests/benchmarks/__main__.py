"""``make bench [only="feed map"]``: each benchmark in a process of its own, a table, and ``build/bench.json``.

Measuring is not judging: a target that is missed is said in the table and ends with 0 all the same. 1 means
that a benchmark itself broke.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks import Figure, machine

BENCHMARKS: Mapping[str, str] = {
    "start": "from the process's start to a usable intake list, over a million cases",
    "own-change": "from a key to the row on the screen",
    "remote-change": "from another process's commit to the row on the screen",
    "feed": "twelve writers: everything delivered, nothing twice, how soon",
    "table": "a long list under a stream of changes",
    "map": "ten thousand objects in software, a thousand moves a second",
    "writers": "sixteen writers against one, and nobody waits for a transaction held open",
    "time-machine": "any past minute, and an hour gone through minute by minute",
    "stations": "from a commit to every one of fifty pictures, for a minute",
    "positions": "a thousand officers' fixes: stored and seen, and what that costs the server",
    "wall": "ten thousand objects on a wall of the room, in software",
    "wall-soak": "a week on a wall: what it holds at the end of each day",
    "sign-in": "from a password to a usable list, over 20 000 open cases on a server",
    "import": "70 000 real calls into both databases",
    "bulletin": "the bulletin of a month as PDF, over a million cases",
    "figures": "a page of figures and its filter over a million cases, and the days caught up from the journal",
    "suggest": "duplicates and history while typing, over a million complaints",
}
_MODULES = {"import": "importing"}  # import is a word of Python
INTO = machine.ROOT / "build" / "bench.json"
LONGEST_S = 1800
HEADINGS = ("benchmark", "value", "unit", "target", "met")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; 0 when everything could be measured, 1 when a benchmark broke."""
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="benchmarks:\n" + "\n".join(f"  {name:14} {what}" for name, what in BENCHMARKS.items()),
    )  # fmt: skip
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; all of them by default")
    names = parser.parse_args(arguments).names or list(BENCHMARKS)
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
    return bench({name: f"tests.benchmarks.{_MODULES.get(name, name.replace('-', '_'))}" for name in names}, INTO)


def bench(modules: Mapping[str, str], into: Path) -> int:
    """Run the benchmarks (name → module) one after the other, print the table and write ``into``."""
    _head()
    figures: list[Figure] = []
    broken = []
    for name, module in modules.items():
        print(f"\n{name} …", file=sys.stderr, flush=True)
        found = _measured(name, module)
        broken += [name] if any(figure["detail"].startswith(BROKE) for figure in found) else []
        figures += found
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _table(figures)
    if broken:
        print(f"\nbroke: {', '.join(broken)}")
    return 1 if broken else 0


BROKE = "broke: "


def _measured(name: str, module: str) -> list[Figure]:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "figures.json"
        command = [sys.executable, "-X", "faulthandler", "-m", "tests.benchmarks.alone", module, str(told)]
        try:
            code = subprocess.run(command, cwd=machine.ROOT, check=False, timeout=LONGEST_S).returncode
            why = f"{BROKE}it ended with {code}"
        except subprocess.TimeoutExpired:
            why = f"{BROKE}it did not end in {LONGEST_S} s"
        if told.exists():
            found: list[Figure] = json.loads(told.read_text(encoding="utf-8"))
        else:
            found = [Figure(name=name, value=None, unit="", target="", met=False, detail=why)]
    print(f"… {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return found


def _head() -> None:
    for what, said in machine.described().items():
        print(f"{what:14} {said}")
    sys.stdout.flush()


def _table(figures: list[Figure]) -> None:
    rows = [HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    print()
    for row in rows:
        print(" | ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()
    for figure in figures:
        print(f"{figure['name']}: {figure['detail']}")


def _cells(figure: Figure) -> tuple[str, ...]:
    value = "–" if figure["value"] is None else f"{figure['value']:g}"
    return figure["name"], value, figure["unit"], figure["target"], "yes" if figure["met"] else "no"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


if __name__ == "__main__":
    sys.exit(main())
