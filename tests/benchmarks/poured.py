"""The rows of a file in a database of a server of our own, as they stand and past its guards."""

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from commandcenter.queries.figures.keeping import catch_up
from commandcenter.storage.database import Database
from commandcenter.storage.tallying import books
from tests.postgres import private_cluster

_LEFT_OUT = frozenset({"alembic_version", "search_row", "complainant", "sighting"})
"""What figures do not look at, and what has another shape on a server."""


@contextmanager
def poured_million(file: Path) -> Iterator[str]:
    """The address of the million on a server that cares for the disk as any other; gone at the end."""
    began = time.monotonic()
    with private_cluster(durable=True) as cluster:
        name = cluster.create()
        url = cluster.url(name)
        Database.create(url).close()
        with cluster.connect(name) as server:
            pour(file, server)
        with Database.open(url) as database:  # the file's mark says nothing of a server's transactions
            catch_up(books(database), database.now())
        print(f"… poured in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        yield url


def pour(file: Path, server: psycopg.Connection) -> None:
    """Every table that both have, past the guards; then the server learns what is in them."""
    server.execute("SET session_replication_role = replica")
    server.execute("SET timezone = 'UTC'")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source:
        for (table,) in server.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        ).fetchall():
            columns = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
            if columns and table not in _LEFT_OUT:
                _pour(source, server, table, columns)
    server.execute("VACUUM (ANALYZE)")


def _pour(source: sqlite3.Connection, server: psycopg.Connection, table: str, columns: list[str]) -> None:
    name, names = sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    server.execute(sql.SQL("TRUNCATE {}").format(name))
    with server.cursor() as cursor, cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, names)) as copy:
        for row in source.execute(f"SELECT {', '.join(columns)} FROM {table}"):
            copy.write_row(row)
