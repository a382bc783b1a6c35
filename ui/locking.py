"""Locking a window that nobody sits at, and opening it again for the person who does."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QToolTip, QWidget
from shiboken6 import isValid

from commandcenter.domain.people import Person
from commandcenter.domain.rules import Rules
from commandcenter.errors import Refused
from commandcenter.logs import Report
from ui.idleness import Idleness
from ui.lock_page import LockPage
from ui.tickets import Ticket

if TYPE_CHECKING:
    from ui.shell import Shell

TryPassword = Callable[[str, str], Ticket]
"""Login and password, tried by the rules of signing in; the ticket brings the person."""
A_MINUTE = 60


class Locking(QObject):
    """The shell stays as it is, out of sight and out of reach; :class:`LockPage` stands in its place."""

    changed = Signal()
    """The window was locked, or is open again: another page belongs at its front."""
    left = Signal()
    """Whoever is there wants to sign in instead of the person who locked it."""

    def __init__(self, window: QMainWindow, try_password: TryPassword) -> None:
        super().__init__(window)
        self.page: LockPage | None = None
        self.idleness = Idleness(self)
        self._window, self._try = window, try_password
        self._focus: QWidget | None = None

    def look(self, shell: "Shell | None") -> None:
        """Lock the window of that shell once nobody has touched anything for as long as the district allows."""
        if shell is None or self.page is not None:
            return
        if self.deserted(shell.room.picture.rules):
            self.lock(shell)

    def deserted(self, rules: Rules) -> bool:
        """Whether nobody has touched anything for as long as these rules allow."""
        return self.idleness.seconds >= rules.number("lock.minutes") * A_MINUTE

    def lock(self, shell: "Shell") -> None:
        """Lock. Whatever lies over the window is put away; what was shown of a citizen is covered."""
        if self.page is None:
            self._focus = self._window.focusWidget()
        else:
            self.page.deleteLater()
        put_away(self._window)
        shell.room.covered.emit()
        self.page = LockPage(shell.room, tuple(e for e in shell.entries if e.in_rail), shell.rail.count)
        self.page.unlock_asked.connect(self._attempt)
        self.page.sign_out_asked.connect(self.left)
        self.changed.emit()
        self.page.password.setFocus()

    def release(self) -> None:
        """The window is open again, or nobody's any more."""
        if self.page is None:
            return
        self.page.room.covered.emit()  # also what an answer brought that was on its way
        self.page.deleteLater()
        self.page = None
        self.idleness.begin_anew()
        self.changed.emit()
        if self._focus is not None and isValid(self._focus):
            self._focus.setFocus()
        self._focus = None

    def _attempt(self, password: str) -> None:
        page = self.page
        if page is None:
            return
        ticket = self._try(page.room.person.login, password)
        ticket.done.connect(self._opened)
        ticket.refused.connect(self._not_opened)
        ticket.failed.connect(self._not_known)

    def _opened(self, _person: Person) -> None:
        self.release()

    def _not_opened(self, refusal: Refused) -> None:
        if self.page is not None:
            self.page.refuse(refusal)

    def _not_known(self, _found: Report) -> None:
        if self.page is not None:
            self.page.set_busy(False)


def put_away(window: QWidget) -> None:
    """Close what lies over a window: menus, lists, tips, dialogues."""
    QToolTip.hideText()
    for over in QApplication.topLevelWidgets():
        if over.isVisible() and over is not window and not isinstance(over, QMainWindow):
            over.close()
