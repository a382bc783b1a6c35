"""The session of whoever sits here, and how it is ended from elsewhere.

A session knows which sign-out everywhere its person had behind them when it began; it is over when they have another
one. That is a fact of the person's record, not an event: a station that was away learns of it when it is back.
"""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.errors import Refused
from commandcenter.i18n import N_
from commandcenter.live.delta import Change
from ui.backstage import LOST, Backstage
from ui.tickets import Ticket

if TYPE_CHECKING:
    from commandcenter.operations.own_password import OwnPassword
    from commandcenter.operations.signing import Proof

ENDED = N_("You were signed out everywhere. What was typed here is kept for you.")
ENDED_BY = N_("You were signed out everywhere by {person}. What was typed here is kept for you.")
ENDED_FOR_PASSWORD = N_(
    "Your password was changed at another station. Sign in with the new one; what was typed here is kept for you."
)
ALONE = N_("You are signed out at all other stations.")
PASSWORD_CHANGED = N_("Your password is changed. You are signed out at all other stations.")


class Session(QObject):
    """From signing in to signing out."""

    ended = Signal(object)
    """It was ended from elsewhere; a Refused says so in words."""
    alone = Signal(str)
    """All other sessions of this person were ended; the sentence that says so."""

    def __init__(self, backstage: Backstage, parent: QObject) -> None:
        super().__init__(parent)
        self._backstage = backstage
        self._entered: Person | None = None
        self._ending: list[Ticket] = []
        self._proof: Proof | None = None
        self._own: OwnPassword | None = None

    @property
    def person(self) -> Person | None:
        """Who signed in, as they were when they did; None while nobody is."""
        return self._entered

    def begin(self, person: Person) -> None:
        """Somebody signed in, or typed their password once more."""
        if self._entered is None:
            self._backstage.company.enter(person)
        self._entered = self._backstage.person = person

    def leave(self) -> None:
        """Nobody is signed in any more."""
        self._backstage.company.leave()
        self._entered = self._backstage.person = self._proof = self._own = None
        self._ending = []
        if sealed := self._backstage.picture.without_sealed():  # whoever comes next sees none of it
            self._backstage.on_delta(sealed)

    def remember(self, person: Person, password: str) -> None:
        """Keep what the password can be held against while the database is away; in memory, as its hash."""
        from commandcenter.operations.signing import Proof

        self._backstage.aside(partial(Proof, person, password), self._remembered, owner=self, latest="proof")

    def _remembered(self, proof: "Proof") -> None:
        if self._entered is not None and self._entered.id == proof.person.id:
            self._proof = proof

    def prove(self, password: str) -> Ticket | None:
        """Hold a password against that of whoever is signed in; None while the database can do it."""
        proof, back, entered = self._proof, self._backstage, self._entered
        if proof is None or back.state != LOST:
            return None

        def check() -> Person | None:
            proof.check(password, back.now())
            return entered

        return back.in_turn(Ticket("unlock"), check)

    def end_others(self) -> None:
        """Sign this person out everywhere but here."""
        if self._entered is None or self._ending:
            return
        from commandcenter.operations.overseeing import sign_out_everywhere

        person = self._entered.id
        ticket = self._ends_others(Ticket("sign_out_everywhere"), ALONE)
        self._backstage.run(ticket, lambda work: sign_out_everywhere(work, person))

    def change_password(self, old: str, new: str) -> Ticket | None:
        """Choose another password for whoever is signed in, and sign them out everywhere but here.

        None while nobody is signed in, or another such thing is under way.
        """
        now = self._backstage.picture.get(Person, self._entered.id) if self._entered is not None else None
        if now is None or self._ending:
            return None
        from commandcenter.operations.own_password import CHANGE, OwnPassword

        own = self._own = self._own or OwnPassword(now, self._backstage.station)
        ticket = self._ends_others(Ticket(CHANGE), PASSWORD_CHANGED)
        ticket.done.connect(lambda _person: self.remember(now, new))
        return self._backstage.carry_out(ticket, lambda database: own.change(database, now.version, old, new))

    def _ends_others(self, ticket: Ticket, words: str) -> Ticket:
        """What ends the other sessions of this person, and not this one."""
        self._ending.append(ticket)
        ticket.done.connect(lambda person: self._ended_others(person, words))
        for over in (ticket.refused, ticket.failed):
            over.connect(self._went_wrong)
        return ticket

    def _ended_others(self, person: Key, words: str) -> None:
        self._ending = []
        now = self._backstage.picture.get(Person, person)
        if self._entered is not None and self._entered.id == person and now is not None:
            self._entered = now  # the one that asked goes on
            self.alone.emit(words)

    def _went_wrong(self, _why: object) -> None:
        self._ending = []
        self.over()

    def over(self, last: Change | None = None) -> bool:
        """Whether it has been ended from elsewhere, which is said then; by the ``last`` change, where it is known."""
        began = self._entered
        now = self._backstage.picture.get(Person, began.id) if began is not None else None
        if began is None or now is None or self._ending:
            return False
        if now.version <= began.version or now.signed_out_at == began.signed_out_at:
            return False
        self.ended.emit(self._why(last))
        return True

    def _why(self, last: Change | None) -> Refused:
        who = self._backstage.picture.get(Person, last.actor_id) if last is not None else None
        if last is None or who is None:
            return Refused(ENDED)
        return Refused(ENDED_FOR_PASSWORD) if last.operation == "change_password" else Refused(
            ENDED_BY, person=who.name)
