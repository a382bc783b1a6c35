"""What may stand in one cell of a pack: parsers that turn text into a value or say why not."""

import datetime as dt
import math
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from commandcenter.domain.limits import Limit
from commandcenter.errors import Refused
from commandcenter.exchange.pack_faults import Wrong
from commandcenter.exchange.text_sheets import FORMULA_SIGNS, NUMBER_SIGNS
from commandcenter.i18n import N_

Parse = Callable[[str], Any]
E = TypeVar("E", bound=StrEnum)

LONGEST_CODE, LONGEST_NAME, LONGEST_TEXT = 64, 255, 2_000  # characters; the columns of the database
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_PHONE = re.compile(r"\+?[0-9(][0-9 ()-]{2,24}", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FORMULA = re.compile(rf"[{FORMULA_SIGNS}]|[{re.escape(NUMBER_SIGNS)}](?![0-9 ()-]*$)")
_BETWEEN = "|"


def code(text: str) -> str:
    """A short name of ASCII letters, digits, dot, dash and underscore by which other files refer to a row."""
    if len(text) > LONGEST_CODE or not _CODE.fullmatch(text):
        raise Wrong(
            N_("This is no code: up to {most} letters, digits, dots, dashes, underscores."), most=LONGEST_CODE
        )
    return text


def text_of(most: int) -> Parse:
    """Words of at most ``most`` characters; no control characters and no spreadsheet formula."""

    def words(text: str) -> str:
        if len(text) > most:
            raise Wrong(N_("This text has {n} characters; at most {most} fit."), n=len(text), most=most)
        if not text.isprintable():
            raise Wrong(N_("This text contains control characters."))
        if _FORMULA.match(text):
            raise Wrong(N_("This is a spreadsheet formula; write the value itself."))
        return text

    return words


name = text_of(LONGEST_NAME)
words = text_of(LONGEST_TEXT)


def phone(text: str) -> str:
    """A telephone number."""
    if not _PHONE.fullmatch(text):
        raise Wrong(N_("This is no telephone number."))
    return text


def degrees(text: str) -> float:
    """A plain decimal number of degrees."""
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise Wrong(N_("This is no number of degrees; write it like 120.054."))
    return number


def yes(text: str) -> bool:
    """``yes`` or ``no``."""
    if text not in ("yes", "no"):
        raise Wrong(N_("Write yes or no."))
    return text == "yes"


def date(text: str) -> dt.date:
    """A date written like 2026-10-01."""
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise Wrong(N_("This is no date; write it like 2026-10-01."))


def limit(text: str) -> str:
    """A time limit such as ``5 wd``, in its plain form; see :class:`commandcenter.domain.limits.Limit`."""
    try:
        return str(Limit.parse(text))
    except Refused as refused:
        raise Wrong.since(refused) from refused


def one_of(kind: type[E]) -> Callable[[str], E]:
    """A word of ``kind``."""

    def word(text: str) -> E:
        try:
            return kind(text)
        except ValueError:
            raise Wrong(N_("Unknown word; known are: {known}."), known=", ".join(kind)) from None

    return word


def word_among(*known: str) -> Parse:
    """One of these words."""

    def word(text: str) -> str:
        if text not in known:
            raise Wrong(N_("Unknown word; known are: {known}."), known=", ".join(known))
        return text

    return word


def several(parse: Callable[[str], Any]) -> Parse:
    """Several values with ``|`` between them, none twice."""

    def values(text: str) -> tuple[Any, ...]:
        found = tuple(parse(part.strip()) for part in text.split(_BETWEEN))
        if len(set(found)) < len(found):
            raise Wrong(N_("The same value stands here twice."))
        return found

    return values
