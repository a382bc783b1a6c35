"""Connections: how an address is read, and how each of the two databases is set up for this program."""

import selectors
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from commandcenter.errors import Refused
from commandcenter.i18n import N_
from commandcenter.settings import read_url, shared, spoken_url
from commandcenter.storage import batch, confirming
from commandcenter.storage.drivers import driver_errors
from commandcenter.storage.logins import Login, OfServer

if TYPE_CHECKING:
    import psycopg

CHANNEL = "commandcenter"
"""The channel of PostgreSQL's notifications: something was committed."""

BUSY_MS = 5_000
"""Milliseconds an SQLite connection waits for another writer before it gives up."""

BEGIN = "sqlite_begin"
"""Execution option: how a transaction begins in SQLite (DEFERRED, IMMEDIATE or EXCLUSIVE)."""

_WAY: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "client_encoding": "UTF8",
}
"""How soon a server that does not answer is taken for gone: seconds, the last in milliseconds. And in what letters
one speaks with it, whatever machine, server or database are set to."""

TARGET = "target_session_attrs"
_AMONG_SEVERAL = {"connect_timeout": 3, TARGET: "read-write"}
"""Where the address names several servers: only the one that takes changes will do, and a dead one costs little."""

BELL, POLL = "bell", "poll"
"""Our own part of an address: ``?bell=poll`` where the way to the server carries no notifications."""

_SERVER_OPTIONS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "statement_timeout": "60s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "120s",
    "jit": "off",
}
"""Our questions are short: to compile one that is only thought to be long takes half a second in ten years of lines."""


def address(url: str) -> URL:
    """``sqlite:///path``, a bare path, or ``postgresql://…``, as a full address. Refused if it is none."""
    if "://" not in url:
        return URL.create("sqlite", database=str(Path(url).expanduser()))
    read = read_url(url)
    if read is None:
        raise _no_address(url)
    if read.get_backend_name() == "postgresql":
        return read.set(drivername="postgresql+psycopg")
    if read.get_backend_name() != "sqlite" or not read.database:
        raise _no_address(url)
    return read


def _no_address(url: str) -> Refused:
    return Refused(
        N_("“{url}” is no database address. Write a file's path or postgresql://user@host/database."),
        url=spoken_url(url),
    )


def shown(url: URL) -> str:
    """The address as it may be shown: a file's path, or a server's address without its passwords."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return spoken_url(url.render_as_string(hide_password=False))


def polls(url: URL) -> bool:
    """Whether the address asks to look for changes ever so often instead of waiting for the server's bell."""
    return url.query.get(BELL) == POLL


def several(url: URL) -> bool:
    """Whether the address names more than one server: one that takes changes, and standbys that may take its place."""
    return url.get_backend_name() == "postgresql" and "," in str(_named(url).get("host", ""))


def seeks_primary(url: URL) -> bool:
    """Whether among several servers only the one that takes changes will do, so that it is worth waiting for one."""
    wanted = url.query.get(TARGET, _AMONG_SEVERAL[TARGET])
    return several(url) and wanted in ("read-write", "primary")


def met(url: URL, connection: Connection) -> URL:
    """The address of that one of several servers to which this connection leads; of one server as it is."""
    if not several(url):
        return url
    server: psycopg.ConnectionInfo = connection.connection.driver_connection.info  # type: ignore[union-attr]
    names = {"host": server.host, "port": str(server.port)}
    by_number = {"hostaddr": server.hostaddr} if "hostaddr" in url.query else {}
    every = url.set(host=None, port=None).difference_update_query(["host", "port", "hostaddr"])
    return every.update_query_dict(names | by_number)


def _named(url: URL) -> dict[str, Any]:
    """What PostgreSQL's driver is told of an address, by name."""
    _positional, named = url.get_dialect()().create_connect_args(url.difference_update_query([BELL]))
    return dict(named)


def _way(url: URL) -> dict[str, Any]:
    """How the servers of an address are reached. What the address says itself counts."""
    way = {**_WAY, **(_AMONG_SEVERAL if several(url) else {})}
    return {name: value for name, value in way.items() if name not in url.query}


def engine(url: URL, login: Login | None = None) -> Engine:
    """An engine with this program's settings. It connects to nothing yet."""
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url, login)


