"""What goes wrong outside the program, in words: the disk, the file, the server, the way to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from commandcenter.errors import NotAllowed, Refused, Unavailable, WrongPassword
from commandcenter.i18n import N_
from commandcenter.storage.drivers import driver_errors, of_server, of_server_at_work

if TYPE_CHECKING:
    import psycopg

FULL = N_("There is no room left on the disk of the database. This change was not saved. Make room, then try again.")
READ_ONLY = N_("The database can only be read here: its file or folder is write-protected. This change was not saved.")
READ_ONLY_SERVER = N_("The database server accepts no changes just now. This change was not saved.")
BUSY = N_("Another program holds the database and does not let go. This change was not saved. Try again shortly.")
DAMAGED = N_("The database file is damaged: {said}. Keep it, and restore the latest backup.")
NO_DATABASE = N_("“{where}” is not a database of this program, or its beginning is damaged.")
CANNOT_OPEN = N_("The database “{where}” cannot be opened: is the folder there, and may you write in it?")
DISK = N_("The disk of the database reports a fault: {said}. This change was not saved.")
AWAY = N_("The connection to the database server is lost. This change was not saved. Try again when it is back.")
AWAY_READING = N_("The connection to the database server is lost. What is shown may be out of date.")
UNREACHABLE = N_("The database server cannot be reached: {said}")
# It tells nobody which of the two it is, nor that a password has expired.
PASSWORD = N_("The database server does not accept this login and password. Perhaps the password has expired: an"
              " administrator can give a new one.")
CLOSED = N_("This login may not sign in any more. An administrator can change that.")
# Where its rules name the group of people in use, it says no more of a login put out of use than of a stranger's.
NO_WAY_IN = N_("The database server lets nobody in by this login from here. Perhaps it was put out of use: an"
               " administrator can change that. If not, the server's pg_hba.conf has no line for it: {said}")
WRONG_SERVER = N_("The server's certificate does not name the server of the address, so it may be another one: {said}")
UNTRUSTED = N_("Nobody we trust vouches for the server's certificate, so it may be another one: {said}")
NO_ROOT = N_("To verify the server its root certificate is needed: name its file in the address with sslrootcert=FILE"
             " (or sslrootcert=system for one the machine trusts). {said}")
NO_TLS = N_("The server speaks no TLS, so passwords are not sent to it: {said}")
ROLE_TAKEN = N_("There is a role of this name on the server already, and it is no person's. Choose another login.")
LOGIN_TOO_LONG = N_("This login is longer than the 63 bytes a server keeps of a name.")
NO_SUCH_DATABASE = N_("There is no such database on the server: {where}. Create it there first.")
NO_RIGHT = N_("The database server denies this: {said}")
TOO_MANY_NUMBERS = N_("You have looked up more telephone numbers within a short time than calls bring, so the server"
                      " answers no more of them for a while. It stands on the page of security.")  # fmt: skip
CROWDED = N_("The database server has no free connection. Try again shortly.")
SLOW = N_("The database took too long and the operation was given up. This change was not saved. Try again.")
NO_PRIMARY = N_("No server that takes changes can be reached just now: {said}")
IN_DOUBT = N_(
    "The connection was lost in the very moment of saving. Look whether it was saved when the server is back; doing the"
    " same again does no harm."
)
NOT_CONFIRMED = N_(
    "This was saved, but the standby server did not confirm it. Should the main server be lost now, it is lost too:"
    " look whether it is there before you rely on it."
)
TABLES_GONE = N_("The tables of the database are not there: is it being restored? Try again when that is done.")
POOLED = N_(
    "A pooler stands before the database server and gives every transaction to another session. This change was not"
    " saved. Write bell=poll into the address of the database."
)
POOLER_REFUSES = N_(
    "A pooler stands before the database server and refuses what a station asks for as it connects ({said}). It needs"
    " ignore_startup_parameters = options,extra_float_digits."
)
TWICE = N_("This would put in a second time what is already there: {said}")

DOUBLED = frozenset({"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
"""Something unique was there already: put in by another station just now, or by an earlier try."""

READ_ONLY_STATE = "25006"
"""PostgreSQL takes no changes here: a standby, or one that is becoming one."""

RETRIED_STATES = DOUBLED | {"40001", "40P01", "55P03"}
"""What a second try may well get past: besides, PostgreSQL's serialization failure, deadlock, lock timeout."""

