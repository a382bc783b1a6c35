"""A session bus with a keyring behind it, both in a thread of the test: they speak D-Bus, and keep nothing on a disk.

Enough of the bus and of the freedesktop's Secret Service for one who asks; what is kept is in plain sight here.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jeepney import HeaderFields, Message, MessageType, Parser, new_error, new_method_return

NOT_SUPPORTED = "org.freedesktop.DBus.Error.NotSupported"
GONE = "org.freedesktop.DBus.Error.UnknownObject"
UNKNOWN = "org.freedesktop.DBus.Error.ServiceUnknown"
NOWHERE = "/"
_ROOT = "/org/freedesktop/secrets"
_DEFAULT = f"{_ROOT}/collection/login"


class SecretService:
    """The bus and the keyring. ``there`` False: a bus without one; ``silent``: one that never answers."""

    def __init__(self, path: Path, *, there: bool = True, silent: bool = False) -> None:
        self.there, self.silent = there, silent
        self.kept: dict[str, tuple[dict[str, str], bytes]] = {}
        """What is kept: by its path, what it is found by, and the secret."""
        self.calls: list[str] = []
        """The names of the calls that came, the bus's own too."""
        self._made = 0
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        self._open: list[socket.socket] = []
        self.address = f"unix:path={path}"

    def serve(self) -> None:
        """One caller after the other, until it is closed."""
        while True:
            try:
                caller, _from = self._listening.accept()
            except OSError:
                return
            self._open.append(caller)
            threading.Thread(target=self._attend, args=[caller], daemon=True).start()

    def close(self) -> None:
        """Hang up."""
        for one in (self._listening, *self._open):
            with _quietly():
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _attend(self, caller: socket.socket) -> None:
        with _quietly():
            caller.recv(1)
            while not (said := caller.recv(1024)).startswith(b"BEGIN"):
                caller.sendall(b"OK 1234deadbeef\r\n" if said.startswith(b"AUTH") else b"ERROR\r\n")
            parser = Parser()
            parser.add_data(said.removeprefix(b"BEGIN\r\n"))
            while True:
                message = parser.get_next_message()
                if message is None:
                    if not (said := caller.recv(4096)):
                        return
                    parser.add_data(said)
                elif message.header.message_type is MessageType.method_call and (reply := self._reply(message)):
                    caller.sendall(reply.serialise(serial=message.header.serial))

    def _reply(self, asked: Message) -> Message | None:
        name, path = asked.header.fields[HeaderFields.member], asked.header.fields[HeaderFields.path]
        self.calls.append(name)
        if asked.header.fields.get(HeaderFields.destination) == "org.freedesktop.DBus":
            return new_method_return(asked, "s", (":1.1",)) if name == "Hello" else new_method_return(asked)
        if self.silent:
            return None
        if not self.there:
            return new_error(asked, UNKNOWN, "s", ("nobody is there",))
        try:
            said = getattr(self, f"_{name}")(path, *asked.body)
        except KeyError:  # forgotten since it was found
            return new_error(asked, GONE)
        return new_error(asked, NOT_SUPPORTED) if said is None else new_method_return(asked, *said)

    def _Get(self, _path: str, _interface: str, name: str) -> Any:
        return "v", ({"Collections": ("ao", [_DEFAULT]), "Label": ("s", "login"), "Locked": ("b", False)}[name],)

    def _OpenSession(self, _path: str, algorithm: str, _key: Any) -> Any:
        return ("vo", (("s", ""), f"{_ROOT}/session/1")) if algorithm == "plain" else None

    def _ReadAlias(self, _path: str, _name: str) -> Any:
        return "o", (_DEFAULT,)

    def _SearchItems(self, _path: str, about: dict[str, str]) -> Any:
        found = [item for item, (known, _secret) in self.kept.items() if about.items() <= known.items()]
        return "aoao", (found, [])

    def _CreateItem(self, _path: str, properties: Any, secret: Any, replace: bool) -> Any:
        about = dict(properties["org.freedesktop.Secret.Item.Attributes"][1])
        if replace:
            self.kept = {item: kept for item, kept in self.kept.items() if kept[0] != about}
        self._made += 1
        item = f"{_DEFAULT}/{self._made}"
        self.kept[item] = about, bytes(secret[2])
        return "oo", (item, NOWHERE)

    def _GetSecret(self, path: str, session: str) -> Any:
        return "(oayays)", ((session, b"", self.kept[path][1], "application/json"),)

    def _Delete(self, path: str) -> Any:
        del self.kept[path]
        return "o", (NOWHERE,)


@contextmanager
def _quietly() -> Iterator[None]:
    """Whoever hangs up ends the talk."""
    try:
        yield
    except OSError:
        return


@contextmanager
def secret_service(path: Path, **how: bool) -> Iterator[SecretService]:
    """The running service; its socket lies at ``path``."""
    service = SecretService(path, **how)
    thread = threading.Thread(target=service.serve, daemon=True)
    thread.start()
    yield service
    service.close()
    thread.join()
