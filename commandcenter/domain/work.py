"""One piece of work: the transaction an operation runs in, and who does it, where, when and why."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, TextClause, select
from sqlalchemy.orm import Session

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.logins import ServerLogins
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record, new_key
from commandcenter.domain.rules import Rules
from commandcenter.domain.sentences import Sentence
from commandcenter.domain.units import District, Squad, Workstation
from commandcenter.domain.wording import KINDS
from commandcenter.errors import Conflict, Refused
from commandcenter.i18n import N_

if TYPE_CHECKING:
    from commandcenter.domain.geography import Geography

R = TypeVar("R", bound=Record)


def areas_of(session: Session) -> "Geography":
    """The areas of all township squads and the estates of all workstations, prepared for asking what lies where."""
    from commandcenter.domain.geography import Geography  # shapely is slow to load: not at start

    squads = session.scalars(select(Squad).where(Squad.disabled.is_(False)))
    point = select(Workstation.id, Workstation.lon, Workstation.lat).where(Workstation.disabled.is_(False))
    estates = [(key, lon, lat) for key, lon, lat in session.execute(point) if lon is not None and lat is not None]
    return Geography([(s.id, s.area) for s in squads if s.area], estates)


@dataclass
class Work:
    """What an operation is handed. It reads first, writes last, and waits for nobody inside.

    ``now`` is the server's time as aware UTC; ``numbers`` gives the next human number of a kind.
    """

    session: Session
    actor: Person
    station: str
    now: dt.datetime
    rules: Rules
    operation: str
    numbers: Callable[[str], str]
    operation_id: Key = field(default_factory=new_key)
    reason: str = ""
    typed_at: dt.datetime | None = None
    """When it was typed, aware UTC, where that was before ``now``: it was kept while the database was away."""
    areas: "Callable[[Session], Geography]" = areas_of
    """Gives the district's areas and estates; storage hands in one that remembers them."""
    number_block: Callable[[str, int], list[str]] | None = None
    """Gives many human numbers of a kind at once; None: one by one."""
    logins: ServerLogins | None = None
    """The server's login roles, where people sign in with the database; None: the program keeps their passwords."""
    bulk: Callable[["Work", Sequence[Record]], None] | None = None
    """Storage's fast road for many new records; None: as single ones are added."""

    @property
    def said_at(self) -> dt.datetime:
        """When the person said it: never later than ``now``, whatever the station's clock showed."""
        return min(self.typed_at, self.now) if self.typed_at is not None else self.now

    def get(self, record_type: type[R], key: Key, seen_version: int | None = None) -> R:
        """The row of that key. Refused when it is not there, or no longer as it was seen on the screen."""
        row = self.session.get(record_type, key)
        if row is None:
            raise Refused(N_("There is no such record any more: {kind}."), kind=Sentence(KINDS[record_type.kind()]))
        if seen_version is not None and row.version != seen_version:
            raise conflict(self.session, record_type, key)
        return row

    def all(self, record_type: type[R], *where: ColumnElement[bool] | TextClause) -> Sequence[R]:
        """Every row of a kind that meets the conditions, in order of birth."""
        return self.session.scalars(select(record_type).where(*where).order_by(record_type.id)).all()

    def add(self, row: R) -> R:
        """A new row. Its key exists at once, so that others can point to it."""
        if not row.id:
            row.id = new_key()
        self.session.add(row)
        return row

    def add_many(self, rows: Sequence[Record]) -> None:
        """Many new rows at once, each with its key: an import. Journalled like any other."""
        if self.bulk is None:
            self.session.add_all(rows)
        else:
            self.bulk(self, rows)

    def many_numbers(self, kind: str, n: int) -> list[str]:
        """The next ``n`` human numbers of a kind."""
        return self.number_block(kind, n) if self.number_block else [self.numbers(kind) for _ in range(n)]

    def area_at(self, lon: float, lat: float) -> Key | None:
        """The township squad whose area the point lies in; None outside every area."""
        return self.areas(self.session).area_at(lon, lat)

    def estate_at(self, lon: float, lat: float) -> Key | None:
        """The workstation in whose estate the point lies; None outside every estate."""
        return self.areas(self.session).estate_at(lon, lat)

    def limits(self, clock: str, urgency: str, started_at: dt.datetime, matter: str = "") -> tuple[str, dt.datetime]:
        """The limit in its short form and the moment it is due, for a clock that starts now."""
        limit = self.rules.limit(clock, urgency, matter)
        return str(limit), self.rules.due(started_at, limit).due_at


def conflict(session: Session, record_type: type[Record], key: Key) -> Conflict:
    """The refusal of the second of two stations: who changed the record first, what was done, and when here."""
    line = session.scalars(
        select(JournalLine)
        .where(JournalLine.kind == record_type.kind(), JournalLine.key == key)
        .order_by(JournalLine.version.desc())
        .limit(1)
    ).first()
    person = session.get(Person, line.actor_id) if line is not None and line.actor_id else None
    zone = session.scalars(select(District.timezone).limit(1)).first()
    at = line.at.astimezone(ZoneInfo(zone) if zone else None) if line is not None else None
    details: dict[str, Any] = {
        "person": person.name if person else "?",
        "at": at.strftime("%H:%M:%S") if at is not None else "?",
    }
    move = BY_NAME.get(line.operation) if line is not None else None
    if line is None or move is None:
        return Conflict(
            N_("{person} changed it first, at {at}. Look at what is there now, then try again."), **details
        )
    details["what"] = Sentence(N_("{move}: {reason}"), move=Sentence(move.label), reason=line.reason) if line.reason \
        else Sentence(move.label)
    return Conflict(
        N_("{person} changed it first, at {at}: “{what}”. Look at what is there now, then try again."), **details
    )
