"""The model of every list: always the sorted filter of its source, and never rebuilt."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.record import Record, new_key, snapshot
from commandcenter.live.delta import Change, Delta
from commandcenter.live.picture import Picture
from ui.tables.column import Column, Paint
from ui.tables.record_table import RecordTable
from ui.wording import Running

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

COLUMNS = (
    Column[Case]("clock", "Left", paint=Paint.CLOCK, width=90,
                 clock=lambda c: Running(c.opened_at, c.dispatch_due_at) if c.dispatch_due_at else None),
    Column[Case]("title", "Title", lambda c: c.title, paint=Paint.TWO_LINE, width=0, subtitle=lambda c: c.place_words),
    Column[Case]("hops", "Hops", lambda c: str(c.hops), sort=lambda c: c.hops, align="right"),
)  # fmt: skip


def a_case(key: str | None = None, hops: int = 0, state: str = "open", **values: Any) -> Case:
    key = key or new_key()
    given = {"title": f"case {key[-4:]}", "urgency": "ordinary", "opened_at": NOON, "place_words": ""}
    return snapshot(Case, {"id": key, "version": 1, "hops": hops, "state": state, **given, **values})


def waiting(case: Case) -> bool:
    return case.state == "open"


def changed(picture: Picture, *records: Record) -> Delta:
    return picture.load(records)


def gone(picture: Picture, record: Record) -> Delta:
    delta = Delta(changes=(Change(type(record), record.id, record, None),))
    picture.apply(delta)
    return delta


def a_table(picture: Picture, **given: Any) -> RecordTable[Case]:
    given.setdefault("now", lambda: NOON)
    return RecordTable(Case, COLUMNS, picture.of(Case), order=lambda c: c.hops, keep=waiting, **given)


@dataclass
class Told:
    """What a model told those who watch it."""

    signals: list[tuple[str, int, int]] = field(default_factory=list)

    def watch(self, table: RecordTable[Case]) -> "Told":
        table.rowsInserted.connect(lambda _p, a, b: self.signals.append(("in", a, b)))
        table.rowsRemoved.connect(lambda _p, a, b: self.signals.append(("out", a, b)))
        table.rowsMoved.connect(lambda _p, a, _b, _q, to: self.signals.append(("move", a, to)))
        table.dataChanged.connect(lambda a, b, _roles: self.signals.append(("data", a.row(), b.row())))
        table.modelReset.connect(lambda: self.signals.append(("reset", 0, 0)))
        return self

    def take(self) -> list[tuple[str, int, int]]:
        told, self.signals = self.signals, []
        return told


@pytest.fixture
def picture() -> Picture:
    return Picture()


@pytest.fixture
def tested(qapp: QApplication) -> Iterator[Callable[[RecordTable[Case]], RecordTable[Case]]]:
    """Every model is watched by Qt's own tester, which ends the process at the first contradiction."""
    kept = []

    def watch(table: RecordTable[Case]) -> RecordTable[Case]:
        kept.append(QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal))
        return table

    yield watch
    kept.clear()


def test_a_table_shows_the_sorted_filter_of_its_source(picture: Picture, tested: Any) -> None:
    picture.load([a_case("c", 3), a_case("a", 1), a_case("b", 2), a_case("x", 0, "closed")])
    table = tested(a_table(picture))
    assert table.keys() == ["a", "b", "c"]
    assert table.data(table.index(0, 1)) == "case a"
    assert table.data(table.index(0, 1), int(Qt.ItemDataRole.UserRole)) == "a"


def test_a_changed_record_is_told_as_changed_data_and_nothing_more(picture: Picture, tested: Any) -> None:
    picture.load([a_case("a", 1), a_case("b", 2)])
    table = tested(a_table(picture))
    told = Told().watch(table)
    table.apply(changed(picture, a_case("b", 2, title="burning")))
    assert told.take() == [("data", 1, 1)]
    assert table.data(table.index(1, 1)) == "burning"


def test_a_record_that_comes_goes_or_moves_is_told_as_just_that(picture: Picture, tested: Any) -> None:
    picture.load([a_case("a", 1), a_case("b", 2), a_case("c", 3)])
    table = tested(a_table(picture))
    told = Told().watch(table)
    table.apply(changed(picture, a_case("d", 2)))
    assert told.take() == [("in", 2, 2)]
    table.apply(changed(picture, a_case("a", 9)))
    assert told.take() == [("move", 0, 4), ("data", 3, 3)]
    table.apply(changed(picture, a_case("b", 2, "dispatched")))
    assert told.take() == [("out", 0, 0)]
    table.apply(gone(picture, a_case("c", 3)))
    assert told.take() == [("out", 1, 1)]
    assert table.keys() == ["d", "a"]


def test_many_changes_in_one_delta_are_told_by_ranges(picture: Picture, tested: Any) -> None:
    table = tested(a_table(picture))
    told = Told().watch(table)
    table.apply(changed(picture, *(a_case(f"k{n:03}", n) for n in range(100))))
    assert told.take() == [("in", 0, 99)]
    table.apply(changed(picture, *(a_case(f"k{n:03}", n, "closed") for n in range(20, 70))))
    assert told.take() == [("out", 20, 69)]


