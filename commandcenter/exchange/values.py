"""Cells to values: text, times, positions. What cannot be taken over says why, as :class:`Unfit`.

The rules of what a value may be stand here and nowhere else; which column holds it is a profile's affair.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from commandcenter.domain import places, words
from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.fields import width
from commandcenter.errors import Refused
from commandcenter.exchange.rows import Cell
from commandcenter.i18n import N_

WIDTHS: Mapping[str, int] = {
    "source": width(Complaint.source), "source_number": width(Complaint.source_number),
    "caller_phone": width(Complainant.phone),
}  # fmt: skip
"""Characters that these texts may have whatever a profile says: their columns in the database are so wide."""

LIMITS: Mapping[str, int] = {
    **WIDTHS, "title": 300, "words": 10_000, "caller_name": 100, "place_words": 500, "town": 100, "label": 100,
    "matter_hint": 200, "answer": 20_000,
}  # fmt: skip
"""Characters that a text of each kind may have; a profile may set other limits, except for the :data:`WIDTHS`."""

EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
"""No complaint is older than the first hotlines; an earlier date is a mistake."""
CLOCK_SLACK = dt.timedelta(minutes=10)
"""How far a file's clock may be ahead of ours before its times lie in the future."""

FORMS = ("iso", "year-first", "serial")
"""The forms of written times, tried in this order: ``2019-02-28 11:25:05`` with or without zone and time;
``2020/1/6 12:09:38``, ``2020.1.6``, ``2020年1月6日 12时9分``; days since 1899-12-30 as spreadsheets count them.
Any other form in a profile is a :meth:`~datetime.datetime.strptime` pattern."""

_SERIAL_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - wall time, the file's zone is added after
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_YEAR_FIRST = re.compile(
    r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?"
    r"(?:[\sT]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})?(?:\.\d+)?秒?|分?))?",
    re.ASCII,
)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_SHOWN = 60


class Unfit(Refused):
    """This value cannot be taken over."""


def text(cell: Cell) -> str:
    """A cell as clean text, whatever its type: 2549.0 is ``2549``, a date cell is ISO, an empty one is empty."""
    if isinstance(cell, str):
        plain = cell.isascii() and cell.isprintable() and "  " not in cell  # nothing to clean: most cells
        return cell.strip() if plain else words.clean(cell)
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else str(cell)


def text_within(cell: Cell, limit: int) -> str:
    """A cell as clean text of at most ``limit`` characters."""
    said = text(cell)
    if len(said) > limit:
        raise Unfit(N_("The text has {n} characters, at most {limit} are taken"), n=len(said), limit=limit)
    return said


def shortened(cell: Cell) -> str:
    """What is shown of a cell in one line of a list."""
    said = " ".join(text(cell).split())
    return said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"


def number(cell: Cell) -> float | None:
    """A number, or nothing where the cell is empty."""
    if isinstance(cell, float):
        return cell
    if isinstance(cell, str) and _NUMBER.fullmatch(cell):
        return float(cell)
    said = words.folded(text(cell)).strip()
    if not said:
        return None
    if not _NUMBER.fullmatch(said):
        raise Unfit(N_("“{value}” is not a number"), value=shortened(cell))
    return float(said)


def position(lon: float | None, lat: float | None, datum: str) -> places.Point | None:
    """A position in WGS-84 degrees from one in ``datum`` (``wgs84`` or ``gcj02``); nothing where both are empty."""
    if lon is None or lat is None:
        if lon is lat:
            return None
        raise Unfit(N_("A position needs both longitude and latitude, one of them is empty"))
    if not places.inside_world(lon, lat):
        raise Unfit(N_("Longitude {lon}, latitude {lat} is outside the world"), lon=lon, lat=lat)
    if places.is_nowhere(lon, lat):
        raise Unfit(N_("Longitude 0, latitude 0 is no place: leave both empty where the place is unknown"))
    return places.wgs84_from_gcj02(lon, lat) if datum == "gcj02" else places.Point(lon, lat)


def fingerprint(parts: Iterable[object]) -> str:
    """A number for a row whose source gave it none: the same values always give the same 24 hexadecimal digits."""
    told = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


class Times:
    """Reads the times of one file: wall time of ``zone`` unless the cell names its own, in the given forms.

    An hour that a clock change repeats is taken as its first; one that it skips is counted on from before.
    """

    def __init__(self, zone: ZoneInfo, forms: Iterable[str], now: dt.datetime) -> None:
        self._zone = zone
        self._forms = tuple(forms)
        self._latest = now + CLOCK_SLACK
        self._years = range(EARLIEST.year - 1, self._latest.year + 2)

    def read(self, cell: Cell) -> dt.datetime | None:
        """The moment in aware UTC, or nothing where the cell is empty."""
        said = self._wall(cell)
        if said is None:
            return None
        if said.year not in self._years:  # far years overflow in time zones
            at = said.replace(tzinfo=dt.UTC)
        elif said.tzinfo is None:
            at = said.replace(tzinfo=self._zone).astimezone(dt.UTC)
        else:
            at = said.astimezone(dt.UTC)
        if at < EARLIEST:
            raise Unfit(N_("The date {value} is before {year}"), value=shortened(cell), year=EARLIEST.year)
        if at > self._latest:
            raise Unfit(N_("The date {value} lies in the future"), value=shortened(cell))
        return at

    def _wall(self, cell: Cell) -> dt.datetime | None:
        match cell:
            case dt.datetime():
                return cell
            case dt.date():
                return dt.datetime.combine(cell, dt.time())
            case bool():
                raise Unfit(N_("“{value}” is not a date and time"), value=str(cell))
            case float():
                return _from_serial(cell, str(cell))
        said = text(cell)
        if not said:
            return None
        for form in self._forms:
            if (at := _written(said, form)) is not None:
                return at
        raise Unfit(N_("“{value}” is not a date and time in a form this profile knows"), value=shortened(said))


def _written(said: str, form: str) -> dt.datetime | None:
    """The wall time that ``said`` means in one form; None where it is not of that form."""
    if form == "iso":
        try:
            return dt.datetime.fromisoformat(said) if len(said) >= len("2020-01-01") else None
        except ValueError:
            return None
    if form == "year-first":
        return _from_parts(said, found) if (found := _YEAR_FIRST.fullmatch(said)) else None
    if form == "serial":
        return _from_serial(float(said), said) if _SERIAL.fullmatch(said) else None
    try:
        return dt.datetime.strptime(said, form)  # noqa: DTZ007 - the file's zone is added after
    except ValueError:
        return None


def _from_parts(said: str, found: re.Match[str]) -> dt.datetime:
    try:
        return dt.datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type] # noqa: DTZ001
    except ValueError:
        raise Unfit(N_("The date {value} does not exist"), value=shortened(said)) from None


def _from_serial(days: float, said: str) -> dt.datetime:
    try:
        moment = _SERIAL_ZERO + dt.timedelta(days=days)
    except (OverflowError, ValueError):
        raise Unfit(N_("The date {value} does not exist"), value=shortened(said)) from None
    return (moment + dt.timedelta(microseconds=500_000)).replace(microsecond=0)  # a serial is exact to 0.1 s
