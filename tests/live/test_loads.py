"""What squads have in hand: kept up change by change and by time alone, and the same as counted afresh."""

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.people import Person
from commandcenter.domain.record import Record, snapshot
from commandcenter.domain.units import Squad
from commandcenter.live.delta import Change, Delta
from commandcenter.live.loads import SquadLoads, loads
from commandcenter.live.picture import Picture

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)


def squad(name: str) -> Squad:
    return snapshot(Squad, {"id": name, "version": 1, "code": name, "name_zh": name, "name_en": name,
                            "tier": "township", "domains": [], "disabled": False})  # fmt: skip


def work(name: str, squad_id: str = "north", minutes: int = 60, state: str = "handling") -> Assignment:
    return snapshot(Assignment, {
        "id": name, "version": 1, "case_id": name, "squad_id": squad_id, "part": "lead", "state": state, "pauses": [],
        "dispatched_at": NOW, "accepted_at": NOW, "contacted_at": NOW, "resolve_limit": "1 h",
        "resolve_due_at": NOW + dt.timedelta(minutes=minutes),
    })  # fmt: skip


def picture(*records: Record) -> Picture:
    made = Picture()
    made.load([squad("north"), squad("south"), *records])
    made.complete = True
    return made


def change(held: Picture, record_type: type[Record], key: str, after: Record | None) -> None:
    held.apply(Delta(changes=(Change(record_type, key, held.get(record_type, key), after),)))


def counts(held: Picture, now: dt.datetime = NOW) -> dict[str, tuple[int, int, int, int]]:
    return {key: (load.on_duty, load.open, load.late, load.soon) for key, load in loads(held, now).items()}


def test_time_alone_makes_work_press() -> None:
    held = picture(work("a"))
    assert counts(held)["north"] == (0, 1, 0, 0)
    assert counts(held, NOW + dt.timedelta(minutes=46))["north"] == (0, 1, 0, 1)
    assert counts(held, NOW + dt.timedelta(minutes=61))["north"] == (0, 1, 1, 0)


def test_a_clock_that_is_set_back_takes_it_back() -> None:
    held = picture(work("a"))
    assert counts(held, NOW + dt.timedelta(minutes=61))["north"] == (0, 1, 1, 0)
    assert counts(held, NOW)["north"] == (0, 1, 0, 0)


def test_work_that_is_done_or_goes_elsewhere_is_not_open_here_any_more() -> None:
    held = picture(work("a"), work("b"))
    counts(held)
    change(held, Assignment, "a", work("a", state="resolved"))
    change(held, Assignment, "b", work("b", "south"))
    assert counts(held) == {"north": (0, 0, 0, 0), "south": (0, 1, 0, 0)}
    change(held, Assignment, "b", None)
    assert counts(held)["south"] == (0, 0, 0, 0)


def test_who_comes_on_duty_is_counted() -> None:
    def person(on_duty: bool, role: str = "officer") -> Person:
        return snapshot(Person, {"id": "p", "version": 1, "login": "p", "roles": [role], "squad_id": "north",
                                 "on_duty": on_duty, "disabled": False})  # fmt: skip

    held = picture(person(False))
    assert counts(held)["north"][0] == 0
    change(held, Person, "p", person(True))
    assert counts(held)["north"][0] == 1
    change(held, Person, "p", person(True, "keeper"))
    assert counts(held)["north"][0] == 0


STEPS = st.lists(st.tuples(
    st.sampled_from("abc"), st.sampled_from(["north", "south"]), st.integers(1, 120),
    st.sampled_from(["handling", "suspended", "resolved", "gone"]), st.integers(0, 40),
), max_size=12)  # fmt: skip


@given(STEPS)
def test_kept_up_is_the_same_as_counted_afresh(steps: list[tuple[Any, ...]]) -> None:
    held, now = picture(), NOW
    counts(held)
    for name, squad_id, minutes, state, later in steps:
        now += dt.timedelta(minutes=later)
        change(held, Assignment, name, None if state == "gone" else work(name, squad_id, minutes, state))
        afresh = SquadLoads(held, now).at(now)
        assert loads(held, now) == afresh


def test_a_squad_out_of_use_has_no_load_and_a_captain_on_duty_can_be_sent() -> None:
    gone = squad("gone").values() | {"disabled": True}
    captain = snapshot(Person, {"id": "p", "version": 1, "login": "p", "roles": ["captain"], "squad_id": "north",
                                "on_duty": True, "disabled": False})  # fmt: skip
    found = counts(picture(snapshot(Squad, gone), captain))
    assert set(found) == {"north", "south"}
    assert found["north"][0] == 1
