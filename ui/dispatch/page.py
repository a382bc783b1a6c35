"""F3 Dispatch: which case waits most, what it is, and whom to send – with the reasons, one key each."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout

from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.matters import Matter
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad, Workstation
from commandcenter.errors import Incomplete, Refused
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.live.loads import loads
from commandcenter.live.picture import Picture
from commandcenter.live.recommendation import recommend
from ui.actions import GROUP_PAGE, Action, why_not_now
from ui.dispatch.case_panel import CasePanel
from ui.dispatch.choosing import Choosing
from ui.dispatch.popover import Popover
from ui.dispatch.send_panel import SendPanel
from ui.dispatch.strip import SquadStrip, details
from ui.dispatch.waiting import WaitingList
from ui.map.feeding import MapFeed
from ui.map.shared import shared_engine
from ui.map.view import MapView
from ui.page import Page
from ui.room import Room
from ui.theme import theme
from ui.widgets.columns import Columns
from ui.wording import hour, name_of, was_sealed

LOOK_AGAIN_MS = 200
"""Changes that come within this time are weighed together."""
WEIGH_EVERY_S = 5
"""How often squads are weighed anew because time goes by: positions age, clocks run down."""
DIGITS = range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)
ACTIONS = ("dispatch.send", "dispatch.first", "dispatch.second", "dispatch.third", "dispatch.assisting")


def _is_digit(event: QKeyEvent) -> bool:
    """Whether it is a digit by itself, from the row above the letters or from the block beside them."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() in DIGITS and held == Qt.KeyboardModifier.NoModifier


