"""A list with headings: whatever comes, goes or moves, it stands as if it had been put together anew."""

import datetime as dt
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from ui.tables.column import Column
from ui.tables.grouped import Group, Grouped, GroupedTable, Heading

NOON = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Thing:
    id: str
    group: str
    weight: int


def grouped(things: dict[str, Thing]) -> Grouped[Thing]:
    return Grouped(things, group_of=lambda t: f"g{t.group}", rank=lambda t: t.weight)


def table_over(rows: Grouped[Thing]) -> GroupedTable:
    columns = (Column[Group]("n", "N", lambda row: row.id),)  # type: ignore[type-var]
    return GroupedTable(rows, columns, lambda group, _now: Heading(group.id, count=len(group.members)), lambda: NOON)


def shown(table: GroupedTable) -> list[str]:
    return [str(table.key_at(row)) for row in range(table.rowCount())]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from("abcdefgh"), st.sampled_from("xyz"), st.integers(0, 5)),
        st.tuples(st.just("gone"), st.sampled_from("abcdefgh"), st.just(""), st.just(0)),
        st.tuples(st.just("fold"), st.just(""), st.sampled_from("xyz"), st.just(0)),
    ),
    max_size=40,
)


@given(steps=STEPS)
def test_whatever_happens_the_rows_stand_as_if_put_together_anew(steps: list[tuple[str, str, str, int]]) -> None:
    things: dict[str, Thing] = {}
    table, folded = table_over(grouped(things)), set[str]()
    for what, key, group, weight in steps:
        if what == "put":
            things[key] = Thing(key, group, weight)
            table.take([key])
        elif what == "gone":
            things.pop(key, None)
            table.take([key])
        elif f"g{group}" in table.grouped.groups:
            folded ^= {group}
            table.fold(f"g{group}")
    expected: list[str] = []
    by_group: dict[str, list[Thing]] = {}
    for thing in sorted(things.values(), key=lambda t: (t.weight, t.id)):
        by_group.setdefault(thing.group, []).append(thing)
    for group, members in sorted(by_group.items(), key=lambda item: (item[1][0].weight, f"g{item[0]}")):
        expected.append(f"g{group}")
        expected += [] if group in folded else [thing.id for thing in members]
    assert shown(table) == expected
    assert {key: len(g.members) for key, g in table.grouped.groups.items()} == {
        f"g{key}": len(members) for key, members in by_group.items()}  # fmt: skip


def test_grouped_another_way_the_same_members_stand_under_other_headings() -> None:
    things = {key: Thing(key, group, n) for n, (key, group) in enumerate(zip("abcd", "xyxy", strict=True))}
    table = table_over(grouped(things))
    assert shown(table) == ["gx", "a", "c", "gy", "b", "d"]
    table.regroup(Grouped(things, group_of=lambda t: "light" if t.weight < 3 else "heavy", rank=lambda t: t.weight))
    assert shown(table) == ["light", "a", "b", "c", "heavy", "d"]


def test_a_heading_says_its_words_to_whoever_does_not_see_it() -> None:
    things = {"a": Thing("a", "x", 1), "b": Thing("b", "x", 2)}
    table = table_over(grouped(things))
    table.heading = lambda group, _now: Heading("North", "Squad T1", count=len(group.members), late=1)
    said = table.data(table.index(0, 0))
    assert said == "North · Squad T1 · 2 · 1 late"
    assert table.data(table.index(1, 0)) == "a"
