"""A district with a past: a million cases, twenty thousand of them open, in one SQLite file.

It is built once, through the shipped pack and with the simulation's phrases, and kept below ``build/bench/``
under a name that changes with the schema and with this source. The archive is written straight into the
tables with its words in the search index; the open work goes in as an import does, journal and all.
"""

import datetime as dt
import hashlib
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from commandcenter.domain.words import tokens
from commandcenter.exchange.packs import read_pack
from commandcenter.installation import install
from commandcenter.queries.figures.keeping import catch_up
from commandcenter.storage.database import Database
from commandcenter.storage.tallying import books
from tests.benchmarks import open_work, past
from tests.benchmarks.past import Archive, District, district_of, texts

CASES = 1_000_000
OPEN = 20_000
COMPLAINTS = 1_000_000
"""As many as cases: a tenth was found by patrols, a tenth was complained about twice."""
CITIZENS = 300_000
YEARS = 5
BATCH = 20_000
FOLDER = Path(__file__).resolve().parents[2] / "build" / "bench"
_SOURCES = (Path(__file__), Path(open_work.__file__), Path(past.__file__))


def million() -> Path:
    """The file, built now where it is not there yet (a few minutes, 3.5 GB)."""
    return _kept("million", _build)


def counted_million() -> Path:
    """The same with its days counted, made now where it is not there yet (some minutes more)."""
    return _kept("counted-million", _count)


def _count(path: Path) -> None:
    shutil.copy(million(), path)
    began = time.monotonic()
    with Database.open(f"sqlite:///{path}") as database:
        kept = catch_up(books(database), database.now())
    print(f"… {kept.days} days counted in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def busy_district(cases: int) -> Path:
    """A file with open cases only, built now where it is not there yet (less than a minute)."""
    return _kept(f"busy-{cases}", lambda path: fill_district(f"sqlite:///{path}", cases))


def fill_district(url: str, cases: int) -> None:
    """The shipped district in an empty database, with so many open cases."""
    install(url, read_pack("west-coast"))
    open_work.add(url, district_of(url), _now(), cases)


def _kept(name: str, build: Callable[[Path], None]) -> Path:
    path = FOLDER / f"{name}-{_stamp()}.sqlite"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob(f"{name}-*"):
            old.unlink()
        unfinished = path.with_suffix(".unfinished")
        build(unfinished)
        _settle(unfinished)
        unfinished.rename(path)
    return path


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _stamp() -> str:
    said = hashlib.sha256()
    schema = Path(__file__).resolve().parents[2] / "commandcenter" / "storage" / "schema" / "versions"
    for source in (*sorted(schema.glob("*.py")), *_SOURCES):
        said.update(source.read_bytes())
    return said.hexdigest()[:12]


def _build(path: Path) -> None:
    began = time.monotonic()
    print(f"Building {CASES:,} cases once …", file=sys.stderr, flush=True)
    url = f"sqlite:///{path}"
    install(url, read_pack("west-coast"))
    district = district_of(url)
    now = _now()
    _fill(path, district, now)
    open_work.add(url, district, now, OPEN)
    print(f"… in {time.monotonic() - began:.0f} s, {path.stat().st_size >> 20} MB", file=sys.stderr, flush=True)


def _settle(path: Path) -> None:
    """As a database that has been in use for years: its statistics known, its log written back, nothing cached."""
    with sqlite3.connect(path) as file:
        file.execute("ANALYZE")
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


# ------------------------------------------------------------------------------------------------ the archive


def _fill(path: Path, district: District, now: dt.datetime) -> None:
    file = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY"):
        file.execute(f"PRAGMA {pragma}")
    indexes = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _sql in indexes:
        file.execute(f"DROP INDEX {name}")
    file.execute("BEGIN")
    archive = Archive(district, now, CASES - OPEN, CITIZENS, YEARS)
    _put(file, "complainant", archive.citizens())
    cases = archive.cases()
    while some := list(islice(cases, BATCH)):
        _put(file, "case_file", (case for case, _work, _complaints in some))
        _put(file, "assignment", (work for _case, work, _complaints in some))
        _put(file, "complaint", (c for _case, _work, complaints in some for c in complaints))
        _index(file, some)
    for _name, sql in indexes:
        file.execute(sql)
    file.execute("COMMIT")
    file.close()


def _put(file: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    sql = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({', '.join(f':{name}' for name in first)})"
    file.execute(sql, first)
    file.executemany(sql, rows)


def _index(file: sqlite3.Connection, some: list[Any]) -> None:
    said = [(kind, row["id"], text) for case, _work, complaints in some for kind, row, text in texts(case, complaints)]
    last = file.execute("SELECT coalesce(max(id), 0) FROM search_row").fetchone()[0]
    numbered = list(enumerate(said, start=last + 1))
    file.executemany("INSERT INTO search_row (id, kind, key) VALUES (?, ?, ?)",
                     ((n, kind, key) for n, (kind, key, _text) in numbered))
    file.executemany("INSERT INTO search_index (rowid, words) VALUES (?, ?)",
                     ((n, " ".join(tokens(text))) for n, (_kind, _key, text) in numbered))


if __name__ == "__main__":
    print(os.fspath(million()))
