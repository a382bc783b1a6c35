"""The ledger: turns journal lines into a delta, on the feed's own thread, without disturbing the picture.

A line that follows the version held is applied as it stands: its after-values are all that is needed. Only
a gap – or a record that was not held and now belongs – asks the database. What comes twice is harmless, as
long as the lines of one record come in the order of its versions, which is how every feed reads them.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.journal import JournalLine, after_values
from commandcenter.domain.record import Key, Record, evolved, snapshot, snapshots
from commandcenter.domain.rulings import Reveal
from commandcenter.domain.sealing import NOTHING, case_of, hidden, is_sealing, sealed_cases
from commandcenter.domain.sightings import Sighting
from commandcenter.live.belonging import BY_KIND, FIRST, OF_CASES, THEN, Belonging
from commandcenter.live.delta import Change, Delta, Fix


class Ledger:
    """Which snapshot of each record was handed out last. The snapshots are shared with the picture."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, Key], Record] = {}
        self._assignments: dict[Key, set[Key]] = {}
        self._unseen = NOTHING
        """What is not for whoever looks: known from the last reading, and changed by the line of a seal alone."""

    def load_first(self, session: Session) -> list[Record]:
        """What the first screen needs, read in bulk."""
        return self._load(session, FIRST)

    def load_then(self, session: Session) -> list[Record]:
        """Everything else."""
        return self._load(session, THEN)

    def load(self, session: Session) -> list[Record]:
        """All that belongs to the picture."""
        return self.load_first(session) + self.load_then(session)

    def _load(self, session: Session, kinds: Iterable[Belonging]) -> list[Record]:
        self._unseen = hidden(session)
        fresh = [r for b in kinds for r in self._read(session, b.record_type, b.rows()) if self._newer(r)]
        for record in fresh:
            self._hold(record)
        return fresh

    def _read(self, session: Session, record_type: type[Record], rows: Select[Any]) -> list[Record]:
        """Records read as plain rows, which the session does not sift."""
        read, unseen = snapshots(record_type, session.execute(rows).all()), self._unseen
        return [record for record in read if not unseen.holds(record)] if unseen.cases else read

    def _hold(self, record: Record) -> None:
        self._held[record.kind(), record.id] = record
        if isinstance(record, Assignment):
            self._assignments.setdefault(record.case_id, set()).add(record.id)

    def _drop(self, at: tuple[str, Key]) -> None:
        record = self._held.pop(at)
        if isinstance(record, Assignment):
            self._assignments[record.case_id].discard(record.id)

    def _newer(self, record: Record) -> bool:
        held = self._held.get((record.kind(), record.id))
        return held is None or held.version < record.version

    def digest(
        self,
        lines: Sequence[JournalLine],
        sightings: Sequence[Sighting],
        session: Session,
        read_at: dt.datetime | None = None,
    ) -> Delta:
        """The delta those lines make, in the order of versions. ``session`` answers only for the gaps."""
        sealed = frozenset(line.key for line in lines if is_sealing(line))
        anew = self._anew(session, sealed)
        lines = self._unseen.shown(lines)
        before: dict[tuple[str, Key], Record | None] = {}
        gaps: dict[str, dict[Key, JournalLine]] = {}
        last: dict[tuple[str, Key], JournalLine] = {}
        for line in sorted(lines, key=lambda line: line.version):
            if line.kind not in BY_KIND:
                continue
            at = (line.kind, line.key)
            before.setdefault(at, self._held.get(at))
            last[at] = line
            if not self._follow(line):
                gaps.setdefault(line.kind, {})[line.key] = line
        for kind, keys in gaps.items():
            self._ask(session, kind, list(keys))
        changes = [self._change(at, was, last[at]) for at, was in before.items()]
        changes += self._come_along(session, changes, before)
        changes += anew
        return Delta(
            changes=tuple(c for c in self._with_leavers(changes) if c.before is not c.after),
            fixes=_latest(sightings),
            operations=frozenset(line.operation_id for line in lines),
            cases=frozenset(line.case_id for line in lines if line.case_id),
            complaints=frozenset(_looked_at(lines)),
            kinds=frozenset(line.kind for line in lines),
            sealed=sealed,
            read_at=read_at,
        )

    def look_again(self, session: Session) -> Delta:
        """What is sealed comes or goes: somebody else looks now."""
        cases = sealed_cases(session)
        return Delta(tuple(self._anew(session, cases)), cases=frozenset(cases))

    def _anew(self, session: Session, cases: Collection[Key]) -> list[Change]:
        """Read these cases, and what hangs on them, once more. Whoever may not see one any more has it no longer."""
        if not cases:
            return []
        before = {at: record for at, record in self._held.items() if case_of(record) in cases}
        for at in before:
            self._drop(at)
        self._unseen = hidden(session)
        read = [r for b in OF_CASES for r in self._read(session, b.record_type, b.rows().where(b.case_id.in_(cases)))]
        for record in read:
            self._hold(record)
        now = {(record.kind(), record.id): record for record in read}
        return [Change(type(r), r.id, before.get(at), now.get(at)) for at, r in {**before, **now}.items()]

    def _follow(self, line: JournalLine) -> bool:
        """Apply a line to what is held. False where the database has to be asked."""
        at = (line.kind, line.key)
        held, belonging = self._held.get(at), BY_KIND[line.kind]
        if held is not None and line.version <= held.version:
            return True
        after = after_values(belonging.record_type, line)
        if held is not None and line.version == held.version + 1:
            self._hold(evolved(held, after))
            return True
        if held is None and line.version == 1:
            self._hold(snapshot(belonging.record_type, {**after, "id": line.key}))
            return True
        return False

    def _ask(self, session: Session, kind: str, keys: list[Key]) -> None:
        record_type = BY_KIND[kind].record_type
        for begin in range(0, len(keys), 500):
            some = keys[begin : begin + 500]
            for record in session.scalars(select(record_type).where(record_type.id.in_(some))):
                if self._newer(record):
                    self._hold(record)

    def _change(self, at: tuple[str, Key], was: Record | None, line: JournalLine) -> Change:
        belonging = BY_KIND[at[0]]
        now = self._held.get(at)
        if now is not None and not self._belongs(belonging, now):
            self._drop(at)
            now = None
        return Change(belonging.record_type, at[1], was, now, line.operation, line.actor_id)

    def _belongs(self, belonging: Belonging, record: Record) -> bool:
        if belonging.holds(record):
            return True
        # A squad's finished work stays visible as long as its case is open: review and visit look at it.
        return isinstance(record, Assignment) and (Case.kind(), record.case_id) in self._held

    def _come_along(
        self, session: Session, changes: list[Change], before: dict[tuple[str, Key], Record | None]
    ) -> list[Change]:
        """A case that comes back brings the finished work of its squads along."""
        back = [c.key for c in changes if c.record_type is Case and c.before is None and _is_old(c.after)]
        found = session.scalars(select(Assignment).where(Assignment.case_id.in_(back))).all() if back else []
        fresh = [a for a in found if (a.kind(), a.id) not in before and self._newer(a)]
        for assignment in fresh:
            self._hold(assignment)
        return [Change(Assignment, a.id, None, a) for a in fresh]

    def _with_leavers(self, changes: list[Change]) -> list[Change]:
        """When a case leaves, its finished assignments leave with it."""
        left: dict[Key, Change] = {}
        for case_id in [c.key for c in changes if c.record_type is Case and c.after is None]:
            for key in self._assignments.pop(case_id, set()):
                record = self._held.pop((Assignment.kind(), key))
                left[key] = Change(Assignment, key, record, None)
        if not left:
            return changes
        first = {c.key: c.before for c in changes if c.record_type is Assignment}
        stayed = [c for c in changes if c.record_type is not Assignment or c.key not in left]
        return stayed + [
            Change(Assignment, key, first.get(key, change.before), None) for key, change in left.items()
        ]


def _is_old(record: Record | None) -> bool:
    return record is not None and record.version > 1


def _looked_at(lines: Iterable[JournalLine]) -> Iterator[Key]:
    for line in lines:
        if line.kind == Reveal.kind():
            yield after_values(Reveal, line)["complaint_id"]


def _latest(sightings: Sequence[Sighting]) -> tuple[Fix, ...]:
    latest = {s.person_id: s for s in sorted(sightings, key=lambda s: s.seen_at)}
    return tuple(
        Fix(s.person_id, s.seen_at, s.lon, s.lat, s.accuracy, s.heading) for s in latest.values()
    )
