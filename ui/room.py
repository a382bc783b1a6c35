"""The room: what every page is handed. Pages meet here and in the picture, never each other."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rulings import Request, Reveal
from commandcenter.domain.scene import Scene
from commandcenter.errors import Refused
from commandcenter.live.picture import Picture
from ui.backstage import Backstage
from ui.choices import Choices
from ui.papers import Papers
from ui.preferences.memory import Preferences
from ui.pulse import Pulse
from ui.theme import Theme

if TYPE_CHECKING:
    from ui.actions import Actions

_ARGUMENT: dict[type[Record], str] = {
    Case: "case",
    Complaint: "complaint",
    Assignment: "assignment",
    Request: "request",
    Promise: "promise",
}


class Room(QObject):
    """Everything a page may use, for the person who is signed in. It ends when that person signs out."""

    case_asked = Signal(str)
    """Somebody wants to see a case; its key."""
    map_asked = Signal(str, str)
    """Somebody wants to see a record on the map; kind and key."""
    page_asked = Signal(str)
    """Somebody wants to go to a page; its name."""
    page_called = Signal(str)
    """Somebody pressed the key of a page; its name."""
    move_asked = Signal(str, object)
    """Somebody wants to make a move (its name) on a record (or None): the shell shows its form."""
    pick_asked = Signal(object, object)
    """A point is wanted from the map: a function that takes longitude and latitude in WGS-84 degrees; for whom."""
    said = Signal(str, str)
    """Something to be read in the message bar: the words and their tone."""
    kept_asked = Signal(object)
    """Somebody wants what was kept at this station on a form again, to change it; the Kept."""
    covered = Signal()
    """The window was locked, or is open again: what was shown of a citizen's identity is covered."""
    chosen = Signal(object)
    """Another record is looked at now; the record, or None."""

    def __init__(
        self,
        backstage: Backstage,
        actions: "Actions",
        theme: Theme,
        pulse: Pulse,
        preferences: Preferences,
        person: Person,
    ) -> None:
        super().__init__()
        self.backstage = backstage
        self.picture: Picture = backstage.picture
        self.actions = actions
        self.theme = theme
        self.pulse = pulse
        self.preferences = preferences
        self.choices = Choices(self.picture)
        self.papers = Papers(self)
        self._person = person
        self._chosen: tuple[type[Record], Key] | None = None

    @property
    def person(self) -> Person:
        """Who is signed in, with the rights of this moment."""
        return self.picture.get(Person, self._person.id) or self._person

    def now(self) -> dt.datetime:
        """The present moment, aware UTC."""
        return self.pulse.now()

    # ------------------------------------------------------------------ going and showing

    def go(self, page: str) -> None:
        """Go to a page by its name."""
        self.page_asked.emit(page)

    def call(self, page: str) -> None:
        """Go to a page by its own key, which may mean more there than being shown."""
        self.page_called.emit(page)

    def show_on_map(self, kind: str, key: Key) -> None:
        """Show a record on the map."""
        self.map_asked.emit(kind, key)

    def pick_point(self, then: Callable[[float, float], None], owner: QObject) -> None:
        """Have a point picked on the map; ``then`` gets longitude and latitude in WGS-84 degrees.

        It is over when ``owner``, the form the point is for, goes.
        """
        self.pick_asked.emit(then, owner)

    def open_case(self, key: Key) -> None:
        """Open the page of a case."""
        self.case_asked.emit(key)

    def say(self, text: str, tone: str = "ok") -> None:
        """Say something in the message bar; ``tone`` is ok, late or urgent."""
        self.said.emit(text, tone)

    def refuse(self, refusal: Refused) -> None:
        """Say in the message bar why something was not done."""
        self.said.emit(str(refusal), "urgent")

    def make(self, move: str, record: Record | None = None) -> None:
        """Begin a move on a record: the shell shows its form, or makes it at once where it asks for nothing."""
        self.move_asked.emit(move, record)

    # ------------------------------------------------------------------ the record looked at

    def choose(self, record: Record | None) -> None:
        """Say which record is looked at: the actions are about this one."""
        at = None if record is None else (type(record), record.id)
        if at != self._chosen:
            self._chosen = at
            self.chosen.emit(record)

    @property
    def selection(self) -> Record | None:
        """The record looked at, as the picture has it now."""
        return self.picture.get(*self._chosen) if self._chosen else None

    def shown_until(self, look: Reveal) -> dt.datetime:
        """Until when what a look showed of a caller may stand on the screen, aware UTC: from when it was given."""
        return look.revealed_at + dt.timedelta(minutes=self.picture.rules.number("reveal.minutes"))

    def scene(self, record: Record | None) -> Scene:
        """What the rules look at when the person signed in wants to move that record now."""
        name = None if record is None else _ARGUMENT.get(type(record))
        around: dict[str, Any] = {name: record} if name else {}
        return self.picture.scene(self.person, self.now(), **around)
