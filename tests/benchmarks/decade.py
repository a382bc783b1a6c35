"""A district with a past of ten years on a PostgreSQL server, made once and kept there under its number of cases.

Half a year is made row by row and laid into the tables once for each half year, each time that much earlier; times
and keys move along, so rows, lines and search rows stand in the order of their birth. Of the citizens one in eight
calls all these years, the others are new in each half year. One case in :data:`JOURNALLED` has its journal, whole,
mostly nineteen lines; those of every case would not fit on the disk. Citizens have none. The hashes of the newest half
year hold; those of the earlier ones are copies that follow each other but do not fit their content. The numbers that
words are indexed with are copies too.

The rows go past the server's guards, which ask for a journal line of today's transaction for each of them: the
owner's connections say ``session_replication_role = replica``, which only a superuser may. What is open goes in as an
import does, guards and all. Each table is emptied, filled and indexed in one transaction; where the server was
started with ``wal_level = minimal`` nothing of that has to go through its log.
"""

import datetime as dt
import random
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL

from commandcenter.domain.search import vector
from commandcenter.domain.words import tokens
from commandcenter.exchange.packs import read_pack
from commandcenter.installation import install
from tests.benchmarks import open_work
from tests.benchmarks.lives import life_of, lines_of
from tests.benchmarks.past import Archive, district_of, texts

SLICE = 250_000
"""Cases of half a year at most."""
HALF_A_YEAR = dt.timedelta(days=182)
CALLERS = 1 / 3
"""Citizens for each case of a half year."""
JOURNALLED = 4
"""One case in so many has its journal."""
OPEN = 20_000
BATCH = 20_000
AT_ONCE = 2
"""Tables that are laid at the same time."""

Server = psycopg.Connection[Any]

# Table by table, the longest first: which keys are of the past itself; the others name people, units and matters.
_OWN: Mapping[str, tuple[str, ...]] = {
    "search_row": ("key",),
    "journal": ("key", "case_id", "operation_id"),
    "complaint": ("id", "case_id"),
    "case_file": ("id", "lead_id"),
    "assignment": ("id", "case_id"),
    "contact": ("id", "case_id", "assignment_id", "complaint_id"),
    "visit": ("id", "case_id", "complaint_id"),
    "complainant": ("id",),
}
_CALLERS = (("complaint", "complainant_id"), ("complainant", "id"))
_LASTS = sql.SQL("right({key}::text, 1) IN ('0', '8')")
"""Whether a citizen calls all these years."""
_EARLIER = sql.SQL("{when} - {ms} * interval '1 millisecond'")
_EARLIER_KEY = sql.SQL(
    "(lpad(to_hex(('x' || left(translate({key}::text, '-', ''), 12))::bit(48)::bigint - {ms}), 12, '0')"
    " || substr({key}::text, 15))::uuid"
)
"""A UUIDv7 begins with the milliseconds of its birth."""


def district_with(server: URL, cases: int) -> URL:
    """The address of a district with so many closed cases and the usual open work; made now where it is not there."""
    kept = server.set(database=f"city_{cases}")
    with connected(server) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [kept.database]).fetchone():
            return kept
        unfinished = server.set(database=f"{kept.database}_unfinished")
        name, final = sql.Identifier(str(unfinished.database)), sql.Identifier(str(kept.database))
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        _build(unfinished, cases)
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(name, final))
    return kept


def connected(url: URL) -> Server:
    """A connection past everything of ours, in autocommit."""
    where = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(where, autocommit=True, options="-c timezone=UTC")


def size_of(url: URL) -> int:
    """Bytes of a database."""
    with connected(url) as server:
        return int(_one(server, "SELECT pg_database_size(current_database())"))


def _one(server: Server, question: str) -> Any:
    row = server.execute(question).fetchone()
    assert row is not None
    return row[0]


class _Told:
    """Says how far the building has come."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"{time.monotonic() - self._began:6.0f} s  {what}", file=sys.stderr, flush=True)


def _build(url: URL, cases: int) -> None:
    tell, where = _Told(), url.render_as_string(hide_password=False)
    tell(f"building {cases:,} cases")
    install(where, read_pack("west-coast"))
    district, now = district_of(where), dt.datetime.now(dt.UTC).replace(microsecond=0)
    once = min(cases, SLICE)
    with connected(url) as server:
        archive = Archive(district, now, once, int(once * CALLERS), HALF_A_YEAR.days / 365)
        _make(server, archive)
    tell("made half a year")
    with ThreadPoolExecutor(AT_ONCE) as laying:
        for table in laying.map(lambda table: _lay(url, table, round(cases / once)), _OWN):
            tell(f"laid {table}")
    with connected(url) as server:
        server.execute("DROP SCHEMA made CASCADE")
    open_work.add(where, district, now, OPEN)
    with ThreadPoolExecutor(AT_ONCE) as settling:
        list(settling.map(lambda table: _settle(url, table), _OWN))
    tell(f"settled, {size_of(url) >> 20} MB")


def _settle(url: URL, table: str) -> None:
    """As a table that has been in use for years: its statistics and what is visible to everybody known."""
    with connected(url) as server:
        server.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))


# -------------------------------------------------------------------------------------- half a year, row by row


def _make(server: Server, archive: Archive) -> None:
    """Half a year in a schema of its own, from which it is laid into the tables."""
    server.execute("CREATE SCHEMA made; SET search_path = made, public")
    chance, made = random.Random(3), _lives(archive)
    _copy(server, "complainant", archive.citizens())
    while some := list(islice(made, BATCH)):
        for table in ("case_file", "assignment", "complaint", "contact", "visit"):
            _copy(server, table, (row for life in some for row in life[table]))
        _copy(server, "search_row", (row for life in some for row in _search_rows(life)))
        _copy(server, "journal", (line for life in some[::JOURNALLED] for line in lines_of(life, chance)))
    # The lines of a moment stand together, not those of a case: it takes days.
    server.execute("ALTER TABLE journal RENAME TO lines;"
                   " CREATE UNLOGGED TABLE journal AS SELECT * FROM lines ORDER BY at, version")  # fmt: skip


def _lives(archive: Archive) -> Iterator[dict[str, Any]]:
    for case, work, said in archive.cases():
        yield life_of(case, work, said, archive.chance)


def _search_rows(life: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    [case] = life["case_file"]
    for kind, row, text in texts(case, life["complaint"]):
        yield {"kind": kind, "key": row["id"], "tokens": vector(tokens(text))}


def _copy(server: Server, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows into the table of that name in the schema of what is made, which begins with the first of them."""
    some = iter(rows)
    first = next(some, None)
    if first is None:
        return
    whole, names = sql.Identifier("public", table), sql.SQL(", ").join(map(sql.Identifier, first))
    made = sql.Identifier("made", table)
    server.execute(sql.SQL("CREATE UNLOGGED TABLE IF NOT EXISTS {} AS SELECT {} FROM {} WITH NO DATA").format(
        made, names, whole))  # fmt: skip
    with server.cursor() as cursor, cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(made, names)) as copy:
        copy.write_row(list(first.values()))
        for row in some:
            copy.write_row([row[name] for name in first])


