"""What the person at this station has before them: told to the company, so that others see it."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.presence import Sight
from commandcenter.domain.record import Key, Record
from ui.move_sheet import left_open
from ui.shell import Shell


class Looking(QObject):
    """Watches a shell: at every pulse, and at once where another page or record is shown.

    While the window is locked nobody sits before it: it gives no sign of life, and so is soon gone by itself.
    """

    def __init__(self, shell: Shell, locked: Callable[[], bool]) -> None:
        super().__init__(shell)
        self._locked = locked
        self._shell, self._room = shell, shell.room
        self._company = shell.room.backstage.company
        shell.room.pulse.ticked.connect(self._tick)
        shell.room.chosen.connect(self.tell)
        shell.stack.currentChanged.connect(self.tell)

    def _tick(self, now: object) -> None:
        if not self._locked():
            self.tell()
            self._company.tick(now)

    def tell(self, _what: object = None) -> None:
        """Say what is looked at now."""
        if not self._locked():
            self._company.look(self.sight())

    def sight(self) -> Sight:
        """The page at the front, the record looked at, and whether something is typed there."""
        page, form = self._shell.page, left_open(self._shell.sheet)
        record = form.subject if form is not None and form.subject is not None else self._room.selection
        kind, key = about(record)
        case = self._room.picture.get(Case, key) if kind == Case.kind() else None
        if case is not None and case.sealed_for is not None:  # everybody reads who looks at what
            kind, key = "", None
        typing = bool(form is not None and form.typed) or bool(page is not None and page.typing())
        return Sight(page.name if page is not None else "", kind, key, typing)


def about(record: Record | None) -> tuple[str, Key | None]:
    """The case or the waiting complaint that looking at a record means: its kind and key; nothing for other records."""
    case_id = record.id if isinstance(record, Case) else getattr(record, "case_id", None)
    if case_id:
        return Case.kind(), case_id
    return (Complaint.kind(), record.id) if isinstance(record, Complaint) else ("", None)
