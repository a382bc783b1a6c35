"""Calls that are taken while the database is away: what the page says of them, and how one comes back to the form."""

from dataclasses import fields
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from commandcenter.domain.moves import BY_NAME
from commandcenter.i18n import _
from commandcenter.spool import Kept
from ui.following import LOST
from ui.intake.call import OPEN_CASE, RECEIVE, Call
from ui.intake.taking import Taking

if TYPE_CHECKING:
    from ui.intake.page import IntakePage


class KeptCalls(QObject):
    """Between the spool and the intake page."""

    def __init__(self, page: "IntakePage") -> None:
        super().__init__(page)
        self._page = page
        page.counter.kept.connect(self._kept)
        page.counter.returned.connect(self._returned)
        page.room.kept_asked.connect(self._edit)

    def _kept(self, taking: Taking) -> None:
        page = self._page
        if page.form.call().id == taking.call.id:
            page.begin()
        page.panel.result.show_kept()
        if taking.ending not in (RECEIVE, OPEN_CASE):  # the database went in the very moment
            words = " ".join(str(answer) for answer in taking.answers.values() if answer)
            page.room.say(_("The call is kept, but “{move}” was not made. What you typed for it: {words}",
                            move=_(BY_NAME[taking.ending].label), words=words), "urgent")  # fmt: skip

    def _returned(self, _call: object, _why: object) -> None:
        """What became of the call before says nothing of the one that stands here with a refusal."""
        if self._page.room.backstage.state == LOST:
            self._page.panel.result.hide()

    def _edit(self, entry: Kept) -> None:
        """Put a kept call on the form as a new one. It leaves the spool only once the draft is on the disk."""
        page, keeping = self._page, self._page.room.backstage.keeping
        if entry.move != RECEIVE or keeping is None:
            return
        known = {f.name for f in fields(Call)}
        call = Call(**{name: value for name, value in entry.given.items() if name in known and value is not None})
        page.begin()
        page.form.show_call(call, None)
        page.counter.desk.front = call.id
        page.counter.desk.alone.add(call.id)
        if page.counter.keep():
            keeping.take_back(entry.id)
        page.form.words.setFocus(Qt.FocusReason.OtherFocusReason)
