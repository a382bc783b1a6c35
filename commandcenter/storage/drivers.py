"""The two drivers' own errors, without loading the one that is not used: PostgreSQL's takes a tenth of a start."""

import sqlite3
import sys
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    import psycopg


def _of_psycopg(name: str) -> Any:
    return getattr(sys.modules.get("psycopg"), name, None)


def driver_errors(*besides: type[Exception]) -> tuple[type[Exception], ...]:
    """What the drivers in use may raise past SQLAlchemy, and what is to be caught ``besides``."""
    server = _of_psycopg("Error")
    return (*besides, sqlite3.Error) if server is None else (*besides, sqlite3.Error, server)


def of_server(error: BaseException) -> 'TypeGuard["psycopg.Error"]':
    """Whether it is PostgreSQL's driver that raised this."""
    kind = _of_psycopg("Error")
    return kind is not None and isinstance(error, kind)


def of_server_at_work(error: BaseException) -> 'TypeGuard["psycopg.OperationalError"]':
    """Whether PostgreSQL or the way to it, and nothing that we asked, is the reason."""
    kind = _of_psycopg("OperationalError")
    return kind is not None and isinstance(error, kind)
