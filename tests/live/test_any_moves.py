"""Whatever is done in whatever order, and whatever is heard late or never: the picture is what the database has."""

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Request
from commandcenter.errors import Refused
from tests.house import House, Plan
from tests.live.test_picture import Station, contents, fresh

STAGES = ("complaint", "case", "dispatched", "accepted", "contacted", "resolved", "visiting", "closed")
NAMES = ("receive", "open_case", "attach", "dispatch", "accept", "contact", "report", "resolve", "approve", "send_back",
         "visit", "ask_return", "agree", "refuse", "merge", "reopen")  # fmt: skip
Move = tuple[str, int, bool]
"""What is done, to which of those it may be done to, and whether the station reads afterwards."""

MOVES = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 5), st.booleans()), min_size=5, max_size=25)


def brought_to(stage: str, plan: Plan, path: Path) -> Plan:
    shutil.copy(plan.where, path)
    house = House(f"sqlite:///{path}", plan.keys)
    if stage == "closed":
        house.do("bob", "visit", house.complaints_of(house.visiting())[0], outcome="reached", solved=True, satisfied=5)
    else:
        getattr(house, stage)()
    house.dispatched(caller_phone="13700000003")
    house.close()
    return Plan(str(path), plan.keys)


@contextmanager
def _station(plan: Plan, path: Path) -> Iterator[Station]:
    shutil.copy(plan.where, path)
    house = House(f"sqlite:///{path}", plan.keys)
    house.later(hours=3)
    station = Station(house)
    try:
        yield station
    finally:
        station.feed.close()
        house.close()


@dataclass
class Post:
    """Brings a station the lines of the journal: those of some operations late or never.

    A feed may leave out, but never tells of a record backwards: what was overtaken on the way does not come any
    more. And nobody can miss what nobody speaks of: the last line of a record comes in the end.
    """

    station: Station
    chance: random.Random
    late: list[JournalLine] = field(default_factory=list)
    lost: list[JournalLine] = field(default_factory=list)
    told: dict[tuple[str, Key], int] = field(default_factory=dict)
    """The version of each record that was told last."""
    seen: Counter[str] = field(default_factory=Counter)

    def bring(self) -> None:
        """What has come since and what was late, as chance has it."""
        lines, self.late = self.late + self.station.feed.read(), []
        bags = {key: self.chance.choice(("now", "now", "late", "lost")) for key in _operations(lines)}
        for name, bag in (("late", self.late), ("lost", self.lost)):
            bag += [line for line in lines if bags[line.operation_id] == name]
        self._hand_over([line for line in lines if bags[line.operation_id] == "now"])

    def bring_the_rest(self) -> None:
        """All that is late, and of what was lost the last of every record."""
        rest = self.late + self.station.feed.read()
        last = {(line.kind, line.key): line for line in sorted(self.lost + rest, key=lambda line: line.version)}
        rest += [line for line in self.lost if last[line.kind, line.key] is line]
        self.chance.shuffle(rest)
        self._hand_over(rest)

    def _hand_over(self, some: Sequence[JournalLine]) -> None:
        lines = [line for line in some if line.version > self.told.get((line.kind, line.key), 0)]
        for line in lines:
            at = (line.kind, line.key)
            self.told[at] = max(line.version, self.told.get(at, 0))
        with self.station.house.database.reading() as session:
            delta = self.station.ledger.digest(lines, [], session)
        self.station.picture.apply(delta)
        for change in delta.of(Case):
            self.seen["a case left"] += change.after is None
            self.seen["a case came back"] += change.before is None and change.after is not None and _is_again(change)
        held = self.station.picture.of(Assignment).values()
        self.seen["work is over and its case is not"] += any(a.state == "resolved" for a in held)


def _is_again(change: Any) -> bool:
    return bool(change.after.round > 1)


def _operations(lines: Sequence[JournalLine]) -> list[Key]:
    return list(dict.fromkeys(line.operation_id for line in lines))


