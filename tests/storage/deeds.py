"""Small things to do in a database: what these tests write and read, in the fewest words."""

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import select

from commandcenter.domain.contacts import Note
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record, new_key
from commandcenter.domain.work import Work
from commandcenter.storage.database import Database

T = TypeVar("T")


def done(result: T | None) -> T:
    """What an operation returned that was not done before."""
    assert result is not None
    return result


def hired(database: Database, login: str, **more: Any) -> Person:
    """A person in the district's books."""
    given = {"roles": ["operator"], **more}
    return done(database.run("hire", None, "test", lambda work: work.add(Person(login=login, **given))))


def note(words: str = "A3区噪音扰民,请处理", **more: Any) -> Note:
    """A note that belongs to no case in particular."""
    given = {"id": new_key(), "case_id": new_key(), "author_id": new_key(), "sort": "remark", **more}
    return Note(words=words, written_at=dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC), **given)


def written(database: Database, words: str = "A3区噪音扰民,请处理", actor: Person | None = None) -> Note:
    """A note in the database."""
    return done(database.run("note", actor, "test", lambda work: work.add(note(words))))


def reworded(row: Note, words: str) -> Callable[[Work], Note]:
    """The body of an operation that changes a note as it was seen."""

    def body(work: Work) -> Note:
        found = work.get(Note, row.id, row.version)
        found.words = words
        return found

    return body


def lines_of(database: Database, record: Record | Key) -> list[JournalLine]:
    """The journal lines of one record, in order."""
    key = record.id if isinstance(record, Record) else record
    with database.reading() as session:
        return list(session.scalars(select(JournalLine).where(JournalLine.key == key).order_by(JournalLine.version)))


def at_once(bodies: Iterable[Callable[[], None]]) -> None:
    """Run bodies in threads of their own and wait for all; what one of them raised is raised here."""
    failed: list[BaseException] = []

    def guarded(body: Callable[[], None]) -> None:
        try:
            body()
        except BaseException as error:  # noqa: BLE001 – raised again below, in the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in failed:
        raise error
