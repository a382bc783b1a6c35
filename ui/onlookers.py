"""Who else looks at a record right now: in words, as a badge at its head, as a dot before its row."""

from typing import Any

from PySide6.QtCore import QObject

from commandcenter.domain.people import Person
from commandcenter.domain.presence import Presence
from commandcenter.domain.record import Key
from commandcenter.i18n import _
from ui.company import At
from ui.room import Room
from ui.tables.record_table import RecordTable
from ui.widgets.badge import Badge
from ui.widgets.plain_label import tip
from ui.wording import name_of

LOOKING, TYPING = "accent", "late"
"""The tones of somebody who looks and of somebody who types."""


def sentence(room: Room, sign: Presence) -> str:
    """``Kong Juanhan is typing here, station 03``."""
    person, station = name_of(room.picture, Person, sign.person_id), sign.station
    if sign.editing:
        return _("{person} is typing here, station {station}", person=person, station=station)
    return _("{person} is looking at this, station {station}", person=person, station=station)


def sentences(room: Room, kind: str, key: Key | None) -> str:
    """Everybody else who looks at a record, a line each; empty where nobody does."""
    return "\n".join(sentence(room, sign) for sign in room.backstage.company.at(kind, key))


def onlooker_tone(room: Room, kind: str, key: Key | None) -> str:
    """The tone of whoever else looks at a record: somebody types, or somebody looks; empty where nobody does."""
    signs = room.backstage.company.at(kind, key)
    return (TYPING if signs[0].editing else LOOKING) if signs else ""


class OnlookersBadge(Badge):
    """The first of those who look at a record too, and how many more; all of them, and where they sit, in the tip."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.setObjectName("onlookers")
        self._room = room
        self._at: tuple[str, Key | None] = ("", None)
        self._short = False
        room.backstage.company.changed.connect(self._changed)

    def show_of(self, kind: str, key: Key | None) -> None:
        """Another record."""
        self._at = kind, key
        self._say()

    def _changed(self, touched: set[At]) -> None:
        if self._at in touched:
            self._say()

    def be_short(self, short: bool) -> None:
        """Say only who it is, where there is little room; the tone says whether they type."""
        if short != self._short:
            self._short = short
            self._say()

    def _say(self) -> None:
        signs = self._room.backstage.company.at(*self._at)
        self.say(self._words(signs), onlooker_tone(self._room, *self._at) or "quiet")
        self.setToolTip(tip(sentences(self._room, *self._at)))
        self.setAccessibleName(sentences(self._room, *self._at))

    def _words(self, signs: list[Presence]) -> str:
        if not signs:
            return ""
        words = name_of(self._room.picture, Person, signs[0].person_id)
        if not self._short:
            typing = signs[0].editing
            words = _("{person} is typing", person=words) if typing else _("{person} is looking", person=words)
        return f"{words} +{len(signs) - 1}" if len(signs) > 1 else words


class Watched(QObject):
    """Has the rows of a list of ``kind`` looked at again when others come to them or leave them."""

    def __init__(self, room: Room, table: RecordTable[Any], kind: str) -> None:
        super().__init__(table)
        self._table, self._kind = table, kind
        room.backstage.company.changed.connect(self._changed)

    def _changed(self, touched: set[At]) -> None:
        keys = [key for kind, key in touched if kind == self._kind and self._table.row_of(key) >= 0]
        if keys:
            self._table.recheck(keys)
