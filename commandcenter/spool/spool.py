"""The spool of one district at one station: a file of frames that only grows while something waits in it.

Every call holds the file for itself (two consoles of one person share it), reads it, and adds at most one frame,
which is on the disk before the call returns. What cannot be read is set aside, counted and told; never dropped.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from commandcenter import clock, settings
from commandcenter.domain.record import Key, new_key
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.spool.frames import Scan, framed, scan
from commandcenter.spool.holding import held
from commandcenter.spool.kept import Kept
from commandcenter.spool.seal import Seal, settle_folder, write_whole

CUT = N_("The end of what was kept at this station is not whole and was cut off: {n} bytes, perhaps an entry that was"
         " being written when the machine stopped. They are in {path}.")  # fmt: skip
SET_ASIDE = N_("{n} bytes of what was kept at this station cannot be read: they are damaged, or were sealed with"
               " another key. They are set aside in {path}; everything else is here.")  # fmt: skip
NOT_READ = N_("What is kept at this station cannot be read: {reason}.")
NOT_KEPT = N_("This cannot be kept at this station either: {reason}. It is not saved: please write it down.")
UNKNOWN = N_("{n} entries kept at this station were made by another version of the program. They stay here until"
             " that version sends them.")  # fmt: skip

Stamp = tuple[int, int] | None
"""What changes whenever the file does: when it was written last, in nanoseconds, and its bytes. None: no file."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies in the spool: entries in the order they were typed, and what has to be told about the file."""

    entries: tuple[Kept, ...] = ()
    told: tuple[Refused, ...] = ()
    stamp: Stamp = None
    """Of the file, when this was read from it."""

    @property
    def waiting(self) -> tuple[Kept, ...]:
        """Those to be sent."""
        return tuple(entry for entry in self.entries if not entry.refused)


class Spool:
    """May be used from several threads, and by several programs of the same user."""

    def __init__(self, district: Key, folder: Path | None = None, seal: Seal | None = None) -> None:
        folder = folder or settings.data_folder() / "spool"
        self.district = district
        self.path = folder / f"{district}.spool"
        self.discarded = folder / f"{district}.discarded"
        self._lock = folder / f"{district}.lock"
        self._about = f"commandcenter spool of {district}"
        self._seal = seal or Seal()

    def look(self) -> Contents:
        """What lies there. What cannot be read is set aside now, and told once. Unavailable without disk or key."""
        with self._held(NOT_READ):
            return self._read()

    def stamp(self) -> Stamp:
        """The file's as it is now; another one than that of the contents means that another console was there."""
        try:
            seen = self.path.stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_size

    def keep(self, entry: Kept) -> Contents:
        """Keep it: when this returns it is on the disk. Unavailable where it cannot be, and then nothing is kept."""
        return self._add({"put": json.loads(entry.as_bytes())})

    def refuse(self, entry: Key, why: str) -> Contents:
        """It was sent and not accepted: it stays, with the words, until a person decides."""
        return self._changed(entry, lambda kept: replace(kept, refused=why))

    def retry(self, entry: Key) -> Contents:
        """It is to be sent again, in its old place."""
        return self._changed(entry, Kept.waiting)

    def take_over(self, entry: Key, person: Key) -> Contents:
        """It is to be sent in this person's name: they answer for it from now on."""
        return self._changed(entry, lambda kept: replace(kept.waiting(), person=person))

    def settle(self, entry: Key) -> Contents:
        """It is in the books, or on a form again: it leaves the spool."""
        return self._add({"gone": entry})

    def discard(self, entry: Key, reason: str, person: Key) -> Contents:
        """A person does not want it sent. It is sealed into another file, with who said so, when and why."""
        with self._held():
            found = next((kept for kept in self._read().entries if kept.id == entry), None)
            if found is not None:
                put_away = {"entry": json.loads(found.as_bytes()), "reason": reason, "person": person,
                            "at": clock.now().isoformat()}  # fmt: skip
                self._append(self.discarded, put_away)
        return self.settle(entry)

    # ------------------------------------------------------------------ inside

    def _changed(self, entry: Key, change: Callable[[Kept], Kept]) -> Contents:
        with self._held():
            found = next((kept for kept in self._read().entries if kept.id == entry), None)
            if found is not None:
                self._append(self.path, {"put": json.loads(change(found).as_bytes())})
            return self._read()

    def _add(self, said: dict[str, Any]) -> Contents:
        with self._held():
            before = self._read()  # whatever is damaged is set aside before anything is written behind it
            self._append(self.path, said)
            after = self._read()
            if not after.entries and not after.told:
                self.path.unlink()
                settle_folder(self.path.parent)
                after = Contents()
        return replace(after, told=before.told + after.told)

    @contextmanager
    def _held(self, otherwise: str = NOT_KEPT) -> Iterator[None]:
        try:
            with held(self._lock):
                yield
        except OSError as trouble:
            raise Unavailable(otherwise, reason=trouble.strerror or str(trouble)) from trouble

    def _read(self) -> Contents:
        raw = self.path.read_bytes() if self.path.exists() else b""
        found = scan(raw, lambda sealed: self._seal.open(sealed, self._about))
        entries: dict[Key, Kept] = {}
        unknown: set[Key] = set()
        for _span, piece in found.pieces:
            said = json.loads(piece)
            if "put" not in said:
                entries.pop(said["gone"], None)
                unknown.discard(said["gone"])
                continue
            try:
                kept = Kept.from_json(said["put"])
                entries[kept.id] = kept
            except (KeyError, TypeError, ValueError):
                unknown.add(said["put"]["id"])
        told = self._set_aside(raw, found) if found.damaged else []
        told += [Refused(UNKNOWN, n=len(unknown))] if unknown else []
        return Contents(tuple(entries.values()), tuple(told), self.stamp())

    def _set_aside(self, raw: bytes, found: Scan) -> list[Refused]:
        """Keep the bytes nobody can read in a file of their own, and write the file anew without them."""
        aside = self.path.with_name(f"{self.path.stem}.damaged-{new_key()}")
        write_whole(aside, b"".join(raw[span.begin : span.end] for span in found.damaged))
        write_whole(self.path, b"".join(raw[span.begin : span.end] for span, _piece in found.pieces))
        middle = sum(span.end - span.begin for span in found.damaged if span.end < len(raw))
        tail = sum(span.end - span.begin for span in found.damaged if span.end == len(raw))
        whole = not found.pieces  # nothing opens: that is no cut-off end
        told = [Refused(SET_ASIDE, n=middle + tail * whole, path=str(aside))] if middle or whole else []
        return told + ([Refused(CUT, n=tail, path=str(aside))] if tail and not whole else [])

    def _append(self, path: Path, said: dict[str, Any]) -> None:
        frame = framed(self._seal.close(json.dumps(said, ensure_ascii=False).encode(), self._about))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        before = os.fstat(descriptor).st_size
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                _write_all(file.fileno(), frame)
                os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # a half frame is told as one at the next reading, should this fail too
                os.truncate(path, before)
            raise
        if not before:
            settle_folder(path.parent)


def _write_all(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]
