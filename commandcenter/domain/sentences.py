"""Sentences that are put together now and read later, in whatever language the window speaks then."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from commandcenter.i18n import N_, _

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


class Spoken:
    """Anything that can put itself into words of the language spoken now."""

    __slots__ = ()

    def words(self) -> str:
        """The words, translated at the moment of asking."""
        raise NotImplementedError


class Sentence(Spoken):
    """An English sentence (the key of its translation) and what fills its named placeholders.

    Dates are shown as ``Tue 11-24``, aware datetimes as ``Mon 2026-11-23 09:10`` *in the zone they carry*
    (convert to the district's zone before), durations as ``2 h 50 min``, :class:`Spoken` parts in words.
    """

    __slots__ = ("message", "params")

    def __init__(self, message: str, /, **params: object) -> None:
        self.message = message
        self.params: Mapping[str, object] = params

    def words(self) -> str:
        return _(self.message, **{name: _shown(value) for name, value in self.params.items()})

    def __str__(self) -> str:
        return self.words()

    def __repr__(self) -> str:
        return f"Sentence({self.message!r}, {dict(self.params)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sentence):
            return NotImplemented
        return self.message == other.message and self.params == other.params

    __hash__ = None  # type: ignore[assignment]


def spoken_day(day: date) -> str:
    """``Tue 11-24``."""
    return str(_("{weekday} {month}-{day}", weekday=_(WEEKDAYS[day.weekday()]),
                 month=f"{day.month:02d}", day=f"{day.day:02d}"))


def spoken_moment(at: datetime) -> str:
    """``Mon 2026-11-23 09:10`` in the zone that ``at`` carries; minutes are cut, not rounded."""
    return str(_("{weekday} {date} {time}", weekday=_(WEEKDAYS[at.weekday()]),
                 date=at.date().isoformat(), time=at.strftime("%H:%M")))


def end_of_day(day: date) -> Sentence:
    """``Mon 2026-11-23 24:00``."""
    return Sentence(N_("{weekday} {date} {time}"), weekday=Sentence(WEEKDAYS[day.weekday()]),
                    date=day.isoformat(), time="24:00")


def in_hours(length: timedelta) -> Sentence:
    """``41 h 20 min``: duty time is not spoken of in days, since a day of duty is not a day."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return Sentence(N_("{hours} h {minutes} min"), hours=hours, minutes=minutes)


def spoken_length(length: timedelta) -> str:
    """``17 min``, ``2 h 50 min``, ``2 d 3 h``: the two largest units, cut downwards. ``length`` ≥ 0."""
    minutes = int(length.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    minutes %= 60
    if days:
        return str(_("{days} d {hours} h", days=days, hours=hours) if hours else _("{days} d", days=days))
    if hours:
        short = _("{hours} h {minutes} min", hours=hours, minutes=minutes)
        return str(short if minutes else _("{hours} h", hours=hours))
    return str(_("{minutes} min", minutes=minutes))


def _shown(value: object) -> object:
    match value:
        case Spoken():
            return value.words()
        case datetime():
            return spoken_moment(value)
        case date():
            return spoken_day(value)
        case timedelta():
            return spoken_length(value)
    return value
