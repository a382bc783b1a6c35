"""Keeping a wall's screen awake: the desktop and the system are asked over D-Bus, where there is one.

Nothing here touches a widget, and every call may take seconds: off the GUI thread. What is held is held as long as the
connection stands, so it ends with the program whatever becomes of it.
"""

import logging
from contextlib import suppress
from typing import Any, NamedTuple

from commandcenter.i18n import N_

_log = logging.getLogger(__name__)

ANSWER_S = 3.0
SCREEN, SYSTEM = "screen", "system"
NOT_HELD = N_("The screen may go dark: nothing here can be asked to keep it on ({why}).")


NO_BUS = N_("no session bus")


class Held(NamedTuple):
    """What is held, and why the rest is not."""

    what: frozenset[str]
    why: str


class Awake:
    """Asks once; holds until :meth:`close`."""

    def __init__(self) -> None:
        self._kept: list[Any] = []

    def hold(self) -> Held:
        """Ask the desktop to keep the screen on and the system not to sleep."""
        held, reasons = set(), []
        for what, ask in ((SCREEN, self._ask_desktop), (SYSTEM, self._ask_system)):
            try:
                self._kept.append(ask())
                held.add(what)
            except Exception as trouble:  # noqa: BLE001 – whatever a bus may answer means that it holds nothing
                _log.info("the %s is not kept awake: %s", what, trouble)
                reasons.append(NO_BUS if isinstance(trouble, KeyError) else str(trouble) or type(trouble).__name__)
        return Held(frozenset(held), reasons[0] if reasons else "")

    @staticmethod
    def _ask_desktop() -> Any:
        from jeepney import DBusAddress, new_method_call
        from jeepney.io.blocking import open_dbus_connection
        from jeepney.wrappers import unwrap_msg

        bus = open_dbus_connection("SESSION")
        try:
            saver = DBusAddress("/org/freedesktop/ScreenSaver", *["org.freedesktop.ScreenSaver"] * 2)
            asked = new_method_call(saver, "Inhibit", "ss", ("commandcenter", "wall"))
            unwrap_msg(bus.send_and_get_reply(asked, timeout=ANSWER_S))
        except BaseException:
            bus.close()
            raise
        return bus

    @staticmethod
    def _ask_system() -> Any:
        from jeepney import DBusAddress, new_method_call
        from jeepney.io.blocking import open_dbus_connection
        from jeepney.wrappers import unwrap_msg

        bus = open_dbus_connection("SYSTEM", enable_fds=True)
        try:
            login = DBusAddress("/org/freedesktop/login1", "org.freedesktop.login1", "org.freedesktop.login1.Manager")
            asked = new_method_call(login, "Inhibit", "ssss", ("idle:sleep", "commandcenter", "wall", "block"))
            (lock,) = unwrap_msg(bus.send_and_get_reply(asked, timeout=ANSWER_S))
            return lock
        finally:
            bus.close()

    def close(self) -> None:
        """Hold nothing any more."""
        while self._kept:
            with suppress(Exception):
                self._kept.pop().close()
