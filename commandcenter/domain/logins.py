"""Logins, roles and passwords: what may be one, before anybody is given it."""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from commandcenter.domain.people import Role
from commandcenter.domain.record import Key
from commandcenter.domain.words import clean
from commandcenter.errors import Incomplete
from commandcenter.i18n import N_

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST_LOGIN = 63
"""Characters, all of one byte: a PostgreSQL server knows people by their logins and cuts longer ones off."""
SHORTEST, LONGEST = 8, 1000
"""Characters of a password."""

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_RESERVED = re.compile(r"(?:pg_|commandcenter).*|public|none|all|replication|postgres|template[01]", re.IGNORECASE)
_IN_A_SQUAD = frozenset({Role.CAPTAIN, Role.INSTRUCTOR, Role.OFFICER})
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another one, on paper or said aloud
_GROUPS, _GROUP = 4, 4


def login_mark(login: str) -> str:
    """What stands for a login that may be nobody's: what is typed there by mistake may be a password."""
    return hashlib.sha256(login.encode()).hexdigest()


class Missed(NamedTuple):
    """Sign-ins with one login that a server refused at a station. ``since_at`` to ``until_at``: aware UTC."""

    mark: str
    """Of the login, :func:`login_mark`; empty where there were too many different ones to tell apart."""
    tries: int
    since_at: dt.datetime
    until_at: dt.datetime


class ServerLogins(Protocol):
    """The login roles of a server, where people sign in with the database and not with the program."""

    def is_the_program(self) -> bool:
        """Whether who came in owns the database: the program itself, which acts for nobody."""

    def verifier(self, password: str) -> str:
        """What the server keeps of a password; computed here, so that the password itself is never sent."""

    def keep(self, session: "Session", person: Key, verifier: str) -> None:
        """Give the person, as the session has written them, a login role that this password opens."""

    def opens(self, password: str) -> bool:
        """Whether this password opens the login of whoever came in. Refused in words where nobody can tell."""

    def choose(self, session: "Session", verifier: str) -> None:
        """Let whoever came in be let in by this password from now on, in this transaction."""

    def enter_with(self, password: str) -> None:
        """Open what connections are opened from now on with this password: the one of before opens nothing more."""

    def end_sessions(self, person: Key) -> bool:
        """End the sessions of somebody who was put out of use. False where the server does not allow it."""


def checked_login(said: str) -> str:
    """A login from what was typed. Refused where it is none."""
    login = clean(said)
    if not login:
        raise Incomplete(N_("Please type a login."), field="login")
    if len(login) > LONGEST_LOGIN or not _LOGIN.fullmatch(login):
        raise Incomplete(
            N_("“{login}” cannot be a login: up to {most} letters a–z, digits, dots, dashes and underscores."),
            field="login", login=login[:LONGEST_LOGIN], most=LONGEST_LOGIN,
        )  # fmt: skip
    if _RESERVED.fullmatch(login):
        raise Incomplete(N_("“{login}” is kept for the database itself: choose another login."), field="login",
                         login=login)  # fmt: skip
    return login


def checked_roles(said: Iterable[str], squad_id: Key | None, workstation_id: Key | None) -> list[str]:
    """Roles, each once and in the usual order. Refused where they are none, or want a unit that is missing."""
    given = set(said)
    unknown = sorted(given - set(Role))
    if unknown:
        raise Incomplete(N_("There is no role “{role}”: there are {roles}."), field="roles", role=unknown[0],
                         roles=", ".join(Role))  # fmt: skip
    roles = [role for role in Role if role in given]
    if not roles:
        raise Incomplete(N_("Somebody without a role can do nothing: choose at least one."), field="roles")
    if Role.WALL in roles and len(roles) > 1:
        raise Incomplete(N_("The wall is seen by visitors: its login can have no other role."), field="roles")
    if not squad_id and _IN_A_SQUAD.intersection(roles):
        raise Incomplete(N_("A captain, an instructor or an officer belongs to a squad."), field="squad")
    if not workstation_id and Role.KEEPER in roles:
        raise Incomplete(N_("A keeper belongs to a workstation."), field="workstation")
    return [str(role) for role in roles]


def checked_password(password: str) -> str:
    """A password as it was typed. Refused for one that is too short, or absurdly long."""
    if len(password) < SHORTEST:
        raise Incomplete(N_("A password has at least {n} characters."), field="password", n=SHORTEST)
    if len(password) > LONGEST:
        raise Incomplete(N_("A password has at most {n} characters."), field="password", n=LONGEST)
    return password


def fresh_password() -> str:
    """A password nobody can guess (79 bits), easy to read out: ``k7wd-3mzq-…``."""
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(_GROUP)) for _group in range(_GROUPS))
