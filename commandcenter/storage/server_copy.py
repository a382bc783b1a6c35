"""Copies of a PostgreSQL database, made and put back by PostgreSQL's own programs.

A password goes to them in their own environment, which only they, this user and root can read: a command line can be
read by everybody on the machine.
"""

import hashlib
import logging
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.storage.engines import server_words
from commandcenter.storage.programs import folder_of
from commandcenter.storage.refusals import in_words, state_of

_PIECE = 1 << 20
_TURN = 0x6363_6261_636B_7570
"""The advisory lock's number: one backup of a database at a time."""
_DROPPING = "30s"
_NO_RIGHT = "42501"
_log = logging.getLogger(__name__)

FAILED = N_("PostgreSQL's {program} gave up: {said}")
NO_PROGRAMS = N_("PostgreSQL's own programs pg_dump, pg_restore and psql are needed on this machine, of the server's"
                 " version or newer. On Debian: apt-get install postgresql-client")  # fmt: skip
NO_PROOF = N_("To prove a backup it is restored into a throwaway database on the same server, and this user may make"
              " none. Let an administrator of the server say once: ALTER ROLE \"{user}\" CREATEDB")  # fmt: skip
STANDBY = N_("This server is a standby, which takes no throwaway database to prove a backup in. Give the address of the"
             " server that takes changes, or of all of them with target_session_attrs=read-write.")  # fmt: skip
TWO_AT_ONCE = N_("A backup of this database is being made just now. Wait until it has ended.")


@dataclass(frozen=True, slots=True)
class Programs:
    """PostgreSQL's programs, and the database they are to work on."""

    folder: Path
    line: str
    """How to reach the database, without any secret."""
    secrets: Mapping[str, str]

    @classmethod
    def for_database(cls, url: URL) -> "Programs":
        """The programs of this machine for the database at ``url``. Refused where there are none."""
        from psycopg.conninfo import make_conninfo  # loaded only where a server is used

        folder = folder_of("pg_dump")
        if folder is None or not all((folder / name).exists() for name in ("pg_restore", "psql")):
            raise Refused(NO_PROGRAMS)
        words = server_words(url, "commandcenter backup")
        password = words.pop("password", None)
        return cls(folder, make_conninfo("", **words), {"PGPASSWORD": str(password)} if password else {})

    def dump(self, snapshot: str) -> Generator[bytes, None, None]:
        """What pg_dump writes of the state that an exported snapshot shows, piece by piece."""
        more = ["--format=custom", f"--snapshot={snapshot}", "--lock-wait-timeout=60s", f"--dbname={self.line}"]
        with self._running("pg_dump", more, stdout=subprocess.PIPE) as (child, said):
            assert child.stdout is not None  # noqa: S101 – for the type checker
            while piece := child.stdout.read(_PIECE):
                yield piece
            _look_at_end("pg_dump", child, said)

    def restore(self, dump: Path, before: Sequence[str] = ()) -> None:
        """Put a dump into the database, after the statements ``before``: all of it in one transaction, or nothing.

        Everything in it belongs to this user then. Who else may do what is granted when the database is set up.
        """
        read = ["--no-owner", "--no-privileges", "--exit-on-error", "--file=-", str(dump)]
        write = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={self.line}", "--file=-"]
        with (
            self._running("pg_restore", read, stdout=subprocess.PIPE) as (reader, reader_said),
            self._running("psql", write, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as (writer, writer_said),
        ):
            assert reader.stdout is not None and writer.stdin is not None  # noqa: S101, PT018 – for the type checker
            with suppress(BrokenPipeError):  # psql gave up, and says why
                writer.stdin.write("".join(f"{said};\n" for said in ("BEGIN", *before)).encode())
                shutil.copyfileobj(reader.stdout, writer.stdin, _PIECE)
                # Whoever is interrupted before this has changed nothing.
                if reader.wait() == 0:
                    writer.stdin.write(b"\nCOMMIT;\n")
            with suppress(BrokenPipeError):
                writer.stdin.close()
            _look_at_end("psql", writer, writer_said)
            _look_at_end("pg_restore", reader, reader_said)

    @contextmanager
    def _running(self, program: str, arguments: list[str], **streams: Any) -> Iterator[tuple[Any, IO[bytes]]]:
        """A program at work, and what it says; it does not outlive the block."""
        streams = {"stdin": subprocess.DEVNULL, **streams}
        surroundings = {**os.environ, "LC_ALL": "C", **self.secrets}
        with tempfile.TemporaryFile() as said:
            command = [str(self.folder / program), "--no-password", *arguments]
            with subprocess.Popen(command, stderr=said, env=surroundings, **streams) as child:
                try:
                    yield child, said
                finally:
                    if child.poll() is None:
                        child.terminate()


def _look_at_end(program: str, child: "subprocess.Popen[bytes]", said: IO[bytes]) -> None:
    """Refused, in its own first words, where a program did not end well."""
    ended = child.wait()
    if ended == 0:
        return
    said.seek(0)
    lines = said.read(10_000).decode(errors="replace").strip().splitlines()
    first = next((line for line in lines if "error" in line.lower()), lines[0] if lines else f"{ended}")
    raise Unavailable(FAILED, program=program, said=first)


# The server's side


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Nobody else makes a backup of this database meanwhile. Refused where somebody does, and by a standby."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        if connection.scalar(text("SELECT pg_is_in_recovery()")):
            raise Refused(STANDBY)
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:turn)"), {"turn": _TURN}):
            raise Unavailable(TWO_AT_ONCE)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:turn)"), {"turn": _TURN})


