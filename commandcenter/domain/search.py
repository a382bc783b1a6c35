"""Finding records by any part of their words: the shape of the search index, and how it is asked.

Storage writes the index beside the journal, queries read it. A row of ``search_row`` stands for the words of
one record as they are now; its number grows, so "newest first" is the order of the index itself. PostgreSQL
keeps the words as a ``tsvector`` in the row. SQLite keeps them in the contentless full-text table
``search_index`` under the row's number: when the words change the record gets a new row and a new number, and
postings of the old number lead to no row any more. The tokens are those of :mod:`commandcenter.domain.words`.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    Select,
    String,
    Text,
    UniqueConstraint,
    column,
    func,
    literal,
    select,
    text,
)
from sqlalchemy import table as sql_table
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column

from commandcenter.domain import rare_words, words
from commandcenter.domain.rare_words import Shares
from commandcenter.domain.record import Key, Table, type_key

LONGEST = 16_383
"""Tokens of one text that are indexed: the highest position a ``tsvector`` can hold."""

STRETCHES = text("(ARRAY[kind::text || ((id >> 19)::text)])")
"""On PostgreSQL every row is also found by its kind and stretch: half a million numbers of the index."""
_STRETCH = 19
_REACH = 1
"""So many stretches before the newest one are looked through with it, before all are."""

FULL_TEXT_TABLE = "search_index"
"""SQLite's table of postings. It belongs to no mapping: SQL knows it as ``USING fts5(words, content='')``."""


class SearchRow(Table):
    """The words of one record in the index."""

    __tablename__ = "search_row"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_search_row_words", "tokens", STRETCHES, postgresql_using="gin").ddl_if(dialect="postgresql"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(type_key)
    tokens: Mapped[str | None] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
    """PostgreSQL's ``tsvector``; empty on SQLite, which has :data:`FULL_TEXT_TABLE`."""


def vector(tokens: Sequence[str]) -> str:
    """The text of a ``tsvector``: every token with its positions. Tokens hold letters and digits only."""
    return " ".join([f"'{token}':{place}" for place, token in enumerate(tokens[:LONGEST], start=1)])


def matching(session: Session, kinds: Sequence[str], said: str, limit: int = 50) -> dict[str, list[Key]]:
    """The records of each kind in whose words every blank-parted piece of ``said`` occurs, newest first."""
    sought = [phrase.split(" ") for phrase in words.phrases(said)]
    if not sought:
        return {kind: [] for kind in kinds}
    if session.get_bind().dialect.name == "sqlite":
        query = " AND ".join(_fts_phrase(phrase) for phrase in sought)
        return {kind: _found(session, kind, query, limit) for kind in kinds}
    newest = _newest_number(session)
    whole = " & ".join(map(_tsquery_phrase, sought))
    looked_up = _looked_up(sought, rare_words.shares(session), newest)
    # What is not looked up in the index is looked at in the rows that were found there.
    return _newest(session, kinds, looked_up, limit, newest, further=whole if looked_up != whole else None)


def candidates(
    session: Session, kind: str, keywords: Iterable[str], limit: int = 200, *, together: int = 1,
    born_since: Key | None = None,
) -> list[Key]:  # fmt: skip
    """The newest records of a kind that hold at least ``together`` of the keywords: who may be a duplicate.

    ``born_since`` is a key: nothing is looked at that was indexed before the first records born after it.
    """
    sought = list(dict.fromkeys(token for word in keywords for token in words.tokens(word)[:1]))
    if len(sought) < together:
        return []
    first = _first_since(session, kind, born_since) if born_since else 0
    if session.get_bind().dialect.name == "sqlite":
        groups = (" AND ".join(f'"{token}"' for token in some) for some in combinations(sought, together))
        return _found(session, kind, " OR ".join(f"({group})" for group in groups), limit, first)
    groups = (" & ".join(f"'{token}'" for token in some) for some in combinations(sought, together))
    return _found(session, kind, " | ".join(f"({group})" for group in groups), limit, first)


def _first_since(session: Session, kind: str, key: Key) -> int:
    """The number in the index from which on everything of a kind stands that was born since ``key``.

    One record that was indexed anew bears a later number, so a few of the first are asked.
    """
    some = select(SearchRow.id).where(SearchRow.kind == kind, SearchRow.key >= key).order_by(SearchRow.key).limit(20)
    return min(session.scalars(some), default=1)


def _may_go_on(token: str) -> bool:
    # A pair of Chinese characters is a whole token. Asking for longer ones too would cost much and find nothing.
    return words.tokens(token) == [token]


