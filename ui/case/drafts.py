"""What somebody typed into the form of a move and has not sent: kept per person and move until sent or emptied."""

import datetime as dt
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from commandcenter.domain.fields import Sort
from commandcenter.errors import Unavailable
from commandcenter.i18n import _
from ui.draft_file import KEEP_MS, DraftFile
from ui.room import Room
from ui.widgets.move_form import MoveForm
from ui.wording import moment


def _plain(value: Any) -> Any:
    """An answer as a file can hold it."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def _moment(said: Any) -> dt.datetime | None:
    try:
        read = dt.datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return read if read.tzinfo else None


class FormDrafts(QObject):
    """Watches the form that is open and keeps what is typed into it, under the move and the record it is for."""

    def __init__(self, room: Room, parent: QObject) -> None:
        super().__init__(parent)
        self._room = room
        self._file = DraftFile("forms", room.person.id)
        self._form: MoveForm | None = None
        self._key = ""
        self._said_unkept = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(KEEP_MS)
        self._soon.timeout.connect(self.keep)

    def begin(self, offer: str, form: MoveForm) -> None:
        """A form was opened: what was typed into it before is there again, and the form says so."""
        self._form, self._key = form, offer
        kept = self._file.read().get(self._key)
        if isinstance(kept, dict) and isinstance(kept.get("answers"), dict):
            at = _moment(kept.get("kept_at"))
            form.take_up(self._answers(form, kept["answers"]),
                         _("What you typed is here again, as of {at}.", at=moment(at, self._room.now()) if at else ""))
        form.changed.connect(self._changed)

    @staticmethod
    def _answers(form: MoveForm, said: dict[str, Any]) -> dict[str, Any]:
        times = {name for name, row in form.rows.items() if row.field.sort is Sort.TIME}
        return {name: _moment(value) if name in times else value for name, value in said.items()}

    def _changed(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def keep(self) -> None:
        """Bring what is typed to the disk now; a form that says what it said at first leaves nothing."""
        self._soon.stop()
        if self._form is not None:
            self._write(self._key, self._form.typed())

    def end(self) -> None:
        """The form is put away; what was typed stays."""
        self.keep()
        self._form = None

    def done(self, offer: str) -> None:
        """The move was made: its draft is needed no longer."""
        if offer == self._key and isValid(self):  # else the page was built anew meanwhile
            self._soon.stop()
            self._form = None
        self._write(offer, {})

    def _write(self, key: str, typed: dict[str, Any]) -> None:
        said = self._file.read()
        answers = {name: _plain(value) for name, value in typed.items()}
        if answers == said.get(key, {}).get("answers", {}):
            return
        said.pop(key, None)
        if answers:
            said[key] = {"answers": answers, "kept_at": self._room.now().isoformat()}
        try:
            self._file.write(said)
            self._said_unkept = False
        except Unavailable as refusal:
            if not self._said_unkept:
                self._room.refuse(refusal)
            self._said_unkept = True
