"""The scene: what is known is read when a rule first looks at it, and once."""

import datetime as dt
from collections.abc import Iterator

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.later import Later
from commandcenter.domain.people import Person
from commandcenter.domain.rules import rules_from
from commandcenter.domain.scene import Scene

NOW = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)


def test_what_nobody_looks_at_is_never_read_and_what_is_looked_at_is_read_once() -> None:
    read: list[str] = []

    def complaints() -> Iterator[Complaint]:
        read.append("complaints")
        yield Complaint(id="k")

    scene = Scene.around(
        Case(id="c", round=1), actor=Person(id="p"), now=NOW, rules=rules_from(None, (), ()),
        case=Case(id="c", round=1), complaints=Later(complaints),
    )  # fmt: skip
    assert read == []
    assert [c.id for c in scene.complaints] + [scene.complaints[0].id] + [c.id for c in scene.complaints[:1]] == [
        "k"
    ] * 3
    assert len(scene.complaints) == 1
    assert read == ["complaints"]


def test_the_round_is_the_one_in_which_the_move_began() -> None:
    case = Case(id="c", round=1)
    scene = Scene.around(
        case, actor=Person(id="p"), now=NOW, rules=rules_from(None, (), ()), case=case,
        assignments=[Assignment(id="first", round=1), Assignment(id="second", round=2)],
    )  # fmt: skip
    case.round = 2
    assert [a.id for a in scene.assignments] == ["first"]
