"""Two small pages, to see the shell around pages without any page of the product."""

from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QSplitter, QVBoxLayout

from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.i18n import N_, _
from commandcenter.live.picture import Picture
from ui.page import Entry, Page
from ui.room import Room


class WaitingPage(Page):
    """Counts the cases that wait for a squad, and shows one."""

    name: ClassVar[str] = "dispatch"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self.words = QLineEdit()
        self.title = QLabel(_("Dispatch"))
        self.shown: Key | None = None
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("columns")
        self.splitter.addWidget(self.title)
        self.splitter.addWidget(self.words)
        QVBoxLayout(self).addWidget(self.splitter)

    @classmethod
    def count(cls, picture: Picture, person: Person) -> int:
        return sum(case.state == CaseState.OPEN for case in picture.of(Case).values())

    def select(self, kind: str, key: Key) -> bool:
        if kind != Case.kind():
            return False
        self.shown = key
        self.room.choose(self.room.picture.get(Case, key))
        return True

    def draft(self) -> Any:
        return self.words.text() or None

    def resume(self, draft: Any) -> None:
        self.words.setText(draft)


class CallersPage(Page):
    """Knows callers and shows complaints."""

    name: ClassVar[str] = "intake"
    asked = ""

    def select(self, kind: str, key: Key) -> bool:
        return kind == Complaint.kind()

    def ask_phone(self, phone: str) -> bool:
        self.asked = phone
        return True


class BrokenPage(Page):
    """Cannot be built."""

    name: ClassVar[str] = "map"

    def __init__(self, room: Room) -> None:
        raise ValueError("the page is broken")


HERE = "tests.ui.sample_pages"
SAMPLES = (
    Entry("intake", N_("Intake"), "mdi6.phone", "F2", f"{HERE}:CallersPage", frozenset({Right.RECEIVE})),
    Entry("dispatch", N_("Dispatch"), "mdi6.send", "F3", f"{HERE}:WaitingPage", frozenset({Right.DISPATCH})),
    Entry("map", N_("Map"), "mdi6.map", "F5", f"{HERE}:BrokenPage", frozenset({Right.READ_CASES}), counts=False),
)