# -------------------------------------------------------------------------------------- laid again and again


def _lay(url: URL, name: str, times: int) -> str:
    """Fill a table with what was made, the earliest half year first; returns its name."""
    table = sql.Identifier("public", name)
    with connected(url) as server, server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        indexes = _without_indexes(server, table, name)
        # What was there already comes first again. An emptied table is a new one to the log.
        server.execute(sql.SQL("CREATE TEMPORARY TABLE stood AS TABLE {t}; TRUNCATE {t};"
                               " INSERT INTO {t} OVERRIDING SYSTEM VALUE TABLE stood").format(t=table))  # fmt: skip
        for n in reversed(range(times)):
            server.execute(_laying(server, table, name, n, times - 1))
        for make in indexes:
            server.execute(make)
    return name


def _without_indexes(server: Server, table: sql.Identifier, name: str) -> list[bytes]:
    """Take the table's indexes and keys away; returns what makes them again."""
    keys = server.execute(
        "SELECT conname, 'ALTER TABLE public.' || quote_ident(%s) || ' ADD CONSTRAINT ' || quote_ident(conname) || ' '"
        " || pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = to_regclass('public.' || quote_ident(%s)) AND contype IN ('p', 'u') ORDER BY contype",
        [name, name],
    ).fetchall()  # fmt: skip
    for key, _make in keys:
        server.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(table, sql.Identifier(key)))
    indexes = server.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = %s", [name]
    ).fetchall()
    for index, _make in indexes:
        server.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier("public", index)))
    return [str(make).encode() for _name, make in (*keys, *indexes)]


def _laying(server: Server, table: sql.Identifier, name: str, n: int, first: int) -> sql.Composed:
    """The statement that lays what was made ``n`` half years earlier; ``first`` is how many the earliest one is."""
    columns = server.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = to_regclass('made.' || quote_ident(%s)) AND attnum > 0 ORDER BY attnum", [name]
    ).fetchall()  # fmt: skip
    names = sql.SQL(", ").join(sql.Identifier(column) for column, _type in columns)
    values = sql.SQL(", ").join(_earlier(name, column, kind, n, first) for column, kind in columns)
    # Who calls all the years is a row of the first of them.
    which = sql.SQL("WHERE NOT {}").format(_LASTS.format(key=sql.Identifier("id")))
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} {}").format(
        table, names, values, sql.Identifier("made", name),
        which if name == "complainant" and n < first else sql.SQL(""),
    )  # fmt: skip


def _earlier(table: str, name: str, kind: str, n: int, first: int) -> sql.Composable:
    """The value of a column as it was ``n`` half years before."""
    column, ms = sql.Identifier(name), sql.Literal(n * _MS)
    if (table, name) in _CALLERS:
        lasting = sql.SQL("CASE WHEN {} THEN {} ELSE {} END")
        always = _EARLIER_KEY.format(key=column, ms=sql.Literal(first * _MS))
        return lasting.format(_LASTS.format(key=column), always, _EARLIER_KEY.format(key=column, ms=ms))
    if name in _OWN[table]:
        return _EARLIER_KEY.format(key=column, ms=ms)
    if kind.startswith("timestamp"):
        return _EARLIER.format(when=column, ms=ms)
    if name == "number":
        return _number(table, ms)
    if name == "phone":
        # Who calls all the years keeps the number; the others of each half year have their own ten million.
        return sql.SQL("({} + CASE WHEN {} THEN 0 ELSE {} END)::text").format(
            sql.SQL("{}::bigint").format(column), _LASTS.format(key=sql.Identifier("id")), sql.Literal(n * 10_000_000)
        )  # fmt: skip
    return column


_MS = int(HALF_A_YEAR.total_seconds()) * 1000


def _number(table: str, ms: sql.Literal) -> sql.Composable:
    """The number of the day, which is whole days earlier."""
    born = sql.Identifier("arrived_at" if table == "complaint" else "opened_at")
    day = sql.SQL("to_char({}, 'YYMMDD')").format(_EARLIER.format(when=born, ms=ms))
    letter = sql.Literal("S" if table == "complaint" else "")
    return sql.SQL("{} || {} || substr({}, strpos({}, '-'))").format(
        letter, day, *[sql.Identifier("number")] * 2)  # fmt: skip
