"""What was typed and is not saved yet, kept in a file so that neither a crash nor a power cut takes it."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commandcenter.domain.record import Key
from commandcenter.i18n import _
from ui import draft_file
from ui.intake.call import Call
from ui.wording import moment


@dataclass
class Desk:
    """The calls on one person's desk. ``sent`` are those whose saving was asked for, with the operation's id."""

    calls: dict[Key, Call] = field(default_factory=dict)
    sent: dict[Key, Key] = field(default_factory=dict)
    trouble: dict[Key, str] = field(default_factory=dict)
    """Why a call could not be saved, in words."""
    front: Key = ""
    """The call that is on the form."""
    alone: set[Key] = field(default_factory=set)
    """Calls that were kept in the spool and lie here alone now: each of their drafts has to be on the disk."""
    kept_at: dt.datetime | None = None
    """When it was brought to the disk, aware UTC."""

    def put(self, call: Call) -> None:
        """Keep a call as it stands now; an empty one is not kept."""
        if call.blank:
            self.take(call.id)
        else:
            self.calls[call.id] = call

    def take(self, key: Key) -> Call | None:
        """Take a call off the desk."""
        self.trouble.pop(key, None)
        self.sent.pop(key, None)
        self.alone.discard(key)
        return self.calls.pop(key, None)

    def unfinished(self, waits: Callable[[Key], bool] = lambda _complaint: True) -> list[Call]:
        """Calls that lie beside the form, oldest first: neither on it nor on their way, and in no list.

        New ones, and what was typed on a complaint that ``waits`` no more.
        """
        beside = (c for c in self.calls.values() if c.id != self.front and c.id not in self.sent)
        return [c for c in beside if c.complaint is None or not waits(c.complaint)]

    def as_json(self) -> dict[str, Any]:
        """For the file, and for the page when it is built anew."""
        return {
            "calls": [call.as_json() for call in self.calls.values()], "sent": self.sent, "trouble": self.trouble,
            "front": self.front, "kept_at": self.kept_at.isoformat() if self.kept_at else "",
            "alone": sorted(self.alone),
        }  # fmt: skip

    @staticmethod
    def from_json(said: dict[str, Any]) -> "Desk":
        """From the file. What cannot be understood is passed over: half a draft is better than none."""
        calls = []
        for told in said.get("calls", []):
            with suppress(TypeError, ValueError, KeyError, AttributeError):
                calls.append(Call.from_json(told))
        return Desk({c.id: c for c in calls}, dict(said.get("sent", {})), dict(said.get("trouble", {})),
                    str(said.get("front", "")), set(said.get("alone", [])), _moment(said.get("kept_at")))


def _moment(said: Any) -> dt.datetime | None:
    try:
        read = dt.datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return read if read.tzinfo else None


def restored(desk: Desk, shown: int, now: dt.datetime) -> str:
    """In words that what was typed before the program ended is here again, on the form and above the list."""
    at = moment(desk.kept_at, now) if desk.kept_at else ""
    if shown > 1:
        return str(_("{n} calls that were not saved are here again, as typed {at}. One is on the form, "
                     "the others stand above the list.", n=shown, at=at))  # fmt: skip
    return str(_("A call that was not saved is here again, as typed {at}.", at=at))


class DraftFile:
    """One person's desk in the file where it is kept."""

    def __init__(self, person: Key, folder: Path | None = None) -> None:
        self._file = draft_file.DraftFile("intake", person, folder)

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self._file.path

    def read(self) -> Desk:
        """The desk as it was left; an empty one where there is no file or it is spoilt."""
        try:
            return Desk.from_json(self._file.read())
        except (ValueError, AttributeError, TypeError):
            return Desk()

    def write(self, desk: Desk) -> None:
        """Keep the desk, whole or not at all. An empty desk leaves no file. Unavailable where it cannot be kept."""
        self._file.write(desk.as_json() if desk.calls else {}, settled=bool(desk.alone))
