"""The time machine: dispatch, follow-up, map and review as they were at a past minute, in a window of its own."""

import datetime as dt
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from commandcenter.domain.record import Key, Record
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from ui.actions import Actions
from ui.page import Entry, Page
from ui.pages import PAGES
from ui.past.backstage import NOTHING_DONE, PastBackstage
from ui.past.bar import TimeBar
from ui.pulse import Pulse
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.message_line import MessageLine
from ui.widgets.scrolled import Scrolled

SHOWN = ("dispatch", "followup", "map", "review")
"""The pages that live on the picture, and what they open."""
BEFORE = dt.timedelta(hours=1)
"""So far back it begins."""
SIZE = (1366, 820)  # px of the design


class PastWindow(QWidget):
    """Closes when its owner, the shell, does, and when the window is locked: it shows what a locked one hides."""

    def __init__(self, room: Room, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("past")
        self.setWindowTitle(_("The past"))
        mark(self, ground="surface")
        newest = room.now().replace(second=0, microsecond=0)
        self.backstage = PastBackstage(room.backstage, newest - BEFORE)
        self.backstage.setParent(self)
        self.pulse = Pulse(self.backstage.now, self)
        self.room = Room(cast(Any, self.backstage), Actions(), room.theme, self.pulse, room.preferences, room.person)
        self.room.setParent(self)
        self.bar = TimeBar(newest - BEFORE, newest)
        self._entries = [entry for entry in PAGES if entry.name in SHOWN and entry.may(room.person)]
        self._frames: dict[str, Scrolled] = {}
        self.tabs = QTabBar()
        self.tabs.setObjectName("past.tabs")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.stack = QStackedWidget()
        self.message = MessageLine()
        self._lay_out()
        self._connect()
        room.covered.connect(self.close)
        self.backstage.look(newest - BEFORE)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.tabs)
        column.addWidget(self.stack, 1)
        column.addWidget(self.message)
        for entry in self._entries:
            self.tabs.addTab(_(entry.title))
        self.resize(theme.px(SIZE[0]), theme.px(SIZE[1]))

    def _connect(self) -> None:
        self.bar.asked.connect(self.backstage.look)
        self.backstage.arrived.connect(self._arrived)
        self.backstage.refused.connect(self._refuse)
        self.tabs.currentChanged.connect(self._show)
        self.room.page_asked.connect(self.go)
        self.room.page_called.connect(self.go)
        self.room.case_asked.connect(self._open_case)
        self.room.map_asked.connect(self._show_on_map)
        self.room.move_asked.connect(self._no_move)
        self.room.said.connect(self.message.say)

    # ------------------------------------------------------------------ time

    def _arrived(self, at: dt.datetime) -> None:
        self.bar.show_moment(at)
        self.pulse.tick()
        if self.stack.count() == 0:  # no page is built before there is something to show
            self._show(0)

    def _refuse(self, refusal: Refused) -> None:
        self.bar.play.setChecked(False)
        self.message.say(str(refusal), "urgent")

    # ------------------------------------------------------------------ pages

    def page_of(self, name: str) -> Page | None:
        """The page of that name, built if it is not yet; None where it is not shown here."""
        entry = next((entry for entry in self._entries if entry.name == name), None)
        if entry is None:
            return None
        frame = self._frames.get(name) or self._build(entry)
        page = frame.widget()
        return page if isinstance(page, Page) else None

    def _build(self, entry: Entry) -> Scrolled:
        frame = self._frames[entry.name] = Scrolled(entry.load()(self.room))
        self.stack.addWidget(frame)
        return frame

    def go(self, name: str) -> None:
        """Bring a page to the front."""
        place = next((n for n, entry in enumerate(self._entries) if entry.name == name), None)
        if place is not None:
            self.tabs.setCurrentIndex(place)
            self._show(place)

    def _show(self, place: int) -> None:
        if not self.backstage.picture.complete or not 0 <= place < len(self._entries):
            return
        page = self.page_of(self._entries[place].name)
        if page is not None:
            self.stack.setCurrentWidget(self._frames[page.name])
            self.message.say("")
            page.entered()

    def _open_case(self, key: Key) -> None:
        self._show_record("case_file", key, ("followup", "dispatch"))

    def _show_on_map(self, kind: str, key: Key) -> None:
        self._show_record(kind, key, ("map",))

    def _show_record(self, kind: str, key: Key, names: tuple[str, ...]) -> None:
        for name in names:
            page = self.page_of(name)
            if page is not None and page.select(kind, key):
                self.go(name)
                return
        self.message.say(_(NOT_THEN), "late")

    def _no_move(self, _name: str, _record: Record | None) -> None:
        self.message.say(_(NOTHING_DONE), "late")


NOT_THEN = N_("At that moment there is no page here that could show it.")


def open_past(room: Room, owner: QWidget) -> PastWindow:
    """Open the time machine, or bring the one that is open to the front."""
    window = owner.findChild(PastWindow) or PastWindow(room, owner)
    window.show()
    window.raise_()
    window.activateWindow()
    return window