class DispatchPage(Page):
    """The waiting cases, the case, whom to send, and what every squad has in hand."""

    name = "dispatch"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._choosing: dict[Key, Choosing] = {}
        self._ticks = 0
        self._on_its_way: Key | None = None
        self.popover = Popover(self)
        self.waiting = WaitingList(room)
        self.case_panel = CasePanel(room, self.popover)
        self.send_panel = SendPanel(room)
        self.strip = SquadStrip()
        self.map = MapView(shared_engine(room.backstage), theme.tokens())
        self.map.setMinimumHeight(theme.px(120))
        self.feed = MapFeed(room, self.map)
        self.case_panel.add(self.map)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(LOOK_AGAIN_MS)
        self._lay_out()
        self._declare()
        self._connect()
        self._weigh()
        self._show(None)

    def _lay_out(self) -> None:
        self.columns = Columns()
        left, right = self.waiting.usual_width, 344
        self.columns.add(self.waiting, _("To dispatch"), left, 288, 2)
        self.columns.add(self.case_panel, _("The case"), 1320 - left - right, 320, 5)
        self.columns.add(self.send_panel, _("Send to whom"), right, 304, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.columns, 1)
        column.addWidget(self.strip)

    def _connect(self) -> None:
        room = self.room
        room.backstage.changed.connect(self._changed)
        room.backstage.loaded.connect(self._weigh_if_seen)  # now it is known what squads have in hand
        room.pulse.ticked.connect(self._tick)
        room.chosen.connect(self._chosen_elsewhere)
        self._soon.timeout.connect(self._weigh_if_seen)
        self.waiting.selected.connect(self._select)
        self.send_panel.send_asked.connect(self.send)
        self.send_panel.chosen.connect(self._frame)
        self.strip.pressed.connect(self._show_squad)
        self.waiting.view.installEventFilter(self)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            enter = QShortcut(QKeySequence(key), self.waiting.view)
            enter.setContext(Qt.ShortcutContext.WidgetShortcut)
            enter.setAutoRepeat(False)
            enter.activated.connect(self.send)

    # ------------------------------------------------------------------ actions and keys

    def _declare(self) -> None:
        by = BY_NAME["dispatch"].by
        self.room.actions.add(
            Action("dispatch.send", N_("Send the case to the chosen squad"), "mdi6.send", lambda _r: self.send(),
                   "Ctrl+Return / Ctrl+Enter", N_("Enter does the same while the list has the cursor."),
                   GROUP_PAGE, by, self._why_not),
            Action("dispatch.first", N_("Choose the first squad"), "mdi6.numeric-1-box-outline",
                   lambda _r: self.send_panel.take_card(0), "1", "", GROUP_PAGE, by, self._why_not),
            Action("dispatch.second", N_("Choose the second squad"), "mdi6.numeric-2-box-outline",
                   lambda _r: self.send_panel.take_card(1), "2", "", GROUP_PAGE, by, self._why_not),
            Action("dispatch.third", N_("Choose the third squad"), "mdi6.numeric-3-box-outline",
                   lambda _r: self.send_panel.take_card(2), "3", "", GROUP_PAGE, by, self._why_not),
            Action("dispatch.assisting", N_("The next squad chosen assists"), "mdi6.plus", self._toggle_assisting,
                   "+ / =", N_("Press it, then the key of a squad."), GROUP_PAGE, by, self._why_not),
        )  # fmt: skip
        for made in self.room.actions.attach(self, self.room, ACTIONS):
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.setAutoRepeat(False)

    def _toggle_assisting(self, _room: Room) -> None:
        self.send_panel.assist.toggle()

    def _why_not(self, room: Room) -> Refused | None:
        case = self.case_panel.case
        if case is None:
            return Refused(N_("Choose a case first."))
        return why_not_now(BY_NAME["dispatch" if case.state == CaseState.OPEN else "assist"], room, case)

    def event(self, event: QEvent) -> bool:
        """The slash looks for a squad here. Elsewhere it is the command bar's, whose key Ctrl+K works here too."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Slash
            and not isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Slash and self.case_panel.case is not None:
            self.send_panel.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif _is_digit(event):  # those of the cards are actions and do not come here
            self.send_panel.take_card(event.key() - Qt.Key.Key_1)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The list takes every letter for itself; the slash and the digits are for the page.
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if pressed and isinstance(event, QKeyEvent) and (event.key() == Qt.Key.Key_Slash or _is_digit(event)):
            self.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------------ what the shell asks

    @classmethod
    def count(cls, picture: Picture, person: Person) -> int:  # noqa: ARG003 – everybody who may dispatch sees all
        return picture.count(Case, CaseState.OPEN)

    def select(self, kind: str, key: Key) -> bool:
        return kind == Case.kind() and self.waiting.select(key)

    def entered(self) -> None:
        self._weigh()
        self.waiting.view.setFocus()
        if self.waiting.key is None:
            self.waiting.view.select_first()
        self.map.start_soon()

    def bring_selected(self) -> None:
        if self.columns.folded:
            self.case_panel.setFocus()

    def draft(self) -> Any:
        """What was decided and written on the case, not yet sent."""
        choosing = self.send_panel.choosing
        if choosing is None:
            return None
        note = self.send_panel.note.toPlainText()
        return choosing.case_id, choosing.lead, list(choosing.assisting), choosing.why_typed, note

    def typing(self) -> bool:
        choosing = self.send_panel.choosing
        return choosing is not None and choosing.touched

    def resume(self, draft: Any) -> None:
        case_id, lead, assisting, why, note = draft
        choosing = self.send_panel.choosing if self.waiting.select(case_id) else None
        if choosing is not None:
            choosing.lead, choosing.assisting, choosing.why_typed = lead, assisting, why
            choosing.undecided = lead is None
            self.send_panel.note.setPlainText(note)
            if why is not None:
                self.send_panel.why.setText(why)
            self.send_panel.refresh()

    # ------------------------------------------------------------------ the case

    def _select(self, key: Key | None) -> None:
        case = self.room.picture.get(Case, key)
        if key is None and self._on_its_way is not None:
            return  # our own: the next case takes its place in a moment
        if key is not None or self.case_panel.case is not None:
            self._show(case)
        if case is not None:
            self.room.choose(case)

    def _show(self, case: Case | None) -> None:
        before = self.case_panel.case
        self.case_panel.show_case(case)
        if before is not None and (case is None or case.id != before.id):
            self._lay_aside(before.id)
        choosing = None
        if case is not None:
            choosing = self._choosing.setdefault(case.id, Choosing(case.id))
            choosing.take_in(recommend(self.room.picture, case, self.room.now(), most=None, held=self._loads))
        self.send_panel.show_choosing(choosing, case)
        self._frame(near=before is None or case is None or before.id != case.id)

    def _lay_aside(self, key: Key) -> None:
        """Keep what was decided on a case, not what was weighed for it."""
        choosing = self._choosing.get(key)
        if choosing is not None and not choosing.touched:
            del self._choosing[key]
        elif choosing is not None:
            choosing.everybody = {}

    def _chosen_elsewhere(self, record: object) -> None:
        if isinstance(record, Case) and record.id != self.waiting.key:
            self.waiting.view.select(record.id)

    def _frame(self, near: bool = False) -> None:
        """Bring the case and the squads in question into sight; a map that shows them stays, unless ``near``.

        A view that somebody moved by hand is theirs: the mark at its edge says where the case lies.
        """
        if self.map.held:
            return
        case, choosing = self.case_panel.case, self.send_panel.choosing
        if case is None or case.point is None or choosing is None:
            return
        squads = [card.squad for card in choosing.cards]
        squads += [choosing.chosen.squad] if choosing.chosen is not None else []
        offices = [(s.lon, s.lat) for s in squads if s.lon is not None and s.lat is not None]
        self.map.show_points([case.point, *offices], near)

    # ------------------------------------------------------------------ changes

    def _changed(self, delta: Delta) -> None:
        shown = self.case_panel.case
        self.waiting.apply(delta)
        if shown is not None and self.case_panel.case is None and shown.id in delta.sealed:
            typed = shown.id in self._choosing  # and laid aside
            self.room.say(" ".join(was_sealed(shown.number, typed=typed)), "late")
        elif shown is not None and self.case_panel.case is None:
            self._choosing.pop(shown.id, None)
            self._say_who(shown.id)
        kinds = {change.record_type for change in delta.changes}
        if kinds & {Squad, Matter, Workstation}:
            self.send_panel.search.offer(self.room.choices.squads())
        case = self.case_panel.case
        held = self.room.picture.get(Case, case.id) if case is not None else None
        if held is not None and held is not case and self.waiting.key == held.id:
            self._show(held)
        if (delta.changes or delta.fixes) and not self._soon.isActive():
            self._soon.start()

    def _say_who(self, key: Key) -> None:
        """Somebody else was quicker: the case has left the list, and with it the screen."""
        picture = self.room.picture
        case = picture.get(Case, key)
        lead = picture.lead_of(case) if case is not None else None
        if case is not None and lead is not None:
            self.room.say(_("{number} has been sent to {squad} meanwhile, by {person} at {at}.",
                            number=case.number, squad=name_of(picture, Squad, lead.squad_id),
                            person=name_of(picture, Person, lead.dispatched_by_id),
                            at=hour(lead.dispatched_at)), "late")  # fmt: skip

    def _tick(self, _now: object) -> None:
        self._ticks += 1
        if self.isVisible() and self._ticks % WEIGH_EVERY_S == 0:
            self.case_panel.tick()
            self._weigh()

    def _weigh_if_seen(self) -> None:
        """Nobody looks at a page behind another one: it is weighed when it comes to the front."""
        if self.isVisible():
            self._weigh()

    def _weigh(self) -> None:
        """Weigh the squads anew, for the strip and for the case that is looked at."""
        picture, now = self.room.picture, self.room.now()
        self._loads = loads(picture, now)
        self.strip.show_loads(self._loads)
        case, choosing = self.case_panel.case, self.send_panel.choosing
        if case is not None and choosing is not None:
            choosing.take_in(recommend(picture, case, now, most=None, held=self._loads))
            self.send_panel.refresh()

    # ------------------------------------------------------------------ sending

    def send(self) -> None:
        """Send the case as it stands on the screen; somebody who was quicker is told by name."""
        case, panel = self.case_panel.case, self.send_panel
        if case is not None and panel.resting:
            panel.said.say(_("Enter again sends the next case."), "late")
        if case is None or not panel.send.isEnabled():
            return
        try:
            fields = self.send_panel.fields()
        except Incomplete:
            return
        waits = case.state == CaseState.OPEN
        if not waits:
            fields = {name: fields[name] for name in ("squad", "why", "note")}
        self.send_panel.set_busy(True)
        self._on_its_way = case.id
        row = self.waiting.row()
        ticket = self.room.backstage.do(
            "dispatch" if waits else "assist", subject=case.id, seen_version=case.version, **fields
        )
        ticket.then(lambda _key: self._sent(case.id, row)).otherwise(self._not_sent)
        ticket.failed.connect(lambda _report: self._landed())

    def _landed(self) -> None:
        self._on_its_way = None
        self.send_panel.set_busy(False)

    def _sent(self, key: Key, row: int) -> None:
        self._choosing.pop(key, None)
        self._landed()
        if self.case_panel.case is not None and self.case_panel.case.id != key:
            return  # somebody looks at another case already
        if self.waiting.table.row_of(key) >= 0:
            row += 1
        if self.waiting.select_row(row):
            self.send_panel.rest()
        else:
            self._show(None)

    def _not_sent(self, refusal: Refused) -> None:
        """Said beside the button of that case; where another one is looked at by now, in the message bar alone."""
        refused = self._on_its_way
        self._landed()
        if self.waiting.key is None:
            self._show(None)
        shown = self.case_panel.case
        if shown is None or shown.id == refused:
            self.send_panel.refuse(refusal)

    # ------------------------------------------------------------------ squads

    def _show_squad(self, key: Key) -> None:
        load = self._loads.get(key)
        if load is None:
            return
        offers = [(_("Show on the map"), lambda: self.room.show_on_map(Squad.kind(), key))]
        if self.send_panel.choosing is not None:
            offers.insert(0, (_("Choose it"), lambda: self.send_panel.take(key)))
        about = [load.squad.address, load.squad.phone]
        lines = [*details(load), *(line for line in about if line)]
        self.popover.toggle(f"squad.{key}", load.squad.name, lines, self.strip.chips[key], offers)
