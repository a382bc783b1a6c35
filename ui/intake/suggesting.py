"""Which matters the words of a call sound like: by the pairs and single characters they share with the names.

A comparison of names and nothing more. What it offers is taken with a key or passed over.
"""

import math
from collections import Counter
from collections.abc import Iterable

from commandcenter.domain.matters import Matter
from commandcenter.domain.words import keywords, tokens

MOST = 3
_ENOUGH = 0.3
"""The part of a name, weighed by how rare its pieces are, that must be found among the words."""
_ALONE = 0.4
"""What one Chinese character counts beside a pair: 噪音 and 噪声 are one thing, but share a single one."""
_MANY = 99


class Suggesting:
    """The names of all matters, ready to be compared with what is being said."""

    def __init__(self, matters: Iterable[Matter]) -> None:
        self._matters = [m for m in sorted(matters, key=lambda m: m.code) if not m.disabled]
        self._names = [(_pieces(keywords(m.name_zh, _MANY)), _pieces(keywords(m.name_en, _MANY)))
                       for m in self._matters]  # fmt: skip
        often = Counter(piece for names in self._names for name in names for piece in name)
        self._weight = {piece: _rarity(piece, len(self._matters) / n) for piece, n in often.items()}

    def like(self, words: str, most: int = MOST) -> list[Matter]:
        """The matters whose names are best found in ``words``; none where nothing is like enough."""
        said = _pieces(tokens(words))
        scored = [(max(self._found(name, said) for name in names), -number) for number, names in enumerate(self._names)]
        best = sorted(((score, order) for score, order in scored if score >= _ENOUGH), reverse=True)[:most]
        return [self._matters[-order] for _score, order in best]

    def _found(self, name: frozenset[str], said: frozenset[str]) -> float:
        whole = sum(self._weight[piece] for piece in name)
        return sum(self._weight[piece] for piece in name & said) / whole if whole else 0.0


def _pieces(words: Iterable[str]) -> frozenset[str]:
    """The words themselves, and each character of the Chinese ones."""
    said = frozenset(words)
    return said | {character for word in said if not word.isascii() for character in word}


def _rarity(piece: str, ratio: float) -> float:
    return math.log(1 + ratio) * (_ALONE if len(piece) == 1 else 1.0)
