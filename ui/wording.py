"""How values of the domain read on a screen: their words, their tone, their local time.

The words themselves stand in :mod:`commandcenter.domain.wording`; here is only what a screen adds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from commandcenter import settings
from commandcenter.domain.deadlines import Pressing, pressing, time_left
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import spoken_length
from commandcenter.domain.units import Squad
from commandcenter.domain.wording import WORDS, word
from commandcenter.i18n import N_, _
from commandcenter.live.picture import Picture

MARKS: dict[Pressing, str] = {Pressing.OVER: "▲", Pressing.SOON: "◆", Pressing.CALM: "●"}
"""Each level of urgency has a shape of its own, so that colour never stands alone."""
PRESSING_TONES: dict[Pressing, str] = {Pressing.OVER: "urgent", Pressing.SOON: "late", Pressing.CALM: "ok"}

# Quiet by default: only what calls for action or has ended well or badly has a colour.
_TONES = {
    "urgent": "urgent", "disputed": "urgent", "broken": "urgent", "refused": "urgent",
    "supervised": "urgent", "circulated": "urgent",
    "return_asked": "late", "suspended": "late", "visit_due": "late", "visiting": "late", "chased": "late",
    "contacted": "accent", "handling": "accent", "resolved": "accent", "asked": "accent",
    "closed": "ok", "confirmed": "ok", "kept": "ok", "agreed": "ok",
}  # fmt: skip

_zone: tzinfo | None = None


def use_zone(zone: tzinfo | None) -> None:
    """Show times in the district's ``zone`` from now on; None: in that of this machine."""
    global _zone
    _zone = zone


def local(at: datetime) -> datetime:
    """An aware moment in the zone that is shown."""
    return at.astimezone(_zone)


def utc(shown: datetime) -> datetime:
    """The aware UTC moment of a naive wall time in the zone that is shown."""
    return (shown.replace(tzinfo=_zone) if _zone is not None else shown).astimezone(UTC)


def hour(at: datetime | None) -> str:
    """``14:32``; empty for None."""
    return local(at).strftime("%H:%M") if at else ""


def moment(at: datetime | None, now: datetime | None = None) -> str:
    """``11-23 14:32``; only the hour where it is the day of ``now``, with the year where that differs."""
    if at is None:
        return ""
    shown, today = local(at), local(now) if now else None
    if today is not None and shown.date() == today.date():
        return shown.strftime("%H:%M")
    same_year = today is None or shown.year == today.year
    return shown.strftime("%m-%d %H:%M" if same_year else "%Y-%m-%d %H:%M")


def ago(at: datetime, now: datetime) -> str:
    """``40 s ago``, ``6 min ago``: the age of a fix or of data."""
    seconds = max(0, int((now - at).total_seconds()))
    if seconds < 60:
        return str(_("{seconds} s ago", seconds=seconds))
    return str(_("{length} ago", length=spoken_length(now - at)))


def tone_of(value: StrEnum | str) -> str:
    """The tone (of :data:`ui.theme.TONES`) in which a state, urgency or rung is shown."""
    return _TONES.get(str(value), "quiet")


def choice(value: StrEnum | str, kind: str = "") -> str:
    """The word for a choice, on that kind of record, with a capital where the language has them."""
    said = word(str(value), kind) if str(value) in WORDS else str(value)
    return said[:1].upper() + said[1:]


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs on something: from when to when. Aware UTC."""

    started_at: datetime
    due_at: datetime
    standing_still: bool = False

    def pressing(self, now: datetime) -> Pressing:
        """How pressing it is now."""
        return Pressing.CALM if self.standing_still else pressing(self.started_at, self.due_at, now)

    def words(self, now: datetime) -> str:
        """``17 min left``, ``4 min over`` or that it stands still."""
        return str(_("stands still")) if self.standing_still else str(time_left(self.due_at, now).phrase)

    def tone(self, now: datetime) -> str:
        """The tone in which it is shown now."""
        return "quiet" if self.standing_still else PRESSING_TONES[self.pressing(now)]

    def text(self, now: datetime) -> str:
        """Shape and words, for plain text: ``▲ 4 min over``."""
        return f"{MARKS[self.pressing(now)]} {self.words(now)}"


_STATIONS = {"simulation": N_("Simulation"), "ctl": N_("Command line")}


def station_name(station: str) -> str:
    """What a station of the journal is called here: what is no workplace in the reader's words, this one as such."""
    if station in _STATIONS:
        return str(_(_STATIONS[station]))
    return str(_("this station")) if station == settings.station() else station


def most_pressing(clocks: Iterable[Running | None]) -> Running | None:
    """The clock that is due first; None where none runs."""
    return min((c for c in clocks if c is not None), key=lambda c: (c.standing_still, c.due_at), default=None)


def name_of(picture: Picture, kind: type[Person | Squad | Matter], key: Key | None, otherwise: str = "?") -> str:
    """What a person, a squad, a matter is called in the reader's language; ``otherwise`` where nobody knows it."""
    known = picture.get(kind, key)
    return known.name if known is not None else otherwise


def was_sealed(number: str, *, typed: bool) -> list[str]:
    """What is said of a case that was sealed while somebody looked at it, who had perhaps typed something there."""
    said = [_("Case {number} was sealed: it is there for the people named alone.", number=number)]
    kept = _("What you typed is kept, and stands in its form again if the seal is opened for you.")
    return [*said, kept] if typed else said
