"""The keyring of the desktop: where a password is remembered for whoever is logged in to this computer, if they wish.

It is the freedesktop's Secret Service, asked over the session bus. Nothing here touches a widget, and every call may
take seconds, or a minute where somebody has to unlock the keyring first: never on the thread of the window. Whatever
goes wrong means that there is no keyring.
"""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import secretstorage
from jeepney import DBusErrorResponse, Message
from jeepney.bus import get_bus
from jeepney.io.blocking import DBusConnection, prep_socket
from secretstorage.exceptions import SecretStorageException
from secretstorage.util import SERVICE_IFACE, DBusAddressWrapper, add_match_rules

from commandcenter.clock import ticks

ANSWER_S = 5.0
"""Seconds within which a keyring answers, or is none."""
UNLOCK_S = 60.0
"""Seconds somebody has to unlock the keyring."""
_SLICE_S = 0.25
_SERVICE = "/org/freedesktop/secrets"
_TROUBLE = (SecretStorageException, DBusErrorResponse, OSError, KeyError, ValueError, RuntimeError)
"""No bus, no service, no answer in time, a locked keyring that stays so, or an answer nobody understands."""
_log = logging.getLogger(__name__)


class Remembered(NamedTuple):
    """A password as it was remembered."""

    password: str
    mark: str
    """Which sign-out everywhere the person had behind them then."""


class Keyring:
    """The keyring behind the session bus. Each call opens a connection of its own."""

    def __init__(self) -> None:
        self._closing = threading.Event()

    def close(self) -> None:
        """Wait for no answer any more, beyond the moment one takes where all is well."""
        self._closing.set()

    def answers(self) -> bool:
        """Whether there is a keyring that answers."""
        try:
            with self._bus(ANSWER_S) as bus:
                DBusAddressWrapper(_SERVICE, SERVICE_IFACE, bus).get_property("Collections")
        except _TROUBLE as trouble:
            _log.info("there is no keyring: %s", trouble)
            return False
        return True

    def recall(self, place: str, login: str) -> Remembered | None:
        """What is remembered for that login at the database of the address ``place``; None: nothing."""
        try:
            with self._bus(ANSWER_S) as bus:
                for item in secretstorage.search_items(bus, _about(place, login)):
                    if not item.is_locked() or not item.unlock(timeout=UNLOCK_S):
                        said = json.loads(item.get_secret())
                        return Remembered(str(said["password"]), str(said["mark"]))
        except (*_TROUBLE, TypeError) as trouble:
            _log.info("the keyring told nothing: %s", trouble)
        return None

    def keep(self, place: str, login: str, remembered: Remembered) -> bool:
        """Remember it, in the place of what was before. Whether it is."""
        secret = json.dumps(remembered._asdict()).encode()
        try:
            with self._bus(UNLOCK_S) as bus:
                collection = secretstorage.get_default_collection(bus)
                if collection.is_locked() and collection.unlock(timeout=UNLOCK_S):
                    return False
                label = f"commandcenter: {login}"
                collection.create_item(label, _about(place, login), secret, True, "application/json")
        except _TROUBLE as trouble:
            _log.info("the keyring kept nothing: %s", trouble)
            return False
        return True

    def forget(self, place: str, login: str) -> bool:
        """Have nothing remembered for that login any more. Whether that is so."""
        try:
            with self._bus(ANSWER_S) as bus:
                for item in [*secretstorage.search_items(bus, _about(place, login))]:
                    if item.is_locked() and item.unlock(timeout=UNLOCK_S):
                        return False
                    item.delete()
        except _TROUBLE as trouble:
            _log.info("the keyring may still remember a password: %s", trouble)
            return False
        return True

    @contextmanager
    def _bus(self, patience: float) -> Iterator[DBusConnection]:
        with _Impatient(patience, self._closing) as bus:
            add_match_rules(bus)
            yield bus


class _Impatient(DBusConnection):  # type: ignore[misc]  # jeepney tells no types
    """A connection to the session bus on which nobody waits for ever: the library itself would."""

    def __init__(self, patience: float, given_up: threading.Event) -> None:
        self._patience, self._given_up = patience, given_up
        super().__init__(prep_socket(get_bus("SESSION"), timeout=ANSWER_S))

    def receive(self, *, timeout: float | None = None) -> Message:
        """The next message. TimeoutError where none comes in time, or nobody waits any more."""
        until = ticks() + (self._patience if timeout is None else timeout)
        while True:
            try:
                return super().receive(timeout=_SLICE_S)
            except TimeoutError:
                if ticks() >= until or self._given_up.is_set():
                    raise


def _about(place: str, login: str) -> dict[str, str]:
    """By what it is found again. Anybody who may ask the keyring can read this without unlocking it."""
    return {"application": "commandcenter", "database": place, "login": login}
