"""Putting a backup back: into a new place, or instead of what is there, and then only for somebody who says so."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, inspect

from commandcenter import clock, settings
from commandcenter.domain.journal import JournalLine
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.storage import backup_file, groups, opening, schema, server_copy
from commandcenter.storage.backup_file import NO_ROOM, Manifest, unwritable
from commandcenter.storage.engines import address, engine, met, shown
from commandcenter.storage.proof import Proof, prove
from commandcenter.storage.refusals import in_words

_WORKING = ".commandcenter-restore-"

NEWER = N_("This program is older than the backup (which is at schema {version}). Install the newer program.")
OTHER_KIND = N_("This is a backup of a {kind} database: it can be restored to {kind} only.")
HOLDS = N_("“{where}” holds a database already, and restoring would put the backup in its place. If that is meant, say"
           " so in these words: --force \"{words}\"")  # fmt: skip
STRANGERS = N_("“{where}” is the database of another program: name another, empty one.")
IN_USE = N_("“{where}” is in use. Close every console and every command that works on it, then restore again.")
IN_USE_BY = N_("“{where}” is in use by {n} connections: {who}. Close every console that works on it, then restore"
               " again. A console that was forgotten is sent away on the server with: SELECT pg_terminate_backend(pid)"
               " FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()")  # fmt: skip
STRAYED = N_("What was restored is not what was copied: {finding}. Nothing was put in the place of what was there.")
STRAYED_THERE = N_("What was restored to “{where}” is not what was copied: {finding}. Do not work with it; restore"
                   " another backup.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: what was in the backup, its proof, and where the file that was there before lies now.

    ``to_run`` is what an administrator of the server has still to run, so that others than its owner are let in.
    """

    manifest: Manifest
    proof: Proof
    kept: Path | None = None
    to_run: tuple[str, ...] = ()


Progress = Callable[[float], None]


def restore(file: Path, url: str, *, words: str = "", progress: Progress = lambda _share: None) -> Restored:
    """Restore a backup to ``url``, bring it to this program's version and prove it.

    ``words`` are those by which somebody says that what is there may be replaced: :func:`words_for`. Refused, with
    everything as it was, for a damaged or newer backup, for a database that holds anything where the words are not
    said, and for one that is in use.
    """
    manifest = backup_file.read_manifest(file)
    where = address(url)
    if manifest.schema not in schema.steps():
        raise Refused(NEWER, version=manifest.schema)
    if where.get_backend_name() != manifest.dialect:
        raise Refused(OTHER_KIND, kind={"sqlite": "SQLite", "postgresql": "PostgreSQL"}[manifest.dialect])
    put = _to_file if manifest.dialect == "sqlite" else _to_server
    return put(file, manifest, where, words, progress)


def words_for(where: URL) -> str:
    """What somebody must say who wants the database there replaced."""
    return f"replace {Path(where.database or '').name}"


def _look_at_words(where: URL, words: str) -> None:
    if words.strip() != words_for(where):
        raise Refused(HOLDS, where=shown(where), words=words_for(where))


# SQLite: a new file beside the old one, put in its place when it is proven


def _to_file(file: Path, manifest: Manifest, where: URL, words: str, progress: Progress) -> Restored:
    with unwritable(Path(where.database or ""), NO_ROOM):
        place = Path(where.database or "").resolve()
        place.parent.mkdir(parents=True, exist_ok=True)
        opening.look_at_sort(place)
        there = place.exists() and place.stat().st_size > 0
    if there:
        _look_at_words(where, words)
        with _held(place):
            pass  # sooner said than after all the work
    with unwritable(place, NO_ROOM), backup_file.working_folder(place.parent, _WORKING) as working:
        new = working / "new"
        backup_file.extract(file, manifest, new)
        proof = prove(settings.sqlite_url(new), manifest, progress)
        if proof.strayed:
            raise Refused(STRAYED, finding=str(proof.strayed[0]))
        backup_file.settle(new)
        kept = _exchanged(new, place) if there else None
        if not there:
            new.replace(place)
        backup_file.settle(place.parent)
    return Restored(manifest, proof, kept)


def _exchanged(new: Path, place: Path) -> Path:
    """Put a new file in the place of an old one, which stays beside it under another name."""
    kept = place.with_name(f"{place.name}.before-{clock.now():%Y%m%dT%H%M%SZ}")
    shutil.copymode(place, new)  # whoever could read the old one can read the new one
    with _held(place) as old:
        # A file without a log beside it: what is kept is whole, and no log of it can be taken for the new one's.
        with suppress(sqlite3.DatabaseError):
            old.execute("PRAGMA journal_mode = DELETE")
        for log in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                place.with_name(place.name + log).replace(kept.with_name(kept.name + log))
        try:
            os.link(place, kept)  # so that there is a database of this name at any moment
        except OSError:  # a disk that knows no second names
            place.replace(kept)
        new.replace(place)
    return kept


@contextmanager
def _held(place: Path) -> Iterator[sqlite3.Connection]:
    """An SQLite file that nobody else has open, its log written into it. Refused where somebody has."""
    with closing(sqlite3.connect(place, timeout=0, isolation_level=None)) as connection:
        try:
            # Said before the first look, this takes the whole file and no shared memory beside it.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise Unavailable(IN_USE, where=str(place)) from error
            # It is damaged, perhaps, which is why it is to be replaced.
        yield connection


# PostgreSQL: in one transaction, in the place of what is there


def _to_server(file: Path, manifest: Manifest, where: URL, words: str, progress: Progress) -> Restored:
    where, before = _looked_at(where, words)
    programs = server_copy.Programs.for_database(where)
    place = Path(tempfile.gettempdir())
    with unwritable(place, NO_ROOM), backup_file.working_folder(place, _WORKING) as working:
        dump = working / "dump"
        backup_file.extract(file, manifest, dump)
        programs.restore(dump, before)
    proof = prove(where.render_as_string(hide_password=False), manifest, progress)
    if proof.strayed:
        raise Refused(STRAYED_THERE, where=shown(where), finding=str(proof.strayed[0]))
    return Restored(manifest, proof, to_run=_lacking(where))


def _lacking(where: URL) -> tuple[str, ...]:
    """A backup holds no roles: they are the server's. Those that this user could not make are said."""
    asked = engine(where)
    try:
        with in_words(shown(where)), asked.connect() as connection:
            return tuple(groups.missing(connection))
    finally:
        asked.dispose()


def _looked_at(where: URL, words: str) -> tuple[URL, list[str]]:
    """The server itself, where it is one of several, and the statements that clear the place.

    Refused where it is not ours to clear, or somebody is there.
    """
    asked = engine(where)
    try:
        with in_words(shown(where)), asked.connect() as connection:
            opening.look_at_server(connection)
            schemas = server_copy.schemas_held(connection)
            if schemas:
                _look_at_there(connection, where, words)
            return met(where, connection), server_copy.clearing(schemas)
    finally:
        asked.dispose()


def _look_at_there(connection: Connection, where: URL, words: str) -> None:
    if not (schema.version(connection) and inspect(connection).has_table(JournalLine.__tablename__)):
        raise Refused(STRANGERS, where=shown(where))
    _look_at_words(where, words)
    who = server_copy.sessions_beside(connection)
    if who:
        raise Unavailable(IN_USE_BY, where=shown(where), n=len(who), who=", ".join(who), name=where.database or "")
