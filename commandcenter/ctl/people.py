"""Commands about the people of a district: who belongs, with which roles, and their passwords."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import select

from commandcenter.ctl import passwords
from commandcenter.ctl.speech import url_there
from commandcenter.ctl.telling import tell
from commandcenter.domain.logins import fresh_password
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad, Workstation
from commandcenter.domain.wording import word
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.installation import STATION, administrator
from commandcenter.operations.enrolling import Belonging, Newcomer, Office
from commandcenter.operations.signing import sign_in, signed_in_at_server
from commandcenter.settings import shared
from commandcenter.storage.database import Database
from commandcenter.storage.logins import Login

U = TypeVar("U", Squad, Workstation)


def list_people(arguments: argparse.Namespace) -> None:
    """``people list``."""
    with _opened(arguments) as database, database.reading() as session:
        squads = {squad.id: squad for squad in session.scalars(select(Squad))}
        stations = {station.id: station for station in session.scalars(select(Workstation))}
        people = session.scalars(select(Person).order_by(Person.login)).all()
    told = [_as_json(person, squads.get(person.squad_id or ""), stations.get(person.workstation_id or ""))
            for person in people]  # fmt: skip
    tell(arguments, {"people": told}, "\n".join(_line(one) for one in told))


def _as_json(person: Person, squad: Squad | None, station: Workstation | None) -> dict[str, Any]:
    return {
        "login": person.login, "name_zh": person.name_zh, "name_en": person.name_en, "roles": person.roles,
        "squad": squad.code if squad else None, "workstation": station.code if station else None,
        "on_duty": person.on_duty, "disabled": person.disabled,
    }  # fmt: skip


def _line(one: dict[str, Any]) -> str:
    names = " ".join(name for name in (one["name_zh"], one["name_en"]) if name)
    roles = _(", ").join(word(role) for role in one["roles"])
    unit = one["workstation"] or one["squad"] or ""
    return f"{one['login']:20} {names} · {roles}{f' · {unit}' if unit else ''}" + (
        f" · {_('out of use')}" if one["disabled"] else "")  # fmt: skip


def add(arguments: argparse.Namespace) -> None:
    """``people add``."""
    with _office(arguments) as office:
        belonging = _belonging(office, arguments)
        password = _new_password(arguments)
        newcomer = Newcomer(arguments.login, arguments.name_zh, arguments.name_en, belonging)
        office.add(newcomer, password)
    _told(arguments, _("{login} is added.", login=arguments.login), password)


def roles(arguments: argparse.Namespace) -> None:
    """``people roles``."""
    with _office(arguments) as office:
        person = _person(office, arguments.login)
        office.change_roles(person.id, _belonging(office, arguments, person), person.version)
    said = _(", ").join(word(role) for role in arguments.roles)
    _told(arguments, _("{login} is now: {roles}.", login=arguments.login, roles=said))


def disable(arguments: argparse.Namespace) -> None:
    """``people disable``."""
    with _office(arguments) as office:
        office.disable(_person(office, arguments.login).id)
    _told(arguments, _("{login} can no longer sign in.", login=arguments.login))


def enable(arguments: argparse.Namespace) -> None:
    """``people enable``."""
    with _office(arguments) as office:
        office.enable(_person(office, arguments.login).id)
    _told(arguments, _("{login} can sign in again.", login=arguments.login))


def reset(arguments: argparse.Namespace) -> None:
    """``people reset``."""
    with _office(arguments) as office:
        person = _person(office, arguments.login)
        password = _new_password(arguments)
        office.reset_password(person.id, password)
    _told(arguments, _("{login} has a new password.", login=arguments.login), password)


@contextmanager
def _office(arguments: argparse.Namespace) -> Iterator[Office]:
    """Where people are administered, and who acts: the person who came in, or else the program itself."""
    with _opened(arguments) as database:
        yield Office(database, _actor(database, arguments.actor), STATION)


def _opened(arguments: argparse.Namespace) -> Database:
    """The database; where people sign in with it, opened as who is said to act, or else as the system knows us."""
    url = url_there(arguments)
    if not (arguments.actor and shared(url)):
        return Database.open(url)
    return Database.open(url, login=Login(arguments.actor, passwords.asked(arguments.actor)))


def _actor(database: Database, login: str | None) -> Person:
    """Who acts: somebody who signs in, or the program itself for whoever owns the database."""
    if database.logins is not None:
        return administrator() if database.logins.is_the_program() else signed_in_at_server(database)
    return sign_in(database, login, passwords.asked(login), STATION) if login else administrator()


def _person(office: Office, login: str) -> Person:
    with office.database.reading() as session:
        person = session.scalars(select(Person).where(Person.login == login)).first()
    if person is None:
        raise Refused(N_("Nobody here has the login “{login}”."), login=login)
    return person


def _belonging(office: Office, arguments: argparse.Namespace, person: Person | None = None) -> Belonging:
    """The roles said, with the squad and workstation said or else those of before."""
    squad = _unit(office, Squad, arguments.squad) or (person.squad_id if person else None)
    station = _unit(office, Workstation, arguments.workstation) or (person.workstation_id if person else None)
    return Belonging(arguments.roles, squad, station)


def _unit(office: Office, kind: type[U], code: str | None) -> Key | None:
    if code is None:
        return None
    with office.database.reading() as session:
        key = session.scalars(select(kind.id).where(kind.code == code)).first()
    if key is None:
        raise Refused(N_("There is no squad or workstation “{code}”."), code=code)
    return key


def _new_password(arguments: argparse.Namespace) -> str:
    return fresh_password() if arguments.generate else passwords.asked_anew(arguments.login)


def _told(arguments: argparse.Namespace, said: str, password: str = "") -> None:
    """Say what was done; a password that was made is shown here and never again."""
    document: dict[str, Any] = {"login": arguments.login}
    if password and arguments.generate:
        document["password"] = password
        said += "\n" + _("Password: {password}\nIt is shown only now.", password=password)
    tell(arguments, document, said)
