"""People who reach the server by themselves, each by a login role of their own: past the program, or with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url, select

from commandcenter import clock
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key, Record, new_key
from commandcenter.operations import perform
from commandcenter.storage.database import Database
from commandcenter.storage.groups import group_of
from commandcenter.storage.schema.tables import record_types
from tests.house import House
from tests.postgres import OWNER, Cluster

EVERY_TABLE = sorted(record_types())


def let_in(cluster: Cluster, house: House) -> None:
    """Give everybody of the house a login role in the groups of their roles.

    Roles are the whole server's: those of tests before, which may have been closed there, make way for new ones.
    """
    with house.database.reading() as session, cluster.connect() as connection:
        for person in session.scalars(select(Person)):
            login = sql.Identifier(person.login)
            groups = sql.SQL(", ").join(sql.Identifier(group_of(Role(role))) for role in person.roles)
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(login))
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}").format(login, groups))


def address_of(house: House, login: str) -> str:
    """The house's address for somebody of it."""
    return house.url.replace(f"//{OWNER}@", f"//{login}@")


@contextmanager
def past_the_program(house: House, login: str = OWNER) -> Iterator[psycopg.Connection]:
    """A plain connection with a transaction that is rolled back unless it was committed."""
    url = make_url(house.url)
    with psycopg.connect(host=str(url.query["host"]), user=login, dbname=url.database) as connection:
        yield connection
        connection.rollback()


def rewords(connection: psycopg.Connection, record: Record, *, by: int = 1) -> int:
    """Change a record's words by hand; how many rows that met."""
    changing = sql.SQL("UPDATE {} SET words = 'other', version = version + %s WHERE id = %s")
    return connection.execute(changing.format(sql.Identifier(record.kind())), [by, record.id]).rowcount


def line(
    connection: psycopg.Connection, kind: str, key: Key, version: int, actor: Key | None, **more: object
) -> None:
    """Write a journal line by hand, which follows the one before it."""
    said: dict[str, object] = {"kind": kind, "key": key, "version": version, "actor_id": actor, "at": clock.now()}
    before = _hash_before(connection, kind, key, version)
    told = {"operation_id": new_key(), **said, **_SAID, "previous_hash": before, **more}
    columns, marks = sql.SQL(", ").join(map(sql.Identifier, told)), sql.SQL(", ").join(map(sql.Placeholder, told))
    connection.execute(sql.SQL("INSERT INTO journal ({}) VALUES ({})").format(columns, marks), told)


_SAID = {"operation": "amend", "station": "elsewhere", "changes": "{}", "reason": "", "hash": "0" * 64}


def _hash_before(connection: psycopg.Connection, kind: str, key: Key, version: int) -> str:
    asked = "SELECT hash FROM journal WHERE kind = %s AND key = %s AND version = %s"
    found = connection.execute(asked, [kind, key, version - 1]).fetchone()
    return str(found[0]) if found else ""


class OwnLogins:
    """The house as its people reach it in the shared mode: everybody by a connection of their own."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._databases: dict[str, Database] = {}

    def of(self, login: str) -> Database:
        """The database as somebody reaches it."""
        if login not in self._databases:
            self._databases[login] = Database.open(address_of(self.house, login), clock=lambda: self.house.now)
        return self._databases[login]

    def do(self, login: str, name: str, subject: Record | Key | None = None, **given: Any) -> Key:
        """``login`` makes the move ``name`` by their own connection."""
        key = subject.id if isinstance(subject, Record) else subject
        done = self.of(login).run(
            name, self.house.keys[login], "test", lambda work: perform(work, name, subject=key, given=given)
        )
        assert done is not None
        return done

    def close(self) -> None:
        """Let go of every connection."""
        for database in self._databases.values():
            database.close()
