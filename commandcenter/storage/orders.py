"""Orders: what is asked of the database, and all a work has to know before it begins."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import func, literal, null, outerjoin, select
from sqlalchemy.orm import Session

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record, new_key, snapshot, type_key
from commandcenter.domain.work import conflict
from commandcenter.errors import Conflict, NotAllowed
from commandcenter.i18n import N_
from commandcenter.storage.remembered import MARK
from commandcenter.storage.sessions import WritingSession

NOBODY = snapshot(Person, {"login": "", "name_zh": "系统", "name_en": "system", "roles": []})
"""Who acts where no person does: setting up, loading a pack. Holds no right and has no key."""


class AlreadyDone(Exception):
    """An operation with this id was committed before; it is not done again."""


@dataclass
class Order:
    """One request to do something, and what became of it so far."""

    operation: str
    actor: Person | Key | None
    station: str
    operation_id: Key | None
    reason: str
    known: bool = False
    """Whether anybody else may know its id, and be doing it at this very moment."""
    id: Key = field(init=False)
    session: WritingSession | None = None
    committing: bool = False
    uncertain: bool = False

    def __post_init__(self) -> None:
        self.id = self.operation_id or new_key()


class Met(NamedTuple):
    """What a work meets: the server's time if there is one, whether it was done before, and by whom it is done."""

    at: dt.datetime | None
    done: bool
    mark: int
    person: Person | None


def met(session: WritingSession, order: Order) -> Met:
    """All a work has to know before it begins, asked in one go."""
    file = session.get_bind().dialect.name == "sqlite"
    turn = func.pg_advisory_xact_lock(func.hashtextextended(order.id, 0))
    if not file and (order.known or order.uncertain):
        # It may be under way elsewhere, or on a connection we lost: wait for its end, and only then look.
        session.execute(select(turn))
    # In a file the first statement begins the transaction, and writers take turns as it is.
    first = (null(), null()) if file else (func.clock_timestamp(), turn)
    question = select(*first, done(session, order.id), MARK, Person).select_from(
        outerjoin(select(literal(1)).subquery(), Person, Person.id == _key_of(order.actor))
    )
    found = session.execute(question).one()
    return Met(at=found[0], done=bool(found[2]), mark=found[3], person=found[4])


def done(session: Session, operation_id: Key) -> Any:
    """Whether an operation of this id has been committed, as a question. On a server, also one of a sealed case."""
    if session.get_bind().dialect.name == "sqlite":
        return select(JournalLine.seq).where(JournalLine.operation_id == operation_id).exists()
    return func.operation_was_done(literal(operation_id, type_key))


def _key_of(actor: Person | Key | None) -> Key | None:
    return (actor.id if isinstance(actor, Person) else actor) or None


def acting(asked: Person | Key | None, found: Person | None) -> Person:
    """Who acts: the row as it is now, or the program itself. Refused where the account is out of use."""
    if not _key_of(asked):  # the system itself: it has no row, and brings the rights it needs
        return asked if isinstance(asked, Person) else NOBODY
    if found is None or found.disabled:
        raise NotAllowed(N_("This account is not in use any more. Ask the administrator."))
    return found


def who_was_first(session: Session, seen: Sequence[tuple[type[Record], Key, int]]) -> Conflict | None:
    """The refusal that says who changed one of these records, which were seen at those versions; None: nobody."""
    for record_type, key, version in seen:
        if session.scalar(select(record_type.version).where(record_type.id == key)) != version:
            return conflict(session, record_type, key)
    return None
