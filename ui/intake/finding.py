"""What the form finds while somebody types: places of the gazetteer, estates and matters, by any of their names."""

import re
from collections.abc import Iterable, Iterator

from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.record import Key, Record
from commandcenter.domain.units import Place, Squad, Workstation
from commandcenter.domain.wording import word
from commandcenter.domain.words import folded
from commandcenter.live.delta import Delta
from commandcenter.live.picture import Picture
from ui.command_bar.index import Findings, Found, Index, Match, Thing

PLACE, STATION, MATTER = "place", "workstation", "matter"
MOST = 8
LEAST_LETTERS = 2
"""A place is looked for from so many characters on: one alone fits half of the gazetteer."""
_LEAST_NAMED = 3
"""A place must have so many characters to be found inside a sentence."""
_TAILS = 10
"""How many characters may follow the name of a place before it is not looked for any more."""

# Where places fit equally well: estates are named most often on the phone, then roads, then what holds them.
_SORTS = {"estate": 0, "road": 2, "community": 3, "village": 4, "zone": 5, "town": 6}
_LATIN = re.compile(r"[A-Za-z]")
_REST_OF_WORD = re.compile(r"^[A-Za-z]+")
_NUMBER = re.compile(r"\s*\d.*$", re.DOTALL)


class Finder:
    """The names of the district, kept up to date with the picture."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self._index = Index()
        self._filled = False
        self._estates: set[tuple[str, Key | None]] = set()
        self._names: dict[str, Thing] = {}

    @property
    def waiting(self) -> int:
        """How many names are still to be taken in."""
        return self._index.waiting

    @property
    def complete(self) -> bool:
        """Whether every name there is can be found. Before that the first that fits may be the wrong one."""
        return self._filled and not self._index.waiting and self.picture.complete

    def expect(self) -> None:
        """The names are others now: :meth:`fill` follows."""
        self._filled = False

    def fill(self) -> None:
        """Take everything anew from the picture, by and by: call :meth:`take_in` until nothing waits."""
        self._filled = True
        self._index = Index()
        things = list(self._everything())
        self._index.put_later(things)
        self._names = {
            said: thing for thing in things if thing.kind != MATTER
            for name in thing.names if len(said := folded(name)) >= _LEAST_NAMED
        }  # fmt: skip

    def take_in(self, n: int = 400) -> int:
        """Take in ``n`` of the names that wait; returns how many still do."""
        return self._index.take_in(n)

    def follow(self, delta: Delta) -> bool:
        """Whether a delta changed any name, so that the finder must be filled again."""
        kinds: set[type[Record]] = {change.record_type for change in delta.changes}
        return bool(kinds & {Place, Workstation, Matter, MatterDomain, Squad})

    # ------------------------------------------------------------------ asking

    def places(self, text: str) -> tuple[Findings, str]:
        """The places that fit, and what follows the name in ``text``: a house number, a door, “opposite the school”."""
        said = text.strip()
        if len(said) < LEAST_LETTERS:
            return Findings([], 0), ""
        for head, tail in _heads(said):
            found = self._index.find(head, (PLACE, STATION), MOST)
            if found.total:
                return found, tail
        return Findings([], 0), ""

    def named_in(self, words: str) -> Findings:
        """The places that are named in what was said; of names within names only the longest."""
        said = folded(words)
        met = {name: thing for name, thing in self._names.items() if name in said}
        longest = [t for name, t in met.items() if not any(name in other for other in met if other != name)]
        longest.sort(key=lambda thing: thing.rank)
        return Findings([Found(Match.CONTAINS, thing) for thing in longest[:MOST]], len(longest))

    def matters(self, text: str) -> Findings:
        """The matters that fit; nothing where nothing is typed."""
        return self._index.find(text, (MATTER,), MOST)

    def point_of(self, thing: Thing) -> tuple[float, float] | None:
        """Where a found place lies, WGS-84 degrees."""
        record: Place | Workstation | None
        record = self.picture.get(Place, thing.key) if thing.kind == PLACE else None
        record = record or self.picture.get(Workstation, thing.key)
        if record is None or record.lon is None or record.lat is None:
            return None
        return record.lon, record.lat

    # ------------------------------------------------------------------ what there is

    def _everything(self) -> Iterator[Thing]:
        picture = self.picture
        stations = [s for s in picture.of(Workstation).values() if not s.disabled and (s.estate or s.name)]
        self._estates = {(folded(s.estate or s.name_zh), s.squad_id) for s in stations}
        yield from map(self._of_station, stations)
        yield from self._of_places(picture.of(Place).values())
        domains = {d.code: d.name for d in picture.of(MatterDomain).values()}
        for number, matter in enumerate(sorted(picture.of(Matter).values(), key=lambda m: m.code)):
            if not matter.disabled:
                yield Thing(MATTER, matter.id, matter.name, (matter.name_zh, matter.name_en, matter.code), "",
                            f"{domains.get(matter.domain, matter.domain)} · {matter.code}", number)  # fmt: skip

    def _of_station(self, station: Workstation) -> Thing:
        names = (station.estate, station.name_zh, station.name_en)
        return Thing(STATION, station.id, station.estate or station.name, names, "",
                     self._detail("estate", station.squad_id), 1)  # fmt: skip

    def _of_places(self, places: Iterable[Place]) -> Iterator[Thing]:
        for place in places:
            twice = place.sort == "estate" and (folded(place.name_zh), place.squad_id) in self._estates
            if not place.disabled and not twice:
                yield Thing(PLACE, place.id, place.name, (place.name_zh, place.name_en), "",
                            self._detail(place.sort, place.squad_id), _SORTS.get(place.sort, 9))  # fmt: skip

    def _detail(self, sort: str, squad: Key | None) -> str:
        held = self.picture.get(Squad, squad)
        return " · ".join(part for part in (word(sort), held.name if held else "") if part)


def _heads(said: str) -> Iterator[tuple[str, str]]:
    """``said`` itself, then without its house number, then without ever more of its end."""
    yield said, ""
    named = _NUMBER.sub("", said)
    if len(named) >= LEAST_LETTERS and named != said:
        yield named, said[len(named) :].strip()
    for end in range(len(named) - 1, max(LEAST_LETTERS, len(named) - _TAILS) - 1, -1):
        yield named[:end], _after(said, end)


def _after(said: str, end: int) -> str:
    """What follows a name that ends there; the rest of a word in Latin letters was typed as part of the name."""
    return (_REST_OF_WORD.sub("", said[end:]) if _LATIN.match(said[end - 1]) else said[end:]).strip()
