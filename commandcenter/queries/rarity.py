"""Which words of a text tell it from others: those that are rare among what was said lately."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.hourly import Hourly
from commandcenter.domain.words import keywords, tokens

MOST = 6
SAMPLE = 1500
"""So many of the newest complaints are counted: enough to know what everybody says."""
_ALL = 60
_EVERYBODYS = 0.1
"""What occurs in more than this share of the sample tells nothing, as long as something else does."""
_LEAST = 2


@dataclass(frozen=True, slots=True)
class _Heard:
    """In how many of the sample each word occurs."""

    often: Counter[str]
    size: int


def telling(session: Session, words: str, most: int = MOST) -> list[str]:
    """The rarest words of a text, at most ``most``, no two of them overlapping pairs of one Chinese word.

    What nobody has said lately comes last: it may be a slip of the pen, and finds nobody. What everybody says
    is left out.
    """
    heard = _heard.of(session)
    ranked = sorted(keywords(words, _ALL), key=lambda word: (word not in heard.often, heard.often[word]))
    common = max(_LEAST, heard.size * _EVERYBODYS)
    rare = [word for word in ranked if heard.often[word] <= common]
    chosen: list[str] = []
    for word in rare if len(rare) >= _LEAST else ranked:
        if len(chosen) < most and not any(_overlap(word, other) for other in chosen):
            chosen.append(word)
    return chosen


def _overlap(one: str, other: str) -> bool:
    return not one.isascii() and not other.isascii() and (one[0] == other[-1] or one[-1] == other[0])


def _lately(session: Session) -> _Heard:
    newest = select(Complaint.words).order_by(Complaint.arrived_at.desc()).limit(SAMPLE)
    said = session.scalars(newest).all()
    return _Heard(Counter(token for one in said for token in set(tokens(one))), len(said))


_heard = Hourly(_lately)
