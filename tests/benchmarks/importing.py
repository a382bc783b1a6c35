"""``import``: 70 000 real calls into a fresh district, the way the command line brings them in.

Each database gets a process of its own, whose peak of memory is told; PostgreSQL keeps the server's own
defaults for writing to disk.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks import Figure, NotMeasured, at_least, at_most

ROOT = Path(__file__).resolve().parents[2]
ROWS = 70_000
FILE = Path("calls-en") / "calls.csv"


def run() -> list[Figure]:
    """The measurement, once on each kind of database."""
    calls = real_calls()
    figures = []
    for kind, place in (("SQLite", _file), ("PostgreSQL", _server)):
        with place() as url:
            figures += _measured(kind, url, calls)
    return figures


def real_calls() -> Path:
    """The file of real calls, which is nobody's to publish."""
    folder = Path(os.environ.get("COMMANDCENTER_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / FILE).exists():
        raise NotMeasured(f"there is no {FILE} here: set COMMANDCENTER_REAL_DATA to the folder of the real files")
    return folder / FILE


def _measured(kind: str, url: str, calls: Path) -> list[Figure]:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.importing", url, str(calls)], cwd=ROOT, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    read = json.loads(ended.stdout)
    detail = (
        f"{read['received']} calls received of {read['rows']} rows, {read['rejected']} rejected, in "
        f"{read['seconds']:.1f} s; this process was busy for {read['busy']:.1f} s of it"
    )
    return [
        at_least(f"import {kind}", read["rows"] / read["seconds"], 3000, "rows/s", detail),
        at_most(f"import {kind} memory", read["peak"], 400, "MB", "highest of the importing process, Python included"),
    ]


@contextmanager
def _file() -> Iterator[str]:
    # Beside the checkout's own files: /tmp may be memory, and a commit on it would cost nothing.
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        yield f"sqlite:///{folder}/import.sqlite"


@contextmanager
def _server() -> Iterator[str]:
    from tests.postgres import private_cluster

    with private_cluster(durable=True) as cluster:
        yield cluster.url(cluster.create())


def _child(url: str, calls: Path) -> None:
    from commandcenter.exchange.importing import import_rows
    from commandcenter.exchange.incoming import read_incoming
    from commandcenter.exchange.packs import read_pack
    from commandcenter.installation import STATION, administrator, install
    from commandcenter.operations.importing import Taken
    from commandcenter.storage.database import Database

    install(url, read_pack("west-coast"))
    database = Database.open(url)
    reading = read_incoming(calls, "calls")
    began, busy = time.monotonic(), time.process_time()
    outcome = import_rows(reading, lambda body: database.run("import", administrator(), STATION, body) or Taken())
    seconds, busy = time.monotonic() - began, time.process_time() - busy
    database.close()
    if outcome.rows < ROWS or outcome.received + outcome.rejected + outcome.known != outcome.rows:
        raise AssertionError(f"not every row was accounted for: {outcome.as_json()}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "rows": outcome.rows, "received": outcome.received, "rejected": outcome.rejected, "seconds": seconds,
        "busy": busy, "peak": peak,
    }))  # fmt: skip


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]))