def test_the_same_delta_twice_is_harmless(picture: Picture, tested: Any) -> None:
    table = tested(a_table(picture))
    delta = changed(picture, a_case("a", 1))
    table.apply(delta)
    table.apply(delta)
    assert table.keys() == ["a"]


def test_what_a_limit_leaves_out_is_said(picture: Picture, tested: Any, qtbot: QtBot) -> None:
    picture.load([a_case(f"k{n}", n) for n in range(5)])
    table = tested(a_table(picture, limit=3))
    assert (table.keys(), table.left_out, table.count) == (["k0", "k1", "k2"], 2, 5)
    with qtbot.waitSignals([table.left_out_changed, table.count_changed]):
        table.apply(changed(picture, a_case("new", -1)))
    assert (table.keys(), table.left_out) == (["new", "k0", "k1"], 3)
    for key in ("k0", "k1", "k2"):
        table.apply(gone(picture, a_case(key)))
    table.catch_up()
    assert (table.keys(), table.left_out) == (["new", "k3", "k4"], 0)


def test_a_row_beyond_the_limit_is_not_found_by_its_key(picture: Picture) -> None:
    picture.load([a_case("a", 1), a_case("b", 2)])
    table = a_table(picture, limit=1)
    assert (table.row_of("a"), table.row_of("b"), table.row_of("?"), table.key_at(1)) == (0, -1, -1, None)


def test_another_filter_takes_out_and_puts_in_without_a_reset(picture: Picture, tested: Any) -> None:
    picture.load([a_case("a", 1), a_case("b", 2, "closed"), a_case("c", 3)])
    table = tested(a_table(picture))
    told = Told().watch(table)
    table.set_keep(lambda c: c.hops > 1)
    assert table.keys() == ["b", "c"]
    assert [signal for signal, *_rows in told.take()] == ["out", "in", "data"]


def test_sorting_by_a_column_keeps_hold_of_its_rows(picture: Picture, tested: Any) -> None:
    picture.load([a_case("a", 1, title="z"), a_case("b", 2, title="y"), a_case("c", 3, title="")])
    table = tested(a_table(picture))
    told, held = Told().watch(table), QPersistentModelIndex(table.index(0, 0))
    table.sort_by("title")
    assert (table.keys(), held.row()) == (["b", "a", "c"], 1)
    table.sort_by("hops", falling=True)
    assert (table.keys(), held.row()) == (["c", "b", "a"], 2)
    table.sort(-1)
    assert (table.keys(), held.row(), told.take()) == (["a", "b", "c"], 0, [])
    assert table.sorted_by is None


def test_a_clock_column_sorts_by_what_is_due_first_and_what_has_no_clock_comes_last(picture: Picture) -> None:
    picture.load([a_case("none"), a_case("late", dispatch_due_at=NOON + timedelta(hours=2)),
                  a_case("soon", dispatch_due_at=NOON + timedelta(minutes=2),
                         opened_at=NOON - timedelta(minutes=28))])  # fmt: skip
    table = a_table(picture)
    table.sort_by("clock")
    assert table.keys() == ["soon", "late", "none"]
    assert table.data(table.index(0, 0)) == "◆ 2 min left"


def test_a_table_nobody_looks_at_rests_and_catches_up(picture: Picture, tested: Any) -> None:
    table = tested(a_table(picture))
    told = Told().watch(table)
    table.hold()
    for n in range(30):
        table.apply(changed(picture, a_case(f"k{n:02}", n)))
    assert (told.take(), table.rowCount()) == ([], 0)
    table.release()
    assert told.take() == [("in", 0, 29)]


def test_a_single_change_shows_at_once_and_a_stream_of_them_in_batches(picture: Picture, qtbot: QtBot) -> None:
    table = a_table(picture)
    told = Told().watch(table)
    table.apply(changed(picture, a_case("first", 0)))
    assert told.take() == [("in", 0, 0)]
    with qtbot.waitSignal(table.has_changed):
        for n in range(200):
            table.apply(changed(picture, a_case(f"k{n:03}", n + 1)))
    qtbot.waitUntil(lambda: table.rowCount() == 201)
    assert len(told.take()) < 20


def test_a_row_is_looked_at_again_when_a_record_it_shows_something_of_changes(picture: Picture) -> None:
    def squad(case: Case) -> str:
        return "".join(a.squad_id for a in picture.assignments_of(case.id))

    columns = (Column[Case]("squad", "Squad", squad),)
    picture.load([a_case("a", 1)])
    table = RecordTable(Case, columns, picture.of(Case), also={Assignment: lambda a: a.case_id})
    told = Told().watch(table)
    table.apply(changed(picture, snapshot(Assignment, {"id": "1", "case_id": "a", "squad_id": "red"})))
    assert (told.take(), table.data(table.index(0, 0))) == ([("data", 0, 0)], "red")


