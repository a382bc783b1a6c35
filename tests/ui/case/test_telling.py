"""The timeline in words, without a window: the same on both databases, in both languages."""

import datetime as dt
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest

from commandcenter import i18n
from commandcenter.domain.cases import Case
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person
from commandcenter.domain.record import new_key
from commandcenter.domain.sentences import Name, Sentence, Sentences
from commandcenter.domain.units import Squad
from commandcenter.live.delta import Change, Delta
from commandcenter.live.picture import Picture
from commandcenter.queries.history import Entry, Life, life
from tests.house import MONDAY, House
from ui.case.telling import Teller


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    i18n.use("en")


def told(house: House, case: Case) -> dict[str, str]:
    """What each deed of the case's life says, by its operation."""
    with house.database.reading() as session:
        found = life(session, house.person("ines"), case.id)
        squads, people = session.query(Squad).all(), session.query(Person).all()
    assert found is not None
    picture = Picture()
    picture.apply(Delta(tuple(Change(type(r), r.id, None, r) for r in (*squads, *people))))
    lines = Teller(found, picture).lines()
    return {entry.operation: line.detail for entry, line in zip(found.timeline, lines, strict=True)}


def test_why_a_squad_was_sent_is_told_in_the_language_of_the_reader(house: House) -> None:
    case = house.case()
    why = Sentences(Sentence("its own area"), Sentence("township matter: {domain}", domain=Name("城管", "Urban")))
    house.do("ann", "dispatch", case.id, squad=house.keys["north"], why=why)
    assert "Why: its own area; township matter: Urban" in told(house, case)["dispatch"]
    i18n.use("zh_CN")
    assert "理由：属地；事项属派驻中队（城管）" in told(house, case)["dispatch"]


def test_a_change_of_state_stands_before_all_other_changes(house: House) -> None:
    assignment = house.dispatched()
    house.do("carl", "accept", assignment, officer=house.keys["oscar"])
    said = told(house, house.get(Case, assignment.case_id))
    assert said["accept"].split("\n")[:2] == ["State: To accept → Accepted", "Responsible officer: – → Oscar"]


def test_the_order_of_the_changes_is_that_of_their_fields_whatever_the_database_gives() -> None:
    case = Case(id=new_key(), number="261123-0001", state="closed", round=1)
    changes: dict[str, Any] = {"urgency": ["ordinary", "urgent"], "state": ["open", "dispatched"], "round": [1, 2]}
    every = {_detail(case, dict(some)) for some in permutations(changes.items())}
    assert every == {"State: To dispatch → To accept\nUrgency: Ordinary → Urgent\nRound: 1 → 2"}


def _detail(case: Case, changes: dict[str, Any]) -> str:
    line = JournalLine(kind=Case.kind(), key=case.id, version=2, changes=changes)
    entry = Entry(MONDAY, "dispatch", new_key(), None, "", "", (line,), ())
    return Teller(Life(case, (), (), (), (), (), (), (entry,)), Picture()).line(entry).detail


@pytest.mark.parametrize("seconds, says", [(45, "45 s"), (60, "1 min"), (96, "1 min 36 s"), (3725, "1 h 2 min 5 s")])
def test_how_long_a_call_was_is_told_to_the_second(small_house: House, seconds: int, says: str) -> None:
    house = small_house
    assignment = house.dispatched()
    house.do("carl", "accept", assignment, officer=house.keys["oscar"])
    house.now += dt.timedelta(hours=2)
    house.do("oscar", "contact", assignment, means="call", outcome="reached", words="来", duration_s=seconds)
    assert f" · {says} · " in told(house, house.get(Case, assignment.case_id))["contact"]
