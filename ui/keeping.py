"""Keeping: while the database is away, what was said is kept in the spool, and sent in order when it is back.

The part that keeps and sends runs on the operations' lane of the backstage; what a page may call, and every signal,
belongs to the GUI thread.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Sentence
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.logs import report
from commandcenter.spool import Contents, Kept, Spool, Stamp
from ui.following import LIVE, LOST, OPENING
from ui.tickets import Ticket

if TYPE_CHECKING:
    from ui.backstage import Backstage

AGAIN_MS = 5000
"""After this time sending is tried again where the database answers, but took nothing just now."""
NEEDS_THE_DATABASE = N_("“{move}” needs the database, which is away: what others did meanwhile decides. Calls, remarks,"
                        " progress and contacts are taken and kept here.")  # fmt: skip
NOBODY_S = N_("Nobody was signed in when it was written down. Whoever sends it answers for it.")
_MISTAKE = N_("The program made a mistake when it was sent; the report is in the log.")


class _Turn(NamedTuple):
    """What became of one turn of sending: whether another may follow, and what is in the books now."""

    goes_on: bool
    entry: Kept | None = None
    made: Any = None


class Keeping(QObject):
    """What lies in this station's spool for the district that is open, and how it gets into the books."""

    changed = Signal()
    """Other entries lie in the spool now, or others wait for a decision."""
    sent = Signal(object, object)
    """An entry is in the books: the Kept, and the key of what came of it (None where it had been done before)."""
    returned = Signal(object)
    """An entry was sent and not accepted; it stays here, and its ``refused`` says why."""
    told = Signal(object)
    """Something about the spool itself that a person has to know; a Refused."""

    def __init__(self, opening: Callable[[Key], Spool], perform: Callable[[], Callable[..., Any]]) -> None:
        """``opening(district)`` opens the spool; ``perform()`` fetches the door every move goes through."""
        super().__init__()
        self._opening, self._performing = opening, perform
        self._backstage: Backstage | None = None
        self._spool: Spool | None = None
        self._contents = Contents()
        self._told: set[str] = set()
        self._seen: Stamp = None
        self._sending = False
        self._own_only = False
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.send)

    def serve(self, backstage: "Backstage") -> None:
        """Work for this backstage from now on. Once."""
        self._backstage = backstage
        backstage.loaded.connect(self._loaded)
        backstage.live.connect(self._lived)

    # ------------------------------------------------------------------ what pages use (GUI thread)

    def do(self, ticket: Ticket, person: Person, action: Callable[[], Any]) -> Ticket:
        """Make a move by ``action`` in its turn, or keep it where the database is away."""
        picture = self._back.picture
        assignment = picture.get(Assignment, ticket.subject)
        case = picture.get(Case, assignment.case_id if assignment else ticket.subject)
        return self._back.in_turn(ticket, lambda: self._attempt(ticket, person, action, case))

    @property
    def entries(self) -> tuple[Kept, ...]:
        """What lies here, in the order it was typed."""
        return self._contents.entries

    def holds(self, operation: Key) -> bool:
        """Whether the operation of that id lies here."""
        return any(entry.id == operation for entry in self.entries)

    def open_for(self, district: Key) -> None:
        """Look at what is kept here for this district, whether its database can be had or not."""
        self._back.in_turn(Ticket("open_spool"), lambda: self._open(district))

    def goes(self, entry: Kept) -> bool:
        """Whether an entry that waits is sent while this person is signed in.

        Where people sign in with the database, it takes from nobody what somebody else said: that waits for them.
        """
        person = self._back.person
        return not self._own_only or (person is not None and entry.person == person.id)

    def look_again(self) -> None:
        """Another console of the same user may have kept or sent something: where it did, take notice."""
        stamp = self._spool.stamp() if self._spool is not None else None
        if stamp not in (self._contents.stamp, self._seen):
            self._seen = stamp  # asked once: what cannot be read is not said at every tick
            self._change("look_at_spool", Spool.look)

    def write_slip(self, district: Key, given: Mapping[str, Any], slip_id: Key) -> Ticket:
        """Keep a call that somebody wrote down without having signed in: a person takes it over, or puts it away.

        The same ``slip_id`` once more is the same entry.
        """
        back = self._back
        slip = Kept(slip_id, "receive", None, given, "", back.station, back.now(), str(Refused(NOBODY_S)))

        def keep() -> None:
            self._open(district)
            self._take_over(self._had().keep(slip))

        return back.in_turn(Ticket("write_slip"), keep)

    def send(self) -> None:
        """Send what waits, one after the other, each in the operations' turn."""
        if self._sending or self._spool is None or not self._contents.waiting:
            return
        if self._back.state in {OPENING, LOST}:
            return
        self._sending = True
        ticket = self._ask("send_kept", self._send_next)
        ticket.done.connect(self._sent_one)
        ticket.refused.connect(self._stopped)
        ticket.failed.connect(self._stopped)

    def retry(self, entry: Key) -> None:
        """Have an entry that was not accepted sent once more."""
        self._change("retry_kept", lambda spool: spool.retry(entry)).done.connect(self.send)

    def take_over(self, entry: Key, person: Key) -> None:
        """Have an entry that was not accepted sent in this person's name."""
        self._change("take_over_kept", lambda spool: spool.take_over(entry, person)).done.connect(self.send)

    def discard(self, entry: Key, reason: str, person: Key) -> Ticket:
        """Put an entry away unsent: a person says why."""
        return self._change("discard_kept", lambda spool: spool.discard(entry, reason, person))

    def take_back(self, entry: Key) -> Ticket:
        """An entry stands on a form again, and there is kept as a draft: it leaves the spool."""
        return self._change("take_back_kept", lambda spool: spool.settle(entry))

    # ------------------------------------------------------------------ on the operations' lane

    def _attempt(self, ticket: Ticket, person: Person, action: Callable[[], Any], case: Case | None) -> Any:
        """Do ``action``; where the database is away, keep the move instead and return it as :class:`Kept`.

        Unavailable, in words, where it can be neither done nor kept.
        """
        move, why = BY_NAME[ticket.name], None
        if not self._away:
            try:
                return action()
            except Unavailable as refusal:
                why = refusal
        if not move.keepable and self._away:
            self._back.retry()  # perhaps it is back already: then the next press will find it
            raise Unavailable(NEEDS_THE_DATABASE, move=Sentence(move.label)) from why
        if self._spool is None or not move.keepable:
            return action() if why is None else _raised(why)
        back = self._back
        entry = Kept(
            ticket.operation_id, ticket.name, ticket.subject, ticket.given, person.id, back.station, back.now(),
            case=case.id if case else None, number=case.number if case else "",
        )  # fmt: skip
        self._take_over(self._spool.keep(entry))
        back.retry()
        return entry

    def _open(self, district: Key) -> None:
        if self._spool is None or self._spool.district != district:
            spool = self._opening(district)
            self._take_over(spool.look())
            self._spool = spool

    def _send_next(self, database: Any) -> _Turn:
        """Send the first that may go. Nothing follows where it cannot be sent just now, or there is none."""
        spool = self._had()
        contents = spool.look()
        self._own_only = database.logins is not None
        entry = next(filter(self.goes, contents.waiting), None)
        if entry is None:
            self._take_over(contents)
            return _Turn(goes_on=False)
        try:
            made = database.run(
                entry.move, entry.person, entry.station, partial(self._made, entry), operation_id=entry.id
            )
        except Unavailable:
            return _Turn(goes_on=False)  # it waits on
        except Refused as refusal:
            self._give_back(entry, str(refusal))
        except Exception as fault:  # noqa: BLE001 – a bug, reported; what was typed must not be lost by it
            found = report(fault, f"sending a kept {entry.move}")
            self._back.front(lambda: self._back.bug.emit(found))
            self._give_back(entry, str(Refused(_MISTAKE)))
        else:
            self._take_over(spool.settle(entry.id))
            return _Turn(goes_on=True, entry=entry, made=made)
        return _Turn(goes_on=True)

    def _made(self, entry: Kept, work: Any) -> Any:
        return self._performing()(
            work, entry.move, subject=entry.subject, given=entry.given, typed_at=entry.typed_at
        )

    def _give_back(self, entry: Kept, why: str) -> None:
        contents = self._had().refuse(entry.id, why)
        self._take_over(contents)
        held = next((kept for kept in contents.entries if kept.id == entry.id), entry)
        self._back.front(lambda: self.returned.emit(held))

    def _take_over(self, contents: Contents) -> None:
        self._back.front(partial(self._show, contents))

    # ------------------------------------------------------------------ inside

    @property
    def _back(self) -> "Backstage":
        if self._backstage is None:
            raise RuntimeError("keeping serves no backstage yet")
        return self._backstage

    @property
    def _away(self) -> bool:
        return self._back.state == LOST

    def _had(self) -> Spool:
        if self._spool is None:
            raise RuntimeError("the spool is not open")
        return self._spool

    def _ask(self, name: str, errand: Callable[[Any], Any]) -> Ticket:
        return self._back.carry_out(Ticket(name), errand)

    def _change(self, name: str, change: Callable[[Spool], Contents]) -> Ticket:
        return self._back.in_turn(Ticket(name), lambda: self._take_over(change(self._had())))

    def _loaded(self, _stage: str) -> None:
        district = self._back.picture.district
        if district is not None and (self._spool is None or self._spool.district != district.id):
            self.open_for(district.id)

    def _lived(self, state: str, _age: float) -> None:
        if state == LIVE and self._spool is not None:
            self._change("look_at_spool", Spool.look).done.connect(self.send)

    def _show(self, contents: Contents) -> None:
        for refusal in contents.told:
            if str(refusal) not in self._told:
                self._told.add(str(refusal))
                self.told.emit(refusal)
        before, self._contents = self._contents, contents
        if before.entries != contents.entries:
            self.changed.emit()
        if not self._again.isActive():
            self.send()

    def _sent_one(self, turn: _Turn) -> None:
        self._sending = False
        if turn.entry is not None:  # the picture holds by now what came of it
            self.sent.emit(turn.entry, turn.made)
        if turn.goes_on:
            self.send()
        elif any(map(self.goes, self._contents.waiting)) and not self._away:
            self._again.start()

    def _stopped(self, _why: object) -> None:
        self._sending = False


def _raised(refusal: Refused) -> Any:
    raise refusal
