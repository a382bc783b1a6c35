"""Records as they were at a past moment: today's rows, with what the journal says was done since undone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.domain.journal import JournalLine, decode
from commandcenter.domain.record import Key, Record, fields, snapshot

AS_OF = "as_of"
"""In a session's ``info``: the past moment (aware UTC) a question is about. Where it is missing, now."""
SOME = 500
"""Keys in one question."""

At = tuple[type[Record], Key]


def undone(
    session: Session, wanted: Mapping[type[Record], Collection[Key] | None], at: dt.datetime,
    as_first: Collection[type[Record]] = (),
) -> dict[At, Record]:  # fmt: skip
    """These records as they were at that moment; None: all of a kind.

    Those not born yet are left out; of the kinds ``as_first`` they are there as they were first.
    """
    found: dict[At, Record] = {}
    for kind, keys in wanted.items():
        columns = kind.__table__.columns
        plain = select(*(columns[name] for name in fields(kind)))
        for some in [None] if keys is None else portions(keys):
            rows = plain if some is None else plain.where(columns["id"].in_(some))
            since = _since(session, kind, at, some)
            for row in session.execute(rows):
                values = dict(zip(fields(kind), row, strict=True))
                then = _before(kind, values, since.get(values["id"], ()), unborn=kind in as_first)
                if then is not None:
                    found[kind, values["id"]] = then
    return found


def _since(
    session: Session, kind: type[Record], at: dt.datetime, keys: Sequence[Key] | None
) -> dict[Key, list[tuple[int, Mapping[str, Any]]]]:
    """The later lines of each record: version and changes, the newest first."""
    line = JournalLine.__table__.c
    asked = select(line.key, line.version, line.changes).where(line.kind == kind.kind(), line.at > at)
    if keys is not None:
        asked = asked.where(line.key.in_(keys))
    found: dict[Key, list[tuple[int, Mapping[str, Any]]]] = defaultdict(list)
    for key, version, changes in session.execute(asked.order_by(line.key, line.version.desc())):
        found[key].append((version, changes))
    return found


def _before(
    kind: type[Record], values: dict[str, Any], later: Iterable[tuple[int, Mapping[str, Any]]], *, unborn: bool
) -> Record | None:
    """The record before these lines were written; where the first of them made it, as it was then, or None."""
    for version, changes in later:
        if version == 1:
            return snapshot(kind, values) if unborn else None
        for name, (before, _after) in changes.items():
            if name not in kind.personal:
                values[name] = decode(kind, name, before)
        values["version"] = version - 1
    return snapshot(kind, values)


def portions(keys: Iterable[Key]) -> Iterable[list[Key]]:
    """So many keys as go into one question, and again."""
    every = list(keys)
    return (every[begin : begin + SOME] for begin in range(0, len(every), SOME))
