"""A district with a past: a million cases, twenty thousand of them open, in one SQLite file.

It is built once, through the shipped pack and with the simulation's phrases, and kept below ``build/bench/``
under a name that changes with the schema and with this source. The archive is written straight into the
tables with its words in the search index; the open work goes in as an import does, journal and all.
"""

import datetime as dt
import hashlib
import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person
from commandcenter.domain.units import Place, Squad
from commandcenter.domain.words import tokens
from commandcenter.exchange.packs import read_pack
from commandcenter.installation import install
from commandcenter.simulated import phrases
from commandcenter.storage.database import Database
from tests.benchmarks import open_work

CASES = 1_000_000
OPEN = 20_000
COMPLAINTS = 1_000_000
"""As many as cases: a tenth was found by patrols, a tenth was complained about twice."""
CITIZENS = 300_000
YEARS = 5
BATCH = 20_000
SEED = 7
FOLDER = Path(__file__).resolve().parents[2] / "build" / "bench"
_SOURCES = (Path(__file__), Path(open_work.__file__))


@dataclass(frozen=True, slots=True)
class District:
    """What the rows are made from."""

    places: list[Place]
    matters: list[Matter]
    squads: list[Squad]
    people: list[Person]


def million() -> Path:
    """The file, built now where it is not there yet (a few minutes, 3.5 GB)."""
    return _kept("million", _build)


def busy_district(cases: int) -> Path:
    """A file with open cases only, built now where it is not there yet (less than a minute)."""
    return _kept(f"busy-{cases}", lambda path: fill_district(f"sqlite:///{path}", cases))


def fill_district(url: str, cases: int) -> None:
    """The shipped district in an empty database, with so many open cases."""
    install(url, read_pack("west-coast"))
    open_work.add(url, _district(url), _now(), cases)


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
    district = _district(url)
    now = _now()
    _fill(path, district, now)
    open_work.add(url, district, now, OPEN)
    print(f"… in {time.monotonic() - began:.0f} s, {path.stat().st_size >> 20} MB", file=sys.stderr, flush=True)


def _district(url: str) -> District:
    database = Database.open(url)
    with database.reading() as session:
        found = District(
            session.query(Place).all(), session.query(Matter).all(), session.query(Squad).all(),
            session.query(Person).all(),
        )  # fmt: skip
    database.close()
    places = [p for p in found.places if p.lon and p.lat and p.squad_id]
    return District(places, found.matters, found.squads, found.people)


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
    archive = Archive(district, now)
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
    said = [(kind, row["id"], text) for case, _work, complaints in some for kind, row, text in _texts(case, complaints)]
    last = file.execute("SELECT coalesce(max(id), 0) FROM search_row").fetchone()[0]
    numbered = list(enumerate(said, start=last + 1))
    file.executemany("INSERT INTO search_row (id, kind, key) VALUES (?, ?, ?)",
                     ((n, kind, key) for n, (kind, key, _text) in numbered))
    file.executemany("INSERT INTO search_index (rowid, words) VALUES (?, ?)",
                     ((n, " ".join(tokens(text))) for n, (_kind, _key, text) in numbered))


def _texts(case: dict[str, Any], complaints: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], str]]:
    for c in complaints:
        yield "complaint", c, f"{c['number']} {c['title']} {c['words']} {c['place_words']}"
    yield "case_file", case, f"{case['number']} {case['title']} {case['place_words']} {case['closing_text']}"


