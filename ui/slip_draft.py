"""The slip that is being written, in a draft file that one console holds, with the id it will be kept under."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

from commandcenter import settings
from commandcenter.domain.record import Key, new_key
from commandcenter.errors import Unavailable
from ui.draft_file import DraftFile

_FIRST = "anybody"
_ID = "id"


class SlipDraft:
    """One slip. While a console holds it no other takes it up, and the end of a program gives it free.

    The id stands with the words: what is kept once more after a kill is the same entry, not another one.
    """

    def __init__(self, place: str) -> None:
        self.file = DraftFile("slip", place)
        self._lock: int | None = None
        self.id: Key = new_key()

    def hold(self) -> bool:
        """Have it for this console, with the id it has; False where another one does."""
        try:
            self.file.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.file.path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        except OSError:  # where no file can be made none can be shared either
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        self.id = str(self.file.read().get(_ID) or self.id)
        return True

    def let_go(self) -> None:
        """Leave it to whoever comes."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def answers(self) -> dict[str, str]:
        """What was written so far, by field."""
        return {name: str(said) for name, said in self.file.read().items() if name != _ID and said}

    def write(self, answers: Mapping[str, Any]) -> None:
        """Keep what stands there now. Unavailable where it cannot be kept."""
        self.file.write({_ID: self.id, **answers} if answers else {})

    def done(self) -> None:
        """It lies in the spool: the next one is another."""
        self.id = new_key()
        with suppress(Unavailable):  # what stays in the file has the id of what was kept: the same entry once more
            self.write({})


def free_draft() -> SlipDraft:
    """A draft that no other console writes on, held from now on: what was left there, or nothing yet."""
    return next(draft for draft in map(SlipDraft, _places()) if draft.hold())


def drafts_left() -> list[SlipDraft]:
    """The drafts in which something stands and on which nobody writes; held from now on."""
    folder = settings.data_folder() / "drafts"
    found = []
    with suppress(OSError):
        found = [SlipDraft(path.stem.removeprefix("slip-")) for path in sorted(folder.glob("slip-*.draft"))]
    return [draft for draft in found if draft.hold()]


def _places() -> Iterator[str]:
    yield _FIRST
    for number in count(2):
        yield f"{_FIRST}-{number}"
