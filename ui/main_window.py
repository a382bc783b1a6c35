"""The window: the sign-in page, or the shell of whoever is signed in. Language and look change while it runs."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from commandcenter import i18n, settings
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.errors import NotAllowed, Refused, Unavailable
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.logs import Report
from ui import qt_words
from ui.actions import Actions, of_moves
from ui.backstage import LOST, OPENING, Backstage, Ticket
from ui.entrance import Entrance
from ui.locking import Locking, put_away
from ui.looking import Looking
from ui.map.surface import suit_maps
from ui.messages import MISTAKE
from ui.move_sheet import LeftOpen, left_open, open_again
from ui.page import Entry
from ui.pages import PAGES
from ui.preferences.memory import Preferences
from ui.pulse import Pulse
from ui.remembering import Remembering
from ui.room import Room
from ui.session import Session
from ui.shell import Shell, page_actions
from ui.shell_actions import shell_actions
from ui.sign_in import SignInPage
from ui.slips import Slips
from ui.theme import theme
from ui.top_line import NAME
from ui.widgets.scrolled import Scrolled

SignIn = Callable[[Any, str, str, str, Callable[[Refused], object]], Person]
"""``(database, login, password, station, look_only)`` → the person, or a refusal; called off the GUI thread."""

SMALLEST = (1024, 640)
USUAL = (1440, 900)


class LeftBehind(NamedTuple):
    """What somebody typed here before they were signed out, and no file keeps."""

    drafts: dict[str, Any]
    form: LeftOpen | None


class MainWindow(QMainWindow):
    """One window, one backstage."""

    signed_in = Signal(object)
    """Somebody signed in; the Room made for them."""
    signed_out = Signal()
    database_asked = Signal()
    """Another database should be opened."""

    def __init__(
        self,
        backstage: Backstage,
        preferences: Preferences,
        pulse: Pulse,
        sign_in: SignIn,
        where: str = "",
        entries: tuple[Entry, ...] = PAGES,
        entrance: Entrance | None = None,
    ) -> None:
        """``entrance`` is where people sign in with the database itself; without it they do so by ``sign_in``."""
        super().__init__()
        self.backstage, self.preferences, self.pulse = backstage, preferences, pulse
        self.room: Room | None = None
        self.shell: Shell | None = None
        self._sign_in, self._where, self._entries, self._entrance = sign_in, where, entries, entrance
        self._is_open, self._coming = False, list[Person]()
        self.session = Session(backstage, self)
        self.remembering = Remembering(self, where)  # forgets before anybody is back at the door
        self.session.ended.connect(self._ended)
        self.session.alone.connect(self._alone)
        self._kept: dict[Key, LeftBehind] = {}
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.locking = Locking(self, self._try_password)
        self.locking.changed.connect(self._bring)
        self.locking.left.connect(self.sign_out)
        self._slips: Slips | None = None
        self.door = self._new_door()
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)
        geometry = preferences.recall_state("window")
        if geometry is not None:
            self.restoreGeometry(geometry)
        suit_maps(self)
        self._title()
        preferences.changed.connect(self._preference)
        pulse.ticked.connect(self._tick)
        backstage.loaded.connect(self._loaded)
        backstage.unavailable.connect(self._unavailable)
        backstage.opened.connect(self._opened)
        backstage.changed.connect(self._changed)
        backstage.bug.connect(self._bug)
        if entrance is not None:
            pulse.ticked.connect(self._show_out)
        self._waiting: tuple[str, str] | None = None
        if backstage.keeping is not None:
            self._slips = Slips(self, backstage.keeping, where)

    # ------------------------------------------------------------------ signing in and out

    def _new_door(self) -> SignInPage:
        door = SignInPage(self.preferences)
        door.attempted.connect(self.attempt)
        door.retried.connect(self.backstage.retry)
        door.database_asked.connect(self.database_asked)
        door.slip_asked.connect(self._write_slip)
        self.remembering.attend(door)
        self._doorway = Scrolled(door)
        self._stack.addWidget(self._doorway)
        if self.backstage.state == OPENING and self._entrance is None:
            door.show_opening()
        else:
            door.show_district(self.backstage.picture, settings.spoken_url(self._where))
        if self._entrance is not None:
            door.offer_another()
        return door

    def _write_slip(self) -> None:
        if self._slips is not None:
            self._slips.write()

    def show_beside_door(self, page: QWidget) -> None:
        """Show a page in the place of the door, as long as nobody is signed in."""
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def leave_beside_door(self, page: QWidget) -> None:
        """Back to the door, or to the shell where somebody came in meanwhile."""
        self._stack.removeWidget(page)
        page.deleteLater()
        self._bring()

    def attempt(self, login: str, password: str) -> Ticket:
        """Try to sign in. The door says what is wrong; the shell opens where nothing is."""
        only: list[Refused] = []
        ticket = self._judged(login, password, only)
        ticket.done.connect(lambda person: self._enter(person, only))
        ticket.done.connect(lambda person: self.session.remember(person, password))
        ticket.refused.connect(self._not_entered)  # at whichever door stands there by then
        ticket.failed.connect(self._not_known)
        return ticket

    def _judged(self, login: str, password: str, only: list[Refused]) -> Ticket:
        """Try a password by the rules of signing in; ``only`` learns why its owner may come in and look, if so."""
        station, entrance = self.backstage.station, self._entrance
        if entrance is not None:
            return self.backstage.in_turn(Ticket("sign_in"), lambda: entrance.sign_in(login, password))
        return self.backstage.carry_out(
            Ticket("sign_in"), lambda database: self._sign_in(database, login, password, station, only.append)
        )

    def _not_entered(self, refusal: Refused) -> None:
        self.door.refuse(refusal)
        self.remembering.refused(refusal)
        if self._slips is not None and isinstance(refusal, Unavailable):
            self._slips.shut_out()

    def _not_known(self, _found: Report) -> None:
        self.door.set_busy(False)

    def attempt_when_open(self, login: str, password: str) -> None:
        """Sign in as soon as the database is open: for a program started with ``--as``."""
        self._waiting = login, password
        if self.backstage.state != OPENING or self._entrance is not None:
            self._attempt_waiting()

    def _attempt_waiting(self) -> None:
        if self._waiting is not None:
            login, password = self._waiting
            self._waiting = None
            self.door.fill(login, password)
            self.door.attempt()

    def _enter(self, person: Person, only: Sequence[Refused]) -> None:
        if self._entrance is not None and not self._is_open:  # the feed takes it over in this very moment
            self._coming.append(person)
            return
        self.session.begin(person)
        self.preferences.signed_in(person.login)
        self.door.ready()
        self.locking.idleness.begin_anew()
        kept = self._kept.pop(person.id, LeftBehind({}, None))
        self._open_shell(person, kept.drafts, "", *only)
        self._open_form(kept.form)
        if person.password_given_at is not None and kept.form is None and self.room is not None:
            self.room.actions.trigger("shell.password", self.room)  # whoever made it knows it too
        self.signed_in.emit(self.room)
        self.session.over()

    def _open_shell(self, person: Person, drafts: dict[str, Any], page: str, look_only: Refused | None = None) -> None:
        actions = Actions()
        actions.add(*page_actions(self._entries), *shell_actions(self), *of_moves())
        self.room = Room(self.backstage, actions, theme, self.pulse, self.preferences, person)
        self.shell = Shell(self.room, self._entries)
        Looking(self.shell, lambda: self.locking.page is not None)
        if look_only is not None:
            self.shell.say_look_only(look_only)
        self._stack.addWidget(self.shell)
        self._bring()
        self.shell.resume(drafts)
        if page:
            self.shell.go(page)
        else:
            self.shell.start()

    def sign_out(self) -> None:
        """Leave the place to the next person. What was typed is there again when the same one comes back."""
        self._leave(None)

    def _leave(self, why: Refused | None) -> None:
        if self.shell is None or self.session.person is None:
            return
        put_away(self)
        self._kept[self.session.person.id] = LeftBehind(self.shell.drafts(leaving=True), left_open(self.shell.sheet))
        self.locking.release()
        self._close_shell()
        self.session.leave()
        self.door.ready()
        if why is not None:
            self.door.refuse(why)
        self.signed_out.emit()

    def take_over(self, other: "MainWindow") -> None:
        """Go on at the door where another window of the same station left off: what was said, what was typed."""
        self.door.take_over(other.door)
        self._kept = other._kept

    def _close_shell(self) -> None:
        shell, room = self.shell, self.room
        self.shell = self.room = None
        if shell is not None and room is not None:
            shell.leave()
            self._stack.removeWidget(shell)
            shell.deleteLater()
            room.deleteLater()
        self._bring()

    def _bring(self) -> None:
        """Bring to the front what belongs there: while the window is locked, nothing but that."""
        lock = self.locking.page
        if lock is not None and self._stack.indexOf(lock) < 0:
            self._stack.addWidget(lock)
        self._stack.setCurrentWidget(lock or self.shell or self._doorway)

    # ------------------------------------------------------------------ locking, and sessions elsewhere

    def lock(self) -> None:
        """Lock the window until the password of whoever is signed in is typed."""
        if self.shell is not None and self.locking.page is None:
            self.locking.lock(self.shell)

    def _tick(self, _now: object) -> None:
        self.locking.look(self.shell)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.locking.idleness.watch(self.windowHandle())

    def _try_password(self, login: str, password: str) -> Ticket:
        only: list[Refused] = []
        ticket = self.session.prove(password) or self._judged(login, password, only)
        ticket.done.connect(lambda person: self._back(person, only))
        return ticket

    def _back(self, person: Person, only: Sequence[Refused]) -> None:
        if self.shell is not None:
            self.session.begin(person)
            for why in only:
                self.shell.say_look_only(why)

    def end_other_sessions(self) -> None:
        """End the sessions of whoever is signed in at all other stations."""
        self.session.end_others()

    def _alone(self, words: str) -> None:
        if self.room is not None:
            self.room.say(_(words))

    def _ended(self, why: Refused) -> None:
        """The session was ended from elsewhere."""
        self._leave(why)

    # ------------------------------------------------------------------ language and look

    def _preference(self, name: str) -> None:
        if name == "language":
            i18n.use(self.preferences.language)
            qt_words.speak(self.preferences.language)
            self.rebuild()
        elif name in {"theme", "scale"}:
            app = QApplication.instance()
            if isinstance(app, QApplication):
                theme.apply(app, self.preferences.theme, self.preferences.scale)
            if name == "scale":
                self.rebuild()

    def rebuild(self) -> None:
        """Build everything anew in the language and size of now; drafts, page and record looked at stay."""
        self._stack.removeWidget(self._doorway)
        self._doorway.deleteLater()
        before, self.door = self.door, self._new_door()
        self.door.stand_for(before)
        if self._slips is not None:
            self._slips.tell()
        shell, room = self.shell, self.room
        if shell is not None and room is not None:
            drafts, page, looked_at = shell.drafts(), shell.page, room.selection
            name, sheet, form = page.name if page else "", shell.sheet.name, left_open(shell.sheet)
            self._close_shell()
            self._open_shell(room.person, drafts, name, shell.look_only)
            self._look_again(looked_at, sheet)
            self._open_form(form)
            if self.locking.page is not None and self.shell is not None:
                self.locking.lock(self.shell)
        self._title()

    def _open_form(self, form: LeftOpen | None) -> None:
        if form is not None and self.shell is not None and self.room is not None:
            open_again(self.shell.sheet, self.room, form)

    def _look_again(self, looked_at: Any, sheet: str) -> None:
        if self.shell is None or self.room is None:
            return
        page = self.shell.page
        if looked_at is not None and page is not None:
            page.select(looked_at.kind(), looked_at.id)
        if sheet.startswith("shell."):
            self.room.actions.trigger(sheet, self.room)

    def _title(self) -> None:
        district = self.backstage.picture.district
        self.setWindowTitle(district.centre if district else _(NAME))

    # ------------------------------------------------------------------ what the backstage says

    def _loaded(self, _stage: str) -> None:
        self.door.show_district(self.backstage.picture, settings.spoken_url(self._where))
        self._title()
        self._attempt_waiting()

    def _opened(self) -> None:
        self.door.show_trouble(None)
        self._is_open = True
        while self._coming:
            self._enter(self._coming.pop(), ())

    def _unavailable(self, refusal: Refused) -> None:
        self.door.show_trouble(refusal)

    def _show_out(self) -> None:
        """Whom the server lets in no more has nothing to wait for: the connection will not come back by itself."""
        why = self.backstage.why
        if self.shell is not None and self.backstage.state == LOST and why and not isinstance(why, Unavailable):
            self._leave(why if isinstance(why, NotAllowed) else Refused(N_("You have been signed out. {why}"), why=why))

    def _bug(self, found: Report) -> None:
        if self.shell is None:
            self.door.show_trouble(Refused(MISTAKE, what=f"{found.what}."))

    def _changed(self, delta: Delta) -> None:
        """Somebody who is disabled, or whose roles change, is not left with what they may no longer see."""
        if self.room is None:
            return
        mine = [c for c in delta.of(Person) if c.key == self.room.person.id]
        if not mine or not isinstance(after := mine[-1].after, Person):
            return
        before = mine[-1].before
        if after.disabled:
            self._leave(Refused(N_("{person} may not sign in any more."), person=after.name))
        elif not self.session.over(mine[-1]) and isinstance(before, Person) and before.roles != after.roles:
            self.rebuild()

    # ------------------------------------------------------------------ closing

    def closeEvent(self, event: QCloseEvent) -> None:
        self.preferences.keep_state("window", self.saveGeometry())
        if self.shell is not None:
            self.shell.leave()
        self.backstage.company.leave()
        self.preferences.write()
        self.remembering.close()
        super().closeEvent(event)

    def toggle_full_screen(self) -> None:
        """The whole monitor, or back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
