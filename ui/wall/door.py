"""Where a wall's account signs in, if it must: two lines, by keyboard alone."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from commandcenter.errors import Refused
from commandcenter.i18n import _
from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel, wrapped


class WallDoor(QWidget):
    """Login and password of the wall's own account."""

    signed = Signal(str, str)
    """A login and a password were given."""

    def __init__(self, login: str = "") -> None:
        super().__init__()
        self.setWindowTitle(_("Wall"))
        self.login, self.password, self.said = QLineEdit(login), QLineEdit(), wrapped("base")
        self.login.setPlaceholderText(_("Login"))
        self.login.setAccessibleName(_("Login"))
        self.password.setPlaceholderText(_("Password"))
        self.password.setAccessibleName(_("Password"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        title = PlainLabel(_("Account of the wall"))
        mark(title, face="title")
        column = QVBoxLayout(self)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.setSpacing(theme.px(8))
        for widget in (title, self.login, self.password, self.said):
            widget.setFixedWidth(theme.px(380))
            column.addWidget(widget)
        self.login.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._give)
        (self.password if login else self.login).setFocus()

    def show_refusal(self, why: Refused) -> None:
        """Why nobody was let in."""
        self.said.setText(str(why))
        mark(self.said, tone="urgent")
        self.password.clear()
        self.password.setFocus()

    def _give(self) -> None:
        self.signed.emit(self.login.text(), self.password.text())
