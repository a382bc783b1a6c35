"""The page of one case: what it is, who waits for what until when, everything that happened, what may be done now.

It is no page of the rail: follow-up, review and archive each hold one beside their list. It asks for the whole
life of the case, open or archived, and asks again whenever the feed says that the life got a new line.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from commandcenter.domain.cases import Case
from commandcenter.domain.contacts import Photo
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.errors import Refused
from commandcenter.i18n import _
from commandcenter.live.delta import Delta
from commandcenter.queries.callers import revealed
from commandcenter.queries.history import Life, life
from ui.case.asking import Asking, reveal_offer
from ui.case.bar import MoveBar
from ui.case.column import Reading
from ui.case.head import Head
from ui.case.offers import LETTERS, Offer, offered
from ui.case.particulars import Particulars
from ui.case.photos import LargeView
from ui.case.telling import Teller
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.empty_state import EmptyState
from ui.widgets.move_form import SUBMIT
from ui.widgets.timeline import Timeline
from ui.wording import was_sealed

LATE_MS = 150
"""After so long without an answer it is said that the case is being read."""


class CasePage(QWidget):
    """Shows a case. ``scope`` is the widget within which the letters of the moves count; itself where None."""

    shown = Signal(object)
    """A life is on the screen, or newer than before; the Life."""
    made = Signal(str)
    """A move was made here; its name."""

    def __init__(self, room: Room, scope: QWidget | None = None, empty: tuple[str, str] = ("", "")) -> None:
        super().__init__()
        self._room = room
        self._key: Key | None = None
        self.life: Life | None = None
        self._judged_at = room.now()
        self._out_of_date = False
        self._waiting: list[Callable[[], None]] = []
        self.head, self.bar, self.asking = Head(room), MoveBar(), Asking(room)
        self.particulars, self.timeline = Particulars(room), Timeline()
        self._reading = Reading(self.timeline)
        self._aside = Reading(self.particulars)
        self._empty = EmptyState(*(empty if empty[0] else (_("No case is chosen"), "")), "mdi6.file-document-outline")
        self._instead = EmptyState("", "", "mdi6.file-document-outline")
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(LATE_MS)
        self._late.timeout.connect(self._say_late)
        self._lay_out()
        self.large = LargeView(room, self)
        self.setAcceptDrops(True)
        self._connect()
        self._scope = scope or self
        self._scope.installEventFilter(self)
        self._submit = [QShortcut(QKeySequence(keys), self._scope) for keys in SUBMIT]
        self._listen_to_submit()
        for letter in sorted({key for key in LETTERS.values() if key}):
            shortcut = QShortcut(QKeySequence(letter), self._scope)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda letter=letter: self._typed(letter))

    def _listen_to_submit(self) -> None:
        """Ctrl+Enter sends the form that is open, and Esc closes it, wherever the cursor stands beside it."""
        for shortcut in self._submit:
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda: self.asking.form.submit() if self.asking.form is not None else None)
            shortcut.setEnabled(False)
            self.asking.opened.connect(partial(shortcut.setEnabled, True))
            self.asking.closed.connect(partial(shortcut.setEnabled, False))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Only what nobody before wanted comes here: an open list or a line to search in has its own Esc.
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        escapes = pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escapes and watched is self._scope and self.asking.form is not None:
            self.asking.close_form()
            return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("case")
        self.splitter.setChildrenCollapsible(False)
        for reading, least, width in ((self._reading, 200, 300), (self._aside, 224, 280)):
            reading.setMinimumWidth(theme.px(least))
            reading.resize(theme.px(width), reading.height())
            self.splitter.addWidget(reading)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        whole = self._whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.asking)
        column.addWidget(self.bar)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        mark(self, ground="surface")
        self._faces = QStackedLayout(self)
        for face in (self._empty, whole, self._instead):
            self._faces.addWidget(face)

    def _connect(self) -> None:
        self._room.backstage.changed.connect(self._changed)
        self._room.pulse.ticked.connect(self._judge_when_due)
        self.bar.chosen.connect(self.begin)
        self.asking.made.connect(self._made)
        self.asking.opened.connect(self.bar.hide)  # a form has buttons of its own, and needs the room
        self.asking.closed.connect(self.bar.show)
        self.particulars.citizens.reveal_asked.connect(self._ask_reveal)
        self.particulars.case_asked.connect(self._room.open_case)
        self.particulars.photos.opened.connect(self._open_photo)
        self.timeline.link_pressed.connect(self._open_photo_of)

    # ------------------------------------------------------------------ which case

    @property
    def key(self) -> Key | None:
        """The case shown, or being fetched."""
        return self._key

    def show_case(self, key: Key | None) -> None:
        """Show another case; None shows none. A form that is open for the former one is put away."""
        if key == self._key and (key is None or self.life is not None or self._out_of_date):
            return
        self._key, self.life = key, None
        self._waiting.clear()
        self.asking.close_form()
        self.large.hide()
        self.head.fold()
        if key is None:
            self._out_of_date = False
            self._faces.setCurrentIndex(0)
        else:
            self._late.start()  # until then what stood there stays, so that going along a list does not flicker
            self._ask()

    def _say_late(self) -> None:
        if self.life is None and self._key is not None and self._out_of_date:
            self._say_instead(_("The case is being read…"))

    def _say_instead(self, title: str, why: str = "") -> None:
        """Nothing of the former case may stand under the row that is chosen now."""
        self._instead.say(title, why)
        self._faces.setCurrentWidget(self._instead)

    def _ask(self) -> None:
        key, person = self._key, self._room.person
        if key is not None:
            self._out_of_date = True
            self._room.backstage.ask(
                lambda session: life(session, person, key), self._show, owner=self, latest="life",
                otherwise=self._not_read,
            )

    def _show(self, found: Life | None) -> None:
        if found is not None and found.case.id == self._key:
            self._show_life(found)
        elif self.life is not None and self._key is not None:
            self._let_go(self.life.case)
        elif self._key is not None:
            self._say_instead(_("This case cannot be read"))
        self._up_to_date()

    def _let_go(self, case: Case) -> None:
        """It was sealed while it stood here: it is there for others now. What was typed about it stays on the disk."""
        typed = self.asking.form is not None and bool(self.asking.form.typed())
        self.asking.close_form()
        self.large.hide()
        self._waiting.clear()
        self.life = None
        self.timeline.show_entries([], self._room.now())
        said = was_sealed(case.number, typed=typed)
        self._say_instead(_("This case was sealed"), "\n".join(said))
        self._room.say(" ".join(said), "late")

    def _not_read(self, refusal: Refused) -> None:
        """What stands on the screen is all there is to know for now, where it is this case."""
        self._room.backstage.refused.emit(refusal)
        if self.life is None and self._key is not None:
            self._say_instead(_("This case cannot be read"), str(refusal))
        self._up_to_date()

    def _on_what_is_true(self, deed: Callable[[], None]) -> None:
        """Do it on the case as it is: at once or, while a newer life of it is being read, as soon as that is shown.

        Until then the bar still offers what was legal before, first of all the move that was just made.
        """
        if self._out_of_date:
            self._waiting.append(deed)
        else:
            deed()

    def _up_to_date(self) -> None:
        self._out_of_date = False
        waiting, self._waiting = self._waiting, []
        for deed in waiting:
            self._on_what_is_true(deed)

    def _show_life(self, found: Life) -> None:
        first = self.life is None
        self.life = found
        self.head.show_life(found)
        self.particulars.show_life(found)
        if not first:
            self._reading.hold_place()
        may = Right.SUPERVISE in self._room.person.rights
        self.timeline.show_entries(Teller(found, self._room.picture, documents=may).lines(), self._room.now())
        if first:
            self._reading.to_top()
            self._aside.to_top()
        self._judge()
        self._faces.setCurrentIndex(1)
        self.shown.emit(found)

    def _changed(self, delta: Delta) -> None:
        if self._concerns(delta):
            self._ask()
        elif self.life is not None and any(c.key == self._room.person.id for c in delta.of(Person)):
            self._judge()

    def _concerns(self, delta: Delta) -> bool:
        """Whether the life of this case got a new line: one of its own, or a look at one of its callers."""
        if self._key is None or self.life is None:  # not read yet: a look may be at one of its callers
            return self._key is not None and (self._key in delta.cases or bool(delta.complaints))
        return self._key in delta.cases or any(said.id in delta.complaints for said in self.life.complaints)

    # ------------------------------------------------------------------ what may be done

    def _judge(self) -> None:
        if self.life is None:
            return
        judged = offered(self.life, self._room)
        self._judged_at = self._room.now()
        self.bar.show_offers(judged)
        self.asking.follow(self.life, {offer.id: offer for offer in judged.legal})

    def _judge_when_due(self, _now: object) -> None:
        """Some rules hold until a moment: a return, an extension can no longer be asked for after it."""
        lead = self.life.lead if self.life is not None else None
        if lead is None or not self.isVisible():
            return
        ends = (at for at in (lead.return_due_at, lead.resolve_due_at) if at is not None)
        if any(self._judged_at <= at < self._room.now() for at in ends):
            self._judge()

    def _typed(self, letter: str) -> None:
        """A letter is a move only where nobody could mean to write: in a list, on the case itself, on its buttons."""
        at = cast(QWidget | None, self.window().focusWidget())
        if at in (self, self._whole) or isinstance(at, QAbstractItemView) or (at and self.bar.isAncestorOf(at)):
            self.press(letter)

    def press(self, letter: str) -> None:
        """Make the move of that letter, if it is legal now."""
        self._on_what_is_true(lambda: self._press(letter))

    def _press(self, letter: str) -> None:
        offer = self.bar.letters().get(letter)
        if offer is not None and self.asking.form is None:
            self.begin(offer)
        elif offer is not None and self.asking.offer is not None and offer.id == self.asking.offer.id:
            self.asking.take_focus()

    def begin(self, offer: Offer, files: Sequence[Path] = ()) -> None:
        """Begin a move: its form opens below, or it is made at once where it asks for nothing."""
        self._on_what_is_true(lambda: self._begin(offer, files))

    def _begin(self, offer: Offer, files: Sequence[Path]) -> None:
        """Begin it unless it is offered no longer: what was pressed may have been done meanwhile."""
        if self.life is None:
            return
        if offer.move.name == "reveal":
            now = reveal_offer(self.life, offer.record.id)
        else:
            now = self.bar.offer(offer.move.name, offer.record.id)
        if now is not None:
            self.asking.ask(now, self.life, files)

    def begin_move(self, name: str, key: Key | None = None) -> bool:
        """Begin the move of that name. False where it is not legal now."""
        offer = self.bar.offer(name, key)
        if offer is not None:
            self.begin(offer)
        return offer is not None

    def _made(self, name: str, result: object) -> None:
        if name == "reveal" and isinstance(result, str):
            person = self._room.person
            self._room.backstage.ask(lambda session: revealed(session, person, result), self._reveal, owner=self)
        self._on_what_is_true(self.asking.put_away)
        self.made.emit(name)

    # ------------------------------------------------------------------ the caller

    def _ask_reveal(self, key: Key) -> None:
        offer = reveal_offer(self.life, key) if self.life is not None else None
        if offer is not None:
            self.begin(offer)

    def _reveal(self, found: object) -> None:
        if not isinstance(found, tuple):
            return
        look, citizen = found
        card = self.particulars.citizens.cards.get(look.complaint_id)
        if card is not None:
            card.person.reveal(citizen.name, citizen.phone or citizen.account or "", self._room.shown_until(look))

    # ------------------------------------------------------------------ pictures

    def _open_photo(self, key: Key) -> None:
        if self.life is not None:
            self.large.show_photo(self.life.photos, key)

    def _open_photo_of(self, operation_id: Key) -> None:
        entry = next((e for e in self.life.timeline if e.operation_id == operation_id), None) if self.life else None
        if entry is None or self.life is None:
            return
        photo = self.life.document_of(entry) or next((r for r in entry.evidence if isinstance(r, Photo)), None)
        lacking = self.life.lacks_document(entry)
        if photo is not None:
            self._open_photo(photo.id)
        elif lacking is not None:
            self._room.papers.make(lacking.id)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.bar.offer("attach_photo") is not None and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        offer = self.bar.offer("attach_photo")
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if offer is not None and files:
            event.acceptProposedAction()
            self.begin(offer, files)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.large.setGeometry(self.rect())

    @property
    def case(self) -> Case | None:
        """The case on the screen."""
        return self.life.case if self.life is not None else None
