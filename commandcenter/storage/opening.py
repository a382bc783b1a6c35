"""Looking at a database before it is used: is it there, whole, ours, and of our age?"""

import os
import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect, text

from commandcenter.errors import NotAllowed, Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.storage import schema
from commandcenter.storage.engines import BEGIN, shown
from commandcenter.storage.refusals import CANNOT_OPEN, NO_DATABASE, in_words
from commandcenter.storage.schema import Age

OLDEST_SERVER = 150_000
"""PostgreSQL 15, as ``server_version_num`` counts."""

_MAGIC = b"SQLite format 3\x00"


def look_at_file(url: URL) -> None:
    """Refused, in words, when there is no file at an SQLite address or it is plainly something else."""
    path = Path(url.database or "")
    try:
        look_at_sort(path)
        if not path.exists():
            raise Refused(
                N_("There is no database at “{where}”. Create one with: commandcenterctl init"), where=str(path)
            )
        with path.open("rb") as file:
            begins = file.read(len(_MAGIC))
    except OSError:  # a name that is too long among them
        raise Unavailable(CANNOT_OPEN, where=str(path)) from None
    if begins != _MAGIC:
        raise Refused(NO_DATABASE, where=str(path))
    if not (_may_write(path) and _may_write(path.parent)):  # even reading keeps a log beside the file
        raise Unavailable(
            N_("The database can only be read here: its file or folder is write-protected. Copy it to a folder where"
               " you may write, and open the copy.")
        )  # fmt: skip


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def look_at_folder(url: URL) -> None:
    """Make the folder for a new SQLite file. Refused when that cannot be."""
    path = Path(url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        look_at_sort(path)
        begun = path.exists() and path.stat().st_size
    except OSError:
        raise Unavailable(CANNOT_OPEN, where=str(path)) from None
    if begun:
        look_at_file(url)


def look_at_sort(path: Path) -> None:
    """Refused when there is something at the path that is no file."""
    if path.is_dir():
        raise Refused(N_("“{where}” is a folder, not a database: say which file in it."), where=str(path))
    if path.exists() and not path.is_file():
        raise Refused(N_("“{where}” is a device or a pipe, not a database: say which file."), where=str(path))


def look_for_strangers(connection: Connection, where: str) -> None:
    """Refused when a file already belongs to another program: it has tables, and no schema of ours."""
    if schema.age(connection) is Age.NONE and (tables := inspect(connection).get_table_names()):
        raise Refused(
            N_("“{where}” is the database of another program (it has the table “{table}”): name another file."),
            where=where, table=tables[0],
        )  # fmt: skip


def look_at_schema(connection: Connection, where: str) -> None:
    """Refused when the schema is missing, older than this program, or newer."""
    age = schema.age(connection)
    if age is Age.NONE:
        raise Refused(
            N_("“{where}” holds no command centre yet. Create one with: commandcenterctl init"), where=where
        )
    if age is Age.OLDER:
        raise Refused(
            N_("The database is older than this program. Bring it up to date with: commandcenterctl upgrade")
        )
    if age is Age.NEWER:
        raise Refused(
            N_("This program is older than its database (which is at {version}). Install the newer program."),
            version=schema.version(connection),
        )


def look_at_server(connection: Connection) -> None:
    """Refused when the server is too old, its database does not store every script, or we have no business in it."""
    version, encoding = connection.exec_driver_sql(
        "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"
    ).one()
    if version < OLDEST_SERVER:
        raise Refused(N_("The database server is too old: PostgreSQL 15 or newer is needed."))
    if encoding != "UTF8":
        raise Refused(N_("The database is encoded in {encoding}: one in UTF8 is needed."), encoding=encoding)
    _look_at_rights(connection)


def _look_at_rights(connection: Connection) -> None:
    """Refused when this account has no business in the district: it is in none of its groups, or only in the wall's."""
    asked = text(
        "SELECT session_user, has_schema_privilege(relnamespace, 'USAGE') AND has_table_privilege(oid, 'SELECT')"
        " FROM pg_class WHERE relname = 'alembic_version' AND relkind = 'r'"
    )
    found = connection.execute(asked).all()
    if found and not any(may for _login, may in found):
        raise NotAllowed(
            N_("The login {login} has no rights in this district. Ask an administrator."), login=found[0][0]
        )


def look_at_tables(connection: Connection) -> None:
    """Touch every table's beginning: what is cut off or overwritten there shows now and not in an operation."""
    for name in inspect(connection).get_table_names():
        if not name.startswith("search_index") and _may_read(connection, name):
            connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1')).first()  # noqa: S608 – its own names


def _may_read(connection: Connection, table: str) -> bool:
    """Whether this account may: on a server, not everybody reads every table."""
    if connection.dialect.name == "sqlite":
        return True
    asked = text("SELECT has_any_column_privilege(quote_ident(:table), 'SELECT')")
    return bool(connection.scalar(asked, {"table": table}))


def look_for_writing(engine: Engine, url: URL) -> None:
    """Refused when an SQLite file, or the folder its log must lie in, is write-protected."""
    with in_words(shown(url)), engine.execution_options(**{BEGIN: "DEFERRED"}).connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 – for the type checker
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            connection.rollback()
            driver.execute("BEGIN IMMEDIATE")
            # Beginning alone would pass for reading; this wants to write, and finds nothing to.
            driver.execute("UPDATE alembic_version SET version_num = version_num WHERE 0")
            driver.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            # Somebody is writing just now: then it can be written.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        finally:
            connection.invalidate()
