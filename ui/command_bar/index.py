"""The index of the command bar: everything with a name or a number, found by any part of it. No Qt.

Names are found by number, by words in either language and by pinyin initials. It grows one thing at a time,
so that twenty thousand cases can be taken in beside the work; a search walks through all of them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from heapq import nsmallest
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from commandcenter.domain.record import Key
from commandcenter.domain.words import folded

_BEGINS_NUMBER = frozenset("0123456789s-")
MOST = 8
"""Candidates shown at once; how many more there are is said."""


class Match(IntEnum):
    """How well something fits; less is better."""

    EXACT = 0
    NUMBER = 1
    BEGINS = 2
    INITIALS = 3
    WORD = 4
    CONTAINS = 5
    INITIALS_INSIDE = 6


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be found. ``names`` are all its names; ``number`` its number, where it has one.

    ``rank`` orders things that fit equally well, less being first; ``detail`` is shown beside the title.
    """

    kind: str
    key: Key
    title: str
    names: tuple[str, ...]
    number: str = ""
    detail: str = ""
    rank: int = 0


class Found(NamedTuple):
    """A thing, and how well it fits."""

    match: Match
    thing: Thing


class Findings(NamedTuple):
    """The best of what fits, best first, and how much fits in all."""

    top: list[Found]
    total: int

    @property
    def best(self) -> Thing | None:
        """The one that fits better than all others; None where several fit equally well, or nothing does."""
        if self.total == 1 or (self.total > 1 and self.top[0].match < self.top[1].match):
            return self.top[0].thing
        return None


class _Line(NamedTuple):
    thing: Thing
    number: str
    text: str
    """Names between line breaks, initials behind vertical tabs: one text, looked through by C code alone."""


class _Sought(NamedTuple):
    """A part of what is sought, with the marks before and after it worked out once for all lines."""

    part: str
    whole: str
    begins: str
    initials: str
    word: str
    serial: int | None
    """The number it is where it may be the serial of a case: at most five digits."""

    @classmethod
    def of(cls, part: str) -> "_Sought":
        serial = int(part) if part.isdecimal() and len(part) < 6 else None
        return cls(part, f"\n{part}\n", f"\n{part}", f"\v{part}", f" {part}", serial)


class Index:
    """What can be found now."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, Key], _Line] = {}
        self._kinds: dict[str, dict[tuple[str, Key], _Line]] = {}
        self._waiting: dict[tuple[str, Key], Thing] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def waiting(self) -> int:
        """How many things are still to be taken in."""
        return len(self._waiting)

    def put(self, thing: Thing) -> None:
        """Take a thing in, or its new names."""
        self._waiting.pop((thing.kind, thing.key), None)
        line = _line(thing)
        self._lines[thing.kind, thing.key] = line
        self._kinds.setdefault(thing.kind, {})[thing.kind, thing.key] = line

    def put_later(self, things: Iterable[Thing]) -> None:
        """Take things in by and by, with :meth:`take_in`."""
        self._waiting.update({(thing.kind, thing.key): thing for thing in things})

    def take_in(self, n: int) -> int:
        """Take in at most ``n`` of the things that wait; returns how many still do."""
        for thing in list(islice(self._waiting.values(), n)):
            self.put(thing)
        return len(self._waiting)

    def drop(self, kind: str, key: Key) -> None:
        """It is gone."""
        for known in (self._lines, self._kinds.get(kind, {}), self._waiting):
            known.pop((kind, key), None)

    def find(self, text: str, kinds: Collection[str] = (), most: int = MOST) -> Findings:
        """The ``most`` best that fit ``text``. All parts between blanks must fit; empty fits nothing."""
        parts = [_Sought.of(part) for part in folded(text).split()]
        if not parts:
            return Findings([], 0)
        heaps: list[list[Thing]] = [[] for _match in Match]
        for line in self._among(kinds):
            match = _fits(line, parts)
            if match is not None:
                heaps[match].append(line.thing)
        top: list[Found] = []
        for match in Match:
            if len(top) < most and heaps[match]:
                best = nsmallest(most - len(top), heaps[match], key=_RANK)
                top += [Found(match, thing) for thing in best]
        return Findings(top, sum(map(len, heaps)))

    def first(self, kind: str, n: int) -> list[Thing]:
        """The first ``n`` things of a kind by their rank: what to offer before anything is typed."""
        return nsmallest(n, (line.thing for line in self._kinds.get(kind, {}).values()), key=_RANK)

    def _among(self, kinds: Collection[str]) -> Iterable[_Line]:
        if not kinds:
            return self._lines.values()
        return (line for kind in kinds for line in self._kinds.get(kind, {}).values())


def warm_up() -> None:
    """Load the tables of the pinyin, which takes 0.1 s: away from the GUI thread, before the first name."""
    _initial("派")


_RANK = attrgetter("rank")


def _line(thing: Thing) -> _Line:
    names = tuple(dict.fromkeys(folded(name).replace("\n", " ") for name in thing.names if name))
    letters = tuple(dict.fromkeys(i for name in names if not name.isascii() and (i := _initials(name))))
    number = folded(thing.number)
    text = "\n".join(("", number, *names, "")) + "\v".join(("", *letters))
    return _Line(thing, number, text)


def _fits(line: _Line, parts: list[_Sought]) -> Match | None:
    worst = Match.EXACT
    for sought in parts:
        match = _fit(line, sought) if sought.part in line.text else _number_fits(line.number, sought)
        if match is None:
            return None
        worst = max(worst, match)
    return worst


def _fit(line: _Line, sought: _Sought) -> Match:
    """How a part fits that occurs somewhere."""
    text = line.text
    if line.number and (match := _number_fits(line.number, sought)) is not None:
        return match
    if sought.begins in text:
        return Match.EXACT if sought.whole in text else Match.BEGINS
    if sought.initials in text:
        return Match.INITIALS
    if sought.word in text:
        return Match.WORD
    return Match.CONTAINS if text.find(sought.part) < _end_of_names(text) else Match.INITIALS_INSIDE


def _end_of_names(text: str) -> int:
    end = text.find("\v")
    return end if end >= 0 else len(text)


def _number_fits(number: str, sought: _Sought) -> Match | None:
    """``261123-0042`` is found by all of it, by ``0042`` or ``42`` (that day's serial), and by any beginning."""
    part = sought.part
    if not number or part[0] not in _BEGINS_NUMBER:
        return None
    if part == number:
        return Match.EXACT
    if sought.serial is not None:
        serial = number.rpartition("-")[2]
        if serial.isdecimal() and int(serial) == sought.serial:
            return Match.NUMBER
    if number.startswith(part) or ("-" in part and number.endswith(part)):
        return Match.BEGINS
    return None


def _initials(name: str) -> str:
    """The pinyin initials of a name; character by character, which is quick and good enough for finding."""
    return "".join(map(_initial, name))


@lru_cache(maxsize=32_768)
def _initial(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else ""
    # Not at the start of the program: see warm_up.
    from pypinyin import Style, lazy_pinyin

    spelled = lazy_pinyin(character, style=Style.FIRST_LETTER)
    return "".join(letter for letter in "".join(spelled) if letter.isalnum())