def test_records_of_another_kind_are_nothing_to_the_table(picture: Picture) -> None:
    table = a_table(picture)
    told = Told().watch(table)
    table.apply(changed(picture, snapshot(Assignment, {"id": "a", "case_id": "?", "squad_id": "?"})))
    assert told.take() == []


def test_what_is_looked_for_is_told_in_one_go_and_nothing_is_asked_or_ranked_again(
    picture: Picture, tested: Any
) -> None:
    picture.load([a_case(f"{n:03}", n) for n in range(100)])
    asked: list[str] = []

    def order(case: Case) -> int:
        asked.append(case.id)
        return case.hops

    table = tested(RecordTable(Case, COLUMNS, picture.of(Case), keep=waiting, now=lambda: NOON, order=order))
    asked.clear()
    told = Told().watch(table)
    table.narrow(lambda keys: [key for key in keys if key.endswith("7")])
    assert table.keys() == [f"{n:03}" for n in range(7, 100, 10)]
    assert (told.take(), asked) == ([("reset", 0, 0)], [])
    table.apply(changed(picture, a_case("007", 50), a_case("008", 50)))
    assert table.keys()[3:5] == ["047", "007"], "what changes meanwhile finds its place, shown or not"
    table.narrow(None)
    assert table.keys()[47:51] == ["049", "007", "008", "050"]


KEYS = st.sampled_from([f"k{n}" for n in range(12)])
CASES = st.builds(a_case, KEYS, st.integers(0, 5), st.sampled_from(["open", "open", "closed"]))
STEPS = st.one_of(
    st.lists(CASES, min_size=1, max_size=6),  # changes
    KEYS,  # a record that goes
    st.sampled_from(["hold", "release"]),
    st.tuples(st.sampled_from(["hops", "title", None]), st.booleans()),  # another order
    st.integers(0, 5),  # another filter
    st.sets(KEYS, max_size=8),  # something is looked for; an empty set: no longer
)


@given(steps=st.lists(STEPS, max_size=30), limit=st.sampled_from([None, 1, 3, 8]), singly=st.sampled_from([0, 64]),
       swapped=st.sampled_from([2, 256]))  # fmt: skip
def test_after_any_run_of_changes_a_table_equals_the_sorted_filter(
    steps: list[Any], limit: int | None, singly: int, swapped: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.tables.record_table.MOVED_SINGLY", singly)
        patch.setattr("ui.tables.record_table.SWAPPED", swapped)
        patch.setattr("ui.tables.sifting.MANY", swapped)
        judge(steps, limit)


def at_least(hops: int) -> Callable[[Case], bool]:
    return lambda case: waiting(case) and case.hops >= hops


def among(sought: set[str]) -> Callable[[Collection[str]], Collection[str]]:
    return lambda keys: [key for key in keys if key in sought]


def shadow_of(table: RecordTable[Case]) -> list[str]:
    """What somebody believes who only listens to the signals."""
    shadow: list[str] = []

    def come(_parent: object, first: int, last: int) -> None:
        shadow[first:first] = [str(table.key_at(row)) for row in range(first, last + 1)]

    def leave(_parent: object, first: int, last: int) -> None:
        del shadow[first : last + 1]

    def move(_parent: object, start: int, _end: int, _to: object, row: int) -> None:
        key = shadow.pop(start)
        shadow.insert(row - (row > start), key)

    table.rowsInserted.connect(come)
    table.rowsRemoved.connect(leave)
    table.rowsMoved.connect(move)
    for anew in (table.layoutChanged, table.modelReset):
        anew.connect(lambda *_: shadow.__setitem__(slice(None), table.keys()))
    return shadow


def judge(steps: list[Any], limit: int | None) -> None:
    picture, smallest, sought = Picture(), 0, set[str]()
    table = a_table(picture, limit=limit)
    tester = QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    shadow = shadow_of(table)
    order: Callable[[Case], Any] = lambda c: c.hops  # noqa: E731
    falling = False
    for step in steps:
        match step:
            case list():
                table.apply(changed(picture, *step))
            case str() if step in {"hold", "release"}:
                getattr(table, step)()
            case str():
                if (record := picture.get(Case, step)) is not None:
                    table.apply(gone(picture, record))
            case (column, falling):
                table.sort_by(column, falling)
                falling = falling and column is not None
                order = (lambda c: c.title) if column == "title" else (lambda c: c.hops)
            case int():
                smallest = step
                table.set_keep(at_least(step))
            case set():
                sought = step
                table.narrow(among(step) if step else None)
    table.release()
    table.catch_up()
    wanted = [c for c in picture.of(Case).values() if waiting(c) and c.hops >= smallest]
    wanted = [c for c in wanted if not sought or c.id in sought]
    wanted.sort(key=lambda c: c.id)
    wanted.sort(key=order, reverse=falling)
    keys = [c.id for c in wanted]
    assert table.keys() == keys[:limit] == shadow
    assert table.left_out == max(0, len(keys) - (limit or len(keys)))
    assert [table.row_of(key) for key in keys[:limit]] == list(range(table.rowCount()))
    assert [table.record_at(row) for row in range(table.rowCount())] == wanted[:limit]
    del tester
