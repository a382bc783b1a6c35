"""A bad way to a server: a small proxy of our own that delays, changes, holds up, cuts and refuses."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.postgres import OWNER, Cluster

_AT_ONCE = struct.pack("ii", 1, 0)  # linger for nothing: the other side learns of the end at once, by a reset


class Proxy:
    """Listens on a port of this machine and passes on to a server's socket."""

    def __init__(self, target: Path) -> None:
        self.delay_s = 0.0
        """How long everything is on its way, in each direction."""
        self.instead: dict[bytes, bytes] = {}
        """What a client's words are changed into on the way; as long as what they were."""
        self.cut_at: tuple[bytes, bool] | None = None
        """Cut the connection on which a client says this, once: before it arrives, or (True) only its answer."""
        self.refusing = False
        self.turned_away = threading.Event()
        """Set when somebody was refused."""
        self._passes = threading.Event()
        self._passes.set()
        self._target = str(target)
        self._lock = threading.Lock()
        self._lines: list[_Line] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def url(self, database: str, more: str = "") -> str:
        """The address of a database by this way."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}?sslmode=disable&gssencmode=disable{more}"

    def hold(self) -> None:
        """Let nothing pass, and let nobody know."""
        self._passes.clear()

    def let_go(self) -> None:
        """Let everything pass again, what was held up too."""
        self._passes.set()

    def cut(self) -> None:
        """Cut every connection there is."""
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            line.cut()

    def close(self) -> None:
        """Tear it down."""
        self._listener.close()
        self._passes.set()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                if self.refusing:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                    client.close()
                    self.turned_away.set()
                else:
                    self._join(client)

    def _join(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self._target)
        except OSError:
            client.close()
            server.close()
            return
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = _Line(client, server)
        with self._lock:
            self._lines.append(line)
        threading.Thread(target=self._pump, args=(line, client, server, True), daemon=True).start()
        threading.Thread(target=self._pump, args=(line, server, client, False), daemon=True).start()

    def _pump(self, line: "_Line", source: socket.socket, sink: socket.socket, said: bool) -> None:
        with suppress(OSError):
            while words := source.recv(65536):
                line.ended.wait(self.delay_s)
                self._passes.wait()
                if line.doomed or (said and self._cuts(line, words)):
                    break
                for was, becomes in self.instead.items() if said else ():
                    words = words.replace(was, becomes)
                sink.sendall(words)
        line.cut()

    def _cuts(self, line: "_Line", words: bytes) -> bool:
        with self._lock:
            if self.cut_at is None or self.cut_at[0] not in words:
                return False
            _words, line.doomed = self.cut_at
            self.cut_at = None
            return not line.doomed


class _Line:
    """One connection through the proxy."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self._ends = client, server
        self.ended = threading.Event()
        self.doomed = False
        """Whether the next answer of the server is the end of it."""

    def cut(self) -> None:
        """End both halves at once."""
        if self.ended.is_set():
            return
        self.ended.set()
        client, server = self._ends
        with suppress(OSError):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        for end in (client, server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def way_to(cluster: Cluster) -> Iterator[Proxy]:
    """A way to a server that can be made a bad one, as long as the block lasts."""
    proxy = Proxy(cluster.socket / ".s.PGSQL.5432")
    try:
        yield proxy
    finally:
        proxy.close()
