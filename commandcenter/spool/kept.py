"""One thing kept: a move as a person made it, with all that is needed to make it later in their name."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from commandcenter.domain.fields import Sort
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.record import Key


@dataclass(frozen=True, slots=True)
class Kept:
    """A move that waits to be sent. ``id`` is the operation's id: sent twice, it is done once.

    ``typed_at`` is the server's time, as this station knew it then, aware UTC.
    """

    id: Key
    move: str
    subject: Key | None
    given: Mapping[str, Any] = field(repr=False)
    person: Key
    station: str
    typed_at: dt.datetime
    refused: str = ""
    """Why it was not accepted when it was sent, in words; empty while it waits."""
    case: Key | None = None
    number: str = ""
    """The case it is about and its number, as the station knew it: it may have left the picture since."""

    def waiting(self) -> "Kept":
        """The same, to be sent again."""
        return replace(self, refused="")

    @property
    def words(self) -> str:
        """What was said, for whoever has to decide about it."""
        return str(self.given.get("words") or "")

    def as_bytes(self) -> bytes:
        """For the file."""
        return json.dumps(
            {
                "id": self.id, "move": self.move, "subject": self.subject, "person": self.person,
                "station": self.station, "typed_at": self.typed_at.isoformat(), "refused": self.refused,
                "case": self.case, "number": self.number,
                "given": {name: _plain(value) for name, value in self.given.items()},
            }, ensure_ascii=False,
        ).encode()  # fmt: skip

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> "Kept":
        """From the file. KeyError, TypeError or ValueError where it is none that this program knows."""
        sorts = {f.name: f.sort for f in BY_NAME[said["move"]].needs}
        given = {name: _meant(sorts.get(name), value) for name, value in said["given"].items()}
        typed_at = dt.datetime.fromisoformat(said["typed_at"])
        return Kept(said["id"], said["move"], said["subject"], given, said["person"], said["station"], typed_at,
                    said["refused"], said.get("case"), said.get("number", ""))  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _meant(sort: Sort | None, value: Any) -> Any:
    if value is None:
        return None
    if sort is Sort.TIME:
        return dt.datetime.fromisoformat(value)
    return tuple(value) if sort is Sort.POINT else value
