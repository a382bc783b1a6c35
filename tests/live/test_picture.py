"""The picture follows the journal: whatever happens, it equals what the database holds."""

import datetime as dt
from collections.abc import Iterator
from itertools import product
from typing import Never, cast

import pytest
from sqlalchemy.orm import Session

from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complainant, Complaint, ComplaintState
from commandcenter.domain.contacts import Promise, PromiseState
from commandcenter.domain.journal import HIDDEN, after_values
from commandcenter.domain.record import SnapshotIsReadOnly, evolved, new_key
from commandcenter.domain.rulings import Request, RequestState
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.units import Setting, Squad
from commandcenter.domain.work import Work
from commandcenter.live.belonging import BY_KIND
from commandcenter.live.delta import Delta
from commandcenter.live.ledger import Ledger
from commandcenter.live.picture import Picture
from commandcenter.live.whereabouts import whereabouts
from commandcenter.operations.administering import set_rule
from commandcenter.operations.rostering import set_duty
from commandcenter.storage.feed import Feed
from tests.house import House


class Station:
    """A station without a window: a feed, a ledger, a picture."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.feed, self.ledger, self.picture = Feed(house.database), Ledger(), Picture()
        self.feed.start()
        with house.database.reading() as session:
            self.picture.load(self.ledger.load(session))

    def catch_up(self) -> Delta:
        """Read what came and take it over."""
        lines, seen = self.feed.read(), self.feed.sightings()
        with self.house.database.reading() as session:
            delta = self.ledger.digest(lines, seen, session)
        self.picture.apply(delta)
        return delta


def contents(picture: Picture) -> dict[str, dict[str, dict[str, object]]]:
    """Everything a picture holds, as values."""
    return {
        kind: {key: record.values() for key, record in picture.of(b.record_type).items()} for kind, b in BY_KIND.items()
    }


def fresh(house: House) -> dict[str, dict[str, dict[str, object]]]:
    """What a station that starts now would hold."""
    picture = Picture()
    with house.database.reading() as session:
        picture.load(Ledger().load(session))
    return contents(picture)


@pytest.fixture
def station(house: House) -> Iterator[Station]:
    opened = Station(house)
    yield opened
    opened.feed.close()


def test_a_whole_life_leaves_the_picture_as_the_database_has_it(station: Station) -> None:
    house = station.house
    case = house.visiting()
    station.catch_up()
    assert contents(station.picture) == fresh(house)
    assert station.picture.get(Case, case.id) is not None
    assert [a.state for a in station.picture.assignments_of(case.id)] == ["resolved"]
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=5)
    delta = station.catch_up()
    assert station.picture.get(Case, case.id) is None
    assert station.picture.assignments_of(case.id) == []
    assert {c.record_type for c in delta.changes if c.after is None} >= {Case, Assignment, Complaint}
    assert contents(station.picture) == fresh(house)


def test_lines_that_come_twice_change_nothing(station: Station) -> None:
    station.house.case()
    lines = station.feed.read()
    with station.house.database.reading() as session:
        station.picture.apply(station.ledger.digest(lines, [], session))
        again = station.ledger.digest(lines, [], session)
    assert again.changes == ()


class Unasked:
    """A session that nobody may ask."""

    def __getattr__(self, name: str) -> Never:
        raise AssertionError(f"the database was asked: {name}")


def test_a_line_that_follows_the_version_held_asks_the_database_nothing(station: Station) -> None:
    house = station.house
    case = house.case()
    station.catch_up()
    house.do("ann", "dispatch", case, squad=house.keys["north"], why="属地")
    lines = station.feed.read()
    assert {line.version for line in lines} >= {1, 2}, "one record is new and one has changed"
    station.picture.apply(station.ledger.digest(lines, [], cast(Session, Unasked())))
    assert contents(station.picture) == fresh(house)


def test_what_the_journal_hides_is_never_taken_for_a_value(house: House) -> None:
    feed = Feed(house.database)
    feed.start()
    house.complaint("x", caller_phone="13912348816", caller_name="王女士")
    told = {line.kind: line for line in feed.read()}
    feed.close()
    line = told[Complainant.kind()]
    assert line.changes["name"] == [None, HIDDEN]
    assert not Complainant.personal & after_values(Complainant, line).keys()
    assert not any(belonging.record_type.personal for belonging in BY_KIND.values()), "a picture would lack it"


def test_a_gap_asks_the_database(station: Station) -> None:
    house = station.house
    case = house.case()
    station.feed.read()  # lost on the way
    house.do("ann", "dispatch", case, squad=house.keys["north"], why="属地")
    station.catch_up()
    assert station.picture.get(Case, case.id).state == "dispatched"  # type: ignore[union-attr]


def test_a_case_reopened_comes_back_into_the_picture(station: Station) -> None:
    house = station.house
    case = house.visiting()
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=5)
    station.catch_up()
    house.do("sue", "reopen", case.id, reason="又来了")
    station.catch_up()
    held = station.picture.get(Case, case.id)
    assert held is not None
    assert held.round == 2
    assert station.picture.lead_of(held) is not None
    assert contents(station.picture) == fresh(house)


def test_a_snapshot_cannot_be_changed(station: Station) -> None:
    case = station.house.case()
    station.catch_up()
    for held in (case, station.picture.get(Case, case.id)):
        with pytest.raises(SnapshotIsReadOnly):
            held.title = "anders"  # type: ignore[union-attr]


def test_a_changed_limit_rules_at_once(station: Station) -> None:
    house = station.house
    house.database.run("set_rule", house.person("adam"), "test", lambda work: set_rule(work, "accept", "7 wh"))
    station.catch_up()
    assert str(station.picture.rules.limit("accept", "ordinary")) == "7 wh"
    assert any(s.name == "accept" for s in station.picture.of(Setting).values())
    assert house.dispatched().accept_limit == "7 wh"


def test_the_latest_position_of_an_officer_is_kept(station: Station) -> None:
    house = station.house
    oscar = house.keys["oscar"]
    for minute, lon in ((0, 120.0), (1, 120.01)):
        seen_at = house.now + dt.timedelta(minutes=minute)
        house.database.sight([Sighting(person_id=oscar, seen_at=seen_at, lon=lon, lat=35.9)])
    station.catch_up()
    assert station.picture.fixes[oscar].lon == 120.01


def test_a_position_that_was_seen_earlier_and_comes_later_does_not_take_the_officer_back(station: Station) -> None:
    house = station.house
    oscar = house.keys["oscar"]
    for minute, lon in ((1, 120.01), (0, 120.0)):
        seen_at = house.now + dt.timedelta(minutes=minute)
        house.database.sight([Sighting(person_id=oscar, seen_at=seen_at, lon=lon, lat=35.9)])
    station.catch_up()
    assert station.picture.fixes[oscar].lon == 120.01


def test_who_leaves_with_a_case_is_told_once(station: Station) -> None:
    house = station.house
    case = house.resolved()
    station.catch_up()
    house.do("sue", "send_back", case, remark="再查")
    house.do("oscar", "resolve", case.lead_id or "", disposition="rectified", closing_text="好")
    house.do("sue", "approve", case.id, remark="同意")
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=5)
    delta = station.catch_up()
    left = [(c.key, c.before, c.after) for c in delta.of(Assignment)]
    assert [(key, after) for key, _before, after in left] == [(case.lead_id, None)]
    assert left[0][1] is not None
    assert left[0][1].version < house.get(Assignment, case.lead_id).version, "what was held before this reading"


def test_a_squad_whose_area_changed_is_found_where_it_is_now(station: Station) -> None:
    house = station.house
    picture = station.picture
    assert picture.geography.area_at(120.05, 35.85) == house.keys["south"]

    def shut(work: Work) -> None:
        work.get(Squad, house.keys["south"]).disabled = True

    house.database.run("shut", house.person("adam"), "test", shut)
    station.catch_up()
    assert picture.geography.area_at(120.05, 35.85) is None


def test_a_picture_that_begins_now_knows_where_everybody_on_duty_was_seen_last(house: House) -> None:
    oscar, ines = house.keys["oscar"], house.keys["ines"]
    for minute, lon in ((0, 120.0), (1, 120.02)):
        seen_at = house.now + dt.timedelta(minutes=minute)
        house.database.sight([Sighting(person_id=key, seen_at=seen_at, lon=lon, lat=35.9) for key in (oscar, ines)])
    house.database.run("set_duty", house.person("sue"), "test", lambda work: set_duty(work, [ines], on_duty=False))
    with house.database.reading() as session:
        fixes = {fix.person_id: fix.lon for fix in whereabouts(session).fixes}
    assert fixes == {oscar: 120.02}


def test_the_two_ways_of_saying_what_belongs_agree(house: House) -> None:
    def every_state(work: Work) -> None:
        for number, (state, historic) in enumerate(product(ComplaintState, (False, True))):
            work.add(Complaint(number=f"S{number}", channel="web", words="噪音", urgency="ordinary", state=str(state),
                               historic=historic, arrived_at=work.now, received_at=work.now))  # fmt: skip
        for number, case_state in enumerate(CaseState):
            case = work.add(Case(id=new_key(), number=str(number), title="噪音", urgency="ordinary", origin="complaint",
                                 state=str(case_state), opened_at=work.now))  # fmt: skip
            for stage in AssignmentState:
                work.add(Assignment(case_id=case.id, squad_id=house.keys["north"], part="lead", urgency="ordinary",
                                    state=str(stage), dispatched_at=work.now))  # fmt: skip
            for promised in PromiseState:
                work.add(Promise(case_id=case.id, made_by_id=house.keys["ann"], to_whom="王", what="去", state=promised,
                                 promised_at=work.now, due_at=work.now))  # fmt: skip
            for asked in RequestState:
                work.add(Request(case_id=case.id, assignment_id=new_key(), ask="return", state=str(asked),
                                 reason="不属", asked_by_id=house.keys["carl"], asked_at=work.now))  # fmt: skip

    house.database.run("fill", None, "test", every_state)
    with house.database.reading() as session:
        open_cases = {case.id for case in session.query(Case) if BY_KIND[Case.kind()].holds(case)}
        for belonging in BY_KIND.values():
            held = {
                r.id for r in session.query(belonging.record_type)
                # A squad's finished work stays as long as its case is open; of every other kind both ways are one.
                if belonging.holds(r) or (isinstance(r, Assignment) and r.case_id in open_cases)
            }  # fmt: skip
            assert {r.id for r in session.scalars(belonging.chosen())} == held, belonging.record_type


def test_a_look_at_a_caller_is_told_by_its_complaint(house: House, station: Station) -> None:
    case = house.case()
    (complaint,) = house.complaints_of(case)
    house.do("ann", "remark", case.id, words="夜间再查")
    assert station.catch_up().complaints == frozenset()
    house.do("ann", "reveal", complaint, reason="回电核实")
    delta = station.catch_up()
    assert delta.complaints == {complaint.id}
    assert not delta.cases, "a look hangs on the complaint, whatever case that is on"


def test_a_picture_renewed_holds_what_was_read_and_tells_only_what_differs(house: House) -> None:
    stays, changes, goes = (house.complaint(words) for words in ("留下", "改变", "消失"))
    picture = Picture()
    with house.database.reading() as session:
        picture.load(Ledger().load(session))
        after = [r for r in Ledger().load(session) if r.id != goes.id]
    [other] = [n for n, record in enumerate(after) if record.id == changes.id]
    # The same version with other words: a database restored from a dump has lived another life since.
    after[other] = evolved(after[other], {"words": "另一次的话"})
    delta = picture.renewed(after)
    assert {(change.key, change.after is None) for change in delta.changes} == {(goes.id, True), (changes.id, False)}
    picture.apply(delta)
    assert goes.id not in picture.of(Complaint)
    assert picture.of(Complaint)[changes.id].words == "另一次的话"
    assert picture.of(Complaint)[stays.id].words == "留下"
