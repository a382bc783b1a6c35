"""A backup reads every table of a server for as long as it lasts, and retention drops some: they take turns."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

_NUMBER = 0x6363_7475_726E_7321
"""The advisory lock's number."""


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """Wait until it is our turn, however long that is, and keep it meanwhile. In a file nobody has to wait."""
    if engine.dialect.name == "sqlite":
        yield
        return
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        try:
            for limit in ("statement_timeout", "lock_timeout"):
                connection.exec_driver_sql(f"SET {limit} = 0")
            connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": _NUMBER})
            yield
        finally:
            connection.invalidate()  # the session ends, and with it the lock and what was set
