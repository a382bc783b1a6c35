"""The program as a wall: reads its arguments and builds everything. The composition root of a wall."""

import argparse
import sys

from PySide6.QtWidgets import QApplication

from commandcenter import settings
from commandcenter.errors import Refused
from commandcenter.i18n import _
from commandcenter.operations.signing import sign_in, typed
from commandcenter.storage.doorbells import Wire
from commandcenter.storage.logins import Login
from commandcenter.storage.wall_database import WallDatabase
from ui.app import REFUSED, Interrupts
from ui.wall.program import WallProgram
from ui.wall.scenes import DEFAULT, read


def wall(app: QApplication, url: str, given: argparse.Namespace) -> int:
    """The wall, until it is closed. 2 where its file of scenes cannot be used."""
    try:
        programme = read(given.scenes) if given.scenes is not None else DEFAULT
    except Refused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201 – a wrong argument is answered in the terminal
        return REFUSED
    program = WallProgram(app, WallEntrance(url, given.sign_in_as or ""), Wire, programme, given.screen)
    interrupts = Interrupts(app.quit)
    if not program.show():
        print(_("Screen {n} is not there: the wall waits for it.", n=given.screen), file=sys.stderr)  # noqa: T201
    code = program.run()
    interrupts.close()
    return code


class WallEntrance:
    """How the account of a wall comes to its database: with the server's login, or by signing in to a file."""

    def __init__(self, url: str, login: str = "", password: str = "") -> None:
        self._url, self.login, self._password = url, login, password
        self._is_in = False

    def give(self, login: str, password: str) -> None:
        """Come in as this login from now on."""
        self.login, self._password, self._is_in = login, password, False

    def open(self) -> WallDatabase:
        """The open database. Refused in words where the account is not let in."""
        shared = settings.shared(self._url)
        login = Login(typed(self.login, self._password), self._password) if shared else None
        store: WallDatabase = WallDatabase.open(self._url, login=login)
        try:
            if store.dialect == "sqlite" and not self._is_in:
                self._sign_in(store)
        except BaseException:
            store.close()
            raise
        return store

    def _sign_in(self, store: WallDatabase) -> None:
        login, password = (self.login, self._password) if self._password else store.invited(self.login)
        person = sign_in(store, login, password, settings.station(), lambda _why: None)
        store.look_at_person(person.login)
        self.login, self._is_in = person.login, True
