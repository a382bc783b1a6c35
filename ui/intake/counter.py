"""The counter: where calls go out to be saved, come back when they are refused, and lie while nobody looks."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.record import Key, new_key
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.queries.done import done_among
from ui.draft_file import KEEP_MS
from ui.intake.call import RECEIVE, Call
from ui.intake.drafts import Desk, DraftFile, restored
from ui.intake.incoming import waits
from ui.intake.taking import Taking
from ui.room import Room

_MISTAKE = N_("The program made a mistake; what was typed is still here.")


class Counter(QObject):
    """Keeps the desk on the disk and every call on its way in sight."""

    received = Signal(object, object)
    """A call is a complaint now: the Call as it was sent, and the Complaint. What else was asked for may follow."""
    settled = Signal(object, str, str)
    """A call is in the books: the Call, what was asked for, and the key of what came of it."""
    returned = Signal(object, object)
    """A call came back: the Call as far as it got, and the Refused (None after a bug). Why stands on the desk."""
    kept = Signal(object)
    """A call is kept at this station until the database is back; its Taking, with what else was asked for."""
    aside_changed = Signal()
    """Other calls lie beside the form now."""

    def __init__(self, room: Room, on_form: Callable[[], Call], page: QObject) -> None:
        """``on_form()`` gives the call as it stands on the form."""
        super().__init__(page)
        self._room, self._on_form = room, on_form
        self._file = DraftFile(room.person.id)
        self._on_the_way: dict[Key, Taking] = {}
        self._said_unkept = False
        self.desk = self._found = Desk()
        self._untold = False  # what was found in the draft file was not spoken of yet
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(KEEP_MS)
        self._soon.timeout.connect(self.keep)
        room.backstage.changed.connect(self._changed)

    # ------------------------------------------------------------------ the desk

    def take_over(self, desk: Desk) -> None:
        """Begin with this desk. What is on its way still, from a page before this one, is followed from here on.

        Of what else was sent the database is asked whether it arrived.
        """
        self.desk = desk
        self._untold = self._untold and desk is self._found
        for taking in self._room.backstage.findChildren(Taking):
            if taking.call.id in desk.sent and taking not in self._on_the_way.values():
                self._follow(taking)
        self._leave_to_spool()
        asked = {operation for key, operation in desk.sent.items() if key not in self._on_the_way}
        if asked:
            question = partial(done_among, operations=asked)
            self._room.backstage.ask(question, self._drop_done, owner=self)

    def _leave_to_spool(self) -> None:
        """What lies in the spool is sent from there: the program ended before the desk was told."""
        keeping = self._room.backstage.keeping
        for key, operation in list(self.desk.sent.items()):
            if keeping is not None and keeping.holds(operation) and key not in self._on_the_way:
                self.desk.take(key)

    def left(self) -> Desk:
        """The desk as it was left in the draft file."""
        self._found = self._file.read()
        self._untold = bool(self._found.calls)
        return self._found

    def say_restored(self) -> None:
        """Say once that what was typed before the program ended is here again, and since when."""
        if self._untold:
            shown = len(self.unfinished()) + (self.desk.front in self.desk.calls)
            self._room.say(restored(self._found, shown, self._room.now()), "late")
        self._untold = False

    def _drop_done(self, done: set[Key]) -> None:
        for key, operation in list(self.desk.sent.items()):
            if key in self._on_the_way:
                continue
            if operation in done:
                self.desk.take(key)
            else:
                self.desk.sent.pop(key)
                self.desk.trouble[key] = _("It is not known whether this was saved: the program ended meanwhile.")
        self.aside_changed.emit()
        self.keep()

    def unfinished(self) -> list[Call]:
        """The calls that lie beside the form and are to be offered there."""
        return self.desk.unfinished(self._may_wait)

    def _may_wait(self, key: Key) -> bool:
        complaint = self._room.picture.get(Complaint, key)
        return waits(complaint) if complaint is not None else not self._room.picture.complete

    def discard(self, key: Key) -> None:
        """What was typed on a call that lies aside is not wanted."""
        self.desk.take(key)
        self.aside_changed.emit()
        self.keep()

    def taken_up(self, key: Key) -> Call | None:
        """A call of the desk. Where its complaint waits no more, what was typed is a new call from here on."""
        call = self.desk.calls.get(key)
        if call is None or call.complaint is None or self._may_wait(call.complaint):
            return call
        self.desk.take(key)
        fresh = replace(call, id=new_key(), complaint=None, seen_version=None)
        self.desk.put(fresh)
        self.desk.trouble[fresh.id] = _("The complaint this was typed on is settled: here it stands as a new call.")
        return fresh

    def _changed(self, delta: Delta) -> None:
        if any(change.key in self.desk.calls for change in delta.of(Complaint)):
            self.aside_changed.emit()

    def put_down(self) -> None:
        """Lay what is on the form on the desk; a complaint nobody changed need not be kept."""
        call = self._on_form()
        complaint = self._room.picture.get(Complaint, call.complaint)
        if call.id in self._on_the_way:
            return
        if complaint is not None and not call.differs_from(complaint):
            self.desk.take(call.id)
        else:
            self.desk.put(call)

    def keep_soon(self) -> None:
        """Something was typed."""
        if not self._soon.isActive():
            self._soon.start()

    def keep(self) -> bool:
        """Bring the desk to the disk now. Where that cannot be, it is said once, and the answer is False."""
        self._soon.stop()
        self.put_down()
        self.desk.kept_at = self._room.now()
        try:
            self._file.write(self.desk)
            self._said_unkept = False
        except Unavailable as refusal:
            if not self._said_unkept:
                self._room.refuse(refusal)
            self._said_unkept = True
        return not self._said_unkept

    # ------------------------------------------------------------------ out and back

    def on_the_way(self, key: Key) -> bool:
        """Whether this call is being saved."""
        return key in self._on_the_way

    def send(self, taking: Taking) -> None:
        """Have a call saved. It stays on the desk until it is."""
        call = taking.call
        self.desk.put(call)
        self.desk.trouble.pop(call.id, None)
        self._follow(taking)
        taking.start()

    def _follow(self, taking: Taking) -> None:
        self._on_the_way[taking.call.id] = taking
        taking.sent.connect(lambda operation: self._told(self._sent, taking, operation))
        taking.received.connect(lambda complaint: self._told(self._received, taking, complaint))
        taking.settled.connect(lambda ending, key: self._told(self._settled, taking, ending, key))
        taking.refused.connect(lambda refusal: self._told(self._return, taking, str(refusal), refusal))
        taking.kept.connect(lambda _entry: self._told(self._kept, taking))
        taking.failed.connect(lambda: self._told(self._return, taking, _(_MISTAKE), None))

    def _told(self, what: Callable[..., None], *said: object) -> None:
        """A call goes on being saved while the page is built anew in another language: then nobody here is told."""
        if isValid(self):
            what(*said)

    def _sent(self, taking: Taking, operation: Key) -> None:
        self.desk.sent[taking.call.id] = operation
        self.keep()

    def _received(self, taking: Taking, complaint: Complaint) -> None:
        """From here on it is a complaint: whatever is refused now, that much is in the books."""
        before = taking.call
        taking.call = before.now_about(complaint)
        self._on_the_way.pop(before.id)
        self._on_the_way[complaint.id] = taking
        self.desk.take(before.id)
        if self.desk.front == before.id:
            self.desk.front = complaint.id
        self.desk.put(taking.call)
        self.received.emit(before, complaint)

    def _settled(self, taking: Taking, ending: str, key: Key) -> None:
        self._on_the_way.pop(taking.call.id, None)
        self.desk.take(taking.call.id)
        self.settled.emit(taking.call, ending, key)
        self.aside_changed.emit()
        self.keep()

    def _kept(self, taking: Taking) -> None:
        """It lies in the spool, on the disk: the desk is free of it."""
        self._on_the_way.pop(taking.call.id, None)
        self.desk.take(taking.call.id)
        self.kept.emit(taking)
        self.aside_changed.emit()
        self.keep()

    def _return(self, taking: Taking, why: str, refusal: Refused | None) -> None:
        call = taking.call
        self._on_the_way.pop(call.id, None)
        self.desk.sent.pop(call.id, None)
        self.desk.put(call)
        complaint = self._room.picture.get(Complaint, call.complaint)
        if complaint is not None and taking.ending != RECEIVE:
            why = _("{number} is received and waits in the list, but: {why}", number=complaint.number, why=why)
        self.desk.trouble[call.id] = why
        self.returned.emit(call, refusal)
        self.aside_changed.emit()
        self.keep()
