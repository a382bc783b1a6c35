"""The sign-in page: login and password, language and look, and what is wrong with the database if something is."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from commandcenter.domain.people import Person, Role
from commandcenter.errors import Incomplete, Refused, Unavailable
from commandcenter.i18n import _
from commandcenter.live.picture import Picture
from ui.preferences.choosers import language_chooser, theme_chooser
from ui.preferences.memory import Preferences
from ui.theme import mark, theme
from ui.top_line import NAME
from ui.widgets.plain_label import tip, wrapped
from ui.wording import choice

PASSWORD_SETTING = "demonstration.password"  # the name of a setting of a demonstration district
WIDTH = 380  # px of the design
_ROLES = (Role.OPERATOR, Role.SUPERVISOR, Role.CAPTAIN, Role.OFFICER, Role.INSPECTOR, Role.ADMINISTRATOR)


class Known(NamedTuple):
    """An account of a demonstration district that may be shown on the sign-in page."""

    role: str
    login: str


def demonstration_accounts(picture: Picture) -> tuple[list[Known], str]:
    """One account for each role, and the password of them all; empty unless the district is a demonstration."""
    district = picture.district
    if district is None or not district.demonstration:
        return [], ""
    try:
        password = picture.rules.text(PASSWORD_SETTING)
    except KeyError:
        return [], ""
    return list(_one_a_role(picture.of(Person).values())), password


def _one_a_role(people: Iterable[Person]) -> Iterable[Known]:
    able = sorted((p for p in people if not p.disabled and p.roles), key=lambda p: (not p.on_duty, p.login))
    squad = None
    for role in _ROLES:
        having = [person for person in able if person.roles[0] == role]
        # The captain and the officer are of one squad, so that they can be seen working on one case.
        person = next((p for p in having if squad and p.squad_id == squad), next(iter(having), None))
        if person is not None:
            squad = squad or person.squad_id
            yield Known(role, person.login)


def database_words(url: str) -> str:
    """Which database it is, as a person names it: file and folder, or name and server. Never a login or a password."""
    address = urlsplit(url)
    path = unquote(address.path.removeprefix("/"))
    if address.scheme.partition("+")[0] == "sqlite" and path:
        file = PurePath(path)
        return str(_("{file} in {folder}", file=file.name, folder=str(file.parent)))
    if path and address.hostname:
        return str(_("Database {name} on {server}", name=path, server=address.hostname))
    return path or address.hostname or ""


class ReturnButton(QPushButton):
    """A button that Return presses too: Qt's own knows only the space bar outside a dialogue."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)


