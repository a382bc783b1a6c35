"""A private PostgreSQL for the tests: own folder, own socket, no network, gone at the end.

The server refuses to run as root, so there it runs as ``postgres`` or ``nobody``. It is our own child: it is
stopped by its own process number, and the kernel stops it when we are killed.
"""

import collections
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from installer.system_pieces import OLDEST_SERVER, server_binaries

OWNER = "commandcenter"
_READY = "database system is ready to accept"  # connections, or where it is a standby, read-only ones
_ENCODING = ["--encoding=UTF8", "--locale=C.UTF-8"]
# The folder is thrown away, so outliving a power cut is worth nothing here. Order and visibility stay as they are.
_HASTE = {"fsync": "off", "full_page_writes": "off"}


@dataclass
class Cluster:
    """A running server: ``socket`` is the folder of its socket, ``process`` the server itself."""

    socket: Path
    process: subprocess.Popen[str]
    listener: threading.Thread
    log: collections.deque[str]
    settings: dict[str, str]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str) -> str:
        """The address of one of its databases, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.socket}"

    def url_with(self, standby: "Cluster", database: str) -> str:
        """The address of one of its databases for whoever goes on when the standby has taken over."""
        hosts = f"{self.socket},{standby.socket}"
        return f"postgresql+psycopg://{OWNER}@/{database}?host={hosts}&target_session_attrs=read-write"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection past everything of ours, in autocommit."""
        port = self.settings.get("port")
        return psycopg.connect(host=str(self.socket), port=port, user=OWNER, dbname=database, autocommit=True)

    def create(self, template: str = "template0") -> str:
        """A fresh database, empty or a copy of ``template``; returns its name."""
        name = f"district_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return name

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT sends everybody away, SIGQUIT is a crash that has to be recovered from."""
        self.process.send_signal(how)
        self.process.wait(60)
        self.listener.join()

    def kill(self) -> None:
        """End every process of the server at once, as a power cut does: by their numbers, with SIGKILL."""
        server = self.process.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
        for number in (server, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.process.wait(60)
        self.listener.join()

    def promote(self) -> None:
        """Make a standby the server that takes changes; returns when it is."""
        with self.connect() as connection:
            assert connection.execute("SELECT pg_promote(true, 60)").fetchone() == (True,)

    def confirmed_by(self, standby: str) -> None:
        """From here on the server waits with each commit for the standby of this name, or for none."""
        with self.connect() as over:
            over.execute(sql.SQL("ALTER SYSTEM SET synchronous_standby_names = {}").format(standby))
            over.execute("SELECT pg_reload_conf()")
        while self._waits() != bool(standby):  # the server takes note of it when it finds the time
            pass

    def _waits(self) -> bool:
        """Whether a commit waits for a standby just now."""
        with self.connect() as probe:
            probe.pgconn.send_query(b"SELECT pg_logical_emit_message(true, '', '')")
            probe.pgconn.flush()
            ended = "starts_with(query, 'SELECT') AND (wait_event = 'SyncRep' OR state = 'idle')"
            waits = self.until(ended, probe.info.backend_pid) == "SyncRep"
            if waits:
                probe.cancel()
            while probe.pgconn.get_result():
                pass
        return waits

    def until(self, condition: str, backend: int) -> str:
        """Wait until this holds of a connection; what it waits for then."""
        question = f"SELECT wait_event FROM pg_stat_activity WHERE pid = %s AND {condition}"
        pause = threading.Event()
        with self.connect() as over:
            while (found := over.execute(question.encode(), [backend]).fetchone()) is None:
                pause.wait(0.01)
        return str(found[0])

    def start(self) -> None:
        """Start the stopped server again, in the same folder."""
        self.process, self.listener = _running(self.process.args, self.socket, self.log)

    def drop(self, name: str) -> None:
        """Remove a database, also under somebody's feet."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def servant() -> tuple[int, int] | None:
    """The user and group the server runs as where we are root; None where we may run it ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        return person.pw_uid, person.pw_gid
    raise RuntimeError("PostgreSQL refuses to run as root, and this machine has no user postgres or nobody")


def _as_servant(servant: tuple[int, int] | None, *, dying_with_us: bool = False) -> list[str]:
    """What to write before a command so that it runs as ``servant``."""
    if shutil.which("setpriv") is None:
        if servant is None:
            return []
        raise RuntimeError("setpriv (package util-linux) is needed to run PostgreSQL as another user than root")
    user, group = servant or (0, 0)
    change = [f"--reuid={user}", f"--regid={group}", "--clear-groups"] if servant else []
    die = ["--pdeathsig=INT"] if dying_with_us else []
    return ["setpriv", *change, *die, "--"] if change or die else []


def _binaries() -> Path:
    binaries = server_binaries()
    if binaries is None:
        raise RuntimeError(f"PostgreSQL {OLDEST_SERVER} or newer is needed: apt-get install postgresql")
    return binaries


def _listen(process: subprocess.Popen[str], log: collections.deque[str], ready: threading.Event) -> None:
    """Keep the end of the server's log, so that it never waits for a reader."""
    assert process.stderr is not None
    with process.stderr as lines:
        for line in lines:
            log.append(line.rstrip())
            if _READY in line:
                ready.set()
    ready.set()  # it ended; whoever waits will see that


