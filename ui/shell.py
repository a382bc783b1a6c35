"""The shell: everything around the pages, for the person who is signed in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.units import District
from commandcenter.errors import Refused
from commandcenter.i18n import _
from commandcenter.live.delta import Delta
from commandcenter.logs import Report, report
from ui import commands
from ui.actions import GROUP_PAGES, GROUP_SHELL, Action
from ui.aides import aides
from ui.backstage import LIVE, LOST
from ui.banner import Banners
from ui.command_bar.bar import CommandBar
from ui.kept import KeptNews
from ui.messages import MessageBar, confirmation
from ui.page import Entry, Page
from ui.pages import PAGES, Ahead, first_page
from ui.rail import Rail
from ui.room import Room
from ui.sheet import Sheet
from ui.theme import mark, theme
from ui.top_line import TopLine, age_words, clock_words
from ui.widgets.plain_label import PlainLabel
from ui.widgets.scrolled import Scrolled
from ui.wording import local, use_zone

CALENDAR_AHEAD = timedelta(days=45)
"""How far ahead the working calendar must be known: no deadline given now lies further away."""
COUNT_AFTER_MS = 250
"""Changes that come within this time are counted together."""


class Shell(QWidget):
    """Top line, banners, rail, pages, sheet, message bar."""

    page_shown = Signal(str)
    """A page came to the front; its name."""

    def __init__(self, room: Room, entries: tuple[Entry, ...] = PAGES) -> None:
        super().__init__()
        self.room = room
        self._entries = {entry.name: entry for entry in entries if entry.may(room.person)}
        self._pages: dict[str, QWidget] = {}
        self._frames: dict[str, Scrolled] = {}
        self._menu = QMenu(self)
        self.top = TopLine(room.person, self._menu)
        self.banners = Banners(room.now)
        self.look_only: Refused | None = None
        """Why nothing can be saved, from a sign-in that could not be until something can be."""
        self.rail = Rail(tuple(entry for entry in self._entries.values() if entry.in_rail))
        self.stack = QStackedWidget()
        self.sheet = Sheet()
        self.messages = MessageBar(room.now)
        self.commands = CommandBar(room, lambda command: commands.why_not(self, command))
        self.bottom = QFrame()
        mark(self.bottom, ground="surface", line="top")
        self._lay_out()
        self._count_soon = QTimer(self, singleShot=True, interval=COUNT_AFTER_MS)
        self._count_soon.timeout.connect(self.count)
        self._connect()
        keeping = room.backstage.keeping
        self.kept = KeptNews(self, keeping) if keeping is not None else None
        self._aides = aides(room, self.banners, self)
        self._ahead = Ahead(room.backstage, self._entries.values(), self)
        self._fill_menu()
        self._district_changed()
        self._tick(room.now())
        self._live(room.backstage.state, room.backstage.age)
        self._count_soon.start()  # what was there before this person came
        if not self._entries:
            self._show_nothing_allowed()

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self.sheet, 1)
        row = QHBoxLayout(self.bottom)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        row.setSpacing(theme.px(16))
        row.addWidget(self.commands, 5)
        row.addWidget(self.messages, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.banners)
        column.addLayout(middle, 1)
        column.addWidget(self.bottom)

    def _connect(self) -> None:
        room, backstage = self.room, self.room.backstage
        self.rail.chosen.connect(self.go)
        self.commands.commanded.connect(lambda command: commands.carry_out(self, command))
        room.page_asked.connect(self.go)
        room.page_called.connect(self.call)
        room.case_asked.connect(self.open_case)
        room.map_asked.connect(self.show_on_map)
        room.move_asked.connect(self.make)
        room.pick_asked.connect(self.pick_point)
        room.said.connect(self.messages.say)
        room.pulse.ticked.connect(self._tick)
        backstage.changed.connect(self._changed)
        backstage.loaded.connect(self._loaded)
        backstage.live.connect(self._live)
        backstage.came_back.connect(self.messages.welcome_back)
        backstage.refused.connect(self.messages.refuse)
        backstage.finished.connect(self._finished)
        backstage.bug.connect(self.messages.own_up)

    # ------------------------------------------------------------------ pages

    def start(self) -> None:
        """Show the page this person left, or the one where the work of his role begins."""
        left = self.room.preferences.recall("page", "", self.room.person.id)
        name = left if left in self._entries else first_page(self.room.person, self._entries)
        if name:
            self.go(name)

    @property
    def entries(self) -> list[Entry]:
        """The pages this person may use."""
        return list(self._entries.values())

    @property
    def page(self) -> Page | None:
        """The page at the front."""
        shown = self.stack.currentWidget()
        page = shown.widget() if isinstance(shown, Scrolled) else None
        return page if isinstance(page, Page) else None

    def go(self, name: str) -> QWidget | None:
        """Bring a page to the front; it is built when that is the first time. None where it is not allowed."""
        if name not in self._entries:
            return None
        self._keep_layout()
        if self.page is not self._pages.get(name):
            self.messages.leave_page()
        page = self.page_of(name)
        self.stack.setCurrentWidget(self._frames[name])
        self.rail.show_page(name)
        self.room.preferences.keep("page", name, self.room.person.id)
        if isinstance(page, Page):
            page.entered()
        self.page_shown.emit(name)
        return page

    def page_of(self, name: str) -> QWidget:
        """The page of that name, built if it is not yet; it stays where it is."""
        return self._pages.get(name) or self._build(self._entries[name])

    def _build(self, entry: Entry) -> QWidget:
        page: QWidget
        try:
            page = entry.load()(self.room)
        except Exception as fault:  # noqa: BLE001 – one page's bug must not take the others with it
            page = self._broken_page(report(fault, f"building the page {entry.name}"))
        self._pages[entry.name] = page
        self._frames[entry.name] = Scrolled(page)
        self.stack.addWidget(self._frames[entry.name])
        for splitter in page.findChildren(QSplitter):
            state = self._recalled(entry.name, splitter)
            if state is not None:
                splitter.restoreState(state)
        return page

    def _broken_page(self, found: Report) -> QWidget:
        self.messages.own_up(found)
        return _words(
            _("This page could not be built, because of a mistake in the program. "
              "The other pages go on working. Please save the report and send it.") + f"\n\n{found.what}")

    def _show_nothing_allowed(self) -> None:
        self.stack.addWidget(_words(
            _("Your roles do not include any page of this window. An administrator can give you one.")))

    def call(self, name: str) -> None:
        """A page's own key was pressed."""
        page = self.go(name)
        if isinstance(page, Page):
            page.called()

    def built(self, name: str) -> QWidget | None:
        """The page of that name, if it was built already."""
        return self._pages.get(name)

    # ------------------------------------------------------------------ what pages ask of the shell

    def open_case(self, key: Key) -> None:
        """Show a case: here if the page at the front can, else on the first page that can."""
        self.show_record("case_file", key, ("followup", "dispatch", "intake"))

    def show_on_map(self, kind: str, key: Key) -> None:
        """Show a record on the map."""
        self.show_record(kind, key, ("map",))

    def show_record(self, kind: str, key: Key, names: tuple[str, ...]) -> bool:
        """Show a record on the first of these pages that can show it."""
        for name in names:
            if name not in self._entries:
                continue
            page = self.page_of(name)
            if isinstance(page, Page) and page.select(kind, key):
                self.go(name)
                page.bring_selected()
                return True
        self.messages.say(_("There is no page here that could show it."), "late")
        return False

    def pick_point(self, then: Callable[[float, float], None], owner: QObject) -> None:
        """Go to the map, have a point picked there, and come back to the page from which it was asked for."""
        came_from = self.page.name if self.page is not None else ""

        def picked(lon: float, lat: float) -> None:
            then(lon, lat)
            self.go(came_from)

        page = self.page_of("map") if "map" in self._entries else None
        if isinstance(page, Page) and page.pick_point(picked, owner):
            self.go("map")
        else:
            self.messages.say(_("There is no map here to pick a point on."), "late")

    def make(self, name: str, record: Record | None) -> None:
        """Make a move: through its form where it asks for something, at once where it does not."""
        from ui.move_sheet import open_move

        open_move(self.sheet, self.room, BY_NAME[name], record)

    # ------------------------------------------------------------------ counts

    def count(self) -> None:
        """Count what there is to do on each page, once everything is here that could be counted."""
        if not self.room.picture.complete:
            return
        for name, entry in self._entries.items():
            if not entry.counts:
                continue
            try:
                self.rail.show_count(name, *entry.load().to_do(self.room.picture, self.room.person))
            except Exception as fault:  # noqa: BLE001 – one page's bug must not take the others with it
                self._entries[name] = entry.uncounted()
                self.messages.own_up(report(fault, f"counting for the page {name}"))

    # ------------------------------------------------------------------ what the backstage says

    def _changed(self, delta: Delta) -> None:
        if any(True for _change in delta.of(District)):
            self._district_changed()
        if any(change.key == self.room.person.id for change in delta.of(Person)):
            self.top.show_person(self.room.person)
        if delta.changes and not self._count_soon.isActive():
            self._count_soon.start()

    def _loaded(self, _stage: str) -> None:
        self._district_changed()
        self._count_soon.start()

    def _district_changed(self) -> None:
        district, calendar = self.room.picture.district, self.room.picture.rules.calendar
        use_zone(calendar.zone if district else None)
        self._day = local(self.room.now()).date()
        self.top.show_district(district)
        if district is not None and district.demonstration:
            self.banners.show_line(
                "demonstration",
                _("Demonstration district: its people, squads, workstations and cases are invented."), "accent",
            )
        else:
            self.banners.hide_line("demonstration")
        self._check_calendar()

    def _check_calendar(self) -> None:
        today = self.room.picture.rules.calendar.local(self.room.now()).date()
        warnings = self.room.picture.rules.calendar.warnings(today, today + CALENDAR_AHEAD)
        if warnings and self.room.picture.district is not None:
            self.banners.show_line("calendar", " ".join(str(w) for w in warnings), "late")
        else:
            self.banners.hide_line("calendar")

    def _live(self, state: str, age: float) -> None:
        self.top.show_live(state, age)
        if state != LOST:
            self.banners.hide_line("lost")
            return
        why = self.room.backstage.why
        words = _("Not live: what you see is {age} old. You can go on reading; it is tried again by itself.",
                  age=age_words(age))
        if self.kept is not None:
            words += " " + _("Calls, remarks, progress and contacts are taken: they are kept here and sent later.")
        self.banners.show_line(
            "lost", f"{words} {why or ''}".strip(), "urgent",
            offer=_("Try again now"), take=self.room.backstage.retry, closable=False,
        )

    def _tick(self, now: Any) -> None:
        backstage = self.room.backstage
        self.banners.show_line("clock", clock_words(backstage.fast))
        self.top.show_time(now, self.room.picture.district)
        self.rail.show_time(now)
        if local(now).date() != self._day:  # what was put away for a day may be said again, and the calendar goes on
            self._district_changed()
        if backstage.state == LIVE:
            self.top.show_live(backstage.state, backstage.age)
        else:
            self._live(backstage.state, backstage.age)

    def say_look_only(self, why: Refused) -> None:
        """Whoever came in could not even be written down: that stays in sight until something is saved."""
        self.look_only = why
        self.banners.show_line("look_only", str(why), "urgent", closable=False)

    def _finished(self, name: str, key: Any) -> None:
        if isinstance(key, str) and self.look_only is not None:  # a move was made: it can be saved again
            self.look_only = None
            self.banners.hide_line("look_only")
        words = confirmation(name, key, self.room.picture) if isinstance(key, str) else ""
        if words:
            self.messages.say(words)

    # ------------------------------------------------------------------ menu

    def _fill_menu(self) -> None:
        actions, person = self.room.actions, self.room.person
        seldom = {f"go.{entry.name}" for entry in self.entries if not entry.in_rail}
        shell = [a.id for a in actions.offered(person) if a.group == GROUP_SHELL or a.id in seldom]
        self._menu.addActions(actions.attach(self, self.room, shell))
        actions.attach(self, self.room, [a.id for a in actions.offered(person)
                                           if a.group == GROUP_PAGES and a.id not in seldom])  # fmt: skip

    # ------------------------------------------------------------------ leaving

    def drafts(self, *, leaving: bool = False) -> dict[str, Any]:
        """What was typed on the pages and not yet sent; ``leaving``: only what has to outlive the session."""
        pages = {name: page for name, page in self._pages.items() if isinstance(page, Page)}
        found = {name: page.draft() for name, page in pages.items() if not (leaving and page.draft_ends)}
        return {name: draft for name, draft in found.items() if draft is not None}

    def resume(self, drafts: dict[str, Any]) -> None:
        """Take up drafts again, on pages built for it."""
        for name, draft in drafts.items():
            if name in self._entries:
                page = self.page_of(name)
                if isinstance(page, Page):
                    page.resume(draft)

    def leave(self) -> None:
        """Remember the layout and let go of everything, before this shell is taken down."""
        self._keep_layout()
        self.sheet.shut()
        self._count_soon.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.leave()
        super().closeEvent(event)

    def _keep_layout(self) -> None:
        page = self.page
        if page is None:
            return
        for splitter in page.findChildren(QSplitter):
            if splitter.objectName():
                name = f"layout/{page.name}/{splitter.objectName()}"
                self.room.preferences.keep_state(name, splitter.saveState(), self.room.person.id)

    def _recalled(self, page: str, splitter: QSplitter) -> Any:
        if not splitter.objectName():
            return None
        name = f"layout/{page}/{splitter.objectName()}"
        return self.room.preferences.recall_state(name, self.room.person.id)


def _words(text: str) -> QWidget:
    label = PlainLabel(text)
    label.setWordWrap(True)
    label.setMargin(theme.px(32))
    mark(label, tone="quiet")
    return label


def page_actions(entries: tuple[Entry, ...] = PAGES) -> list[Action]:
    """Going to a page is an action too."""
    return [
        Action(f"go.{e.name}", e.title, e.icon, lambda room, name=e.name: room.call(name),  # type: ignore[misc]
               shortcut=e.shortcut, group=GROUP_PAGES, by=e.by, words=(e.name,))
        for e in entries
    ]
