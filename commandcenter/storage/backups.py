"""Making a backup: a consistent copy while everybody goes on working, written whole or not at all, and proven.

The copy, the length of the journal and its head are of one moment: of one snapshot of the database.
"""

import fcntl
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, func, select
from sqlalchemy.orm import Session

from commandcenter import settings
from commandcenter.domain.backups import LastBackup
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import Key
from commandcenter.domain.units import District
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_, _
from commandcenter.storage import backup_file, server_copy
from commandcenter.storage.backup_file import UNWRITABLE, Manifest, pieces_of, unwritable
from commandcenter.storage.database import Database
from commandcenter.storage.engines import met
from commandcenter.storage.proof import Proof, prove
from commandcenter.storage.refusals import in_words
from commandcenter.storage.seals import last_line, sealed_up_to
from commandcenter.storage.turns import turn

SUFFIX = ".backup"
_WORKING = ".commandcenter-backup-"
_LOCK = ".commandcenter-backup.lock"
_STAMP = "%Y%m%dT%H%M%SZ"
_PAGES = 2_000

STRAYED = N_("The backup was not kept: restored, it is not the database that was copied: {finding}")
BUSY_FOLDER = N_("Another backup is being written to “{where}” just now. Wait until it has ended.")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its file, what is in it, how it was proven, and the older ones that went."""

    path: Path
    manifest: Manifest
    proof: Proof
    removed: tuple[Path, ...] = ()

    @property
    def last(self) -> LastBackup:
        """As it is remembered in the district."""
        return LastBackup(self.manifest.taken_at, self.path.name)


Told = Callable[[str], None]
"""Is told in words how far a backup is."""


def back_up(database: Database, folder: Path, *, keep: int, told: Told = lambda _words: None) -> Backup:
    """Make a backup of a database in use, in ``folder``, and keep the last ``keep`` of it.

    Refused, with nothing left behind, where it cannot be written or is not the same when restored. A backup of a
    database that is not in order itself is made, but no older one is removed for it: see its proof.
    """
    where = database.address
    with unwritable(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder), unwritable(folder):
        _sweep(folder)
        with tempfile.TemporaryDirectory(prefix=_WORKING, dir=folder) as working:
            part = Path(working) / "part"
            with _turn(database):
                where = _one_of(database)
                manifest = _copied(database, where, part, told)
                proof = _proven(database, where, part, manifest, told)
            path = folder / f"{_stem(where)}-{manifest.taken_at:{_STAMP}}{SUFFIX}"
            part.replace(path)
        backup_file.settle(folder)
        removed = () if proof.findings else _thin_out(folder, _stem(where), manifest.district, keep)
    return Backup(path, manifest, proof, removed)


def _stem(where: URL) -> str:
    name = where.database or ""
    return settings.file_name(Path(name).stem if where.get_backend_name() == "sqlite" else name)


# One at a time


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else writes backups to this folder meanwhile. Refused where somebody does."""
    with unwritable(folder):
        number = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with unwritable(folder):
            _take(number, folder)
        yield
    finally:
        os.close(number)


def _take(number: int, folder: Path) -> None:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        raise Unavailable(BUSY_FOLDER, where=str(folder)) from taken


def _sweep(folder: Path) -> None:
    """Take away what a killed run left. Whoever is alone knows that nobody needs it."""
    for left in folder.glob(f"{_WORKING}*"):
        if left.is_dir():
            shutil.rmtree(left)


@contextmanager
def _turn(database: Database) -> Iterator[None]:
    if database.dialect == "sqlite":
        yield
        return
    with in_words(database.where), server_copy.alone(database.engine), turn(database.engine):
        yield


def _one_of(database: Database) -> URL:
    """The address of the server that takes changes, also where it is one of several.

    PostgreSQL's own programs would give up at a standby that knows nothing yet of a database just made.
    """
    with database.watching() as connection:
        return met(database.address, connection)


# The copy


def _copied(database: Database, where: URL, part: Path, told: Told) -> Manifest:
    with database.reading() as session:
        last, taken_at, step = last_line(session), database.now(), database.schema_version
        lines = session.scalar(select(func.count()).select_from(JournalLine)) or 0
        district = session.scalar(select(District.id).order_by(District.id).limit(1)) or ""
        told(_("reading the journal"))
        seal = sealed_up_to(session, last, taken_at)

        def manifest(size: int, sha256: str) -> Manifest:
            return Manifest(database.dialect, step, taken_at, lines, seal, size, sha256, district)

        return backup_file.write(part, _pieces(database, where, session, part, told), manifest, database.dialect)


def _pieces(database: Database, where: URL, session: Session, part: Path, told: Told) -> Generator[bytes, None, None]:
    if database.dialect == "sqlite":
        copy = part.with_name("copy")
        _copy_file(session, copy, told)
        told(_("pressing the copy"))
        yield from pieces_of(copy)
        copy.unlink()
    else:
        told(_("copying"))
        snapshot = server_copy.exported_snapshot(session.connection())
        yield from server_copy.Programs.for_database(where).dump(snapshot)


def _copy_file(session: Session, to: Path, told: Told) -> None:
    """SQLite's own online backup, from within the session's transaction: writers go on, and are not seen."""

    def copied(_state: int, left: int, total: int) -> None:
        told(_("copying {share}", share=f"{1 - left / max(total, 1):.0%}"))

    source = session.connection().connection.driver_connection
    assert isinstance(source, sqlite3.Connection)  # noqa: S101 – for the type checker
    try:
        with closing(sqlite3.connect(to, isolation_level=None)) as target:
            # What is not whole in the end is thrown away: it needs no journal of its own, and no haste to the disk.
            target.execute("PRAGMA journal_mode = OFF")
            target.execute("PRAGMA synchronous = OFF")
            source.backup(target, pages=_PAGES, progress=copied)
    except sqlite3.OperationalError as trouble:
        raise Unavailable(UNWRITABLE, where=str(to.parent.parent), reason=str(trouble)) from trouble


# The proof


def _proven(database: Database, where: URL, part: Path, manifest: Manifest, told: Told) -> Proof:
    """Restore it into a throwaway database, from the very file that will be kept."""

    def far(share: float) -> None:
        told(_("proving {share}", share=f"{share:.0%}"))

    far(0)
    copy = part.with_name("restored")
    backup_file.extract(part, manifest, copy)
    if database.dialect == "sqlite":
        proof = prove(settings.sqlite_url(copy), manifest, far)
    else:
        with server_copy.throwaway(database.engine, where) as beside:
            server_copy.Programs.for_database(beside).restore(copy)
            proof = prove(beside.render_as_string(hide_password=False), manifest, far, shut=True)
    if proof.strayed:
        raise Unavailable(STRAYED, finding=str(proof.strayed[0]))
    return proof


def _thin_out(folder: Path, stem: str, district: Key, keep: int) -> tuple[Path, ...]:
    """Remove all but the last ``keep`` backups of this database; what else lies there is not ours.

    A database of the same name may be another's: whose a backup is stands in it.
    """
    named = re.compile(re.escape(stem) + r"-\d{8}T\d{6}Z" + re.escape(SUFFIX))
    held = sorted(path for path in folder.iterdir() if named.fullmatch(path.name) and _is_of(path, district))
    old = tuple(held[:-keep])
    for path in old:
        path.unlink()
    return old


def _is_of(path: Path, district: Key) -> bool:
    """Whether a backup is of that district. One that is damaged, or does not say, is nobody's to remove."""
    try:
        return bool(district) and backup_file.read_manifest(path).district == district
    except Refused:
        return False
