"""A password remembered in the desktop's keyring, if the person wishes, and forgotten as soon as it should be.

The keyring is asked beside the window, one question after the other; the sign-in page never waits for an answer.
"""

import os
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject

from commandcenter import settings
from commandcenter.domain.people import Person
from commandcenter.domain.words import clean
from commandcenter.errors import NotAllowed, Refused, WrongPassword
from commandcenter.i18n import N_
from ui.sign_in import SignInPage

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.preferences.keyring import Keyring, Remembered

OUTLIVED = N_("You were signed out everywhere after this password was remembered: please type it.")


class Asked(NamedTuple):
    """A question to the keyring, and who wants its answer."""

    question: Callable[["Keyring"], Any]
    then: Callable[[Any], None]


def of_the_desktop() -> "Keyring | None":
    """The keyring of the desktop, if this system has such a thing. Loading it takes a while: off the GUI thread."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    from ui.preferences.keyring import Keyring

    return Keyring()


class Remembering(QObject):
    """Between the door and the keyring."""

    def __init__(self, window: "MainWindow", where: str) -> None:
        super().__init__(window)
        self._window, self._where = window, where
        self._keyring: Keyring | None = None
        self._waiting: deque[Asked] = deque()
        self._asking = self._there = self._closed = False
        self._door: SignInPage | None = None
        self._filled: tuple[str, Remembered] | None = None
        """What stands in the fields because it was remembered, and for which login."""
        self._tried: tuple[str, str] = "", ""
        self._inside = ""
        """The login of whoever is, or just was, signed in."""
        window.signed_in.connect(self._entered)
        window.signed_out.connect(self._look)
        window.session.ended.connect(self._ended)
        window.session.alone.connect(self._ended)
        self._ask(lambda keyring: keyring.answers(), self._answered)

    # ------------------------------------------------------------------ asking

    def _ask(self, question: Callable[["Keyring"], Any], then: Callable[[Any], None] = lambda _answer: None) -> None:
        """Ask in turn: a keyring that is slow to answer holds up nobody but itself."""
        self._waiting.append(Asked(question, then))
        self._next()

    def _next(self) -> None:
        if self._asking or not self._waiting:
            return
        self._asking, asked = True, self._waiting.popleft()
        self._window.backstage.aside(lambda: self._put(asked.question), lambda answer: self._told(asked, answer),
                                     owner=self)  # fmt: skip

    def _put(self, question: Callable[["Keyring"], Any]) -> Any:
        keyring = self._keyring = self._keyring or of_the_desktop()
        if keyring is None:
            return None
        if self._closed:
            keyring.close()
        return question(keyring)

    def _told(self, asked: Asked, answer: Any) -> None:
        self._asking = False
        asked.then(answer)
        self._next()

    def close(self) -> None:
        """The window closes: what was asked for is done if the keyring answers at once."""
        self._closed = True
        if self._keyring is not None:
            self._keyring.close()
        while self._waiting:  # nobody hears the answers any more
            self._window.backstage.aside(partial(self._put, self._waiting.popleft().question), owner=self)

    # ------------------------------------------------------------------ at the door

    def attend(self, door: SignInPage) -> None:
        """Serve this door from now on."""
        self._door, self._filled = door, None
        door.offer_remembering(self._there)
        door.attempted.connect(self._attempted)
        door.login.editingFinished.connect(self._look)
        door.remember.clicked.connect(self._chosen)
        self._look()

    def _answered(self, there: bool | None) -> None:
        self._there = bool(there)
        if self._door is not None:
            self._door.offer_remembering(self._there)
        self._look()

    def _look(self) -> None:
        """Whether something is remembered for the login that stands at the door."""
        door = self._door
        if door is None or not self._there or self._window.session.person is not None:
            return
        login = clean(door.login.text())
        if self._filled is not None and login != self._filled[0]:
            self._take_back(door)
        if login and self._filled is None:
            self._ask(lambda keyring: keyring.recall(self._place, login), lambda found: self._found(login, found))

    @property
    def _place(self) -> str:
        return settings.spoken_url(self._where)

    def _found(self, login: str, found: "Remembered | None") -> None:
        door = self._door
        if found is None or door is None or self._window.session.person is not None:
            return
        if clean(door.login.text()) == login and not door.password.text() and door.enter.isEnabled():
            self._filled = login, found
            door.fill(login, found.password)
            door.remember.setChecked(True)

    def _take_back(self, door: SignInPage) -> None:
        """What was filled in was for somebody else, or is not to be there any more."""
        if self._filled is not None and door.password.text() == self._filled[1].password:
            door.password.clear()
        self._filled = None
        door.remember.setChecked(False)

    def _chosen(self, wished: bool) -> None:
        """Unchecking forgets at once; what is checked is remembered once it has opened."""
        if not wished and self._door is not None:
            self._forget(clean(self._door.login.text()))
            self._take_back(self._door)

    def _attempted(self, login: str, password: str) -> None:
        self._tried = clean(login), password
        if self._filled is not None and self._filled[0] != clean(login) and self._door is not None:
            self._take_back(self._door)  # the wish was somebody else's

    def refused(self, refusal: Refused) -> None:
        """A password that was refused is not remembered any longer."""
        if isinstance(refusal, WrongPassword | NotAllowed):
            self._forget(self._tried[0])
            self._filled = None
            if self._door is not None:
                self._door.remember.setChecked(False)
        self._tried = "", ""

    # ------------------------------------------------------------------ once somebody is in

    def _entered(self) -> None:
        (login, password), filled = self._tried, self._filled
        self._tried, self._filled = ("", ""), None
        room, door = self._window.room, self._door
        if room is None or door is None or not login:
            return
        self._inside, mark = login, _mark(room.person)
        wished = door.remember.isChecked()
        door.remember.setChecked(False)  # whoever comes next has not wished anything yet
        if filled is not None and filled[1].password == password and filled[1].mark != mark:
            self._window.session.ended.emit(Refused(OUTLIVED))
        elif wished and (filled is None or filled[1].password != password):
            self._keep(login, password, mark)

    def _keep(self, login: str, password: str, mark: str) -> None:
        from ui.preferences.keyring import Remembered

        remembered = Remembered(password, mark)
        self._ask(lambda keyring: keyring.keep(self._place, login, remembered))

    def _ended(self) -> None:
        """All sessions were ended, or the password was changed: nothing is to open by itself any more."""
        self._forget(self._inside)
        if self._door is not None:
            self._door.remember.setChecked(False)

    def _forget(self, login: str) -> None:
        if login and self._there:
            self._ask(lambda keyring: keyring.forget(self._place, login))


def _mark(person: Person) -> str:
    """Which sign-out everywhere somebody has behind them: what was remembered before it opens nothing by itself."""
    return person.signed_out_at.isoformat() if person.signed_out_at else ""
