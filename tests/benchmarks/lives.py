"""What a closed case leaves beside its rows: the contact, the return visits and the journal's lines.

The lines are those its operations would have written: every version of every record with what it filled in, hashed
and chained by the program's own rule, so that ``verify`` finds nothing wrong with them.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy.types import Boolean

from commandcenter.domain.journal import chain_hash
from commandcenter.domain.record import UtcDateTime, type_json
from commandcenter.simulated import phrases
from commandcenter.storage.journaling import UNTOLD
from commandcenter.storage.schema.tables import record_types
from tests.benchmarks.past import key_at

Row = dict[str, Any]
_LASTS = ""
"""The field gets the value it has to this day."""


def _lasting(*names: str) -> Mapping[str, str]:
    return dict.fromkeys(names, _LASTS)


# Operation, the case's or the squad's moment of it, and what it fills in, kind by kind. A kind that occurs for the
# first time is born there, with all that no later operation fills in.
_LIFE: Sequence[tuple[str, tuple[str, str], Mapping[str, Mapping[str, str]]]] = (
    ("receive", ("case_file", "opened_at"), {"complaint": {"state": "received"}}),
    ("open_case", ("case_file", "opened_at"), {
        "case_file": {"state": "open"}, "complaint": {"state": "linked", **_lasting("case_id", "settled_at")}}),
    ("dispatch", ("case_file", "dispatched_at"), {
        "assignment": {"state": "dispatched"},
        "case_file": {"state": "dispatched", **_lasting("dispatched_at", "lead_id")}}),
    ("accept", ("assignment", "accepted_at"), {
        "assignment": {"state": "accepted", **_lasting("officer_id", "accepted_at")},
        "case_file": {"state": "accepted"}}),
    ("contact", ("assignment", "contacted_at"), {
        "contact": {}, "assignment": {"state": "contacted", **_lasting("contacted_at")},
        "case_file": {"state": "contacted"}}),
    ("report", ("assignment", "contacted_at"), {
        "assignment": {"state": "handling"}, "case_file": {"state": "handling"}}),
    ("resolve", ("assignment", "resolved_at"), {
        "assignment": _lasting("state", "resolved_at", "ended_at", "disposition", "closing_text"),
        "case_file": {"state": "resolved", **_lasting("resolved_at", "disposition", "closing_text")}}),
)  # fmt: skip
_REVIEWED = ("case_file", "reviewed_at")
_VISITED = (
    ("approve", _REVIEWED, {
        "case_file": {"state": "visiting", **_lasting("reviewed_at")},
        "complaint": {"state": "visit_due", **_lasting("visit_limit")}}),
    ("visit", ("case_file", "closed_at"), {
        "visit": {},
        "complaint": _lasting("state", "visited_at", "visit_tries", "solved", "satisfied", "last_word_at"),
        "case_file": _lasting("state", "closed_at")}),
)  # fmt: skip
_FOUND_BY_US = (("approve", _REVIEWED, {"case_file": _lasting("state", "reviewed_at", "closed_at")}),)
"""Nobody complained, so nobody is visited: the review closes the case."""
_BY_THE_SQUAD = frozenset({"accept", "contact", "report", "resolve"})


def life_of(case: Row, work: Row, said: Sequence[Row], chance: random.Random) -> dict[str, Sequence[Row]]:
    """A closed case with everything that hangs on it, table by table."""
    met = work["officer_id"] or case["owner_id"]
    contact = {
        "id": _key(work["contacted_at"], chance), "version": 1, "case_id": case["id"], "assignment_id": work["id"],
        "complaint_id": said[0]["id"] if said else None, "officer_id": met, "means": "call" if said else "visit",
        "contacted_at": work["contacted_at"], "duration_s": 60, "outcome": "reached",
        "words": chance.choice(phrases.CONTACT),
    }  # fmt: skip
    return {
        "case_file": [case], "assignment": [work], "complaint": said, "contact": [contact],
        "visit": [_visit(case, one, chance) for one in said],
    }  # fmt: skip


def _visit(case: Row, complaint: Row, chance: random.Random) -> Row:
    return {
        "id": _key(complaint["visited_at"], chance), "version": 1, "case_id": case["id"],
        "complaint_id": complaint["id"], "visitor_id": case["owner_id"], "visited_at": complaint["visited_at"],
        "outcome": "reached", "solved": complaint["solved"], "satisfied": complaint["satisfied"], "words": "",
    }  # fmt: skip


def lines_of(life: Mapping[str, Sequence[Row]], chance: random.Random) -> Iterator[Row]:
    """The journal's lines of a life, in their order."""
    [case], [work] = life["case_file"], life["assignment"]
    last: dict[str, tuple[int, str]] = {}
    for operation, (whose, moment), filled in (*_LIFE, *(_VISITED if life["complaint"] else _FOUND_BY_US)):
        at = str(life[whose][0][moment])
        done = {
            "operation": operation, "operation_id": _key(at, chance), "station": "12", "at": _moment(at), "reason": "",
            "actor_id": (work["officer_id"] if operation in _BY_THE_SQUAD else None) or case["owner_id"],
        }  # fmt: skip
        for kind, fields in filled.items():
            for row in life[kind]:
                version, previous = last.get(row["id"], (0, ""))
                line = {
                    **done, "kind": kind, "key": row["id"], "version": version + 1,
                    "case_id": row["id"] if kind == "case_file" else None if operation == "receive" else case["id"],
                    "changes": _changes(kind, row, fields, born=not version), "previous_hash": previous,
                }  # fmt: skip
                line["hash"] = chain_hash(previous, line)
                last[row["id"]] = version + 1, line["hash"]
                yield {**line, "at": at, "changes": orjson.dumps(line["changes"]).decode()}


def _changes(kind: str, row: Row, filled: Mapping[str, str], *, born: bool) -> dict[str, list[Any]]:
    """What a version fills in, as the journal tells it."""
    if not born:
        return {name: [None, given or _told(kind, name, row[name])] for name, given in filled.items()}
    told = {name: _told(kind, name, row[name]) for name in row if name not in _later(kind)} | dict(filled)
    return {name: [None, value] for name, value in told.items() if value is not None}


@cache
def _later(kind: str) -> frozenset[str]:
    """The fields of a kind that its birth does not tell."""
    steps = [filled[kind] for _operation, _moment, filled in (*_LIFE, *_VISITED) if kind in filled]
    return UNTOLD | {name for filled in steps[1:] for name in filled if name != "state"}


def _told(kind: str, name: str, value: Any) -> Any:
    reader = None if value is None else _readers(kind).get(name)
    return value if reader is None else reader(value)


@cache
def _readers(kind: str) -> Mapping[str, Callable[[Any], Any]]:
    """How a value is read that stands in a row otherwise than in the journal."""
    readers: dict[str, Callable[[Any], Any]] = {}
    for column in record_types()[kind].__table__.columns:
        if isinstance(column.type, UtcDateTime):
            readers[column.name] = lambda said: f"{said.replace(' ', 'T')}Z"
        elif isinstance(column.type, Boolean):
            readers[column.name] = bool
        elif isinstance(column.type, type(type_json)):
            readers[column.name] = orjson.loads
    return readers


def _moment(said: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{said}+00:00")


def _key(said: str, chance: random.Random) -> str:
    return key_at(_moment(said), chance.getrandbits(12), chance)
