"""The stagehands of a past moment: the same signals and questions, but time stands still and nothing is done.

Questions are answered by the present backstage, on its lanes, about the moment that is looked at.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from commandcenter.domain.people import Person
from commandcenter.domain.undoing import AS_OF
from commandcenter.errors import NotAllowed, Refused
from commandcenter.i18n import N_
from commandcenter.live.delta import Delta
from commandcenter.live.past import Past
from commandcenter.live.picture import Picture
from ui.backstage import LIVE, Backstage
from ui.company import Company
from ui.tickets import Ticket

T = TypeVar("T")
NOTHING_DONE = N_(
    "This is the past: you can look at everything, and change nothing. Close the window to go on working."
)


class PastBackstage(QObject):
    """A backstage as pages know it, of one past moment after another. Aware UTC."""

    loaded = Signal(str)
    changed = Signal(object)
    live = Signal(str, float)
    came_back = Signal(str, float)
    refused = Signal(object)
    finished = Signal(str, object)
    kept = Signal(object)
    bug = Signal(object)
    arrived = Signal(object)
    """The picture is now that of this moment."""

    def __init__(self, present: Backstage, at: dt.datetime) -> None:
        super().__init__()
        self._present = present
        self._past = Past()
        self._at = at
        self._wanted: dt.datetime | None = None
        self._looking = False
        self.picture = Picture()
        self.station = present.station
        self.keeping = None
        self.company = Company(self)  # type: ignore[arg-type]
        self.state, self.why, self.age, self.fast = LIVE, None, 0.0, 0.0

    @property
    def person(self) -> Person | None:
        """Who is signed in now: nobody sees more of the past than of the present."""
        return self._present.person

    def now(self) -> dt.datetime:
        """The moment that is looked at."""
        return self._at

    # ------------------------------------------------------------------ going there

    def look(self, at: dt.datetime) -> None:
        """Go to a moment. Where one is under way, it is the next; those between that nobody waits for are left out."""
        self._wanted = at
        if not self._looking:
            self._go()

    def _go(self) -> None:
        at, self._wanted = self._wanted, None
        if at is None:
            return
        self._looking = True
        self._present.ask(
            lambda session: self._past.look(session, at), partial(self._arrive, at), owner=self, otherwise=self._stay
        )

    def _arrive(self, at: dt.datetime, delta: Delta) -> None:
        self._at, self._looking = at, False
        for gone in set(self.picture.fixes) - {fix.person_id for fix in delta.fixes}:
            del self.picture.fixes[gone]
        for fix in delta.fixes:
            self.picture.fixes.pop(fix.person_id, None)  # going back, an earlier one is the news
        self.picture.apply(delta)
        if self.picture.complete:
            self.changed.emit(delta)
        else:
            self.picture.complete = True
            self.loaded.emit("then")
        self.arrived.emit(at)
        self._go()

    def _stay(self, refusal: Refused) -> None:
        self._looking = False
        self.refused.emit(refusal)

    # ------------------------------------------------------------------ what pages ask

    def ask(self, question: Callable[[Any], T], then: Callable[[T], None], **how: Any) -> None:
        """Answer a question about this moment."""
        at = self._at

        def about_then(session: Any) -> T:
            session.info[AS_OF] = at
            return question(session)

        how.setdefault("otherwise", self.refused.emit)
        self._present.ask(about_then, then, **how)

    def aside(self, work: Callable[[], T], then: Callable[[T], None] = lambda _result: None, **how: Any) -> None:
        """Do something beside the GUI that touches no database."""
        self._present.aside(work, then, **how)

    def do(self, name: str, /, *, subject: Any = None, seen_version: Any = None, **fields: Any) -> Ticket:  # noqa: ARG002
        """Nothing is done in the past."""
        return self._refuse(Ticket(name, subject, fields))

    def run(self, ticket: Ticket, *_body: Any, **_more: Any) -> Ticket:
        """Nothing is done in the past."""
        return self._refuse(ticket)

    carry_out = run_errand = in_turn = run

    def _refuse(self, ticket: Ticket) -> Ticket:
        refusal = NotAllowed(NOTHING_DONE)

        def say() -> None:
            ticket.refuse(refusal)
            self.refused.emit(refusal)

        QTimer.singleShot(0, self, say)
        return ticket

    def retry(self) -> None:
        """There is nothing to try again: the past is always there."""
