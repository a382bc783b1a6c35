"""The seal: what lies on this station's disk is closed with a key that lies there too, and cannot be altered unseen.

AES-256-GCM with a random nonce for each piece. **What it protects:** a copy of the files without the key – a backup
of the folder of drafts, a disk sent away for repair after ``station.key`` was taken off it, a file mailed by mistake –
and against a piece being changed, exchanged or moved to another district. **What it does not:** whoever may read this
user's files on this machine reads the key as well, and so does root.
"""

import logging
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from commandcenter import settings
from commandcenter.errors import Unavailable
from commandcenter.i18n import N_

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
FILE = "station.key"

_log = logging.getLogger(__name__)


class Seal:
    """Closes and opens with one station's key, which is made when it is first needed."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or settings.data_folder() / FILE

    def close(self, plain: bytes, about: str) -> bytes:
        """``plain``, sealed for one purpose. Unavailable where the key cannot be had."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + _cipher(self._key()).encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes | None:
        """What was sealed for that purpose; None where it was altered, or sealed with another key or for another one.

        Unavailable where the key cannot be had.
        """
        from cryptography.exceptions import InvalidTag

        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            return None
        try:
            return bytes(_cipher(self._key()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode()))
        except InvalidTag:
            return None

    def _key(self) -> bytes:
        try:
            key = self._read() or self._made()
        except OSError as trouble:
            raise Unavailable(
                N_("The key of this station cannot be had: {path}: {reason}."), path=str(self.path),
                reason=trouble.strerror or str(trouble),
            ) from trouble
        if len(key) != KEY_BYTES:
            raise Unavailable(N_("{path} is not the key of a station: put the right one back, or move it away."),
                              path=str(self.path))  # fmt: skip
        return key

    def _read(self) -> bytes | None:
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                _log.warning("others could read %s; now only its owner can", self.path)
                os.fchmod(file.fileno(), 0o600)
            return file.read(KEY_BYTES + 1)
        return None

    def _made(self) -> bytes:
        """A new key. Of two consoles that make one at the same time, the first one's counts for both."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self.path.with_name(f"{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(part, self.path)
        finally:
            part.unlink()
        settle_folder(self.path.parent)
        return self.path.read_bytes()


def write_whole(path: Path, content: bytes, settled: bool = True) -> None:
    """Write a file of the station's, whole or not at all; ``settled``: when this returns it is on the disk."""
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        if settled:
            os.fsync(file.fileno())
    part.replace(path)
    if settled:
        settle_folder(path.parent)


def settle_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk: a file whose name is lost is lost."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cipher(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # slow to load: only who seals pays

    return AESGCM(key)
