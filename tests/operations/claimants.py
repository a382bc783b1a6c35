"""Processes that claim complaints, one after the other, until none is left: ``URL LOGIN [LOGIN …]``, one for each.

Each says the numbers of its own on lines. ``URL hold LOGIN`` claims a single one and leaves its transaction open until
a line comes in.
"""

import os
import sys
from collections.abc import Sequence

from sqlalchemy import select

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from commandcenter.domain.work import Work
from commandcenter.errors import Refused, Unavailable
from commandcenter.operations import perform
from commandcenter.storage.database import Database

NONE_LEFT = "none is left"


def _say(number: str) -> None:
    os.write(1, f"{number}\n".encode())  # one system call: the lines of several do not mix


def _claimed(work: Work) -> str:
    return work.get(Complaint, perform(work, "claim_next", given={})).number


def _claimed_and_held(work: Work) -> str:
    number = _claimed(work)
    work.session.flush()
    _say(number)
    sys.stdin.readline()
    return number


def _person(database: Database, login: str) -> Person:
    with database.reading() as session:
        return session.scalars(select(Person).where(Person.login == login)).one()


def hold(url: str, login: str) -> None:
    """Claim one and keep everybody waiting who would wait."""
    with Database.open(url) as database:
        database.run("claim_next", _person(database, login), login, _claimed_and_held)


def claim_all(url: str, login: str) -> None:
    """Claim until nothing is left."""
    with Database.open(url) as database:
        person = _person(database, login)
        while (number := _next(database, person)) != NONE_LEFT:
            if number:
                _say(number)


def _next(database: Database, person: Person) -> str:
    """The number of the next one; empty where the others who claim without a pause did not let us have our turn."""
    try:
        return database.run("claim_next", person, person.login, _claimed) or ""
    except Unavailable:
        return ""
    except Refused as refusal:
        if "that nobody has claimed" not in str(refusal):
            raise
        return NONE_LEFT


def _at_once(url: str, logins: Sequence[str]) -> int:
    """A process for each; how many of them failed."""
    children = []
    for login in logins:
        child = os.fork()
        if child == 0:
            claim_all(url, login)
            os._exit(0)
        children.append(child)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


if __name__ == "__main__":
    if sys.argv[2] == "hold":
        hold(sys.argv[1], sys.argv[3])
    else:
        sys.exit(_at_once(sys.argv[1], sys.argv[2:]))
