"""What a move asks for. Declared once: forms, checks, help and tests are made from it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import InstrumentedAttribute

from commandcenter.domain.limits import Limit
from commandcenter.domain.words import clean
from commandcenter.errors import Incomplete, Refused
from commandcenter.i18n import N_, translate


class Sort(StrEnum):
    """What kind of answer a field wants, and so which input a form shows for it."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"
    """A mark that may be set. Not set is an honest "no"; where it would be a guess, the sort is YES_NO."""
    YES_NO = "yes_no"
    """A question with nothing answered beforehand: whoever forgets it has said neither yes nor no."""
    NUMBER = "number"
    RATING = "rating"
    TIME = "time"
    DAY = "day"
    """A day of the district's calendar."""
    LIMIT = "limit"
    POINT = "point"
    MATTER = "matter"
    SQUAD = "squad"
    OFFICER = "officer"
    CASE = "case"
    COMPLAINT = "complaint"
    PEOPLE = "people"
    """People of squads, and squads."""
    READERS = "readers"
    """People who may read cases."""
    FILE = "file"


LONGEST = {Sort.LINE: 500, Sort.TEXT: 10_000, Sort.LIMIT: 32}
"""Characters a typed field holds; a longer text is refused, never cut."""

LARGEST_NUMBER = 1_000_000
"""The largest whole number anybody means: as seconds, eleven days."""

RATINGS = range(1, 6)
"""From very dissatisfied to very satisfied."""

YEARS = range(1990, 2100)
"""The years a moment can lie in: from the first hotlines on. Anything else is a slip, or a clock gone mad."""

_EMPTY = N_("Please fill in: {label}.")
_UNANSWERED = {Sort.YES_NO: N_("Please answer “{label}” with yes or no.")}
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a move asks for."""

    name: str
    label: str
    sort: Sort = Sort.TEXT
    required: bool = True
    choices: type[StrEnum] | None = None
    help: str = ""
    found: bool = False
    """Whether the program finds it by itself: nobody is asked."""
    many: bool = False
    """Whether the answer is a list of keys instead of one."""
    needed_with: tuple[str, str] | None = None
    """Another field and the answer to it that makes this one needed; otherwise it may be left open."""
    most: int | None = None
    """Characters it holds where that is fewer than all of its sort do: the :func:`width` of its column."""

    def needed(self, given: Mapping[str, Any]) -> bool:
        """Whether it has to be answered beside these answers."""
        return self.required or (self.needed_with is not None and given.get(self.needed_with[0]) == self.needed_with[1])

    @property
    def longest(self) -> int | None:
        """Characters it holds; None where that is no question."""
        return self.most or LONGEST.get(self.sort)


def width(column: InstrumentedAttribute[Any]) -> int:
    """Characters a column of short text holds. PostgreSQL refuses more."""
    kind = column.type
    if not isinstance(kind, String) or kind.length is None:
        raise TypeError(f"{column} holds texts of any length, or none at all")
    return kind.length


def checked(asked: tuple[Field, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they may be stored: texts cleaned, everything within what its sort allows.

    Refused with the first field that is missing, too long, not among its choices or senseless.
    """
    unknown = set(given) - {f.name for f in asked}
    if unknown:
        raise TypeError(f"a move was given fields it does not have: {sorted(unknown)}")
    return {
        f.name: _checked(f, given.get(f.name), needed)
        for f in asked if (needed := f.needed(given)) or f.name in given
    }  # fmt: skip


def _checked(field: Field, value: Any, needed: bool) -> Any:
    value = _cleaned(field, value)
    if value is None or value == "" or value == []:
        if needed:
            raise _wrong(field, _UNANSWERED.get(field.sort, _EMPTY))
        return value
    if field.choices is not None and value not in set(field.choices):
        raise _wrong(field, N_("{label}: “{value}” is not one of the choices."), value=_shown(value))
    if field.sort in _CHECKS:
        _CHECKS[field.sort](field, value)
    return value


def _cleaned(field: Field, value: Any) -> Any:
    """A text as it was said, in one line where the field is one. What nobody can see was not said."""
    if field.many and isinstance(value, (list, tuple)):
        return [clean(one) if isinstance(one, str) else one for one in value]
    if not isinstance(value, str):
        return value
    most = field.longest
    # Before the cleaning, which takes its time with megabytes.
    if most is not None and len(value.strip()) > most:
        raise _wrong(
            field, N_("{label} is too long: {length} characters, at most {most}."),
            length=len(value.strip()), most=most,
        )  # fmt: skip
    text = clean(value)
    return text if field.sort is Sort.TEXT else text.replace("\n", " ")


def _number(field: Field, value: Any) -> None:
    _whole(field, value, range(LARGEST_NUMBER + 1))


def _rating(field: Field, value: Any) -> None:
    _whole(field, value, RATINGS)


def _whole(field: Field, value: Any, among: range) -> None:
    if type(value) is not int or value not in among:  # a yes is an int too, but no number
        raise _wrong(
            field, N_("{label}: please give a whole number from {least} to {most}."), least=among[0], most=among[-1]
        )  # fmt: skip


def _yes_or_no(field: Field, value: Any) -> None:
    if not isinstance(value, bool):
        raise _wrong(field, N_("{label}: “{value}” is neither yes nor no."), value=_shown(value))


def _moment(field: Field, value: Any) -> None:
    if not isinstance(value, dt.datetime) or value.tzinfo is None or value.year not in YEARS:
        raise _wrong(
            field, N_("{label}: “{value}” is not a moment between the years {first} and {last}."),
            value=_shown(value), first=YEARS[0], last=YEARS[-1],
        )  # fmt: skip


def _day(field: Field, value: Any) -> None:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime) or value.year not in YEARS:
        raise _wrong(field, N_("{label}: “{value}” is no day."), value=_shown(value))


def _limit(field: Field, value: Any) -> None:
    try:
        Limit.parse(str(value))
    except Refused as refusal:
        raise Incomplete(refusal.message, field=field.name, **refusal.params) from None


_CHECKS: Mapping[Sort, Callable[[Field, Any], None]] = {
    Sort.NUMBER: _number, Sort.RATING: _rating, Sort.FLAG: _yes_or_no, Sort.YES_NO: _yes_or_no, Sort.TIME: _moment,
    Sort.DAY: _day, Sort.LIMIT: _limit,
}  # fmt: skip
"""What an answer of each sort has to be, beyond being there; the others are looked up, or any text will do."""


def _shown(value: Any) -> str:
    return clean(str(value)[:_SHOWN])


def _wrong(field: Field, message: str, **params: object) -> Incomplete:
    return Incomplete(message, field=field.name, label=translate(field.label), **params)
