"""The command bar: one line that finds and does everything, and says what it will do before Enter."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from commandcenter.i18n import _
from commandcenter.live.delta import Delta
from ui.actions import Action
from ui.command_bar import things
from ui.command_bar.grammar import Candidate, Command, Reading, read
from ui.command_bar.index import Index, Thing, warm_up
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel, tip

AT_ONCE = 400
"""Things taken into the index between two turns of the event loop."""
WHY_NOT = Callable[[Command], str]


class CommandBar(QFrame):
    """The line, its answer in words, and the candidates above it."""

    commanded = Signal(object)
    """Enter was pressed on a line that means something; its Command."""

    def __init__(self, room: Room, why_not: WHY_NOT = lambda _command: "") -> None:
        """``why_not`` says in words why a command cannot be carried out now; empty where it can."""
        super().__init__()
        self._room, self._why_not = room, why_not
        self.index = Index()
        self.entered = ""
        """The line that was carried out last."""
        self._enter_waits = False  # Enter was pressed before everything was taken in
        self._warm = False  # until then nothing is taken in: the first Chinese name would cost 0.1 s here
        self.reading = Reading()
        self.line = QLineEdit()
        self.line.setObjectName("command.line")
        self.line.setAccessibleName(_("Command bar"))
        self.line.setPlaceholderText(_("Search, or a verb: d dispatch · c contact · p caller · g page"))
        self.says = PlainLabel()
        self.says.setObjectName("command.says")
        self._key = PlainLabel("Ctrl K")
        mark(self._key, face="caption")
        self.list = QListWidget()
        self.list.setObjectName("command.candidates")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._left_out = PlainLabel()
        mark(self._left_out, face="left_out")
        self._popup: QFrame | None = None
        self._back_to: QWidget | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line)
        inside = QHBoxLayout(self.line)  # the key stands before what is typed, the answer behind it
        inside.setContentsMargins(theme.px(10), 0, theme.px(10), 0)
        inside.addWidget(self._key)
        inside.addStretch(1)
        inside.addWidget(self.says)
        for label in (self._key, self.says):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._take_in)
        self._connect()

    def _connect(self) -> None:
        backstage = self._room.backstage
        self.line.textChanged.connect(self._read)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self._clicked)
        backstage.changed.connect(self._changed)
        backstage.loaded.connect(self._loaded)
        self._room.actions.changed.connect(self._take_actions)
        self._take_actions()
        # The tables of the pinyin are loaded aside; what was loaded already is taken in after that.
        backstage.aside(warm_up, self._take_picture, owner=self)

    # ------------------------------------------------------------------ the index

    def _take_actions(self) -> None:
        self.index.put_later(map(_of_action, self._room.actions.offered(self._room.person)))
        self._take_soon()

    def _take_picture(self, _warm: object) -> None:
        self._warm = True
        self.index.put_later(things.everything(self._room.picture))
        self._take_soon()

    def _take_soon(self) -> None:
        if self._warm and self.index.waiting:
            self._soon.start()

    def _take_in(self) -> None:
        self.index.take_in(AT_ONCE)
        self._take_soon()
        self._read_again()

    @property
    def complete(self) -> bool:
        """Whether everything there is can be found. Before that the best of what is found may be the wrong one."""
        return self._warm and not self.index.waiting and self._room.picture.complete

    def _loaded(self, _stage: str) -> None:
        self._read_again()

    def _changed(self, delta: Delta) -> None:
        things.follow(self.index, delta)
        self._take_soon()

    # ------------------------------------------------------------------ reading

    def ask(self, text: str = "") -> None:
        """Put the cursor here, with ``text`` typed already."""
        if not self.line.hasFocus():
            self._back_to = self.window().focusWidget()
        if text:
            self.line.setText(text)
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def _read_again(self) -> None:
        """Everything is there now: what was typed before may mean something else, and Enter may have waited for it."""
        if not self.complete or not self.line.text() or self.chosen is not None:
            return
        entered = self._enter_waits
        self._read(self.line.text())
        if entered:
            self._enter()

    def _read(self, line: str) -> None:
        self._enter_waits = False
        if not line.strip():
            self.reading = Reading()
            self._say("", "quiet")
        else:
            self.reading = read(line, self.index)
            refusal = self._why_not(self.reading.command) if self.reading.command else ""
            tone = "urgent" if refusal else "accent" if self.reading.command else "quiet"
            self._say(refusal or self.reading.says, tone)
        self._show_candidates()

    def _say(self, text: str, tone: str) -> None:
        self.says.setText(f"{text}  ⏎" if tone == "accent" else text)
        self.says.setToolTip(tip(text))
        mark(self.says, tone=tone)
        self._make_room()

    def _make_room(self) -> None:
        before = self._key.sizeHint().width() + theme.px(8)
        behind = self.says.sizeHint().width() + theme.px(8) if self.says.text() else 0
        self.line.setTextMargins(before, 0, min(behind, self.line.width() // 2), 0)

    @property
    def chosen(self) -> Candidate | None:
        """The candidate the arrows stand on."""
        row = self.list.currentRow()
        return self.reading.candidates[row] if 0 <= row < len(self.reading.candidates) else None

    # ------------------------------------------------------------------ candidates

    def _show_candidates(self) -> None:
        self.list.clear()
        for candidate in self.reading.candidates:
            item = QListWidgetItem(f"{candidate.title}    {candidate.detail}")
            item.setSizeHint(QSize(0, theme.row_height()))
            self.list.addItem(item)
        left_out = self.reading.left_out
        self._left_out.setVisible(bool(left_out))
        self._left_out.setText(_("{n} more are found: type more of it.", n=left_out))
        if self.reading.candidates and self.line.hasFocus():
            self._place()
        elif self._popup is not None:
            self._popup.hide()

    def _place(self) -> None:
        popup = self._popup or self._new_popup()
        rows = len(self.reading.candidates)
        more = theme.row_height() if self.reading.left_out else 0
        height = rows * theme.row_height() + more + theme.px(10)
        corner = self.line.mapTo(self.window(), QPoint(0, 0))
        popup.setGeometry(corner.x(), corner.y() - height - theme.px(6), self.line.width(), height)
        popup.show()
        popup.raise_()

    def _new_popup(self) -> QFrame:
        # A child of the window, not a window of its own: the cursor stays in the line.
        popup = QFrame(self.window())
        popup.setObjectName("command.popup")
        mark(popup, ground="surface")
        popup.setFrameShape(QFrame.Shape.StyledPanel)
        column = QVBoxLayout(popup)
        column.setContentsMargins(*[theme.px(4)] * 4)
        column.setSpacing(0)
        column.addWidget(self.list)
        column.addWidget(self._left_out)
        self._popup = popup
        self.destroyed.connect(popup.deleteLater)
        return popup

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
        if self._popup is not None and self._popup.isVisible():
            self._place()

    # ------------------------------------------------------------------ keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._enter_waits = False
            if self._popup is not None:
                self._popup.hide()
        elif event.type() == QEvent.Type.FocusIn:
            self._show_candidates()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._key_means(event.key()):
            return True
        return super().eventFilter(watched, event)

    def _key_means(self, key: int) -> bool:
        match key:
            case Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_Down:
                self._step(1)
            case Qt.Key.Key_Tab if self.line.text():
                self._complete()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._enter()
            case Qt.Key.Key_Escape:
                self.leave()
            case _:
                return False
        return True

    def _step(self, step: int) -> None:
        count = self.list.count()
        if not count:
            return
        row = self.list.currentRow()
        self.list.setCurrentRow((row + step) % count if row >= 0 else (0 if step > 0 else count - 1))

    def _complete(self) -> None:
        candidate = self.chosen or next(iter(self.reading.candidates), None)
        if candidate is not None:
            self.line.setText(candidate.line)

    def _clicked(self, item: QListWidgetItem) -> None:
        self.list.setCurrentItem(item)
        self._enter()

    def _enter(self) -> None:
        chosen = self.chosen
        if chosen is not None and chosen.command is None:
            self.line.setText(chosen.line)
            return
        if chosen is None and self.line.text().strip() and not self.complete:
            self._enter_waits = True
            self._say(_("Still reading what there is: it is done as soon as that is known. Esc: not at all."), "late")
            return
        command = chosen.command if chosen is not None else self.reading.command
        if command is None:
            return
        refusal = self._why_not(command)
        if refusal:
            self._say(refusal, "urgent")
            return
        self.entered = self.line.text()
        self.leave()
        self.commanded.emit(command)

    def put_back(self, line: str) -> None:
        """Let a line stand here again that was not carried out, unless the next one is being typed already."""
        if isValid(self) and not self.line.text():
            self.line.setText(line)

    def leave(self) -> None:
        """Empty the line and give the cursor back to where it was."""
        self.line.clear()
        if self._popup is not None:
            self._popup.hide()
        if self._back_to is not None and isValid(self._back_to):
            self._back_to.setFocus()
        else:
            self.line.clearFocus()


def _of_action(action: Action) -> Thing:
    if action.id.startswith("go."):
        return things.of_page(action.id.removeprefix("go."), action.text, action.shortcut)
    return things.of_action(action.id, action.text, action.words, action.shortcut)
