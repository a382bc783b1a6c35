"""What is kept at this station, told at the door while the database is away, and the slip that can be written there."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from commandcenter.domain.record import Key
from commandcenter.errors import Refused
from commandcenter.i18n import _
from ui.following import LIVE, LOST
from ui.keeping import Keeping
from ui.kept import kept_words
from ui.slip import SlipPage, as_call
from ui.slip_draft import SlipDraft, drafts_left, free_draft
from ui.tickets import Ticket
from ui.widgets.scrolled import Scrolled

if TYPE_CHECKING:
    from ui.main_window import MainWindow

DISTRICT = "district"
"""The preference that tells which district was open at which address: its spool is found by it without a database."""


class Slips(QObject):
    """Between the door and the spool."""

    def __init__(self, window: "MainWindow", keeping: Keeping, where: str) -> None:
        super().__init__(window)
        self._window, self._keeping, self._where = window, keeping, where
        self._slip: SlipPage | None = None
        self._page: Scrolled | None = None
        self._draft: SlipDraft | None = None
        self._away = False
        window.backstage.loaded.connect(self._loaded)
        window.backstage.opened.connect(self._opened)
        window.backstage.unavailable.connect(self._unavailable)
        window.backstage.live.connect(self._lived)
        window.signed_in.connect(lambda _room: self._opened())
        window.pulse.ticked.connect(self._tick)
        keeping.changed.connect(self.tell)

    @property
    def _district(self) -> Key:
        said = self._window.preferences.recall(DISTRICT, [])
        return str(said[1]) if isinstance(said, list) and len(said) == 2 and said[0] == self._where else ""

    def _loaded(self, _stage: str) -> None:
        district = self._window.backstage.picture.district
        if district is not None:
            self._window.preferences.keep(DISTRICT, [self._where, district.id])
            self._take_in()

    def _take_in(self) -> None:
        """A slip that somebody left half written is kept as it is: somebody has to see it."""
        for draft in drafts_left():
            if left := draft.answers():
                self._put(draft, _as_it_is(left))
            else:
                draft.let_go()

    def _put(self, draft: SlipDraft, given: Mapping[str, Any]) -> Ticket:
        """Have a slip kept. Its draft is held until it is, and then empty."""
        ticket = self._keeping.write_slip(self._district, given, draft.id)
        ticket.done.connect(lambda _done: draft.done())
        for answer in (ticket.done, ticket.refused, ticket.failed):
            answer.connect(lambda _answer: self._answered(draft))
        return ticket

    def _answered(self, draft: SlipDraft) -> None:
        if draft is not self._draft:
            draft.let_go()

    def _lived(self, state: str, _age: float) -> None:
        if state == LOST:  # who signs out now cannot come in again, nor can anybody else
            self._away = True
            self.tell()
        elif state == LIVE:
            self._opened()

    def _opened(self) -> None:
        self._away = False
        if self._slip is not None:
            self._slip.said.say(_("The database is back: keep this call, go back and sign in."), "ok")
        if self._window.backstage.picture.district is not None:
            self._take_in()
        self.tell()

    def _unavailable(self, _refusal: Refused) -> None:
        self.shut_out()

    def shut_out(self) -> None:
        """Nobody can come in: the database does not answer."""
        if not self._away and self._district:
            self._away = True
            self._keeping.open_for(self._district)
        self.tell()

    def tell(self, _now: object = None) -> None:
        """Tell the door that nobody can come in, what is kept, and whether a slip can be written."""
        backstage = self._window.backstage
        said = [kept_words(self._keeping.entries, backstage.now()) if self._away else ""]
        if backstage.state == LOST:  # one that was never opened says itself why not
            said.insert(0, _("◆ The database is away: nobody can sign in until it is back."))
        self._window.door.show_kept("\n".join(words for words in said if words), self._away)

    def write(self) -> None:
        """Show the slip in the place of the door."""
        draft = free_draft()
        page = SlipPage(draft, lambda given: self._put(draft, given))
        page.left.connect(self._leave)
        self._draft, self._slip, self._page = draft, page, Scrolled(page)
        self._window.locking.idleness.begin_anew()
        self._window.show_beside_door(self._page)
        page.words.setFocus()

    def _leave(self) -> None:
        """Back to the door. What stands on the slip stays in its draft; with the database there it is kept at once."""
        draft, slip, page = self._draft, self._slip, self._page
        self._draft = self._slip = self._page = None
        if draft is None or slip is None or page is None:
            return
        if not slip.busy:
            draft.let_go()
        self._window.leave_beside_door(page)
        if not self._away:
            self._take_in()

    def _tick(self, _now: object) -> None:
        self.tell()
        rules = self._window.backstage.picture.rules
        if self._slip is not None and self._window.locking.deserted(rules) and self._slip.put_down():
            self._leave()
            self._take_in()  # out of sight, and not for whoever presses the button next


def _as_it_is(left: Mapping[str, str]) -> dict[str, Any]:
    """What stands on a slip, as a call: with half a number, say, whoever sees it makes sense of it."""
    try:
        return as_call(left)
    except Refused:
        return as_call({"words": "\n".join(left.values())})
