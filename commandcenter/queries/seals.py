"""The cases that are sealed, and who can open them: for the owner of the database, who sees all of them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import SEALED, Case
from commandcenter.domain.people import Person
from commandcenter.domain.sealing import openers


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of one case: the case's number, the logins of the people named, and of those who can open it."""

    number: str
    people: tuple[str, ...]
    openers: tuple[str, ...]


def seals(session: Session) -> list[Seal]:
    """Every seal that whoever asks may see, by the cases' age."""
    people = session.scalars(select(Person).order_by(Person.login)).all()
    return [
        Seal(case.number, tuple(person.login for person in people if case.is_for(person.id)),
             tuple(person.login for person in openers(case, people)))
        for case in session.scalars(select(Case).where(SEALED).order_by(Case.id))
    ]  # fmt: skip