class Archive:
    """Rows of closed cases as the file holds them: times as text in UTC, keys by birth."""

    def __init__(self, district: District, now: dt.datetime) -> None:
        self.chance = random.Random(SEED)
        self.district = district
        self.township = [s.id for s in district.squads if s.tier == "township"]
        self.officers: dict[str, list[str]] = {s.id: [] for s in district.squads}
        for person in district.people:
            if person.squad_id:
                self.officers[person.squad_id].append(person.id)
        self.operators = [p.id for p in district.people if "operator" in p.roles]
        # What is complained about and where is as uneven as in life: a few things make up most of it.
        self.weights = [1 / (n + 3) for n in range(len(district.matters))]
        self.start = now - dt.timedelta(days=365 * YEARS)
        self.span = (now - dt.timedelta(days=3) - self.start).total_seconds()
        self.citizen_keys: list[str] = []

    def citizens(self) -> Iterator[dict[str, Any]]:
        """Who called in these years."""
        for n in range(CITIZENS):
            key = key_at(self.start, n, self.chance)
            self.citizen_keys.append(key)
            phone = str(13_000_000_000 + n * 7)
            yield {"id": key, "version": 1, "name": phrases.name(self.chance), "phone": phone}

    def cases(self) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]:
        """Each case with its squad's work and the complaints on it."""
        many = CASES - OPEN
        matters = iter(self.chance.choices(self.district.matters, self.weights, k=many))
        for n, matter in enumerate(matters):
            opened = self.start + dt.timedelta(seconds=self.span * n / many)
            yield self._case(n, opened, matter, self.chance.choice(self.district.places))

    def _case(self, n: int, opened: dt.datetime, matter: Matter, place: Place) -> Any:
        chance, day = self.chance, f"{opened:%y%m%d}-{n % 100_000:05d}"
        spot = {
            "place_words": f"{place.name_zh}{chance.randint(1, 199)}号", "lon": _near(chance, place.lon),
            "lat": _near(chance, place.lat), "place_source": "gazetteer", "datum": "wgs84", "squad_id": place.squad_id,
        }  # fmt: skip
        about = {"title": f"{spot['place_words']}{matter.name_zh}", "matter_id": matter.id, "urgency": matter.urgency}
        squad = place.squad_id or self.township[0]
        operator, officer = chance.choice(self.operators), chance.choice(self.officers[squad] or [None])
        at = [_told(opened + dt.timedelta(minutes=m)) for m in (0, 9, 25, 40, 60 * chance.randint(20, 300))]
        closing = chance.choice(phrases.CLOSING)
        found = n % 10 == 0
        key, work = key_at(opened, n, chance), key_at(opened + dt.timedelta(minutes=9), n, chance)
        case = {
            "id": key, "version": 9, "number": day, **about, "words": "", **spot, "state": "closed",
            "lead_id": work, "origin": "patrol" if found else "complaint", "opened_at": at[0], "opened_by_id": operator,
            "owner_id": operator, "complaints": 0 if found else 2 if n % 10 == 1 else 1, "assisting": 0, "round": 1,
            "hops": 0, "dispatch_limit": "30 m", "dispatch_from_at": at[0], "dispatch_due_at": at[2],
            "dispatched_at": at[1], "resolved_at": at[4], "reviewed_at": at[4], "closed_at": at[4],
            "disposition": "rectified", "closing_text": closing, "cancel_reason": "", "rung": "", "named": "[]",
            "confidential": 0, "historic": 0,
        }  # fmt: skip
        assignment = {
            "id": work, "version": 5, "case_id": key, "squad_id": squad, "part": "lead", "round": 1,
            "state": "resolved", "urgency": matter.urgency, "officer_id": officer, "dispatched_at": at[1],
            "dispatched_by_id": operator, "why": '{"why":"属地管理"}', "note": "", "accept_limit": "30 m",
            "accept_due_at": at[3], "accepted_at": at[2], "contact_limit": "1 h", "contacted_at": at[3],
            "return_limit": "1 d", "resolve_limit": "5 wd", "resolve_due_at": at[4], "resolved_at": at[4],
            "enforced": 0, "pauses": "[]", "extension": "", "disposition": "rectified", "closing_text": closing,
            "ended_at": at[4],
        }  # fmt: skip
        names = range(case["complaints"])  # type: ignore[call-overload]
        return case, assignment, [self._complaint(f"S{day}{'ab'[m]}", m, case, matter, opened, spot, at) for m in names]

    def _complaint(
        self, number: str, m: int, case: dict[str, Any], matter: Matter, opened: dt.datetime, spot: dict[str, Any],
        at: list[str],
    ) -> dict[str, Any]:  # fmt: skip
        chance = self.chance
        # A few callers call often.
        citizen = self.citizen_keys[int(chance.random() ** 3 * CITIZENS)]
        words = phrases.complaint(chance, matter.name_zh, spot["place_words"])
        return {
            "id": key_at(opened - dt.timedelta(minutes=4 - m), m, chance), "version": 4, "number": number,
            "channel": "hotline", "source": "", "arrived_at": at[0], "received_at": at[0], "owner_id": case["owner_id"],
            "received_by_id": case["owner_id"], "title": case["title"], "words": words, "complainant_id": citizen,
            "caller_mask": "王** 139****8816", "confidential": 0, **spot, "matter_id": matter.id,
            "urgency": matter.urgency, "state": "confirmed", "case_id": case["id"], "receive_limit": "30 m",
            "receive_due_at": at[2], "settled_at": at[1], "answer": "", "decline_code": "", "refer_to": "",
            "last_word_at": at[4], "progress_limit": "3 wd", "visit_limit": "3 wd", "visited_at": at[4],
            "visit_tries": 1, "solved": 1, "satisfied": chance.randint(2, 5), "historic": 0,
        }  # fmt: skip


def key_at(born: dt.datetime, n: int, chance: random.Random) -> str:
    """A UUIDv7 of that moment."""
    digits = f"{int(born.timestamp() * 1000):012x}7{n & 0xFFF:03x}{0x8000000000000000 | chance.getrandbits(62):016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _near(chance: random.Random, degrees: float | None) -> float:
    return (degrees or 0.0) + chance.uniform(-0.0012, 0.0012)


def _told(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


if __name__ == "__main__":
    print(os.fspath(million()))
