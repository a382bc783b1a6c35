"""The names of the district for the form: taken in beside the work, and anew when they change."""

from PySide6.QtCore import QObject, QTimer, Signal

from commandcenter.domain.matters import Matter
from commandcenter.live.delta import Delta
from ui.command_bar.index import warm_up
from ui.intake.finding import Finder
from ui.intake.suggesting import Suggesting
from ui.room import Room


class Names(QObject):
    """Keeps the finder and the suggestions of matters up to date with the picture."""

    changed = Signal()
    """The district's names are others now."""
    completed = Signal()
    """Every name there is can be found now."""

    def __init__(self, room: Room, page: QObject) -> None:
        super().__init__(page)
        self._room = room
        self.finder = Finder(room.picture)
        self.suggesting = Suggesting(())
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._take_in)

    def follow(self, delta: Delta) -> None:
        """Something changed: names perhaps."""
        if self.finder.follow(delta):
            self.load()

    def load(self, _stage: str = "") -> None:
        """Take all names anew: the tables of the pinyin are loaded aside, then they come in by and by."""
        self.finder.expect()
        self.suggesting = Suggesting(self._room.picture.of(Matter).values())
        self.changed.emit()
        self._room.backstage.aside(warm_up, lambda _warm: self._fill(), owner=self)

    def _fill(self) -> None:
        self.finder.fill()
        self._soon.start()

    def _take_in(self) -> None:
        if self.finder.take_in():
            self._soon.start()
        elif self.finder.complete:
            self.completed.emit()
