"""The caller of the complaint on the form, shown for as long as a look at them may stand on the screen."""

import datetime as dt
from functools import partial

from PySide6.QtCore import QObject

from commandcenter.domain.complaints import Complainant
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Reveal
from commandcenter.i18n import _
from commandcenter.queries.callers import revealed
from ui.intake.call_panel import CallPanel
from ui.room import Room
from ui.wording import hour


class Revealing(QObject):
    """Fetches who called once a look is journalled, shows it, and covers it again by itself."""

    def __init__(self, room: Room, panel: CallPanel, page: QObject) -> None:
        super().__init__(page)
        self._room, self._panel = room, panel
        self._until: dt.datetime | None = None
        room.pulse.ticked.connect(self._tick)
        room.covered.connect(self.hide)

    def look(self, reveal: Key) -> None:
        """A look was journalled; its key."""
        question = partial(revealed, actor=self._room.person, reveal=reveal)
        self._room.backstage.ask(question, self.show, owner=self)

    def show(self, found: tuple[Reveal, Complainant] | None) -> None:
        """Show who called, where the form still shows that complaint."""
        if found is None or found[0].complaint_id != self._panel.form.call().complaint:
            return
        self._until = self._room.shown_until(found[0])
        said = " ".join(part for part in (found[1].name, found[1].phone or "") if part)
        until = hour(self._until)
        self._panel.show_caller(_("{caller} · shown until {until}, journalled", caller=said, until=until))

    def hide(self) -> None:
        """Cover it."""
        self._until = None
        self._panel.show_caller("")

    def _tick(self, now: dt.datetime) -> None:
        if self._until is not None and now >= self._until:
            self.hide()
