"""Building a database's schema, or bringing it up to date. Two who do it at once take turns."""

from sqlalchemy import URL, Engine, func, select

from commandcenter.storage import groups, login_roles, months, opening, schema
from commandcenter.storage.engines import BEGIN, shown
from commandcenter.storage.refusals import in_words
from commandcenter.storage.schema import Age

_TURN = 0x6363_7363_6865_6D61
"""The advisory lock's number, the same for every version of this program."""


def create(engine: Engine, url: URL, *, shut: bool = False) -> None:
    """The schema at its newest step, in one transaction: all of it or nothing. ``shut`` lets nobody else in."""
    with in_words(shown(url)):
        if engine.dialect.name == "sqlite":
            opening.look_at_folder(url)
            _create_sqlite(engine, shown(url))
        else:
            _create_postgresql(engine, shut=shut)


def _create_sqlite(engine: Engine, where: str) -> None:
    with engine.connect() as connection:
        opening.look_for_strangers(connection, where)
        connection.rollback()
        # Outside any transaction, and for good: the file remembers it.
        connection.connection.driver_connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[union-attr]
    with engine.execution_options(**{BEGIN: "EXCLUSIVE"}).begin() as connection:
        if schema.age(connection) is Age.NEWER:
            opening.look_at_schema(connection, "")
        schema.upgrade(connection)


def _create_postgresql(engine: Engine, *, shut: bool) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
        opening.look_at_server(connection)
        if schema.age(connection) is Age.NEWER:
            opening.look_at_schema(connection, "")
        schema.upgrade(connection)
        months.make_ahead(connection, connection.execute(select(func.now())).scalar_one())
        if not shut and groups.set_up(connection):
            login_roles.agree(connection)