def exported_snapshot(connection: Connection) -> str:
    """The name of the snapshot a reading transaction has, under which pg_dump sees the same."""
    # However long the copy takes: the transaction must be there when pg_dump comes.
    for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {name} = 0")
    return str(connection.scalar(text("SELECT pg_export_snapshot()")))


@contextmanager
def throwaway(engine: Engine, url: URL) -> Iterator[URL]:
    """A fresh database beside the one at ``url``, gone afterwards. To be made by whoever is :func:`alone`.

    What a killed run left of one is removed first: its name tells whose it was.
    """
    stem = f"commandcenter_proof_{hashlib.sha256(str(url.database).encode()).hexdigest()[:16]}"
    named = text("SELECT datname FROM pg_database WHERE starts_with(datname, :stem)")
    with in_words(str(url.database)), engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # What is thrown away needs no standby, and would wait for one without end.
        connection.exec_driver_sql("SET synchronous_commit = local")
        for left in connection.scalars(named, {"stem": stem}).all():
            _drop(connection, left)
        name = f"{stem}_{secrets.token_hex(4)}"
        _make(connection, name)
        try:
            yield url.set(database=name)
        finally:
            _drop(connection, name)
            connection.invalidate()


def _drop(connection: Connection, name: str) -> None:
    """Drop a database, or leave it to the next backup: whatever is in the way does not cost the backup that was made.

    The server lets everybody on it take note first, so one console that sleeps, with words for it on the way, would
    keep us waiting for ever.
    """
    try:
        connection.exec_driver_sql(f"SET statement_timeout = '{_DROPPING}'")
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql("SET statement_timeout = 0")
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0]
        _log.warning("the throwaway database %s could not be dropped; the next backup does it: %s", name, said)
        connection.rollback()
        if not connection.invalidated:
            connection.exec_driver_sql("SET statement_timeout = 0")


def _make(connection: Connection, name: str) -> None:
    collate, ctype = connection.execute(
        text("SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()")
    ).one()
    try:
        connection.exec_driver_sql(
            f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"
            f" LC_COLLATE '{_quoted(collate)}' LC_CTYPE '{_quoted(ctype)}'"
        )
    except Exception as error:
        if state_of(error) != _NO_RIGHT:
            raise
        user = connection.scalar(text("SELECT current_user"))
        raise Refused(NO_PROOF, user=user) from error
    connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = local')
    connection.exec_driver_sql(f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')  # citizens' names are in it


def _quoted(said: str) -> str:
    return said.replace("'", "''")


def sessions_beside(connection: Connection) -> list[str]:
    """Who else is connected to this database: names of their programs and users."""
    found = connection.execute(
        text(
            "SELECT coalesce(nullif(application_name, ''), '?'), coalesce(usename, '?'),"
            " coalesce(host(client_addr), '')"
            " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND coalesce(backend_type, 'client backend') = 'client backend' ORDER BY 1, 2, 3"
        )
    )
    return [f"{program} ({user}{' ' + where if where else ''})" for program, user, where in found]


def schemas_held(connection: Connection) -> list[str]:
    """The schemas in which there is anything, whoever made it."""
    held = " OR ".join(
        f"EXISTS (SELECT FROM {table} WHERE {column} = n.oid)"
        for table, column in (("pg_class", "relnamespace"), ("pg_proc", "pronamespace"))
    )
    named = "SELECT nspname FROM pg_namespace n WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    return list(connection.scalars(text(f"{named} AND ({held}) ORDER BY 1")))


def clearing(schemas: Sequence[str]) -> list[str]:
    """The statements that take everything out of a database, and leave it as a new one."""
    dropped = [f'DROP SCHEMA "{_doubled(name)}" CASCADE' for name in schemas]
    if "public" in schemas:
        dropped += ["CREATE SCHEMA public AUTHORIZATION pg_database_owner", "GRANT USAGE ON SCHEMA public TO PUBLIC"]
    # Whoever is in the way is not waited for all night.
    return ["SET LOCAL lock_timeout = '10s'", *dropped]


def _doubled(name: str) -> str:
    return name.replace('"', '""')
