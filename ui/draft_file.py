"""Where what was typed and is not saved yet is kept, so that neither a crash nor a power cut takes it."""

import json
from pathlib import Path
from typing import Any

from commandcenter import settings
from commandcenter.domain.record import Key
from commandcenter.errors import Unavailable
from commandcenter.i18n import N_


class DraftFile:
    """One person's drafts of one kind of work, in a file that only this user of the machine may read."""

    def __init__(self, work: str, person: Key, folder: Path | None = None) -> None:
        self.path = (folder or settings.data_folder() / "drafts") / f"{work}-{person}.json"

    def read(self) -> dict[str, Any]:
        """What was left there; nothing where there is no file or it is spoilt."""
        try:
            said = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}

    def write(self, said: dict[str, Any]) -> None:
        """Keep it, whole or not at all. Nothing leaves no file. Unavailable where it cannot be kept."""
        try:
            if not said:
                self.path.unlink(missing_ok=True)
                return
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = self.path.with_suffix(".part")
            part.touch(mode=0o600)
            part.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
            part.replace(self.path)
        except OSError as trouble:
            raise Unavailable(
                N_("What you type cannot be kept against a crash: {reason}. Saving still works."),
                reason=trouble.strerror or str(trouble),
            ) from trouble
