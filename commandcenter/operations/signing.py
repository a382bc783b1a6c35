"""Signing in, in the embedded mode: Argon2id hashes, a delay that grows with every miss, everything journalled.

The hash is computed outside any transaction – it takes long on purpose – and the judgement is written in one.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.domain.people import Credential, Person, Right
from commandcenter.domain.record import Key
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete, NotAllowed, Refused
from commandcenter.i18n import N_

DELAYS_S = (0, 0, 1, 2, 4, 8, 16, 32, 60)
"""Seconds to wait after so many misses in a row; the last one for all that follow."""
SHORTEST = 8
LONGEST = 1000

WRONG = N_("The login or the password is wrong.")
WRONG_AND_WAIT = N_("The login or the password is wrong. Please wait {seconds} s before the next try.")
TOO_SOON = N_("Too many wrong passwords: please wait {seconds} s before the next try.")

CLOSED = N_("{person} may not sign in any more. An administrator can change that.")


class Database(Protocol):
    """What signing in needs of a database."""

    def reading(self) -> AbstractContextManager[Session]: ...
    def run(
        self, operation: str, actor: Any, station: str, body: Callable[[Work], Any],
        operation_id: Key | None = None, reason: str = "",
    ) -> Any: ...  # fmt: skip


def sign_in(database: Database, login: str, password: str, station: str) -> Person:
    """The person of that login, if the password is theirs.

    Refused in words that do not tell whether the login exists; refused for a while after several misses,
    without even looking at the password; refused for a person who is disabled.
    """
    login = login.strip()
    if not login or not password:
        raise Incomplete(N_("Please type your login and your password."), field="password" if login else "login")
    with database.reading() as session:
        found = session.execute(
            select(Person, Credential).join(Credential, Credential.person_id == Person.id).where(Person.login == login)
        ).first()
    if found is None:
        _matches(_nobodys_hash(), password)  # takes as long as for a login that exists
        raise Refused(WRONG)
    person, credential = found
    matches = _matches(credential.password_hash, password)
    if person.disabled:  # the account is dead: nothing to count, and only who knows the password learns it
        raise NotAllowed(CLOSED, person=person.name) if matches else Refused(WRONG)
    fresh = hashed(password) if matches and _hasher().check_needs_rehash(credential.password_hash) else ""
    refusal: Refused | None = database.run(
        "sign_in", person, station, lambda work: _judge(work, credential.id, matches, fresh)
    )
    if refusal is not None:
        raise refusal
    return person


def _judge(work: Work, credential_id: Key, matches: bool, fresh: str) -> Refused | None:
    """Write down a hit or a miss. A miss is handed back, not raised: it must be committed."""
    credential = work.get(Credential, credential_id)
    seconds = waiting(credential.failures, credential.failed_at, work.now)
    if seconds > 0:
        raise Refused(TOO_SOON, seconds=seconds)
    if matches:
        credential.failures, credential.failed_at, credential.signed_in_at = 0, None, work.now
        credential.password_hash = fresh or credential.password_hash
        return None
    credential.failures, credential.failed_at = credential.failures + 1, work.now
    seconds = waiting(credential.failures, work.now, work.now)
    return Refused(WRONG_AND_WAIT, seconds=seconds) if seconds else Refused(WRONG)


def waiting(failures: int, failed_at: dt.datetime | None, now: dt.datetime) -> int:
    """Whole seconds still to wait after so many misses, the last one at ``failed_at``."""
    if failed_at is None:
        return 0
    delay = DELAYS_S[min(failures, len(DELAYS_S) - 1)]
    left = delay - (now - failed_at).total_seconds()
    return max(0, min(delay, -int(-left // 1)))


def hashed(password: str) -> str:
    """The Argon2id hash of a password. Refused for one that is too short, or absurdly long."""
    if len(password) < SHORTEST:
        raise Incomplete(N_("A password has at least {n} characters."), field="password", n=SHORTEST)
    if len(password) > LONGEST:
        raise Incomplete(N_("A password has at most {n} characters."), field="password", n=LONGEST)
    return str(_hasher().hash(password))


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
