"""Changing one's own password: the old one, the new one twice, and why it was not done."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from commandcenter.domain.people import Person
from commandcenter.errors import Incomplete, Refused
from commandcenter.i18n import _
from commandcenter.logs import Report
from commandcenter.operations.own_password import DIFFERENT
from ui.sign_in import ReturnButton
from ui.theme import mark, theme
from ui.widgets.message_line import MessageLine
from ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from ui.main_window import MainWindow

NAME = "shell.password"
"""The name of the action and of the sheet it opens."""


class OwnPasswordForm(QWidget):
    """Stands in the sheet. What is typed here is no draft: it goes when the window locks or the sheet is shut."""

    def __init__(self, window: "MainWindow", person: Person) -> None:
        super().__init__()
        self.setObjectName("own_password")
        self._window = window
        self.old, self.new, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        for name in ("old", "new", "again"):
            getattr(self, name).setObjectName(f"own_password.{name}")
            getattr(self, name).setEchoMode(QLineEdit.EchoMode.Password)
        self.given = MessageLine()
        if person.password_given_at is not None:
            said = _("Somebody else made the password you have now: please choose one that only you know.")
            self.given.say(said, "late")
        self.message = MessageLine()
        self.save = ReturnButton(_("Change the password"))
        self.save.setObjectName("own_password.save")
        mark(self.save, tone="primary")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        note = PlainLabel(_("At least 8 characters. You are signed out at all other stations, and sign in there with"
                            " the new password."))  # fmt: skip
        note.setWordWrap(True)
        mark(note, face="caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(6))
        column.addWidget(self.given)
        for words, field in (
            (_("Old password"), self.old), (_("New password"), self.new), (_("New password, once more"), self.again)
        ):  # fmt: skip
            label = PlainLabel(words)
            mark(label, face="small")
            label.setBuddy(field)
            field.setAccessibleName(words)
            column.addWidget(label)
            column.addWidget(field)
        column.addWidget(self.message)
        column.addWidget(self.save)
        column.addWidget(note)
        column.addStretch(1)
        self.setFocusProxy(self.old)

    def _connect(self) -> None:
        for field, then in ((self.old, self.new), (self.new, self.again)):
            field.returnPressed.connect(then.setFocus)
        self.again.returnPressed.connect(self.attempt)
        self.save.clicked.connect(self.attempt)
        if self._window.room is not None:
            self._window.room.covered.connect(self.forget)

    def forget(self) -> None:
        """Take what was typed off the screen."""
        for field in (self.old, self.new, self.again):
            field.clear()
        self._say(None)

    def attempt(self) -> None:
        """Change it, with what stands in the fields."""
        if not self.save.isEnabled():
            return
        self._say(None)
        if self.new.text() != self.again.text():
            self._say(Incomplete(DIFFERENT, field="again"))
            return
        ticket = self._window.session.change_password(self.old.text(), self.new.text())
        if ticket is not None:
            self._set_busy(True)
            ticket.done.connect(self._changed)
            ticket.refused.connect(self._refused)
            ticket.failed.connect(self._failed)

    def _changed(self, _person: object) -> None:
        shell = self._window.shell
        if isValid(self) and shell is not None and shell.sheet.content is self:
            shell.sheet.shut()

    def _refused(self, refusal: Refused) -> None:
        if isValid(self):
            self._set_busy(False)
            self._say(refusal)

    def _failed(self, _found: Report) -> None:
        if isValid(self):
            self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        """While a change is under way no other can be asked for."""
        self.save.setEnabled(not busy)
        self.save.setText(_("Changing the password…") if busy else _("Change the password"))

    def _say(self, refusal: Refused | None) -> None:
        """Why it was not done, at the field it is about; None: nothing is wrong."""
        self.message.say(str(refusal) if refusal else "", "urgent")
        about = refusal.field if isinstance(refusal, Incomplete) else ""
        fields = {"old": self.old, "new": self.new, "again": self.again}
        for name, field in fields.items():
            mark(field, wrong=name == about)
        if about in fields:
            fields[about].selectAll()
            fields[about].setFocus()


def show(window: "MainWindow") -> None:
    """Open the form in the sheet of whoever is signed in."""
    if window.shell is not None and window.room is not None:
        form = OwnPasswordForm(window, window.room.person)
        window.shell.sheet.show_content(NAME, _("Change my password"), form)