class SignInPage(QWidget):
    """Who are you? Refusals stand under the fields, in words."""

    attempted = Signal(str, str)
    """Login and password were given."""
    retried = Signal()
    """The database should be tried again at once."""
    database_asked = Signal()
    """Another database should be opened."""
    slip_asked = Signal()
    """A call should be written down, though nobody can sign in."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self._title = wrapped("display")
        self._where = wrapped("small")
        self.login, self.password = QLineEdit(), QLineEdit()
        self.login.setObjectName("login")
        self.password.setObjectName("password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._login_label, self._password_label = wrapped("small"), wrapped("small")
        self._login_label.setBuddy(self.login)
        self._password_label.setBuddy(self.password)
        self.remember = QCheckBox()
        self.remember.setObjectName("remember")
        self.enter = ReturnButton()
        mark(self.enter, tone="primary")
        self._refusal: Refused | None = None
        self._trouble: Refused | None = None
        self.wrong = wrapped("", tone="urgent")
        self.wrong.setObjectName("wrong")
        self.state = wrapped("small")
        self._retry, self._other = QPushButton(), QPushButton()
        self.kept = wrapped("small")
        self.slip = QPushButton()
        mark(self.slip, tone="link")
        self._chips = QWidget()
        self._chip_title = wrapped("caption")
        self._known: list[Known] = []
        self._known_password = ""
        self.language = language_chooser(preferences)
        self.theme = theme_chooser(preferences)
        self._lay_out()
        self._connect()
        self._remember()
        self.retranslate()
        self._clear_wrong()
        self.show_trouble(None)
        self.show_kept("", offer=False)
        self.offer_remembering(False)

    def _lay_out(self) -> None:
        card = QFrame()
        card.setObjectName("sign_in.card")
        mark(card, ground="surface")
        card.setFixedWidth(theme.px(WIDTH))
        column = QVBoxLayout(card)
        column.setContentsMargins(*[theme.px(32)] * 4)
        column.setSpacing(theme.px(8))
        column.addWidget(self._title)
        column.addWidget(self._where)
        column.addSpacing(theme.px(8))
        for widget in (self._login_label, self.login, self._password_label, self.password, self.remember,
                       self.wrong):  # fmt: skip
            column.addWidget(widget)
        column.addWidget(self.enter)
        column.addWidget(self.state)
        row = QHBoxLayout()
        row.addWidget(self._retry)
        row.addWidget(self._other)
        column.addLayout(row)
        column.addWidget(self.kept)
        column.addWidget(self.slip)
        column.addWidget(self._chip_title)
        column.addWidget(self._chips)
        column.addSpacing(theme.px(8))
        foot = QHBoxLayout()
        foot.addWidget(self.language)
        foot.addWidget(self.theme)
        column.addLayout(foot)
        QGridLayout(self._chips).setContentsMargins(0, 0, 0, 0)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        middle = QHBoxLayout()  # not an alignment: its height would be that of words as wide as the window
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(3)

    def _connect(self) -> None:
        self.login.returnPressed.connect(self._next_or_enter)
        self.password.returnPressed.connect(self.attempt)
        self.enter.clicked.connect(self.attempt)
        self._retry.clicked.connect(self.retried)
        self._other.clicked.connect(self.database_asked)
        self.slip.clicked.connect(self.slip_asked)
        for field in (self.login, self.password):
            field.textEdited.connect(self._clear_wrong)

    def _remember(self) -> None:
        logins = self._preferences.logins
        completer = QCompleter(QStringListModel(logins, self), self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.login.setCompleter(completer)
        if logins:
            self.login.setText(logins[0])

    def retranslate(self) -> None:
        """Speak the language spoken now."""
        self._title.setText(_(NAME))
        self._login_label.setText(_("Login"))
        self._password_label.setText(_("Password"))
        self.remember.setText(_("Remember the password on this computer"))
        self.remember.setToolTip(_("It lies in the keyring of whoever is logged in to this computer, and fills in the"
                                   " field here. Leave this unchecked where several people share the computer."))
        self.enter.setText(_("Sign in"))
        self._retry.setText(_("Try again now"))
        self._other.setText(_("Open another database…"))
        self.slip.setText(_("Write down a call…"))
        self._chip_title.setText(_("Demonstration district – sign in as:"))
        self._fill_chips()

    # ------------------------------------------------------------------ what is shown

    def show_district(self, picture: Picture, where: str) -> None:
        """Name the district and, of a demonstration, its accounts. ``where`` is the database's address."""
        words = database_words(where)
        district = picture.district
        self._title.setText(district.centre if district else _(NAME))
        self._where.setText(words)
        self._where.setToolTip(tip(words))
        self._known, self._known_password = demonstration_accounts(picture)
        self._fill_chips()

    def show_trouble(self, refusal: Refused | None) -> None:
        """Why the database cannot be had, and what can be done; None: nothing is wrong."""
        self._trouble = refusal
        self.state.setText(str(refusal) if refusal else "")
        mark(self.state, tone="urgent" if refusal else "quiet")
        for widget in (self.state, self._retry, self._other):
            widget.setVisible(refusal is not None)

    def show_kept(self, words: str, offer: bool) -> None:
        """What is kept at this station; ``offer`` where a call can be written down without signing in."""
        self.kept.setText(words)
        mark(self.kept, tone="late")
        self.kept.setVisible(bool(words))
        self.slip.setVisible(offer)

    def offer_remembering(self, offer: bool) -> None:
        """Whether there is a keyring, so that the person may wish to be remembered."""
        self.remember.setVisible(offer)

    def offer_another(self) -> None:
        """Nothing is opened before somebody signs in; who wants another database can say so all the same."""
        self._other.show()

    def show_opening(self) -> None:
        """The database is being opened."""
        self._clear_wrong()
        self.show_trouble(None)
        self.state.setText(_("Opening the database…"))
        self.state.show()

    def refuse(self, refusal: Refused) -> None:
        """Say under the fields why it was refused; what was typed stays only where it was not even looked at."""
        self._refusal = refusal
        self.wrong.setText(str(refusal))
        self.wrong.show()
        self.set_busy(False)
        missing = refusal.field if isinstance(refusal, Incomplete) else "password"
        field = self.login if missing == "login" else self.password
        if not isinstance(refusal, Unavailable):
            mark(field, wrong=True)
            self.password.clear()
        field.setFocus()

    def take_over(self, other: "SignInPage") -> None:
        """Say what another door said: who was there last, and why they had to leave if they had to."""
        self.login.setText(other.login.text())
        if other._refusal is not None:
            self.refuse(other._refusal)
        self._to_first()

    def stand_for(self, other: "SignInPage") -> None:
        """Stand in the place of the same door, built anew: what it said is said in the words of now."""
        self.take_over(other)
        if other._trouble is not None:
            self.show_trouble(other._trouble)

    def set_busy(self, busy: bool) -> None:
        """While a try is under way nothing else can be tried."""
        self.enter.setEnabled(not busy)
        self.enter.setText(_("Signing in…") if busy else _("Sign in"))

    def ready(self) -> None:
        """The cursor goes where it is needed."""
        self.set_busy(False)
        self.password.clear()
        self._clear_wrong()
        self._to_first()

    def _to_first(self) -> None:
        (self.password if self.login.text() else self.login).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.window().focusWidget() is None:  # a window that has just been made
            self._to_first()

    def _clear_wrong(self) -> None:
        self._refusal = None
        self.wrong.clear()
        self.wrong.hide()
        for field in (self.login, self.password):
            mark(field, wrong=False)

    # ------------------------------------------------------------------ what is done

    def attempt(self) -> None:
        """Sign in with what stands in the fields."""
        if self.enter.isEnabled():
            self._clear_wrong()
            self.set_busy(True)
            self.attempted.emit(self.login.text(), self.password.text())

    def fill(self, login: str, password: str) -> None:
        """Type for the person."""
        self.login.setText(login)
        self.password.setText(password)
        self._clear_wrong()
        self.enter.setFocus()

    def _enter_as(self, login: str) -> None:
        """One click is enough: the password of a demonstration is no secret."""
        if self.enter.isEnabled():
            self.fill(login, self._known_password)
            self.attempt()

    def _next_or_enter(self) -> None:
        if self.password.text():
            self.attempt()
        else:
            self.password.setFocus()

    def _fill_chips(self) -> None:
        grid = self._chips.layout()
        if not isinstance(grid, QGridLayout):
            return
        for old in self._chips.findChildren(QPushButton):
            grid.removeWidget(old)
            old.deleteLater()
        for number, known in enumerate(self._known):
            chip = ReturnButton(choice(known.role))
            chip.setObjectName(f"chip.{known.login}")
            chip.setToolTip(tip(known.login))
            chip.clicked.connect(lambda _=False, who=known.login: self._enter_as(who))
            grid.addWidget(chip, number // 2, number % 2)
        for widget in (self._chips, self._chip_title):
            widget.setVisible(bool(self._known))

    def chips(self) -> Sequence[QPushButton]:
        """The accounts somebody may sign in as with one click."""
        return self._chips.findChildren(QPushButton)