def _lived_through(station: Station, moves: Sequence[Move], chance: random.Random) -> Counter[str]:
    """Make the moves, and hold the picture against a fresh one. What was done, and what was seen of it."""
    post = Post(station, chance)
    for name, which, read_now in moves:
        post.seen[name] += done(station.house, name, which)
        station.house.later(minutes=3)
        if read_now:
            post.bring()
    post.bring_the_rest()
    assert contents(station.picture) == fresh(station.house)
    for kind in (Case, Complaint):
        for state, there in Counter(r.__dict__["state"] for r in station.picture.of(kind).values()).items():
            assert station.picture.count(kind, state) == there
        assert sum(station.picture._in_state[kind].values()) == len(station.picture.of(kind))
    return post.seen


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stage=st.sampled_from(STAGES), moves=MOVES, chance=st.randoms(use_true_random=False))
def test_any_moves_from_any_stage_heard_late_or_never_leave_the_picture_as_the_database_has_it(
    stages: dict[str, Plan], tmp_path: Path, stage: str, moves: list[Move], chance: random.Random
) -> None:
    with _station(stages[stage], tmp_path / "house.sqlite") as station:
        _lived_through(station, moves, chance)


def test_such_runs_make_every_move_and_see_cases_leave_and_come_back(stages: dict[str, Plan], tmp_path: Path) -> None:
    chance = random.Random(2026)
    seen: Counter[str] = Counter()
    for stage in STAGES:
        moves = [(chance.choice(NAMES), chance.randrange(6), chance.random() < 0.5) for _ in range(60)]
        with _station(stages[stage], tmp_path / f"{stage}.sqlite") as station:
            seen += _lived_through(station, moves, chance)
    wanted = {*NAMES, "a case left", "a case came back", "work is over and its case is not"}
    assert wanted - set(+seen) == set()


def done(house: House, name: str, which: int) -> bool:
    """Make a move on a record whose state admits it, if there is one. Whether it was made: much is refused."""
    with house.database.reading() as session:
        rows: dict[Any, list[Any]] = {
            kind: list(session.query(kind).order_by(kind.id)) for kind in (Complaint, Case, Assignment, Request)
        }
    given, kind, who = _given(house, name, which, [case.id for case in rows[Case]])
    among = rows.get(kind, [])
    fit = [row for row in among if row.state in BY_NAME[name].from_] or among
    if kind is not None and not fit:
        return False
    try:
        house.do(who, name, fit[which % len(fit)] if fit else None, **given)
    except Refused:
        return False
    return True


def _given(house: House, name: str, which: int, cases: Sequence[Key]) -> tuple[dict[str, Any], Any, str]:
    """What a move is given, what kind of record it starts from, and who makes it."""
    case = cases[which % len(cases)] if cases else None
    other = cases[0] if cases else None
    told = {"words": "工地噪音", "channel": "hotline", "urgency": "ordinary"}
    every: dict[str, tuple[dict[str, Any], Any, str]] = {
        "receive": (told, None, "ann"),
        "open_case": ({"matter": house.keys["noise"], "place_words": "某处", "urgency": "ordinary"}, Complaint, "ann"),
        "attach": ({"case": case}, Complaint, "bob"),
        "dispatch": ({"squad": house.keys["north"], "why": "属地"}, Case, "ann"),
        "accept": ({"officer": house.keys["oscar"]}, Assignment, "carl"),
        "contact": ({"means": "visit", "outcome": "reached", "words": "到场"}, Assignment, "oscar"),
        "report": ({"words": "进展"}, Assignment, "oscar"),
        "resolve": ({"disposition": "rectified", "closing_text": "好"}, Assignment, "oscar"),
        "approve": ({"remark": "同意"}, Case, "sue"),
        "send_back": ({"remark": "退回"}, Case, "sue"),
        "visit": ({"outcome": "reached", "solved": which % 2 == 0, "satisfied": 3}, Complaint, "bob"),
        "ask_return": ({"reason": "不属", "basis": "属地"}, Assignment, "carl"),
        "agree": ({"ruling": "同意"}, Request, "sue"),
        "refuse": ({"ruling": "不同意"}, Request, "sue"),
        "merge": ({"case": other, "reason": "同一件事"}, Case, "ann"),
        "reopen": ({"reason": "又来"}, Case, "sue"),
    }
    return every[name]
