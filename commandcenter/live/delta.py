"""What changed: the one thing that travels from the feed to the screens."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from commandcenter.domain.record import Key, Record

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Change:
    """One record before and after. ``before`` None: it came in; ``after`` None: it left the picture."""

    record_type: type[Record]
    key: Key
    before: Record | None
    after: Record | None
    operation: str = ""
    actor_id: Key | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """Where an officer is. WGS-84 degrees, metres, degrees from north; aware UTC."""

    person_id: Key
    seen_at: dt.datetime
    lon: float
    lat: float
    accuracy: float | None = None
    heading: float | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """Everything one reading of the feed brought. It carries state, so twice is harmless."""

    changes: tuple[Change, ...] = ()
    fixes: tuple[Fix, ...] = ()
    operations: frozenset[Key] = field(default_factory=frozenset)
    """The ids of the operations whose lines are among the changes or were seen in passing."""
    cases: frozenset[Key] = field(default_factory=frozenset)
    """Every case whose life got a new journal line, whether or not the picture holds it."""
    complaints: frozenset[Key] = field(default_factory=frozenset)
    """Every complaint whose caller somebody looked at. A look hangs on the complaint, whatever case that is on."""
    kinds: frozenset[str] = field(default_factory=frozenset)
    """Every kind of record that got a new journal line, whether or not the picture holds it."""
    sealed: frozenset[Key] = field(default_factory=frozenset)
    """Every case that was sealed or opened again, for whomever."""
    read_at: dt.datetime | None = None

    def of(self, record_type: type[R]) -> Iterator[Change]:
        """The changes of one kind of record."""
        return (change for change in self.changes if change.record_type is record_type)

    def __bool__(self) -> bool:
        return bool(self.changes or self.fixes or self.operations or self.cases)
