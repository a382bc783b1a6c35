"""What keeps a map true: fed by deltas alone, dressed by the theme, in step with the record that is looked at."""

import datetime as dt
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.units import Squad, Workstation
from commandcenter.live.delta import Delta
from commandcenter.live.ripening import Turns
from ui.map import standing
from ui.map.objects import MapObject
from ui.map.view import MapView
from ui.room import Room
from ui.theme import theme

LATE = frozenset({"late", "overdue"})
_FEEDS_ON = frozenset({Case, Assignment, Squad, Workstation, Person})

AT_ONCE = 1000
"""Cases looked at in one go when a map fills."""

Keep = Callable[[Case, str], bool]
"""Whether a case, drawn in that manner, is to stand on the map."""


def every_case(_case: Case, _status: str) -> bool:
    """The filter that keeps all."""
    return True


class MapFeed(QObject):
    """Feeds one :class:`MapView` from the room it hangs in: from the picture as it is, and then by deltas."""

    filled = Signal(object)
    """These cases (their keys) are known now too: said while a very full map fills."""

    def __init__(self, room: Room, view: MapView) -> None:
        super().__init__(view)
        self.room, self.view = room, view
        self._keep: Keep = every_case
        self._statuses: dict[Key, str] = {}
        self._due: dict[Key, dt.datetime | None] = {}
        self._late: dict[Key, set[Key]] = defaultdict(set)
        self._led_by: dict[Key, Key] = {}
        self._busy: Counter[Key] = Counter()
        self._held_by: dict[Key, Key] = {}
        self._turns = Turns()
        self._shown: set[Key] = set()
        self._areas: list[Any] = []
        self._waiting: deque[Key] = deque()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._fill_more)
        room.backstage.changed.connect(self.apply)
        room.pulse.ticked.connect(self._tick)
        room.chosen.connect(self._choose)
        view.selected.connect(self._selected)
        theme.changed.connect(self._dress)
        self.fill()

    # ------------------------------------------------------------------ everything, once

    def fill(self) -> None:
        """Say everything the picture holds."""
        picture = self.room.picture
        self._set_areas()
        for assignment in picture.of(Assignment).values():
            self._hold(assignment.id, assignment)
        self._waiting = deque(picture.of(Case))
        self._fill_more()
        self._put(standing.workstation_object(w) for w in picture.of(Workstation).values())
        self._squads(picture.of(Squad))
        self._officers(picture.fixes)
        self._choose(self.room.selection)

    def _fill_more(self) -> None:
        """The next cases; where there are very many, the window gets its turn in between."""
        some = [self._waiting.popleft() for _n in range(min(AT_ONCE, len(self._waiting)))]
        self._cases(some)
        if self._waiting:
            self._soon.start()
        self.filled.emit(frozenset(some))

    def _set_areas(self) -> None:
        areas = standing.areas(self.room.picture)
        if areas != self._areas:
            self._areas = areas
            self.view.set_areas(areas)

    def set_keep(self, keep: Keep) -> None:
        """Show only the cases that ``keep`` says yes to."""
        self._keep = keep
        self._cases(set(self._statuses) | set(self.room.picture.of(Case)))

    def due_at(self, case: Key) -> dt.datetime | None:
        """When the clock of an open case that is due first is due (aware UTC); None where none runs."""
        return self._due.get(case)

    def status(self, case: Key) -> str:
        """How an open case is drawn, shown or filtered away; empty for one that is not known here."""
        return self._statuses.get(case, "")

    # ------------------------------------------------------------------ changes

    def apply(self, delta: Delta) -> None:
        """Take notice of what a delta changed; the picture holds it already."""
        touched: dict[type[Record], set[Key]] = defaultdict(set)
        for change in delta.changes:
            if change.record_type in _FEEDS_ON:
                touched[change.record_type].add(change.key)
            if change.record_type is Assignment:
                touched[Case] |= {r.case_id for r in (change.before, change.after) if isinstance(r, Assignment)}
                touched[Person] |= self._hold(change.key, change.after)
        self._cases(touched[Case])
        stations = self.room.picture.of(Workstation)
        for key in touched[Workstation]:
            self._show(key, standing.workstation_object(stations[key]) if key in stations else None)
        if touched[Squad]:
            self._set_areas()
            self._squads(touched[Squad])
        self._officers(touched[Person] | {fix.person_id for fix in delta.fixes})

    def _hold(self, key: Key, record: Record | None) -> set[Key]:
        """Who holds what; returns the officers for whom that changed."""
        before = self._held_by.pop(key, None)
        running = isinstance(record, Assignment) and not record.over
        after = record.officer_id if isinstance(record, Assignment) and running else None
        if after is not None:
            self._held_by[key] = after
        if before == after:
            return set()
        if before is not None:
            self._busy[before] -= 1
        if after is not None:
            self._busy[after] += 1
        return {person for person in (before, after) if person is not None}

    def _cases(self, keys: Iterable[Key]) -> None:
        picture, now = self.room.picture, self.room.now()
        squads: set[Key] = set()
        for key in keys:
            case = picture.get(Case, key)
            lead = picture.lead_of(case) if case is not None else None
            clocks = standing.clocks_of(case, lead) if case is not None else []
            status, turn = standing.status_of(case, clocks, now) if case is not None else ("", None)
            self._turns.put(key, turn)
            self._due[key] = min((t.due_at for t in clocks), default=None)
            squads |= self._note(key, status, lead.squad_id if lead is not None and not lead.over else None)
            kept = case is not None and self._keep(case, status)
            self._show(key, standing.case_object(case, status) if case is not None and kept else None)
        self._squads(squads)

    def _note(self, key: Key, status: str, squad: Key | None) -> set[Key]:
        """Remember how a case stands and with whom; returns the squads that look otherwise by it."""
        if status:
            self._statuses[key] = status
        else:
            self._statuses.pop(key, None)
            self._due.pop(key, None)
        before, after = self._led_by.pop(key, None), squad if status in LATE else None
        if before == after:
            if after is not None:
                self._led_by[key] = after
            return set()
        if before is not None:
            self._late[before].discard(key)
        if after is not None:
            self._led_by[key] = after
            self._late[after].add(key)
        return {s for s in (before, after) if s is not None}

    def _squads(self, keys: Iterable[Key]) -> None:
        for key in keys:
            squad = self.room.picture.get(Squad, key)
            self._show(key, standing.squad_object(squad, bool(self._late[key])) if squad is not None else None)

    def _officers(self, keys: Iterable[Key]) -> None:
        picture = self.room.picture
        for key in keys:
            person = picture.get(Person, key)
            self._show(key, standing.officer_object(person, picture.fixes.get(key), self._busy[key] > 0))

    def _show(self, key: Key, thing: MapObject | None) -> None:
        if thing is not None:
            self._shown.add(key)
            self.view.put([thing])
        elif key in self._shown:
            self._shown.discard(key)
            self.view.remove([key])

    def _put(self, things: Iterable[MapObject | None]) -> None:
        for thing in things:
            if thing is not None:
                self._show(thing.key, thing)

    def _tick(self, now: dt.datetime) -> None:
        if due := set(self._turns.due(now)):
            self._cases(due)

    # ------------------------------------------------------------------ selection, look

    def _choose(self, record: Record | None) -> None:
        word = standing.WORDS.get(record.kind(), "") if record is not None else ""
        if record is None or word:
            self.view.select(word, record.id if record is not None else "")

    def _selected(self, kind: str, key: str) -> None:
        record = self.room.picture.get(standing.KINDS[kind], key)
        if record is not None:
            self.room.choose(record)

    def _dress(self) -> None:
        self.view.set_tokens(theme.tokens())
