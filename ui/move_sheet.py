"""Making a move: through its form in the sheet where it asks for something, at once where it does not."""

import mimetypes
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from commandcenter.domain.cases import Case
from commandcenter.domain.moves import Move, Subject
from commandcenter.domain.record import Key, Record
from commandcenter.errors import Conflict, Refused, Unavailable
from commandcenter.i18n import N_, _
from commandcenter.logs import Report
from commandcenter.operations.handling import FileGiven
from commandcenter.spool import Kept
from ui.actions import subject_of, why_not_now
from ui.room import Room
from ui.sheet import Sheet
from ui.widgets.move_form import MoveForm


class Making(QObject):
    """One form that is open for one move on one record."""

    done = Signal(object)
    """The move was made; the key of what it made or moved, or None where it is kept until the database is back."""

    def __init__(self, room: Room, move: Move, subject: Record | None) -> None:
        super().__init__()
        self._room, self.move, self.subject = room, move, subject
        choices = room.choices
        self.form = MoveForm(
            move, choices, given=_known(move, subject, room.person.id), squad_id=choices.squad_of(subject),
            case_id=choices.case_of(subject), now=room.now(), title=False,
        )  # fmt: skip
        self.setParent(self.form)
        self.form.submitted.connect(self._send)
        self.form.pick_asked.connect(self._pick)

    def _send(self, answers: dict[str, Any]) -> None:
        self.form.set_busy(True)
        if isinstance(answers.get("file"), str | Path):
            read = partial(read_file, Path(answers["file"]))
            self._room.backstage.aside(
                read, lambda file: self._do({**answers, "file": file}), otherwise=self.form.refuse, owner=self)
        else:
            self._do(answers)

    def _do(self, answers: dict[str, Any]) -> None:
        # The version is that of the moment the form was opened: what changed since was perhaps not seen.
        ticket = self._room.backstage.do(
            self.move.name, subject=self.subject.id if self.subject is not None else None,
            seen_version=self.subject.version if self.subject is not None else None, **answers)
        ticket.done.connect(self.done)
        # Methods of this object: an answer that comes once the form is gone finds nobody, and that is no mistake.
        ticket.kept.connect(self._kept)
        ticket.refused.connect(self._refused)
        ticket.failed.connect(self._failed)

    def _kept(self, _entry: Kept) -> None:
        self.done.emit(None)

    def _failed(self, _report: Report) -> None:
        self.form.set_busy(False)

    def _refused(self, refusal: Refused) -> None:
        self.form.refuse(refusal)
        if isinstance(refusal, Conflict) and self.subject is not None:
            # Now it has been said who was first; trying again means the record as it is on the screen.
            self.subject = self._room.picture.get(type(self.subject), self.subject.id) or self.subject

    def _pick(self, field: str) -> None:
        self._room.pick_point(lambda lon, lat: self.form.set_value(field, (lon, lat)), self.form)


@dataclass(frozen=True)
class LeftOpen:
    """A form that stood open in a sheet that is built anew: for which move, on what, and what was typed."""

    move: Move
    subject: Record | None
    typed: dict[str, Any]


def left_open(sheet: Sheet) -> LeftOpen | None:
    """The form of a move that is open in a sheet, as far as it was filled in."""
    form = sheet.content
    making = form.findChild(Making) if isinstance(form, MoveForm) else None
    return LeftOpen(making.move, making.subject, making.form.typed()) if making is not None else None


def open_again(sheet: Sheet, room: Room, left: LeftOpen) -> None:
    """Open the same form in another sheet, with what was typed."""
    making = open_move(sheet, room, left.move, left.subject)
    if making is not None:
        making.form.take_up(left.typed, "")


def open_move(sheet: Sheet, room: Room, move: Move, record: Record | None) -> Making | None:
    """Open the form of a move in the sheet, or make the move if it asks for nothing. None where it was refused."""
    subject = subject_of(move, room, record)
    refusal = why_not_now(move, room, record)
    if refusal is not None:
        room.refuse(refusal)
        return None
    if not move.needs:
        key, version = (subject.id, subject.version) if subject is not None else (None, None)
        room.backstage.do(move.name, subject=key, seen_version=version)
        return None
    making = Making(room, move, subject)
    making.form.cancelled.connect(sheet.shut)
    making.done.connect(lambda _key: _shut(sheet, making.form))
    sheet.show_content(f"move.{move.name}", _title(move, subject), making.form)
    return making


def _shut(sheet: Sheet, form: MoveForm) -> None:
    if sheet.content is form:  # another one may have been opened meanwhile
        sheet.shut()


def _title(move: Move, subject: Record | None) -> str:
    number = getattr(subject, "number", "")
    return f"{_(move.label)} · {number}" if number else str(_(move.label))


def _known(move: Move, subject: Record | None, person: Key) -> dict[str, Any]:
    """What the record says already, where the move asks for it: a form that corrects begins with what stands there."""
    if move.name == "seal" and isinstance(subject, Case):
        return {"people": subject.readers_besides(person)}
    if subject is None or move.subject not in (Subject.COMPLAINT, Subject.CASE):
        return {}
    said = {"matter": "matter_id"}
    held = {f.name: getattr(subject, said.get(f.name, f.name), None) for f in move.needs}
    if move.name not in _CORRECTING:
        return {}
    return {name: value for name, value in held.items() if value not in (None, "")}


_CORRECTING = frozenset({"amend", "open_case"})


def read_file(path: Path) -> FileGiven:
    """A file as an operation takes it. Refused in words where it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as trouble:
        raise Unavailable(N_("{path} cannot be read: {why}"), path=str(path), why=trouble.strerror) from trouble
    return FileGiven(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", content)
