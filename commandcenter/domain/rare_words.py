"""Which words of a search PostgreSQL looks up in its index, and which it only looks at in the texts found by these.

An inverted index goes through all that is noted under each word it is asked for. Of a word that stands in every tenth
text those are a million in ten years, though a house is found by the name of its street and its number alone. What is
said how often the server knows from the sample it plans by (step 0033).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, groupby
from math import prod, sqrt

from sqlalchemy import Float, Text, column, func, select
from sqlalchemy.orm import Session

from commandcenter.domain.hourly import Hourly

OFTEN = 0.02
"""Of what stands in a smaller share of the texts, everything is looked up: that costs little."""
RARE = 0.005
"""The share a word is taken to have that is not among those often said."""
FEW = 500
"""So many texts at most are expected to be left to be looked at."""

Shares = Mapping[str, float]
"""The share of all texts that hold a word."""


def shares(session: Session) -> Shares:
    """Which words are said often on this server, and how often; asked for once an hour."""
    return _shares.of(session)


def asked(session: Session) -> Shares:
    """The same, asked for now. Of a small district, or one that was just set up, nothing is told."""
    often = func.words_often().table_valued(column("word", Text), column("share", Float))
    return {said.word: said.share for said in session.execute(select(often))}


_shares = Hourly(asked)


def telling(phrases: Sequence[Sequence[str]], often: Shares, texts: int) -> list[str] | None:
    """The tokens of these phrases that are worth looking up among so many texts; None: all of them, as they stand.

    What is said most often is left out as long as the others leave few.
    """
    groups = [list(group) for phrase in phrases for _kind, group in groupby(phrase, str.isascii)]
    if _left(groups, often) * texts > FEW:
        return None
    for token in sorted(_said_often(groups, often), key=lambda token: -often[token]):
        fewer = [[other for other in group if other != token] for group in groups]
        if _left(fewer, often) * texts <= FEW:
            groups = fewer
    return list(dict.fromkeys(chain.from_iterable(groups))) or None


def _said_often(groups: Iterable[Sequence[str]], often: Shares) -> list[str]:
    return [token for token in chain.from_iterable(groups) if often.get(token, RARE) >= OFTEN]


def _left(groups: Iterable[Sequence[str]], often: Shares) -> float:
    """The share of all texts that is expected to hold the words of every group.

    The pairs of one run of characters come together: the rarest counts whole, the next its root, and so on.
    """
    return prod(_together([often.get(token, RARE) for token in group]) for group in groups)


def _together(some: Iterable[float]) -> float:
    left = 1.0
    for share in sorted(some, reverse=True):
        left = share * sqrt(left)
    return left
