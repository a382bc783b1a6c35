"""Who belongs: people are added, given roles, put out of use and back, and given new passwords.

Only administrators do so, or the program itself where whoever runs it owns the database. Nobody puts themselves out
of use, and somebody is always left who can administer the district.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Text, cast, func, select

from commandcenter.domain.logins import ServerLogins, checked_login, checked_password, checked_roles
from commandcenter.domain.people import Person, Right, Role
from commandcenter.domain.record import Key, new_key
from commandcenter.domain.units import Squad, Workstation
from commandcenter.domain.words import clean
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete, NotAllowed
from commandcenter.i18n import N_
from commandcenter.operations import signing
from commandcenter.operations.administering import give_password
from commandcenter.operations.overseeing import sign_out_everywhere
from commandcenter.operations.signing import hashed, set_password


class Database(signing.Database, Protocol):
    """What administering people needs of a database."""

    @property
    def logins(self) -> ServerLogins | None: ...


class Belonging(NamedTuple):
    """What somebody is in the district, and in which squad or at which workstation."""

    roles: Sequence[str]
    squad_id: Key | None = None
    workstation_id: Key | None = None


class Newcomer(NamedTuple):
    """Somebody to be added. One of the two names is enough."""

    login: str
    name_zh: str
    name_en: str
    belonging: Belonging


class Office(NamedTuple):
    """Where people are administered: in which database, by whom, at which station."""

    database: Database
    actor: Person
    station: str

    def add(self, newcomer: Newcomer, password: str) -> Key:
        """Add somebody, who signs in with ``password``; the key of the person."""
        kept = self._kept(password)
        return self._run("add_person", lambda work: add_person(work, newcomer, kept))

    def change_roles(self, person: Key, belonging: Belonging, seen: int | None = None) -> Key:
        """Give somebody exactly these roles."""
        return self._run("change_roles", lambda work: change_roles(work, person, belonging, seen))

    def disable(self, person: Key, seen: int | None = None) -> Key:
        """Put somebody out of use, and end what they have open."""
        key = self._run("disable_person", lambda work: disable_person(work, person, seen))
        if self.database.logins is not None:
            self.database.logins.end_sessions(key)
        return key

    def enable(self, person: Key, seen: int | None = None) -> Key:
        """Let somebody sign in again, with the password of before."""
        return self._run("enable_person", lambda work: enable_person(work, person, seen))

    def sign_out(self, person: Key) -> Key:
        """End every session somebody has begun by now."""
        return self._run("sign_out_everywhere", lambda work: sign_out_everywhere(work, person))

    def reset_password(self, person: Key, password: str) -> Key:
        """Give somebody a new password; the old one is worth nothing any more."""
        kept = self._kept(password)
        return self._run("reset_password", lambda work: reset_password(work, person, kept))

    def _run(self, operation: str, body: Callable[[Work], Key]) -> Key:
        return str(self.database.run(operation, self.actor, self.station, body))

    def _kept(self, password: str) -> str:
        """What is kept of a password. Takes long on purpose: not inside a transaction."""
        logins = self.database.logins
        return hashed(password) if logins is None else logins.verifier(checked_password(password))


def add_person(work: Work, newcomer: Newcomer, kept: str) -> Key:
    """Add somebody with a first password, given as it is ``kept``. Refused for a login somebody has already."""
    _may_enrol(work)
    login = checked_login(newcomer.login)
    names = [clean(newcomer.name_zh), clean(newcomer.name_en)]
    if not any(names):
        raise Incomplete(N_("Please give a name."), field="name")
    known = work.session.scalars(select(Person).where(func.lower(Person.login) == login.lower())).first()
    if known is not None:
        raise Incomplete(N_("The login “{login}” is taken already, by {person}."), field="login", login=known.login,
                         person=known.name)  # fmt: skip
    person = work.add(Person(id=new_key(), login=login, name_zh=names[0], name_en=names[1], roles=[]))
    _belong(work, person, newcomer.belonging)
    _give(work, person, kept)
    return str(person.id)


def change_roles(work: Work, key: Key, belonging: Belonging, seen: int | None = None) -> Key:
    """Give somebody exactly these roles, squad and workstation."""
    _may_enrol(work)
    person = work.get(Person, key, seen)
    if person.has(Role.ADMINISTRATOR) and Role.ADMINISTRATOR not in belonging.roles:
        if key == work.actor.id:
            raise NotAllowed(N_("Nobody takes the administrator's role from themselves: ask another administrator."))
        _somebody_else_administers(work, person)
    _belong(work, person, belonging)
    return key


def disable_person(work: Work, key: Key, seen: int | None = None) -> Key:
    """Put somebody out of use: they are signed out everywhere, and stay in the history."""
    _may_enrol(work)
    person = work.get(Person, key, seen)
    if key == work.actor.id:
        raise NotAllowed(N_("Nobody puts themselves out of use: ask another administrator."))
    if person.has(Role.ADMINISTRATOR):
        _somebody_else_administers(work, person)
    person.disabled = True
    return key


def enable_person(work: Work, key: Key, seen: int | None = None) -> Key:
    """Let somebody who is out of use sign in again."""
    _may_enrol(work)
    work.get(Person, key, seen).disabled = False
    return key


def reset_password(work: Work, key: Key, kept: str) -> Key:
    """Give somebody a new password, as it is ``kept``. The misses of before are forgotten."""
    _may_enrol(work)
    _give(work, work.get(Person, key), kept)
    return key


def _may_enrol(work: Work) -> None:
    if Right.ADMINISTER not in work.actor.rights:
        raise NotAllowed(N_("{person} has no right to change who belongs to the district."), person=work.actor.name)


def _give(work: Work, person: Person, kept: str) -> None:
    person.password_given_at = work.now
    if work.logins is not None:
        work.logins.keep(work.session, person.id, kept)
    elif person in work.session.new:
        give_password(work, person.id, kept)
    else:
        set_password(work, person.id, kept)


def _belong(work: Work, person: Person, belonging: Belonging) -> None:
    roles = checked_roles(belonging.roles, belonging.squad_id, belonging.workstation_id)
    for kind, key in ((Squad, belonging.squad_id), (Workstation, belonging.workstation_id)):
        if key:
            work.get(kind, key)
    person.roles, person.squad_id, person.workstation_id = roles, belonging.squad_id, belonging.workstation_id


def _somebody_else_administers(work: Work, person: Person) -> None:
    """Refused where ``person`` is the last one who can. Two who take it from each other wait here, in one order."""
    able = work.session.scalars(
        select(Person)
        .where(cast(Person.roles, Text).contains(f'"{Role.ADMINISTRATOR}"'))
        .order_by(Person.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if not any(other.id != person.id and other.has(Role.ADMINISTRATOR) and not other.disabled for other in able.all()):
        raise NotAllowed(N_("{person} is the last administrator: make somebody else one first."), person=person.name)