def _start(folder: Path, prefix: list[str], settings: dict[str, str]) -> Cluster:
    options = {
        "listen_addresses": "", "unix_socket_directories": str(folder), "logging_collector": "off",
        "log_destination": "stderr", "lc_messages": "C", **settings,
    }  # fmt: skip
    command = [*prefix, _binaries() / "postgres", "-D", folder / "cluster", *(f"--{k}={v}" for k, v in options.items())]
    log: collections.deque[str] = collections.deque(maxlen=500)
    process, listener = _running(command, folder, log)
    return Cluster(folder, process, listener, log, settings)


def _running(
    command: Any, folder: Path, log: collections.deque[str]
) -> tuple[subprocess.Popen[str], threading.Thread]:
    """The server, ready, and the thread that keeps the end of its log."""
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,  # Ctrl+C is for the tests, which stop the server themselves
    )  # fmt: skip
    ready = threading.Event()
    listener = threading.Thread(target=_listen, args=(process, log, ready), name="postgres-log", daemon=True)
    listener.start()
    if not ready.wait(60) or process.poll() is not None:
        process.kill()
        process.wait()
        listener.join()
        raise RuntimeError("PostgreSQL did not start:\n" + "\n".join(log))
    return process, listener


@contextmanager
def _served(settings: dict[str, str], make: Callable[[Path], list[Path | str]]) -> Iterator[Cluster]:
    """A server in a folder of its own, filled by the tool ``make(folder)`` names, as long as the block lasts."""
    # Short, because a socket's path has at most 107 characters; not pytest's folder, which only we may enter.
    folder = Path(tempfile.mkdtemp(prefix="ccpg-", dir="/tmp"))
    owner = servant()
    try:
        if owner:
            os.chown(folder, *owner)
        command = [*_as_servant(owner), *make(folder / "cluster")]
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise RuntimeError(f"PostgreSQL's {make.__name__} failed:\n{made.stdout}{made.stderr}")
        cluster = _start(folder, _as_servant(owner, dying_with_us=True), settings)
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def private_cluster(*, durable: bool = False, **settings: str) -> Iterator[Cluster]:
    """A server of our own, as long as the block lasts.

    ``durable`` keeps the server's own defaults for writing to disk, which figures must be measured with.
    ``settings`` are the server's, by name.
    """

    def initdb(folder: Path) -> list[Path | str]:
        haste = [] if durable else ["--no-sync"]
        return [_binaries() / "initdb", "-D", folder, "-U", OWNER, "--auth=trust", *_ENCODING, *haste]

    with _served(settings if durable else _HASTE | settings, initdb) as cluster:
        yield cluster


@contextmanager
def standby_of(primary: Cluster) -> Iterator[Cluster]:
    """A standby that streams from a running server and confirms each of its commits, as long as the block lasts."""

    def basebackup(folder: Path) -> list[Path | str]:
        haste = [] if primary.settings.get("fsync", "on") == "on" else ["--no-sync"]
        return [_binaries() / "pg_basebackup", "-D", folder, "-h", primary.socket, "-U", OWNER,
                "--write-recovery-conf", "--checkpoint=fast", *haste]  # fmt: skip

    with _served(primary.settings, basebackup) as cluster:
        _confirmed_by_standby(primary)
        yield cluster


def _confirmed_by_standby(primary: Cluster) -> None:
    """Have the server wait with each commit for its standby, from now on."""
    pause = threading.Event()
    with primary.connect() as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        connection.execute("SELECT pg_reload_conf()")
        for _n in range(600):
            if connection.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone():
                return
            pause.wait(0.05)
    raise RuntimeError("the standby does not confirm:\n" + "\n".join(primary.log))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The server of this test process."""
    with private_cluster() as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database, gone after the test."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh, empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'district.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
