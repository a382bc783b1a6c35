"""The company: who else is there, and what they look at. And our own sign of life, so that the others know as much.

Beside the records: no operation waits for it, no delta brings it. Once a second, at the pulse, a lane of its own says
what this station looks at where that has changed (or nothing was said for a while), and asks what the others look at.
"""

import traceback
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from commandcenter import clock
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from commandcenter.domain.presence import BEAT_S, Presence, Roll, Sight
from commandcenter.domain.record import Key, new_key
from commandcenter.errors import Refused
from commandcenter.logs import Report, report
from ui.hatch import Job

if TYPE_CHECKING:
    from ui.backstage import Backstage

T = TypeVar("T")
At = tuple[str, Key]
"""Kind and key of a record that is looked at."""


class Company(QObject):
    """Belongs to the backstage. It says nothing while nobody is signed in."""

    changed = Signal(object)
    """Others came, went, or look at something else: the set of records (kind, key) of which that is so."""

    def __init__(self, backstage: "Backstage") -> None:
        super().__init__(backstage)
        self._backstage = backstage
        self.jobs: SimpleQueue[Job | None] = SimpleQueue()
        """What the lane that carries the signs of life has to do."""
        self._session: Presence | None = None
        self._told: Sight | None = None
        self._told_at = 0.0
        self._asking = False
        self._mistakes: set[tuple[type[Exception], str, int | None]] = set()
        self._at: dict[At, list[Presence]] = {}
        self.sight = Sight()
        self.here: tuple[Presence, ...] = ()
        """Every session that is there now, our own too."""

    # ------------------------------------------------------------------ what others do

    def at(self, kind: str, key: Key | None) -> list[Presence]:
        """The others who look at that record now, those who type first."""
        return self._at.get((kind, key), []) if key else []

    @property
    def session(self) -> Key | None:
        """Our own session."""
        return self._session.session_id if self._session is not None else None

    # ------------------------------------------------------------------ what we do

    def enter(self, person: Person) -> None:
        """Somebody has signed in here."""
        now = self._backstage.now()
        self._session = Presence(session_id=new_key(), person_id=person.id, station=self._backstage.station,
                                 signed_in_at=now, seen_at=now)  # fmt: skip
        self._told, self.sight, self._asking = None, Sight(), False

    def look(self, sight: Sight) -> None:
        """This is what stands before the person here. It is told at once where nothing was told just now."""
        self.sight = sight
        if sight != self._told and clock.ticks() - self._told_at >= 1:
            self.tick()

    def leave(self) -> None:
        """The person here signs out: the station is empty, and what they had claimed waits for anybody again."""
        session, self._session = self._session, None
        if session is None:
            return
        self._give_back(session)
        self._carry(lambda database: database.presences.leave(session.session_id), _nothing, _nothing)
        self._take(Roll(self._backstage.now()))

    def _give_back(self, session: Presence) -> None:
        person = self._backstage.person
        elsewhere = any(s.person_id == session.person_id and s.session_id != session.session_id for s in self.here)
        if elsewhere or person is None or person.disabled:
            return
        for complaint in list(self._backstage.picture.of(Complaint).values()):
            if complaint.claimed_by_id == person.id:
                self._backstage.do("give_back", subject=complaint.id)

    # ------------------------------------------------------------------ once a second

    def tick(self, _now: object = None) -> None:
        """Say what is new here, or that we are still there, and ask for the others. One question at a time."""
        if self._session is None or self._asking:
            return
        self._asking = True
        sign = self._sign()
        self._carry(partial(_exchange, sign), self._heard, partial(self._away, sign))

    def _carry(
        self, errand: Callable[[Any], T], then: Callable[[T], None], otherwise: Callable[[Refused], None]
    ) -> None:  # fmt: skip
        """Do ``errand(database)`` on the lane of its own, and bring its end to the GUI thread."""
        backstage = self._backstage

        def job() -> None:
            try:
                found = errand(backstage.store())
            except Refused as refusal:
                backstage.front(partial(otherwise, refusal))
            except Exception as fault:  # noqa: BLE001 – a bug, reported to the person and in the log
                backstage.front(partial(self._slipped, self._news(fault)))
            else:
                backstage.front(partial(then, found))

        self.jobs.put(job)

    def _sign(self) -> Presence | None:
        session, sight = self._session, self.sight
        if session is None or (sight == self._told and clock.ticks() - self._told_at < BEAT_S):
            return None
        self._told, self._told_at = sight, clock.ticks()
        return Presence(
            session_id=session.session_id, person_id=session.person_id, station=session.station,
            signed_in_at=session.signed_in_at, page=sight.page, kind=sight.kind, key=sight.key, editing=sight.editing,
        )  # fmt: skip

    def _away(self, sign: Presence | None, _refusal: Refused) -> None:
        """Nobody heard it: it is said again at the next beat of the pulse. That the way is cut, the feed says."""
        self._asking = False
        if sign is not None:
            self._told = None

    def _news(self, fault: Exception) -> Report | None:
        """Its report, the first time: what goes wrong at every beat is one mistake. Asked on the lane only."""
        place = traceback.extract_tb(fault.__traceback__)[-1]
        mistake = (type(fault), place.filename, place.lineno)
        if mistake in self._mistakes:
            return None
        self._mistakes.add(mistake)
        return report(fault, "signs of life")

    def _slipped(self, found: Report | None) -> None:
        """A mistake of ours; the next beat of the pulse tries again nevertheless."""
        self._asking, self._told = False, None
        if found is not None:
            self._backstage.bug.emit(found)

    def _heard(self, roll: Roll) -> None:
        self._asking = False
        if self._session is not None:
            self._take(roll)

    def _take(self, roll: Roll) -> None:
        self._backstage.picture.roll = roll
        self.here = tuple(sorted(roll.present(), key=lambda sign: (sign.signed_in_at, sign.session_id)))
        before, self._at = self._at, self._others()
        touched = {at for at in {*before, *self._at} if _told_of(before.get(at)) != _told_of(self._at.get(at))}
        if touched:
            self.changed.emit(touched)

    def _others(self) -> dict[At, list[Presence]]:
        found: dict[At, list[Presence]] = {}
        for sign in self.here:
            if sign.key is not None and sign.session_id != self.session:
                found.setdefault((sign.kind, sign.key), []).append(sign)
        for signs in found.values():
            signs.sort(key=lambda sign: not sign.editing)
        return found


def _told_of(signs: list[Presence] | None) -> list[tuple[str, bool]]:
    return [(sign.session_id, sign.editing) for sign in signs or ()]


def _exchange(sign: Presence | None, database: Any) -> Roll:
    if sign is not None:
        database.presences.tell(sign)
    roll: Roll = database.presences.roll()
    return roll


def _nothing(_said: object) -> None:
    """Who has left wants no answer."""
