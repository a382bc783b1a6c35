"""Where what was typed and is not saved yet is kept, so that neither a crash nor a power cut takes it."""

import json
import logging
from pathlib import Path
from typing import Any

from commandcenter import settings
from commandcenter.domain.record import Key, new_key
from commandcenter.errors import Unavailable
from commandcenter.i18n import N_
from commandcenter.spool.seal import Seal, write_whole

KEEP_MS = 150
"""What is typed is in the draft file this soon after the first key, however long the typing goes on."""

_log = logging.getLogger(__name__)


class DraftFile:
    """One person's drafts of one kind of work, sealed: citizens' numbers stand in them.

    What does not open (damaged, or sealed with another key) is set aside, not written over.
    """

    def __init__(self, work: str, person: Key, folder: Path | None = None) -> None:
        self.path = (folder or settings.data_folder() / "drafts") / f"{work}-{person}.draft"
        self._about = f"commandcenter drafts of {work}"
        self._seal = Seal()

    def read(self) -> dict[str, Any]:
        """What was left there; nothing where there is no file, or none that opens."""
        try:
            said = json.loads(self._content())
        except (OSError, ValueError, Unavailable):
            return {}
        return said if isinstance(said, dict) else {}

    def _content(self) -> bytes:
        if not self.path.exists():
            return self._unsealed.read_bytes()
        sealed = self.path.read_bytes()
        said = self._seal.open(sealed, self._about)
        if said is None and sealed:
            _log.warning("%s cannot be read: it is set aside", self.path)
            self.path.replace(self.path.with_suffix(f".damaged-{new_key()}"))
        return said or b""

    @property
    def _unsealed(self) -> Path:
        """Where it was kept in clear before there was a seal. It is taken over once, and removed."""
        return self.path.with_suffix(".json")

    def write(self, said: dict[str, Any], settled: bool = False) -> None:
        """Keep it, whole or not at all. Nothing leaves no file. Unavailable where it cannot be kept.

        ``settled``: on the disk when this returns, for what lies nowhere else. The rest the system brings there in its
        own time: nobody waits for a disk at every word.
        """
        try:
            if said:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                sealed = self._seal.close(json.dumps(said, ensure_ascii=False).encode(), self._about)
                write_whole(self.path, sealed, settled)
            else:
                self.path.unlink(missing_ok=True)
            self._unsealed.unlink(missing_ok=True)
        except OSError as trouble:
            raise Unavailable(
                N_("What you type cannot be kept against a crash: {reason}. Saving still works."),
                reason=trouble.strerror or str(trouble),
            ) from trouble
