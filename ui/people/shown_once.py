"""A password that was made just now: shown once, until it is put away or somebody else is looked at."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from commandcenter.i18n import _
from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel
from ui.widgets.showing import set_shown


class ShownOnce(QFrame):
    """The password, big enough to read it out. It is kept nowhere else."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, face="message", tone="accent")
        self.login = ""
        """Whose it is."""
        self._about, self.password = PlainLabel(), PlainLabel()
        self._about.setWordWrap(True)
        mark(self.password, face="display")
        self.password.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy, self.away = QPushButton(_("Copy")), QPushButton(_("I have passed it on"))
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addWidget(self.away)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(12)] * 4)
        column.setSpacing(theme.px(8))
        column.addWidget(self._about)
        column.addWidget(self.password)
        column.addLayout(row)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.password.text()))
        self.away.clicked.connect(self.forget)
        self.forget()

    def show_password(self, login: str, password: str) -> None:
        """Show it for whoever has to pass it on."""
        said = _("The password of {login}. It is shown only now: pass it on by word of mouth.", login=login)
        self._about.setText(said)
        self.login = login
        self.password.setText(password)
        set_shown(self, True)
        self.copy.setFocus()

    def forget(self) -> None:
        """Take it off the screen, and out of the clipboard where it was copied."""
        clipboard = QGuiApplication.clipboard()
        if self.password.text() and clipboard.text() == self.password.text():
            clipboard.clear()
        self.password.clear()
        set_shown(self, False)