_SQLITE = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": NO_DATABASE,
    "SQLITE_CANTOPEN": CANNOT_OPEN,
    "SQLITE_IOERR": DISK,
    "SQLITE_PERM": CANNOT_OPEN,
    "SQLITE_AUTH": CANNOT_OPEN,
    "SQLITE_PROTOCOL": BUSY,
    "SQLITE_CONSTRAINT_UNIQUE": TWICE,
    "SQLITE_CONSTRAINT_PRIMARYKEY": TWICE,
}
_SERVER_STATES = {
    "53100": FULL,
    READ_ONLY_STATE: READ_ONLY_SERVER,
    "42P01": TABLES_GONE,
    "42883": TABLES_GONE,
    "26000": POOLED,
    "42P05": POOLED,
    "28P01": PASSWORD,
    "28000": NO_WAY_IN,
    "3D000": NO_SUCH_DATABASE,
    "42501": NO_RIGHT,
    "53300": CROWDED,
    "53400": TOO_MANY_NUMBERS,
    "57014": SLOW,
    "55P03": SLOW,
    "40001": SLOW,
    "40P01": SLOW,
    "23505": TWICE,
    "42710": ROLE_TAKEN,
    "42622": LOGIN_TOO_LONG,
}
_SERVER_STATE_CLASSES = {"08": AWAY, "57": AWAY, "53": CROWDED}
# A refused connection carries no state, only the server's words.
_SERVER_WORDS = (
    ("password authentication failed", PASSWORD),
    ("no password supplied", PASSWORD),
    ("is not permitted to log in", CLOSED),
    ("no pg_hba.conf entry", NO_WAY_IN),
    ("pg_hba.conf rejects connection", NO_WAY_IN),
    ("unsupported startup parameter", POOLER_REFUSES),
    ("does not match host name", WRONG_SERVER),
    ("certificate verify failed", UNTRUSTED),
    ("root certificate file", NO_ROOT),
    ("does not support SSL", NO_TLS),
    ("does not exist", NO_SUCH_DATABASE),
    ("too many clients", CROWDED),
    ("remaining connection slots", CROWDED),
    ("session is read-only", NO_PRIMARY),
    ("server is in hot standby mode", NO_PRIMARY),
)
_KINDS = {CLOSED: NotAllowed, NO_WAY_IN: NotAllowed, PASSWORD: WrongPassword}
_FINAL = frozenset({
    DAMAGED, NO_DATABASE, PASSWORD, NO_SUCH_DATABASE, NO_RIGHT, POOLED, TWICE, CLOSED, NO_WAY_IN, WRONG_SERVER,
    UNTRUSTED, NO_ROOT, NO_TLS, ROLE_TAKEN, LOGIN_TOO_LONG, TOO_MANY_NUMBERS,
})  # fmt: skip
"""Sentences that waiting does not help; the others are :class:`Unavailable`."""

PASSING = frozenset({AWAY, AWAY_READING, UNREACHABLE, NO_PRIMARY, READ_ONLY_SERVER, CROWDED, IN_DOUBT})
"""Sentences of a server that may be back soon, or whose place another takes."""


@contextmanager
def in_words(where: str = "") -> Iterator[None]:
    """Turn what the outside world did to us into a refusal; let bugs through as they are."""
    try:
        yield
    except driver_errors(DBAPIError, PoolTimeout) as error:
        refusal = refusal_of(error, where)
        if refusal is None:
            raise
        raise refusal from error


def refusal_of(error: Exception, where: str = "") -> Refused | None:
    """The refusal that puts a driver's error into words; None where the error is a bug of ours."""
    if isinstance(error, PoolTimeout):
        return Unavailable(CROWDED)
    original = (error.orig or error) if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        message = _sqlite_message(original)
    elif of_server(original):
        message = _server_message(original)
    else:
        message = None
    if message is None:
        return None
    kind = _KINDS.get(message) or (Refused if message in _FINAL else Unavailable)
    return kind(message, **_fitting(message, where=where, said=_first_line(original)))


def trouble() -> tuple[type[Exception], ...]:
    """What others, or the world outside, may put in a work's way."""
    return driver_errors(DBAPIError, StaleDataError, PoolTimeout)


def lost(error: BaseException) -> bool:
    """Whether the connection broke, so that it is open whether a commit under way was done."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or lost(error.orig) if error.orig else error.connection_invalidated
    return of_server_at_work(error) and (
        error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
    )


def state_of(error: BaseException) -> str:
    """PostgreSQL's five-letter state, or SQLite's name of the error; empty where there is none."""
    original = getattr(error, "orig", error)
    if isinstance(original, sqlite3.Error):
        return str(getattr(original, "sqlite_errorname", ""))
    return getattr(original, "sqlstate", None) or ""


def _sqlite_message(error: sqlite3.Error) -> str | None:
    name = str(getattr(error, "sqlite_errorname", ""))
    return _SQLITE.get(name) or _SQLITE.get(_primary(error))


def _primary(error: sqlite3.Error) -> str:
    return "_".join(str(getattr(error, "sqlite_errorname", "")).split("_")[:2])


def _server_message(error: "psycopg.Error") -> str | None:
    state = error.sqlstate
    if state:
        if state == "XX000" and "cache lookup failed" in str(error):  # a function went with its table, in mid-question
            return TABLES_GONE
        return _SERVER_STATES.get(state) or _SERVER_STATE_CLASSES.get(state[:2])
    if not of_server_at_work(error):
        return None
    said = str(error)
    return next((message for words, message in _SERVER_WORDS if words in said), UNREACHABLE)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _fitting(message: str, **params: str) -> dict[str, str]:
    return {name: value for name, value in params.items() if "{" + name + "}" in message}
