"""A document of the case file taken out as a file: to be printed, to be sent."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from commandcenter.documents.files import replacing
from commandcenter.domain.contacts import Photo
from commandcenter.i18n import N_, _
from commandcenter.queries.history import photo_content
from ui.exporting import let_out
from ui.room import Room


def save_document(room: Room, owner: QWidget, document: Photo) -> None:
    """Ask where to, and write the document there once the journal holds that it leaves."""
    said, _kind = QFileDialog.getSaveFileName(owner, _("Save the document…"), document.name, "PDF (*.pdf)")
    if not said:
        return
    path, person = Path(said), room.person
    sought = {"document": document.name.removesuffix(".pdf")}

    def leave(content: bytes | None) -> None:
        writing = partial(_write, path, content or b"")
        let_out(room, owner, "document", path, 1, sought, writing, N_("The document is in {path}."))

    room.backstage.ask(lambda session: photo_content(session, person, document.sha256), leave, owner=owner)


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as part:
        part.write_bytes(content)
