"""A server that lets people in with their passwords only, over TLS or its socket, and a small district on it.

Its owner is no superuser: what the program may do there is what it may do anywhere.
"""

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from commandcenter import clock
from commandcenter.storage.database import Database
from commandcenter.storage.logins import Login
from tests.house import House
from tests.postgres import Cluster, private_cluster, servant

KEEPER = "district"
"""The role that owns the district's database."""
OPEN_SESAME = "open sesame"

_numbers = itertools.count(1)
_ACCESS = """
local   all  commandcenter                 trust
local   all  district                      trust
local   all  all                           scram-sha-256
hostssl strict +commandcenter_member 127.0.0.1/32 scram-sha-256
hostssl strict all          127.0.0.1/32   reject
hostssl all  all            127.0.0.1/32   scram-sha-256
"""
"""By the network the database ``strict``, which nobody made, is open to people in use only, as a district's is."""


@dataclass
class Locked:
    """The running server: its port on the loopback, and the certificate of whoever vouches for it."""

    cluster: Cluster
    port: int
    root: Path

    def url(self, database: str) -> str:
        """Its address by the socket; it names nobody."""
        return f"postgresql+psycopg:///{database}?host={self.cluster.socket}&port={self.port}"

    def network(self, database: str, host: str = "localhost", **more: str) -> str:
        """Its address by the network."""
        said = {"hostaddr": "127.0.0.1", "sslrootcert": str(self.root)} | more
        return f"postgresql+psycopg://{host}:{self.port}/{database}?" + "&".join(
            f"{name}={quote(value, safe='')}" for name, value in said.items())  # fmt: skip

    def connect(self, database: str = "postgres", user: str = "commandcenter", **more: str) -> psycopg.Connection:
        """A connection past everything of ours, in autocommit."""
        return psycopg.connect(host=str(self.cluster.socket), port=self.port, user=user, dbname=database,
                               autocommit=True, **more)  # type: ignore[arg-type]  # fmt: skip

    def said(self, words: str) -> bool:
        """Whether the server's log holds these words."""
        return any(words in line for line in self.cluster.log)


def _openssl(folder: Path, *words: str) -> None:
    tool = shutil.which("openssl")
    if tool is None:
        raise RuntimeError("openssl is needed to make the certificates of a server: apt-get install openssl")
    subprocess.run([tool, *words], cwd=folder, check=True, capture_output=True)


def _certificates(folder: Path) -> None:
    """A root of our own, and a certificate it gives to ``localhost``."""
    new = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    _openssl(folder, *new, "-keyout", "root.key", "-out", "root.crt", "-subj", "/CN=root of the tests")
    _openssl(folder, *new, "-keyout", "server.key", "-out", "server.crt", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-CA", "root.crt", "-CAkey", "root.key")  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def locked_server() -> Iterator[Locked]:
    """The server of this test process that asks for passwords."""
    folder = Path(tempfile.mkdtemp(prefix="cctls-", dir="/tmp"))
    try:
        _certificates(folder)
        (folder / "pg_hba.conf").write_text(_ACCESS)
        (folder / "server.key").chmod(0o600)
        folder.chmod(0o755)
        if (somebody := servant()) is not None:
            os.chown(folder / "server.key", *somebody)
        port = _free_port()
        settings = {
            "listen_addresses": "127.0.0.1", "port": str(port), "hba_file": str(folder / "pg_hba.conf"), "ssl": "on",
            "ssl_cert_file": str(folder / "server.crt"), "ssl_key_file": str(folder / "server.key"),
            "log_statement": "all", "log_connections": "on",
        }  # fmt: skip
        with private_cluster(durable=False, **settings) as cluster:
            made = Locked(cluster, port, folder / "root.crt")
            with made.connect() as connection:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB").format(sql.Identifier(KEEPER)))
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Shared:
    """A small district on that server, as its owner sees it and as its people reach it."""

    server: Locked
    name: str
    house: House

    @property
    def url(self) -> str:
        """Its address, which names nobody."""
        return self.server.url(self.name)

    def open(self, login: str, password: str = OPEN_SESAME) -> Database:
        """The district as somebody reaches it."""
        return Database.open(self.url, clock=lambda: self.house.now, login=Login(login, password))


def _owned(url: str) -> str:
    return url.replace("///", f"//{KEEPER}@/")


@pytest.fixture(scope="session")
def _shared_plan(locked_server: Locked) -> tuple[str, dict[str, str]]:
    with locked_server.connect() as connection:
        connection.execute(f"CREATE DATABASE plan OWNER {KEEPER} TEMPLATE template0")
    house = House(_owned(locked_server.url("plan")))
    house.close()
    return "plan", house.keys


@pytest.fixture
def shared(locked_server: Locked, _shared_plan: tuple[str, dict[str, str]]) -> Iterator[Shared]:
    """A small district in the shared mode; nobody has a login role yet but those of tests before."""
    plan, keys = _shared_plan
    name = f"shared_{next(_numbers)}"
    with locked_server.connect() as connection:
        words = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy")
        connection.execute(words.format(*map(sql.Identifier, (name, KEEPER, plan))))
    house = House(_owned(locked_server.url(name)), keys)
    house.now = clock.now()  # the server takes no other time from people
    yield Shared(locked_server, name, house)
    house.close()
    with locked_server.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for (role,) in connection.execute(
            "SELECT rolname FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = 'a person of the command centre'"
        ).fetchall():
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
