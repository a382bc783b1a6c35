"""Presence: who is signed in where, and what is looked at there right now. A stream beside the records.

A sign of life is not journalled and has no versions: each one takes the place of the last. It is worth something only
while it is fresh, and how fresh it is the server's time alone says; a station that was killed says nothing more and so
is gone by itself.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import Key, Table, type_key

BEAT_S = 10
"""Seconds after which a station says that it is still there, where it has nothing else to say."""
EXPIRES_S = 30
"""Seconds after its last sign of life a station is no longer shown: two beats may be lost."""
KEPT_S = 86_400
"""Seconds a sign of life is kept at all. Claims ask for older ones than the screens do."""


class Presence(Table):
    """The last sign of life of one session: one person at one station, from signing in to signing out."""

    __tablename__ = "presence"

    session_id: Mapped[str] = mapped_column(type_key, primary_key=True)
    person_id: Mapped[str] = mapped_column(type_key)
    station: Mapped[str] = mapped_column(String(64))
    signed_in_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    """When it was last heard of, by the server's time."""
    page: Mapped[str] = mapped_column(String(32), default="")
    kind: Mapped[str] = mapped_column(String(32), default="")
    """The kind of record that is looked at; empty: none."""
    key: Mapped[str | None] = mapped_column(type_key)
    editing: Mapped[bool] = mapped_column(default=False)
    """Whether something is typed there that is not saved yet."""

    def __repr__(self) -> str:
        return f"<Presence {self.person_id} at {self.station}: {self.kind} {self.key or '-'}>"


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody has before them: the page, the record looked at, and whether something is typed about it."""

    page: str = ""
    kind: str = ""
    key: Key | None = None
    editing: bool = False


@dataclass(frozen=True, slots=True)
class Roll:
    """Every sign of life there is, and the server's time when they were asked for."""

    at: dt.datetime
    signs: tuple[Presence, ...] = ()

    def present(self) -> Iterator[Presence]:
        """The sessions that are there now."""
        since = self.at - dt.timedelta(seconds=EXPIRES_S)
        return (sign for sign in self.signs if sign.seen_at > since)

    def last_of(self, person: Key) -> dt.datetime | None:
        """When that person was last heard of, at whatever station; None where no sign is kept."""
        return max((sign.seen_at for sign in self.signs if sign.person_id == person), default=None)