def _fts_phrase(phrase: Sequence[str]) -> str:
    return f'"{" ".join(phrase)}"' + (" *" if _may_go_on(phrase[-1]) else "")


def _tsquery_phrase(phrase: Sequence[str]) -> str:
    return _in_a_row(phrase, ":*" if _may_go_on(phrase[-1]) else "")


def _looked_up(sought: Sequence[Sequence[str]], often: Shares, texts: int) -> str:
    """What PostgreSQL should look up: the telling words, or else every phrase as far as it is closed."""
    telling = rare_words.telling([_closed(phrase) for phrase in sought], often, texts)
    return " & ".join(map(_without_open_end, sought) if telling is None else (f"'{token}'" for token in telling))


def _closed(phrase: Sequence[str]) -> Sequence[str]:
    return phrase[:-1] if _may_go_on(phrase[-1]) else phrase


def _without_open_end(phrase: Sequence[str]) -> str:
    """What of a phrase PostgreSQL should look up: its whole tokens, where there are any.

    For an end that may go on it would collect everything that begins so, and that may be nearly every row.
    """
    return _in_a_row(closed) if (closed := _closed(phrase)) else _tsquery_phrase(phrase)


def _in_a_row(tokens: Sequence[str], end: str = "") -> str:
    return "(" + " <-> ".join(f"'{token}'" for token in tokens) + end + ")"


def _found(session: Session, kind: str, query: str, limit: int, first: int = 0) -> list[Key]:
    if session.get_bind().dialect.name == "sqlite":
        return list(session.scalars(_ask_sqlite(kind, query, first).limit(limit)))
    return _newest(session, [kind], query, limit, _newest_number(session), first)[kind]


def _newest_number(session: Session) -> int:
    return session.scalar(select(func.max(SearchRow.id))) or 0


def _newest(
    session: Session, kinds: Sequence[str], query: str, limit: int, newest: int, first: int = 0,
    further: str | None = None,
) -> dict[str, list[Key]]:  # fmt: skip
    """The newest of each kind that PostgreSQL finds, from number ``first`` on; ``newest`` is the last one given.

    It finds all there are, in no order, and reads each: of what is often said in ten years that would be too many. So
    the newest stretches are asked first, and further back only for the kinds of which they hold too few. Where they
    do of every kind, all stretches are asked as one, which spares the index to look each of them up.
    """
    last, oldest = newest >> _STRETCH, first >> _STRETCH
    begin = max(oldest, last - _REACH)
    found = _ask_postgresql(session, kinds, query, further, _stretches(begin, last), first, limit)
    too_few = [kind for kind in kinds if len(found[kind]) < limit]
    if begin > oldest and too_few:
        among = None if len(too_few) == len(kinds) else _stretches(oldest, last)
        found |= _ask_postgresql(session, too_few, query, further, among, first, limit)
    return found


def _stretches(begin: int, last: int) -> list[int]:
    # The next one may begin in this moment.
    return list(range(begin, last + 2))


def _ask_sqlite(kind: str, query: str, first: int) -> Select[str]:
    postings = sql_table(FULL_TEXT_TABLE, column("rowid", Integer))
    newer = (postings.c.rowid >= first,) if first else ()
    # The postings come in the order of their numbers, so the newest are read first and the rest not at all.
    return (
        select(SearchRow.key)
        .select_from(postings)
        .join(SearchRow, SearchRow.id == postings.c.rowid)
        .where(text(f"{FULL_TEXT_TABLE} MATCH :sought").bindparams(sought=query), SearchRow.kind == kind, *newer)
        .order_by(postings.c.rowid.desc())
    )


def _ask_postgresql(
    session: Session, kinds: Sequence[str], query: str, further: str | None, stretches: list[int] | None, first: int,
    limit: int,
) -> dict[str, list[Key]]:  # fmt: skip
    # A function (step 0033): for who may not see every row, the server would use no index for such a question.
    told = func.words_found(
        literal(list(kinds), ARRAY(Text)), literal(query, TSQUERY()), literal(further, TSQUERY()),
        literal(stretches, ARRAY(BigInteger)), literal(first, BigInteger), literal(limit, Integer),
    ).table_valued(column("sort", Text), column("key", type_key))  # fmt: skip
    found: dict[str, list[Key]] = {kind: [] for kind in kinds}
    for kind, key in session.execute(select(told)):
        found[kind].append(key)
    return found
