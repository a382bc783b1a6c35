"""The one tokeniser: the same tokens for SQLite FTS5, for PostgreSQL ``tsvector`` and for duplicates.

Chinese is written without spaces and most of its words have two characters, so a run of Chinese characters
is cut into overlapping pairs (bigrams) and a phrase of consecutive pairs finds any substring. Latin words
and numbers are tokens as they stand, in lower case.

**Every character of a Chinese run starts one token**: with its successor, or alone where the run ends. So
``A3区噪音`` gives ``a3 区噪 噪音 音``, and a query that begins in the middle of a run still matches as a phrase.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise

LONGEST_TOKEN = 64
"""Characters kept of one Latin word; PostgreSQL refuses lexemes over 2 046 bytes."""

_HAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(rf"([{_HAN}]+)|[^\W_{_HAN}]+")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r" ?\n(?:[ \n]*\n)? ?")
_SENTENCE_END = re.compile(r"[。！？!?;；\n]+|\.(?:\s|$)|[:：](?=\s*$)")
_CLAUSE_END = re.compile(r"[，,、：:—\s]")
_GREETING = re.compile(
    r"^(?:(?:尊敬的|敬爱的)?[^，,。！!：:\s]{0,8}(?:领导|书记|市长|区长|县长|局长|部门|同志)(?:们)?(?:您好|你好|好)?"
    r"|您好|你们好|你好|各位好|hello|hi|dear [a-z ]{1,24})[\s，,。！!：:]+",
    re.IGNORECASE,
)
_NOT_CONTROL = frozenset("\n\t")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
# Characters that carry grammar, politeness or number, not matter; a pair with one of them tells nothing.
_EMPTY_CHARACTERS = frozenset(
    "的了是在我你您他她它们这那有和与及或不没也都就还又很请吗呢吧啊呀把被对从到向给让使为以于之其而但如若"
    "因所个些每各一二三四五六七八九十两上下中前后内外来去说要想会能可将已再最更只才并且好何什么怎哪谁年月日时"
)
_EMPTY_WORDS = frozenset({
    "the", "and", "for", "with", "that", "this", "from", "are", "was", "were", "has", "have", "had",
    "not", "but", "you", "your", "our", "their", "his", "her", "its", "they", "them", "there", "here",
    "who", "what", "when", "where", "why", "how", "all", "any", "can", "will", "would", "should",
    "into", "onto", "over", "under", "about", "station",
})


def _visible(character: str) -> bool:
    return character in _NOT_CONTROL or unicodedata.category(character) not in _INVISIBLE


def clean(text: str) -> str:
    r"""``text`` as it was said, without what nobody said: control and invisible characters, stray blanks.

    Characters are composed (NFC) but not folded, so full-width Chinese punctuation stays. Line breaks become
    ``\n``, runs of blank lines become one break.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\x0b", "\n")
    if not text.isprintable():
        text = "".join(filter(_visible, text))
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return _BLANK_LINES.sub("\n", text).strip() if "\n" in text else text.strip()


def folded(text: str) -> str:
    """``text`` for comparing: compatibility forms (NFKC: full width, circled digits) and case are levelled."""
    if not text.isprintable():
        text = "".join(" " if c in _NOT_CONTROL else c for c in text if _visible(c) or c == "\r")
    return unicodedata.normalize("NFKC", text).casefold()


def _of_run(run: re.Match[str]) -> list[str]:
    word = run[0]
    if run[1] is None:
        return [word[:LONGEST_TOKEN]]
    return [*map("".join, pairwise(word)), word[-1]]


def tokens(text: str) -> list[str]:
    """The tokens of ``text`` in order, to be indexed or compared. Only letters and digits occur in them."""
    return [token for run in _RUN.finditer(folded(text)) for token in _of_run(run)]


def phrase(text: str) -> str:
    """What to look for when ``text`` is sought as a substring: its tokens in order, parted by single spaces.

    The lone last character of a closing Chinese run is left out, because in the index it may have a successor;
    a run of one character has nothing else and keeps it. Append the database's prefix mark (``*`` outside the
    quotes in FTS5, ``:*`` in PostgreSQL) to find the beginnings of words as well. Empty when nothing is left.
    """
    runs = list(_RUN.finditer(folded(text)))
    sought = [token for run in runs for token in _of_run(run)]
    if runs and runs[-1][1] and len(runs[-1][0]) > 1:
        sought.pop()
    return " ".join(sought)


def phrases(text: str) -> list[str]:
    """One :func:`phrase` for each part of ``text`` between blanks: all of them must occur, in any order."""
    return [found for part in folded(text).split() if (found := phrase(part))]


def likeness(some: Collection[str], others: Collection[str]) -> float:
    """How alike two texts are, by their tokens: Dice coefficient of the two sets, 0 (nothing shared) to 1."""
    one, two = set(some), set(others)
    if not one or not two:
        return 0.0
    return 2 * len(one & two) / (len(one) + len(two))


def _telling(token: str) -> bool:
    if token.isascii():
        return len(token) > 2 and not token.isdigit() and token not in _EMPTY_WORDS
    return len(token) > 1 and _EMPTY_CHARACTERS.isdisjoint(token)


def keywords(text: str, n: int = 5) -> list[str]:
    """The ``n`` most telling tokens of ``text``: most frequent first, then in order of appearance."""
    return [token for token, _ in Counter(filter(_telling, tokens(text))).most_common(n)]


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fit(text: str, columns: int) -> int:
    """How many characters of ``text`` fit into ``columns`` columns, a Chinese character being two wide."""
    used = 0
    for place, character in enumerate(text):
        used += _width(character)
        if used > columns:
            return place
    return len(text)


def _without_greeting(text: str) -> str:
    while (greeting := _GREETING.match(text)) and greeting.end() < len(text):
        text = text[greeting.end():]
    return text


def title(text: str, n: int = 24) -> str:
    """A short title from a long complaint: its first sentence without greetings, ``n`` Chinese characters wide.

    A Latin letter counts half. What is too long is cut at a clause where one ends late enough, with ``…``.
    """
    said = _without_greeting(clean(text))
    first = next((part.strip() for part in _SENTENCE_END.split(said) if part.strip()), "")
    if (fits := _fit(first, 2 * n)) == len(first):
        return first
    kept = first[:_fit(first, 2 * n - 1)]
    clause = max((m.start() for m in _CLAUSE_END.finditer(kept)), default=0)
    return (kept[:clause] if clause > fits // 2 else kept).rstrip("，,、：: ") + "…"


@lru_cache(maxsize=8192)
def pinyin_initials(text: str) -> str:
    """The first letters of the pinyin of ``text``, in lower case: 派单 → ``pd``. Latin and digits stay."""
    # Its tables take 0.1 s to load: only who types pinyin pays for them.
    from pypinyin import Style, lazy_pinyin

    spelled = lazy_pinyin(folded(text), style=Style.FIRST_LETTER)
    return "".join(letter for letter in "".join(spelled) if letter.isalnum())
