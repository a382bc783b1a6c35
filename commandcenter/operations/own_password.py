"""A person's own password: whoever knows the old one chooses a new one.

Whoever changes a password because somebody else may know it wants that one out: all other sessions of the person end.
"""

from typing import Protocol

from commandcenter.domain.logins import Missed, ServerLogins, checked_password, login_mark
from commandcenter.domain.people import MissedLogin, Person
from commandcenter.domain.record import Key
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete, Refused, WrongPassword
from commandcenter.i18n import N_
from commandcenter.operations import signing
from commandcenter.operations.overseeing import record_refused

CHANGE = "change_password"
"""The operation's name, in the journal."""
SAME = N_("This is the password of now: choose another one.")
DIFFERENT = N_("The two are not the same: type the new password twice.")
WRONG = N_("The old password is wrong.")
WRONG_AND_WAIT = N_("The old password is wrong. Please wait {seconds} s before the next try.")

_WRONG = {signing.WRONG: WRONG, signing.WRONG_AND_WAIT: WRONG_AND_WAIT}


class Database(signing.Database, Protocol):
    """What changing a password needs of a database."""

    @property
    def logins(self) -> ServerLogins | None: ...


class OwnPassword:
    """The password of whoever is signed in at a station, for as long as they are."""

    def __init__(self, person: Person, station: str) -> None:
        self.person = person
        self._station = station
        self._misses = _none()  # where the server judges, and counts nothing

    def change(self, database: Database, seen: int, old: str, new: str) -> Key:
        """Choose ``new``, with ``old`` as the proof; the key of the person, whose version ``seen`` was looked at.

        Refused in words, at the field ``old`` or ``new``; a wrong old one with the delays of signing in. Nothing
        is asked before what was typed could be taken.
        """
        if not old:
            raise Incomplete(N_("Please type your old password."), field="old")
        try:
            checked_password(new)
        except Incomplete as refusal:
            raise Incomplete(refusal.message, field="new", **refusal.params) from None
        if new == old:
            raise Incomplete(SAME, field="new")
        self._prove(database, old)
        kept = _kept(database, new)  # takes long on purpose: not inside the transaction
        key = self.person.id
        database.run(CHANGE, self.person, self._station, lambda work: choose_password(work, key, kept, seen))
        if database.logins is not None:
            database.logins.enter_with(new)
        return key

    def _prove(self, database: Database, old: str) -> None:
        try:
            if database.logins is None:
                signing.sign_in(database, self.person.login, old, self._station)
            else:
                self._prove_at_server(database, database.logins, old)
        except WrongPassword as refusal:
            raise Incomplete(_WRONG[refusal.message], field="old", **refusal.params) from None

    def _prove_at_server(self, database: Database, logins: ServerLogins, old: str) -> None:
        """The server judges, and lets everybody try at once again: the waiting is done here."""
        signing.not_too_soon(self._misses, database.now())
        if not logins.opens(old):
            now = database.now()
            missed = Missed(login_mark(self.person.login), 1, now, now)
            database.run("refused_sign_ins", self.person, self._station, lambda work: record_refused(work, [missed]))
            raise signing.missed(self._misses, now)
        self._misses = _none()


def choose_password(work: Work, person: Key, kept: str, seen: int | None = None) -> Key:
    """Give whoever acts the password they chose, as it is ``kept``, and end the sessions they have begun by now."""
    if person != work.actor.id:
        raise Refused(N_("Everybody chooses their own password, and nobody else's."))
    chosen = work.get(Person, person, seen)
    chosen.signed_out_at, chosen.password_given_at = work.now, None
    if work.logins is not None:
        work.logins.choose(work.session, kept)
    else:
        signing.set_password(work, person, kept)
    return person


def _kept(database: Database, password: str) -> str:
    logins = database.logins
    return signing.hashed(password) if logins is None else logins.verifier(password)


def _none() -> MissedLogin:
    return MissedLogin(login_hash="", failures=0)
