"""One backup is one file: an ordinary ZIP with a copy of the database and, behind it, a manifest that says what it is.

Any ZIP program opens it. It holds citizens' names and telephone numbers: only its owner may read it.
"""

import datetime as dt
import hashlib
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from commandcenter import __version__
from commandcenter.domain.journal import encode
from commandcenter.domain.record import Key
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.storage.seals import Seal, seal_from

FORMAT = "commandcenter backup 1"
COPIES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
"""The copy's name in the file, by the kind of database: an SQLite file, or what pg_dump writes."""
MANIFEST = "manifest.json"
_PIECE = 1 << 20

DAMAGED = N_("“{file}” is no backup of this program, or it is damaged: {reason}. Nothing was changed. Take another.")
UNWRITABLE = N_("The backup cannot be written to “{where}”: {reason}. Nothing is left of it; older backups are as they"
                " were.")  # fmt: skip
NO_ROOM = N_("“{where}” cannot be written: {reason}. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup: the kind of database, its schema step, the moment whose state it shows (aware UTC).

    ``lines`` is the length of the journal, ``seal`` its head; ``size`` and ``sha256`` are the copy's.
    """

    dialect: str
    schema: str
    taken_at: dt.datetime
    lines: int
    seal: Seal
    size: int = 0
    sha256: str = ""
    district: Key = ""
    """The key of the district whose database it is; empty in a backup of a program that did not say."""

    def told(self) -> dict[str, Any]:
        """As the file holds it."""
        return {
            "format": FORMAT, "program": __version__, "database": self.dialect, "schema": self.schema,
            "taken_at": encode(self.taken_at), "lines": self.lines, "head": self.seal.head,
            "copy": COPIES[self.dialect], "size": self.size, "sha256": self.sha256, "seal": self.seal.told(),
            "district_key": self.district,
        }  # fmt: skip


def _manifest_from(document: Any) -> Manifest:
    if document["format"] != FORMAT or document["database"] not in COPIES:
        raise ValueError(document["format"])
    return Manifest(
        str(document["database"]), str(document["schema"]), dt.datetime.fromisoformat(document["taken_at"]),
        int(document["lines"]), seal_from(document["seal"]), int(document["size"]), str(document["sha256"]),
        str(document.get("district_key", "")),
    )  # fmt: skip


# Writing


@contextmanager
def unwritable(where: Path, message: str = UNWRITABLE) -> Iterator[None]:
    """A full disk, a folder without the right: in words."""
    try:
        yield
    except OSError as trouble:
        raise Unavailable(message, where=str(where), reason=trouble.strerror or str(trouble)) from trouble


def write(
    path: Path, pieces: Generator[bytes, None, None], manifest: Callable[[int, str], Manifest], dialect: str
) -> Manifest:
    """Write a backup that is on the disk when this returns. ``manifest`` is asked for with the copy's size and sum."""
    # What pg_dump writes is pressed already.
    pressed = zipfile.ZIP_DEFLATED if dialect == "sqlite" else zipfile.ZIP_STORED
    with _new(path) as file, closing(pieces):
        with zipfile.ZipFile(file, "w", pressed, compresslevel=1) as archive:
            whole, size = hashlib.sha256(), 0
            with archive.open(COPIES[dialect], "w", force_zip64=True) as copy:
                for piece in pieces:
                    whole.update(piece)
                    size += copy.write(piece)
            made = manifest(size, whole.hexdigest())
            archive.writestr(MANIFEST, orjson.dumps(made.told(), option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    return made


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file's content, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _new(path: Path) -> BinaryIO:
    """A new file that nobody but its owner may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def settle(path: Path) -> None:
    """See that a file, or the names in a folder, are on the disk and not only on the way there."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def working_folder(place: Path, prefix: str) -> Iterator[Path]:
    """A folder in ``place`` for what is not whole yet, gone afterwards. What killed processes left goes first."""
    for left in place.glob(f"{prefix}*"):
        owner = left.name.removeprefix(prefix).partition("-")[0]
        if owner.isdigit() and not _lives(int(owner)) and left.stat().st_uid == os.geteuid():
            shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=f"{prefix}{os.getpid()}-", dir=place) as working:
        yield Path(working)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


# Reading


def read_manifest(path: Path) -> Manifest:
    """What is in a backup. Refused where it is none, or where its end is missing."""
    with _damage(path), zipfile.ZipFile(path) as archive:
        return _manifest_from(orjson.loads(archive.read(MANIFEST)))


def extract(path: Path, manifest: Manifest, to: Path) -> None:
    """Write the copy to a new file. Refused where it is not, to the last bit, what was put in."""
    whole, size = hashlib.sha256(), 0
    with unwritable(to, NO_ROOM), _new(to) as file:
        for piece in _pieces_in(path, COPIES[manifest.dialect]):
            whole.update(piece)
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if (size, whole.hexdigest()) != (manifest.size, manifest.sha256):
        raise Refused(DAMAGED, file=str(path), reason="SHA-256")


def _pieces_in(path: Path, name: str) -> Iterator[bytes]:
    with _damage(path), zipfile.ZipFile(path) as archive, archive.open(name) as copy:
        while piece := copy.read(_PIECE):
            yield piece


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Whatever a damaged file makes its readers say, in words."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, TypeError, ValueError, NotImplementedError,
            RuntimeError, OSError) as trouble:  # fmt: skip
        if isinstance(trouble, FileNotFoundError):
            raise Refused(N_("There is no backup “{file}”."), file=str(path)) from trouble
        reason = getattr(trouble, "strerror", None) or str(trouble)
        raise Refused(DAMAGED, file=str(path), reason=reason) from trouble