def _entering(url: URL, login: Login | None) -> dict[str, str]:
    """What is added to every connection: who comes in, and where people do, that the server is whom it says it is."""
    if not shared(url.render_as_string(hide_password=False)):
        return {}
    named = _named(url)
    over_network = any(host and not host.startswith("/") for host in str(named.get("host", "")).split(","))
    verified = {"sslmode": "verify-full"} if (over_network or "hostaddr" in named) and "sslmode" not in named else {}
    return verified | (login.parameters() if login else {})


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _sqlite(url: URL) -> Engine:
    made = create_engine(
        url, json_serializer=_dumps, json_deserializer=orjson.loads, connect_args={"timeout": BUSY_MS / 1000}
    )
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Transactions are begun by _begin_sqlite alone: the driver's own guess would begin them too late.
    connection.isolation_level = None
    for pragma in (
        "foreign_keys = ON",
        # FULL: an acknowledged commit is on the disk, whatever happens to the power.
        "synchronous = FULL",
        "temp_store = MEMORY",
        "cache_size = -65536",
        f"mmap_size = {1 << 28}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(BEGIN, 'DEFERRED')}")


_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)  # needs no descriptor of its own


def _postgresql(url: URL, login: Login | None) -> Engine:
    # Where no bell comes through, the way may lead to another session each time, which knows of no statement prepared.
    way = _way(url) | ({"prepare_threshold": None} if polls(url) else {})
    made = create_engine(
        url.difference_update_query([BELL]),
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        pool_size=4,
        max_overflow=8,
        connect_args={**way, "options": _options(_SERVER_OPTIONS), "application_name": "commandcenter"},
    )
    event.listen(made, "connect", _hear_notices)
    event.listen(made, "checkout", _still_there)
    event.listen(made, "checkout", _as_the_server_does)
    batch.listen(made)

    def connect(_dialect: object, _record: object, positional: list[Any], named: dict[str, Any]) -> Any:
        # Not in the address: that is shown and logged. Asked each time: passwords are changed while one works.
        named |= _entering(url, login)
        # Not before: the driver is loaded by the first connection, not by the program's start.
        return confirming.patient().connect(*positional, cursor_factory=batch.hopeful(), **named)

    event.listen(made, "do_connect", connect)
    return made


def _hear_notices(connection: "psycopg.Connection[Any]", record: ConnectionPoolEntry) -> None:
    """Note when the server gave up waiting for its standby: it says so beside a commit that looks like any other."""

    def heard(notice: "psycopg.errors.Diagnostic") -> None:
        if notice.source_function == "SyncRepWaitForLSN":  # its words are in the server's language
            record.info[confirming.UNCONFIRMED] = True

    connection.add_notice_handler(heard)


def _as_the_server_does(connection: "psycopg.Connection[Any]", record: ConnectionPoolEntry, _proxy: object) -> None:
    """What was before is nothing to whoever comes now: what became of another's commit, and a word left behind.

    Who read before leaves READ WRITE, at which a standby stumbles in no words of ours.
    """
    record.info.pop(confirming.UNCONFIRMED, None)
    if connection.read_only is not None:
        connection.read_only = None


def _still_there(connection: "psycopg.Connection[Any]", _record: object, _proxy: object) -> None:
    """A connection that died in the pool costs nobody's operation, and one that lives no question.

    A server has nothing to say to a connection at rest. Where it has, that is its farewell: an empty question tells.
    """
    try:
        with _Selector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            if selector.select(0):
                connection.execute("")
                connection.rollback()
    except driver_errors() as farewell:
        raise InvalidatePoolError from farewell


def listening(url: URL, login: Login | None = None) -> "psycopg.Connection[Any]":
    """A connection of its own to hear PostgreSQL's notifications on. It holds no transaction."""
    import psycopg  # loaded only where a server is used

    way = server_words(url, "commandcenter feed") | _entering(url, login)
    return psycopg.connect(**way, autocommit=True)


def logins(made: Engine, url: URL, login: Login | None) -> OfServer | None:
    """The server's login roles, where people sign in with the database; else none."""
    if not shared(url.render_as_string(hide_password=False)):
        return None
    return OfServer(made, login, partial(_knock, url))


def _knock(url: URL, login: Login) -> None:
    """Come in as this login and leave again. Raises the driver's errors where the server does not let it in."""
    import psycopg

    psycopg.connect(**server_words(url, "commandcenter") | _entering(url, login)).close()


def server_words(url: URL, name: str) -> dict[str, Any]:
    """The address of a server in the words of its own library; ``name`` is what it calls the connection."""
    return {**_way(url), "application_name": name, **_named(url)}


def _options(settings: Mapping[str, str]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def notify(connection: Connection) -> None:
    """Ring the bell of every station. Between two transactions only; a file has none. Raises the driver's errors."""
    if connection.dialect.name != "postgresql":
        return
    server: Any = connection.connection.driver_connection
    # A statement of its own, after the commit: inside the transaction it would make writers queue.
    server.autocommit = True
    server.execute(f"NOTIFY {CHANNEL}")
    server.autocommit = False
