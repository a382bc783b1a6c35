"""A pooler in transaction mode, as far as it matters to a client: small, and as unkind as such a pooler may be.

A client keeps a server's session for one transaction and is given another one for the next: what it prepared, set or
listens to stays behind. What a client asks for as it connects (``options``) is swallowed. Notifications come to nobody.
"""

import queue
import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.postgres import OWNER, Cluster

SESSIONS = 3
_PROTOCOL = 196608


class _End:
    """One end of a connection, read message by message."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._got = bytearray()

    def messages(self) -> list[bytes]:
        """Whole messages that have come; EOFError where the other side has gone."""
        some = self.sock.recv(65536)
        if not some:
            raise EOFError
        self._got += some
        whole = []
        while len(self._got) >= 5 and len(self._got) > (length := struct.unpack("!I", self._got[1:5])[0]):
            whole.append(bytes(self._got[: length + 1]))
            del self._got[: length + 1]
        return whole


def _message(kind: bytes, words: bytes) -> bytes:
    return kind + struct.pack("!I", len(words) + 4) + words


class Pooler:
    """Listens on a port of this machine, for one database of a server."""

    def __init__(self, cluster: Cluster, database: str, *, takes_options: bool = True) -> None:
        self._target, self._database = str(cluster.socket / ".s.PGSQL.5432"), database
        self._takes_options = takes_options
        self.transactions = 0
        """How many a client was given a session for."""
        self._greeting = b""
        self._ends: list[socket.socket] = []
        self._free: queue.SimpleQueue[_End] = queue.SimpleQueue()
        for _n in range(SESSIONS):
            self._free.put(self._session())
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="pooler", daemon=True).start()

    def url(self, more: str = "") -> str:
        """The address of the database by this way."""
        where = f"{OWNER}@127.0.0.1:{self.port}/{self._database}"
        return f"postgresql+psycopg://{where}?sslmode=disable&gssencmode=disable{more}"

    def close(self) -> None:
        """Send everybody away."""
        self._listener.close()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _session(self) -> _End:
        sock = socket.socket(socket.AF_UNIX)
        self._ends.append(sock)
        sock.connect(self._target)
        words = b"".join(word.encode() + b"\0" for word in ("user", OWNER, "database", self._database)) + b"\0"
        sock.sendall(struct.pack("!II", len(words) + 8, _PROTOCOL) + words)
        end, greeting = _End(sock), b""
        while not greeting.endswith(b"Z\0\0\0\x05I"):
            greeting += b"".join(end.messages())
        self._greeting = greeting
        return end

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                self._ends.append(client)
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError):
            length = struct.unpack("!I", sock.recv(4, socket.MSG_WAITALL))[0]
            asked = sock.recv(length - 4, socket.MSG_WAITALL)
            if b"\0options\0" in asked and not self._takes_options:
                sock.sendall(_message(b"E", b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"))
                return
            sock.sendall(self._greeting)
            _Client(self, _End(sock)).serve()

    def take(self) -> _End:
        """A session for one transaction: the one that has rested longest."""
        self.transactions += 1
        return self._free.get()

    def give_back(self, session: _End) -> None:
        """The transaction is over."""
        self._free.put(session)

    def replace(self, session: _End) -> None:
        """Its client left in the middle of a transaction."""
        session.sock.close()
        self._free.put(self._session())


class _Client:
    def __init__(self, pooler: Pooler, end: _End) -> None:
        self._pooler, self._end = pooler, end
        self._session: _End | None = None
        self._asked = 0

    def serve(self) -> None:
        """Until the client leaves."""
        try:
            while True:
                ends = [self._end, *([self._session] if self._session else [])]
                ready, _w, _x = select.select([end.sock for end in ends], [], [])
                if self._end.sock in ready:
                    self._pass_on(self._end.messages())
                elif self._session is not None:
                    self._bring(self._session, self._session.messages())
        except (EOFError, OSError, ValueError):
            self._end.sock.close()
            if self._session is not None:
                with suppress(OSError):
                    self._pooler.replace(self._session)

    def _pass_on(self, messages: list[bytes]) -> None:
        for message in messages:
            if message[:1] == b"X":
                raise EOFError
            if self._session is None:
                self._session = self._pooler.take()
            self._asked += message[:1] in (b"Q", b"S")
            self._session.sock.sendall(message)

    def _bring(self, session: _End, messages: list[bytes]) -> None:
        for message in messages:
            if message[:1] != b"A":  # a notification is for nobody
                self._end.sock.sendall(message)
            if message[:1] == b"Z":
                self._asked -= 1
                if message[5:] == b"I" and not self._asked:
                    self._session = None
                    self._pooler.give_back(session)


@contextmanager
def pooled(cluster: Cluster, database: str, *, takes_options: bool = True) -> Iterator[Pooler]:
    """A pooler before one database of a server, as long as the block lasts."""
    pooler = Pooler(cluster, database, takes_options=takes_options)
    try:
        yield pooler
    finally:
        pooler.close()
