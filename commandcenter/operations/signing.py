"""Signing in, in the embedded mode: Argon2id hashes, a delay that grows with every miss, everything journalled.

The hash is computed outside any transaction – it takes long on purpose – and the judgement is written in one.
"""

import datetime as dt
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import delete, func, literal, select
from sqlalchemy.orm import Session

from commandcenter.domain.logins import LONGEST, checked_password, login_mark
from commandcenter.domain.people import Credential, MissedLogin, Person, RefusedSignIn, Right
from commandcenter.domain.record import Key
from commandcenter.domain.words import clean
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete, NotAllowed, Refused, Unavailable, WrongPassword
from commandcenter.i18n import N_

DELAYS_S = (0, 0, 1, 2, 4, 8, 16, 32, 60)
"""Seconds to wait after so many misses in a row; the last one for all that follow."""
FORGOTTEN_AFTER = dt.timedelta(days=1)
"""How long the misses of a login that is nobody's are remembered."""

WRONG = N_("The login or the password is wrong.")
WRONG_AND_WAIT = N_("The login or the password is wrong. Please wait {seconds} s before the next try.")
TOO_SOON = N_("Too many wrong passwords: please wait {seconds} s before the next try.")

LOOK_ONLY = N_("You can look, but nothing can be saved just now. {why}")
CLOSED = N_("{person} may not sign in any more. An administrator can change that.")
STRANGER = N_("The server lets {login} in, but nobody in this district has that login. Ask an administrator.")
_ONE = select(literal(1)).subquery()


MOST_UNWRITTEN = 1000
"""Logins whose misses are counted here while they cannot be written down."""
_unwritten: WeakKeyDictionary["Database", dict[str, MissedLogin]] = WeakKeyDictionary()
_log = logging.getLogger(__name__)


class Database(Protocol):
    """What signing in needs of a database."""

    def now(self) -> dt.datetime: ...
    def reading(self) -> AbstractContextManager[Session]: ...
    def run(
        self, operation: str, actor: Any, station: str, body: Callable[[Work], Any],
        operation_id: Key | None = None, reason: str = "",
    ) -> Any: ...  # fmt: skip


def sign_in(
    database: Database, login: str, password: str, station: str, look_only: Callable[[Refused], object] | None = None
) -> Person:
    """The person of that login, if the password is theirs.

    Refused in words, and with delays, that do not tell whether the login exists; refused for a while after
    several misses, without even looking at the password; refused for a person who is disabled.

    Where it cannot be written down, as on a full disk, a person may come in all the same and look, if somebody is
    there to be told so by ``look_only(why)``: whatever needs a line in the journal is refused anyway.
    """
    login = typed(login, password)
    known = _known(database, login)
    unwritten = _unwritten.setdefault(database, {})
    for misses in (known.misses, unwritten.get(login_mark(login))):
        not_too_soon(misses, database.now())
    # Takes as long for a login that does not exist.
    matches = _matches(known.credential.password_hash if known.credential else _nobodys_hash(), password)
    if known.person is not None and known.person.disabled and matches:
        database.run("sign_in", None, station, lambda work: _journalled(work, known, login))
        raise NotAllowed(CLOSED, person=known.person.name)  # the account is dead: only who knows the password learns it
    hit = known.opens and matches
    try:
        refusal = _written(database, known, login, password if hit else None, station)
    except Unavailable as why:
        if look_only is None:
            raise
        refusal = None if hit else _missed_unwritten(unwritten, login, database.now())
        if hit:
            _log.warning("a sign-in could not be written down: %s", why)
            look_only(Refused(LOOK_ONLY, why=why))
    if refusal is not None or known.person is None:
        raise refusal or WrongPassword(WRONG)
    unwritten.pop(login_mark(login), None)
    return known.person


def typed(login: str, password: str) -> str:
    """The login from what was typed. Refused where one of the two is missing."""
    login = clean(login)
    if not login or not password:
        raise Incomplete(N_("Please type your login and your password."), field="password" if login else "login")
    return login


def signed_in_at_server(database: Database) -> Person:
    """Who came in by a login of their own, where people sign in with the database: the person of that login.

    Refused where the login is nobody's of this district, or somebody's who is out of use.
    """
    with database.reading() as session:
        login, person = session.execute(
            select(func.session_user(), Person).outerjoin_from(_ONE, Person, Person.login == func.session_user())
        ).one()  # fmt: skip
    if person is None:
        raise NotAllowed(STRANGER, login=login)
    if person.disabled:
        raise NotAllowed(CLOSED, person=person.name)
    return person


class _Known(NamedTuple):
    """What is known of a login."""

    person: Person | None
    credential: Credential | None
    misses: Credential | MissedLogin | None

    @property
    def opens(self) -> bool:
        return self.person is not None and not self.person.disabled


def _known(database: Database, login: str) -> _Known:
    with database.reading() as session:
        found = session.execute(
            select(Person, Credential).join(Credential, Credential.person_id == Person.id).where(Person.login == login)
        ).first()
        person, credential = found or (None, None)
        opens = person is not None and not person.disabled
        return _Known(person, credential, credential if opens else session.get(MissedLogin, login_mark(login)))


