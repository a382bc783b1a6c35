"""The line that says that a backup is overdue, to those whose business that is."""

import datetime as dt

from PySide6.QtCore import QObject

from commandcenter.domain.backups import EVERY, due_at, is_told, last_backup
from commandcenter.domain.deadlines import Limit
from commandcenter.domain.people import Person
from commandcenter.domain.units import District, Setting
from commandcenter.i18n import _
from commandcenter.live.delta import Delta
from ui.banner import Banners
from ui.room import Room
from ui.wording import local, moment

NAME = "backup"
"""The line's name among the banners."""


class BackupLine(QObject):
    """Watches over the backups of the district as long as somebody is signed in."""

    def __init__(self, room: Room, banners: Banners, shell: QObject) -> None:
        super().__init__(shell)
        self._room, self._banners = room, banners
        self._said: tuple[bool, dt.date] | None = None
        room.backstage.changed.connect(self._changed)
        room.backstage.loaded.connect(self._loaded)
        room.pulse.ticked.connect(self._tick)
        self._look()

    def _changed(self, delta: Delta) -> None:
        if any(change.record_type in (Setting, District, Person) for change in delta.changes):
            self._look()

    def _loaded(self, _stage: str) -> None:
        self._look()

    def _look(self) -> None:
        """Look at the rules and the last backup anew."""
        self._due_at, self._said = due_at(self._room.picture.rules), None
        self._tick(self._room.now())

    def _tick(self, now: dt.datetime) -> None:
        late = self._matters() and (self._due_at is None or now >= self._due_at)
        said = late, local(now).date()  # what was put away for a day may be said again
        if said == self._said:
            return
        self._said = said
        if late:
            self._banners.show_line(NAME, self._words(now), "late")
        else:
            self._banners.hide_line(NAME)

    def _matters(self) -> bool:
        """Nobody misses a demonstration."""
        district = self._room.picture.district
        return district is not None and not district.demonstration and is_told(self._room.person)

    def _words(self, now: dt.datetime) -> str:
        rules = self._room.picture.rules
        last, every = last_backup(rules), Limit.parse(rules.text(EVERY)).words()
        if last is None:
            return _("There is no backup of this district yet. Make one with: commandcenterctl backup")
        return _("The last good backup is from {moment}; the next was due {term} later. Make one with:"
                 " commandcenterctl backup", moment=moment(last.taken_at, now), term=every)  # fmt: skip
