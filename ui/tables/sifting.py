"""Looking for something in a list: what fits is shown, the rest is held back in its order, and nothing ranked anew."""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Mapping

from commandcenter.domain.record import Key
from ui.tables.ranking import Rank

Sieve = Callable[[Collection[Key]], Collection[Key]]
"""Of these keys those that are looked for."""
MANY = 256
"""More ranks than this are sorted in together, not one by one."""


class Sifting:
    """All ranks of a list while a sieve is on, and those of them that it holds back."""

    def __init__(self) -> None:
        self.hidden: dict[Key, Rank] = {}
        self._sieve: Sieve | None = None
        self._every: list[Rank] = []

    def begin(self, sieve: Sieve | None, rows: list[Rank]) -> list[Rank]:
        """Look for something else, or with None for nothing. ``rows`` are those shown till now; what is shown now."""
        every = rows if self._sieve is None else self._every
        self._sieve, self._every, self.hidden = sieve, [], {}
        if sieve is None:
            return every
        through = set(sieve([key for _value, key in every]))
        self._every = every
        self.hidden = {rank[1]: rank for rank in every if rank[1] not in through}
        return [rank for rank in every if rank[1] in through]

    def sift(self, ranks: dict[Key, Rank | None], shown: Mapping[Key, Rank]) -> dict[Key, Rank | None]:
        """New places of some keys (None: gone), without those that are held back. ``shown`` are the places till now."""
        if self._sieve is None:
            return ranks
        old = (self.hidden.pop(key, None) or shown.get(key) for key in ranks)
        self._replace([rank for rank in old if rank is not None], [rank for rank in ranks.values() if rank is not None])
        through = set(self._sieve([key for key, rank in ranks.items() if rank is not None]))
        self.hidden.update({key: rank for key, rank in ranks.items() if rank is not None and key not in through})
        return {key: rank if key in through else None for key, rank in ranks.items()}

    def _replace(self, gone: list[Rank], come: list[Rank]) -> None:
        if len(gone) + len(come) > MANY:
            leave = {key for _value, key in gone}
            self._every = sorted([*(rank for rank in self._every if rank[1] not in leave), *come])
            return
        for rank in gone:
            del self._every[bisect_left(self._every, rank)]
        for rank in come:
            insort(self._every, rank)

    def rank_anew(self, rank: Callable[[Key], Rank], rows: list[Rank]) -> None:
        """Another order holds now; ``rows`` are those shown, in that order."""
        self.hidden = {key: rank(key) for key in self.hidden}
        if self._sieve is not None:
            self._every = sorted([*rows, *self.hidden.values()])