def _written(database: Database, known: _Known, login: str, password: str | None, station: str) -> Refused | None:
    """Write down a hit, with the ``password`` that opened, or a miss; a miss is handed back as its refusal."""
    if not known.opens or known.credential is None:
        said: Refused = database.run("sign_in", None, station, lambda work: _missed_nobody(work, known, login))
        return said
    key = known.credential.id
    fresh = hashed(password) if password and _hasher().check_needs_rehash(known.credential.password_hash) else ""
    refusal: Refused | None = database.run(
        "sign_in", known.person, station, lambda work: _judge(work, key, password is not None, fresh)
    )
    return refusal


def _missed_unwritten(unwritten: dict[str, MissedLogin], login: str, now: dt.datetime) -> Refused:
    """Count a miss that cannot be written down, for as long as this database is open here."""
    if len(unwritten) >= MOST_UNWRITTEN:
        unwritten.clear()
    return missed(unwritten.setdefault(login_mark(login), MissedLogin(login_hash=login_mark(login), failures=0)), now)


def _judge(work: Work, credential_id: Key, matches: bool, fresh: str) -> Refused | None:
    """Write down a hit or a miss. A miss is handed back, not raised: it must be committed."""
    credential = work.get(Credential, credential_id)
    not_too_soon(credential, work.now)
    if not matches:
        return missed(credential, work.now)
    credential.failures, credential.failed_at, credential.signed_in_at = 0, None, work.now
    credential.password_hash = fresh or credential.password_hash
    return None


def _journalled(work: Work, known: _Known, login: str) -> None:
    """Write down a refusal that no account's own versions tell of."""
    person = known.person.id if known.person is not None else None
    work.add(RefusedSignIn(login_hash=login_mark(login), person_id=person, refused_at=work.now))


def _missed_nobody(work: Work, known: _Known, login: str) -> Refused:
    """Write down a miss of a login that opens nothing, and forget the count of those of days gone by."""
    session = work.session
    session.execute(delete(MissedLogin).where(MissedLogin.failed_at < work.now - FORGOTTEN_AFTER))
    tally = session.get(MissedLogin, login_mark(login))
    if tally is None:
        tally = MissedLogin(login_hash=login_mark(login), failures=0)
        session.add(tally)
    else:
        not_too_soon(tally, work.now)
    _journalled(work, known, login)
    return missed(tally, work.now)


def missed(tally: Credential | MissedLogin, now: dt.datetime) -> Refused:
    """Count a miss; its refusal, with how long to wait."""
    tally.failures, tally.failed_at = tally.failures + 1, now
    seconds = waiting(tally.failures, now, now)
    return WrongPassword(WRONG_AND_WAIT, seconds=seconds) if seconds else WrongPassword(WRONG)


def not_too_soon(tally: Credential | MissedLogin | None, now: dt.datetime) -> None:
    """Refused while it has to be waited after so many misses."""
    seconds = waiting(tally.failures, tally.failed_at, now) if tally is not None else 0
    if seconds > 0:
        raise Refused(TOO_SOON, seconds=seconds)


def waiting(failures: int, failed_at: dt.datetime | None, now: dt.datetime) -> int:
    """Whole seconds still to wait after so many misses, the last one at ``failed_at``."""
    if failed_at is None:
        return 0
    delay = DELAYS_S[min(failures, len(DELAYS_S) - 1)]
    left = delay - (now - failed_at).total_seconds()
    return max(0, min(delay, -int(-left // 1)))


def hashed(password: str) -> str:
    """The Argon2id hash of a password. Refused for one that is too short, or absurdly long."""
    return str(_hasher().hash(checked_password(password)))


def set_password(work: Work, person: Key, password_hash: str) -> Key:
    """Give a person a new password, by its hash (:func:`hashed`, made before the transaction).

    An administrator may do it for anybody, everybody for themselves. Returns the key of the credential.
    """
    if person != work.actor.id and Right.ADMINISTER not in work.actor.rights:
        raise NotAllowed(N_("Only an administrator may set somebody else's password."))
    work.get(Person, person)
    credential = work.session.scalars(select(Credential).where(Credential.person_id == person)).first()
    if credential is None:
        return work.add(Credential(person_id=person, password_hash=password_hash)).id
    credential.password_hash = password_hash
    credential.failures, credential.failed_at = 0, None
    return credential.id


class Proof:
    """What lets somebody who signed in prove it once more while the database is away.

    It is a hash, lives in memory only, and no longer than the session: it opens a window that locked, never a door.
    """

    def __init__(self, person: Person, password: str) -> None:
        self.person = person
        self._hash = str(_hasher().hash(password))
        self._misses = self._none()

    def check(self, password: str, now: dt.datetime) -> None:
        """Refused, in the words and with the delays of signing in, where it is not the password."""
        not_too_soon(self._misses, now)
        if not _matches(self._hash, password):
            raise missed(self._misses, now)
        self._misses = self._none()

    def _none(self) -> MissedLogin:
        return MissedLogin(login_hash=login_mark(self.person.login), failures=0)


def _matches(password_hash: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return bool(_hasher().verify(password_hash, password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _hasher() -> Any:
    # Loaded when somebody signs in, not when the program starts.
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return str(_hasher().hash("nobody has this password"))
