"""Sentences that are put together now and read later, in whatever language the window speaks then."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from commandcenter.i18n import N_, _, language

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


class Spoken:
    """Anything that can put itself into words of the language spoken now."""

    __slots__ = ()

    def words(self) -> str:
        """The words, translated at the moment of asking."""
        raise NotImplementedError

    def kept(self) -> object:
        """It as JSON can hold it, for :func:`restored`: what is written down is read in the reader's language."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.words()


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

    def kept(self) -> object:
        return {"message": self.message, "params": {name: _kept(value) for name, value in self.params.items()}}

    def __repr__(self) -> str:
        return f"Sentence({self.message!r}, {dict(self.params)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sentence):
            return NotImplemented
        return self.message == other.message and self.params == other.params

    __hash__ = None  # type: ignore[assignment]


class Sentences(Spoken):
    """Several sentences that are given as one reason."""

    __slots__ = ("parts",)

    def __init__(self, *parts: Spoken) -> None:
        self.parts = parts

    def words(self) -> str:
        return _("; ").join(part.words() for part in self.parts)

    def kept(self) -> object:
        return [part.kept() for part in self.parts]


class Name(Spoken):
    """A name of its own in each language; where one lacks it, that of the other."""

    __slots__ = ("en", "zh")

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en

    def words(self) -> str:
        first, second = (self.zh, self.en) if language() == "zh_CN" else (self.en, self.zh)
        return first or second

    def kept(self) -> object:
        return {"zh": self.zh, "en": self.en}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Name) and (other.zh, other.en) == (self.zh, self.en)

    __hash__ = None  # type: ignore[assignment]


def restored(kept: object) -> object:
    """What :meth:`Spoken.kept` wrote down, to be said anew; any other value as it is."""
    match kept:
        case {"message": str(message), "params": dict(params)}:
            return Sentence(message, **{name: restored(value) for name, value in params.items()})
        case {"zh": str(zh), "en": str(en)}:
            return Name(zh, en)
        case {"seconds": int() | float() as seconds}:
            return timedelta(seconds=seconds)
        case [*parts]:
            return Sentences(*(said for part in parts if isinstance(said := restored(part), Spoken)))
    return kept


def _kept(value: object) -> object:
    match value:
        case Spoken():
            return value.kept()
        case timedelta():
            return {"seconds": value.total_seconds()}
        case str() | int() | float():
            return value
    raise TypeError(f"{type(value).__name__} cannot be written down in a sentence")


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
    """``17 min``, ``2 h 50 min``, ``2 d 3 h``: the two largest units, cut downwards. ``length`` ≥ 0.

    For limits, ages and time left. What was measured, such as a call, is told by :func:`measured_length`.
    """
    minutes = int(length.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    minutes %= 60
    if days:
        return str(_("{days} d {hours} h", days=days, hours=hours) if hours else _("{days} d", days=days))
    if hours:
        short = _("{hours} h {minutes} min", hours=hours, minutes=minutes)
        return str(short if minutes else _("{hours} h", hours=hours))
    return str(_("{minutes} min", minutes=minutes))


def measured_length(seconds: int) -> str:
    """``45 s``, ``1 min 36 s``: what something took, to the second, for it is evidence. Empty for 0."""
    whole = spoken_length(timedelta(seconds=seconds)) if seconds >= 60 else ""
    rest = _("{seconds} s", seconds=seconds % 60) if seconds % 60 else ""
    return f"{whole} {rest}".strip()


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
