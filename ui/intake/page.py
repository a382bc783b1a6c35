"""F2 Intake: what came in, the call that is being taken, and what we know about it."""

from dataclasses import replace
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad
from commandcenter.errors import Incomplete, Refused
from commandcenter.i18n import _
from commandcenter.live.delta import Delta
from commandcenter.live.picture import Picture
from ui.intake import call as calls
from ui.intake.attaching import Attaching
from ui.intake.call import ATTACH, FIND, OPEN_CASE, RECEIVE, Call
from ui.intake.call_panel import CallPanel
from ui.intake.claiming import Claiming, only_claimed
from ui.intake.counter import Counter
from ui.intake.drafts import Desk
from ui.intake.incoming import IncomingList, waits
from ui.intake.kept_calls import KeptCalls
from ui.intake.keys import declare
from ui.intake.knowing import Knowing
from ui.intake.known_panel import KnownPanel
from ui.intake.names import Names
from ui.intake.place_field import MAP
from ui.intake.revealing import Revealing
from ui.intake.taking import Taking
from ui.page import Page
from ui.room import Room
from ui.widgets.columns import Columns
from ui.wording import name_of

_COLUMNS = ((390, 280), (520, 420), (400, 280))  # usual and least width, px of the design


class IntakePage(Page):
    """Three columns. The cursor belongs to the form; everything else is reached by keys that type nothing."""

    name: ClassVar[str] = "intake"
    draft_ends: ClassVar[bool] = True  # it lies in a file

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self.names = Names(room, self)
        self.incoming = IncomingList(room)
        self.panel = CallPanel(room, self.names.finder)
        self.form = self.panel.form
        self.revealing = Revealing(room, self.panel, self)
        self.known = KnownPanel(room)
        self.counter = Counter(room, self.form.call, self)
        self.knowing = Knowing(room, self.form.call, self)
        Attaching(room, self.known, self.knowing, self.attach, self)
        KeptCalls(self)
        self.claiming = Claiming(self)
        self._sent_last = False
        self._lay_out()
        self._connect()
        declare(self)
        self.names.load()
        self.resume_desk(self.counter.left())

    def _lay_out(self) -> None:
        self.columns = Columns()
        titles = (_("Incoming"), _("The call"), _("What we know"))
        for shown, title, (usual, least) in zip((self.incoming, self.panel, self.known), titles, _COLUMNS, strict=True):
            self.columns.add(shown, title, usual, least, usual)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.addWidget(self.columns)
        self.incoming.setVisible(self.panel.receives)

    def _connect(self) -> None:
        room, panel, counter = self.room, self.panel, self.counter
        self.form.changed.connect(self._typed)
        self.form.pick_asked.connect(self.pick)
        self.known.map.point_picked.connect(self._picked)
        self.known.map.left.connect(self.form.place.line.setFocus)
        self.known.show_asked.connect(lambda case: room.open_case(case.id))
        self.incoming.view.selected.connect(self._selected)
        self.incoming.view.activated_key.connect(lambda _key: self.form.words.setFocus())
        self.incoming.taken_up.connect(self.take_up)
        self.incoming.discarded.connect(counter.discard)
        panel.accepted.connect(self.accept)
        panel.only_received.connect(self.receive)
        panel.new_asked.connect(self.begin)
        panel.settle_asked.connect(self.settle)
        panel.answered.connect(self._answered)
        self.names.changed.connect(self.known.map.load_areas)
        self.names.changed.connect(self.form.place.say_area)
        self.names.completed.connect(self.form.names_complete)
        self.knowing.paused.connect(self._suggest)
        counter.received.connect(self._now_received)
        counter.settled.connect(self._settled)
        counter.returned.connect(self._returned)
        counter.aside_changed.connect(self._show_aside)
        room.backstage.changed.connect(self._changed)
        room.backstage.loaded.connect(self.names.load)

    # ------------------------------------------------------------------ the page as the shell knows it

    @classmethod
    def count(cls, picture: Picture, person: Person) -> int:
        """Complaints that wait to be settled, for whoever may settle them."""
        return picture.count(Complaint, ComplaintState.RECEIVED) if Right.RECEIVE in person.rights else 0

    def entered(self) -> None:
        """The cursor stands in the words, so that the next call can be typed at once."""
        self.form.words.setFocus(Qt.FocusReason.OtherFocusReason)
        self.counter.say_restored()

    def called(self) -> None:
        """Its key is the key of the next call: a complaint that is open is left as it is."""
        if self.form.call().complaint is not None:
            self.begin()

    def select(self, kind: str, key: Key) -> bool:
        """Show a complaint that waits."""
        complaint = self.room.picture.get(Complaint, key) if kind == Complaint.kind() else None
        if complaint is None or not waits(complaint):
            return False
        self.incoming.filter.clear()
        if not self.incoming.view.select(key):
            self._load(complaint)
        return True

    def ask_phone(self, phone: str) -> bool:
        """Put the number on a fresh form: what is known of the caller follows by itself."""
        if self.panel.receives:
            self.begin()
            self.form.phone.setText(phone)
        return self.panel.receives

    def draft(self) -> dict[str, Any] | None:
        """What lies on the desk."""
        self.counter.put_down()
        return self.counter.desk.as_json() if self.counter.desk.calls else None

    def typing(self) -> bool:
        call = self.form.call()
        complaint = self.room.picture.get(Complaint, call.complaint)
        if complaint is None:
            return not call.blank
        # How the place was found the form may fill in by itself.
        return replace(call, place_source=complaint.place_source).differs_from(complaint)

    def resume(self, draft: Any) -> None:
        """Take the desk up again."""
        self.resume_desk(Desk.from_json(draft))

    def resume_desk(self, desk: Desk) -> None:
        """Begin with this desk, the call that was on the form at the front."""
        self.counter.take_over(desk)
        front = desk.calls.get(desk.front)
        complaint = self.room.picture.get(Complaint, front.complaint) if front else None
        if front is not None and front.id not in desk.sent and (front.complaint is None or complaint is not None):
            self.form.show_call(front, complaint)
            self.panel.show_head(complaint)
            self.panel.say_trouble(desk.trouble.get(front.id, ""))
        desk.front = self.form.call().id
        self._show_aside()

    # ------------------------------------------------------------------ going around

    def to_list(self) -> None:
        """Put the cursor on the incoming complaints."""
        self.incoming.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.incoming.view.key is None:
            self.incoming.view.select_first()

    def to_filter(self) -> None:
        """Put the cursor into the filter."""
        self.incoming.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.incoming.filter.selectAll()

    def pick(self) -> None:
        """Put the cursor on the small map."""
        self.known.map.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def pick_large(self) -> None:
        """Pick the point on the map's own page, and come back."""
        self.counter.keep()
        self.room.pick_point(self._picked, self)

    def _picked(self, lon: float, lat: float) -> None:
        self.form.place.set_point((lon, lat), MAP)
        self.form.place.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Typing with the cursor nowhere in particular is the beginning of what is said."""
        words = event.text()
        if words.strip() and words.isprintable() and not (self.form.words.hasFocus() or self.form.words.isReadOnly()):
            self.form.words.setFocus(Qt.FocusReason.OtherFocusReason)
            self.form.words.insertPlainText(words)
            return
        super().keyPressEvent(event)

    # ------------------------------------------------------------------ what is on the form

    def begin(self) -> None:
        """A fresh form. What stood on it is laid aside."""
        self._show(Call(), None)
        self.incoming.view.select(None)
        self.form.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_up(self, key: Key) -> None:
        """Put a call that was laid aside on the form again."""
        call = self.counter.taken_up(key)
        if call is not None:
            self._show(call, self.room.picture.get(Complaint, call.complaint))
            self.incoming.view.select(call.complaint)
            self.form.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _selected(self, key: Key | None) -> None:
        complaint = self.room.picture.get(Complaint, key)
        if complaint is not None and complaint.id != self.form.call().id:
            self._load(complaint)

    def _load(self, complaint: Complaint) -> None:
        self._show(self.counter.desk.calls.get(complaint.id) or calls.of(complaint), complaint)

    def _show(self, call: Call, complaint: Complaint | None) -> None:
        """Put a call on the form; what stood there is laid down first."""
        self.counter.put_down()
        self.revealing.hide()
        desk = self.counter.desk
        desk.front = call.id
        self.form.show_call(call, complaint)
        self.panel.close_move()
        self.panel.show_head(complaint)
        self.panel.say_trouble(desk.trouble.get(call.id, ""))
        self.room.choose(complaint)
        self._show_aside()

    def _show_aside(self) -> None:
        desk = self.counter.desk
        self.incoming.show_aside((call, desk.trouble.get(call.id, "")) for call in self.counter.unfinished())

    def _typed(self) -> None:
        call = self.form.call()
        self._sent_last = self._sent_last and call.blank
        self.counter.keep_soon()
        self.known.show_point(call.point)
        self.knowing.notice(call)

    def _suggest(self) -> None:
        self.form.suggest(self.names.suggesting.like(self.form.words.toPlainText()))

    # ------------------------------------------------------------------ taking it in

    def accept(self) -> None:
        """Receive the call where it is new, and open a case."""
        self._take(OPEN_CASE if self.panel.receives else FIND)

    def receive(self) -> None:
        """Only take it down."""
        if self.form.call().complaint is None:
            self._take(RECEIVE)

    def attach(self, case: Case) -> None:
        """Hang the call on a case that is already there."""
        self._take(ATTACH, {"case": case.id})

    def _take(self, ending: str, answers: dict[str, Any] | None = None) -> bool:
        """Send the call on its way; the next one can be typed while it is being saved. False where it cannot be."""
        taking = self._taking(ending, answers)
        if taking is None:
            return False
        self._sent_last = True
        self.counter.desk.front = ""
        self.counter.send(taking)
        self.form.show_call(Call(), None)  # not laid down: it is on its way
        self._show(self.form.call(), None)
        self.incoming.view.select(None)
        self.form.words.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _taking(self, ending: str, answers: dict[str, Any] | None = None) -> Taking | None:
        self.form.place.leave()
        self.form.matter.leave()
        call = self.form.call()
        if self.counter.on_the_way(call.id) or (call.blank and self._sent_last):
            return None  # the second press of two in a row
        try:
            self.form.check_matter(ending)
            return Taking(self.room, call, ending, answers)
        except Incomplete as refusal:
            if not self.form.show_wrong(refusal):
                self.panel.say_trouble(str(refusal))
            self.room.refuse(refusal)
            return None

    def _settled(self, call: Call, ending: str, key: Key) -> None:
        if ending == "reveal":
            self.panel.close_move()
            self.revealing.look(key)
            return
        if self.form.call().id == call.id:  # it was settled by a move's own form
            self.begin()
        self._show_number(ending, key)

    def _show_number(self, ending: str, key: Key) -> None:
        picture, result = self.room.picture, self.panel.result
        case, complaint = picture.get(Case, key), picture.get(Complaint, key)
        if case is not None and ending == ATTACH:
            result.show_number(case.number, _("Attached. {n} complaints hang on this case now.", n=case.complaints))
        elif case is not None:
            where = name_of(picture, Squad, case.squad_id, _("outside every area"))
            result.show_number(case.number, _("Case opened; it waits for dispatch. Area: {where}", where=where))
        elif ending == RECEIVE and complaint is not None:
            result.show_number(complaint.number, _("Received. It waits in the list."))
        else:
            result.hide()

    def _returned(self, call: Call, refusal: Refused | None) -> None:
        """It was refused: everything typed is back, on the form where that is free, else beside it."""
        if self.panel.asking is not None and self.form.call().id == call.id:
            if refusal is not None:
                self.panel.asking.refuse(refusal)
            return
        complaint = self.room.picture.get(Complaint, call.complaint)
        if self.form.call().blank:
            self._show(call, complaint)
            self.incoming.view.select(call.complaint)
            if isinstance(refusal, Incomplete):
                self.form.show_wrong(refusal)
        else:
            self.room.say(self.counter.desk.trouble.get(call.id, ""), "urgent")

    # ------------------------------------------------------------------ answer, decline, reveal

    def settle(self, move: str) -> None:
        """Show the form of a move below the call; a new call is received together with it."""
        call = self.form.call()
        if call.complaint is None and (move == "reveal" or self._taking(RECEIVE) is None):
            return
        self.panel.open_move(move)

    def _answered(self, move: str, answers: dict[str, Any]) -> None:
        taking = self._taking(move, answers)
        if taking is None:
            return
        if self.panel.asking is not None:
            self.panel.asking.set_busy(True)
        self.counter.send(taking)

    def _now_received(self, sent: Call, complaint: Complaint) -> None:
        """The call on the form has become a complaint; the move's form stays as it is."""
        call = self.form.call()
        if call.id == sent.id:  # else the next caller's words stand there by now
            self.form.show_call(call.now_about(complaint), complaint)
            self.panel.show_head(complaint)

    # ------------------------------------------------------------------ what changes elsewhere

    def _changed(self, delta: Delta) -> None:
        self.names.follow(delta)
        self.knowing.follow(delta)
        mine = self.form.call().complaint
        for change in delta.of(Complaint):
            if change.key == mine and isinstance(change.before, Complaint) and not self.counter.on_the_way(change.key):
                self._mine_changed(change.before, change.after, change.actor_id)

    def _mine_changed(self, before: Complaint, after: Any, actor: Key | None) -> None:
        """It changed elsewhere: follow where nothing was typed here, else say so and keep the words."""
        name = name_of(self.room.picture, Person, actor)
        untouched = not self.form.call().differs_from(before)
        waiting = isinstance(after, Complaint) and waits(after)
        if isinstance(after, Complaint) and only_claimed(before, after):
            self.form.go_on_with(after)
        elif untouched and waiting:
            self.form.show_call(calls.of(after), after)
        elif untouched:
            self.begin()
            self.room.say(_("{person} has settled {number}.", person=name, number=before.number))
        elif waiting:
            self.panel.say_trouble(
                _("{person} has changed this complaint meanwhile: look at it before you go on.", person=name))
        else:
            self.panel.say_trouble(_("{person} has settled {number}.", person=name, number=before.number))

    def hideEvent(self, event: Any) -> None:
        self.counter.keep()
        super().hideEvent(event)
