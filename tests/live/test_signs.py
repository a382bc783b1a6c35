"""Signs beside the picture: what the books know of a case is found, and what is kept up is what a fresh look finds."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.places import distance
from commandcenter.domain.record import Key, Record, snapshot
from commandcenter.domain.signs import Found, Sign
from commandcenter.errors import Incomplete, NotAllowed
from commandcenter.live.picture import Picture
from commandcenter.live.signs import Signs, noticed
from commandcenter.operations.administering import set_rule
from commandcenter.operations.detecting import dismiss_sign
from commandcenter.operations.handling import FileGiven
from commandcenter.operations.informing import inform_all
from commandcenter.operations.rostering import set_duty
from commandcenter.queries.traces import heard_since, traces
from tests.domain.test_signs import jpeg
from tests.house import HERE, House
from tests.live.test_any_moves import MOVES, done
from tests.live.test_picture import Station

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def judge_all(signs: Signs) -> None:
    """Until none is left."""
    while signs.go_on():
        pass


class Watch:
    """A station whose signs learn what the books know, as the review page has them learn."""

    def __init__(self, house: House) -> None:
        self.house, self.station = house, Station(house)
        self.signs = noticed(self.station.picture)
        with house.database.reading() as session:
            self.signs.learn(traces(session), heard_since(session, LONG_AGO))
        judge_all(self.signs)

    def catch_up(self) -> None:
        """What the feed brings, and then what the books say of the cases it touched."""
        delta = self.station.catch_up()
        with self.house.database.reading() as session:
            self.signs.learn(traces(session, delta.cases))
        judge_all(self.signs)

    def found(self) -> dict[Sign, Found]:
        """What there is now, one of each sign."""
        self.catch_up()
        return {one.sign: one for one in self.signs.found(self.house.now)}


@pytest.fixture
def watch(house: House) -> Iterator[Watch]:
    opened = Watch(house)
    yield opened
    opened.station.feed.close()


def fresh(house: House, station: Station) -> dict[str, Any]:
    """What somebody finds who looks at everything now."""
    with house.database.reading() as session:
        signs = Signs(station.picture)
        signs.learn(traces(session), heard_since(session, LONG_AGO))
    judge_all(signs)
    return signs.of_case


def test_what_the_books_know_of_a_case_is_found_and_goes_when_it_is_put_aside(watch: Watch) -> None:
    house = watch.house
    work = house.accepted(urgency="urgent")
    assert watch.found() == {}
    house.do("oscar", "contact", work, means="call", outcome="reached", words="已联系", duration_s=3)
    for n, officer in enumerate(("olga", "oscar", "olga", "oscar")):
        house.do("carl", "hand_over", work.id, officer=house.keys[officer], reason=f"换班{n}")
        if n < 3:
            assert Sign.BOUNCING not in watch.found()
    elsewhere = FileGiven("a.jpg", "image/jpeg", jpeg((35, 58, 0), (120, 3, 0)))
    house.do("oscar", "attach_photo", work.id, file=elsewhere, side="before")
    for n in range(2):
        soon = house.now + dt.timedelta(hours=1)
        promise = house.do("oscar", "promise", work.case_id, to_whom="王女士", what="到场", due_at=soon)
        assert (Sign.BROKEN_PROMISES in watch.found()) is False, n
        house.do("oscar", "break_promise", promise, outcome="没去成")
    house.database.run("duty", house.person("sue"), "test",
                       lambda w: set_duty(w, [house.keys["oscar"]], on_duty=False))  # fmt: skip
    said = {sign: str(one.why) for sign, one in watch.found().items()}
    assert said == {
        Sign.BARE_CONTACT: "1 contacts that nothing shows: calls under 10 s, or visits without a photo.",
        Sign.BOUNCING: "Returned 0 times, handed over 4 times.",
        Sign.FAR_PHOTO: "A photo was taken 1853 m from the place.",
        Sign.BROKEN_PROMISES: "2 promises were broken.",
        Sign.OFF_DUTY: "Urgent, and held by Oscar, who is off duty.",
    }
    one = watch.found()[Sign.BOUNCING]
    aside = partial(dismiss_sign, case=work.case_id, sign=str(one.sign), mark=one.mark)
    with pytest.raises(Incomplete, match="say why"):
        house.database.run("dismiss_sign", house.person("sue"), "test", partial(aside, remark="  "))
    with pytest.raises(NotAllowed, match="no right to put a sign aside"):
        house.database.run("dismiss_sign", house.person("carl"), "test", partial(aside, remark="没事"))
    house.database.run("dismiss_sign", house.person("sue"), "test", partial(aside, remark="轮班所致"))
    assert Sign.BOUNCING not in watch.found()
    house.do("carl", "hand_over", work.id, officer=house.keys["olga"], reason="又换")
    assert Sign.BOUNCING in watch.found(), "there is more of it"
    house.later(days=3, minutes=1)
    assert Sign.STUCK in watch.found()
    house.database.run("set_rule", house.person("adam"), "test", partial(set_rule, name="sign.stuck", value="off"))
    assert Sign.STUCK not in watch.found()


def test_the_third_complaint_counts_those_of_cases_long_closed_and_ends_when_one_turns_out_to_be_another_matter(
    watch: Watch,
) -> None:
    house = watch.house
    first = house.visiting()
    watch.catch_up()
    house.do("bob", "visit", house.complaints_of(first)[0], outcome="reached", solved=True, satisfied=5)
    second = house.case(caller_phone="13700000001")
    assert Sign.REPEATED not in watch.found()
    third = house.case(caller_phone="13700000002", point=(HERE[0] + 0.0005, HERE[1]))
    house.case(caller_phone="13700000003", point=(HERE[0] + 0.01, HERE[1]))
    watch.catch_up()
    repeated = {one.case_id: str(one.why) for one in watch.signs.found(house.now) if one.sign is Sign.REPEATED}
    assert repeated == dict.fromkeys((second.id, third.id), "3 complaints of this matter within 100 m in 30 days.")


def test_a_burst_before_the_deadlines_is_seen_on_each_of_its_cases_and_only_there(watch: Watch) -> None:
    house = watch.house
    works = [house.contacted(caller_phone=f"1370000010{n}") for n in range(5)]
    early = house.contacted(caller_phone="13700000109")
    house.do("oscar", "resolve", early, disposition="rectified", closing_text="好了")
    due_at = works[0].resolve_due_at
    assert due_at is not None
    house.now = due_at - dt.timedelta(hours=2)
    for n, work in enumerate(works):
        assert Sign.BURST not in watch.found(), n
        house.do("oscar", "resolve", work, disposition="rectified", closing_text="好了")
    watch.catch_up()
    found = {one.case_id for one in watch.signs.found(house.now) if one.sign is Sign.BURST}
    assert found == {work.case_id for work in works}


def crowd(house: House, n: int) -> list[Case]:
    """So many complaints of one matter at one place, on a case each."""
    made = [house.case(caller_phone=f"1370000020{i}", point=(HERE[0] + i * 0.0004, HERE[1])) for i in range(n)]
    for case in made:
        house.do("ann", "dispatch", case, squad=house.keys["north"], why="属地")
    return made


def test_many_like_complaints_at_once_are_proposed_as_one_case_and_each_complainant_is_owed_one_word(
    watch: Watch,
) -> None:
    house = watch.house
    cases = crowd(house, 4)
    assert Sign.SURGE not in watch.found()
    cases += [house.case(caller_phone="13700000209", point=(HERE[0], HERE[1] + 0.0005))]
    house.case(caller_phone="13700000208", point=(HERE[0], HERE[1] + 0.01))
    watch.catch_up()
    (one,) = [one for one in watch.signs.found(house.now) if one.sign is Sign.SURGE]
    assert {one.case_id, *one.others} == {case.id for case in cases}
    assert str(one.why) == "5 complaints of this matter on 5 cases within 300 m and 24 h: one common case?"
    for key in one.others:
        house.do("sue", "merge", key, case=one.case_id, reason="同一源头")
    inform = partial(inform_all, case=one.case_id)
    for owed in (5, 0):  # again is harmless
        new = house.database.run("inform_all", house.person("sue"), "test", inform)
        assert len(new or []) == owed
    with house.database.reading() as session:
        promises = session.query(Promise).where(Promise.case_id == one.case_id).all()
        said = {complaint.id for complaint in session.query(Complaint).where(Complaint.case_id == one.case_id)}
    assert {promise.complaint_id for promise in promises} == said
    assert len(promises) == len(said) == 5, "each once"
    assert {promise.made_by_id for promise in promises} == {house.keys["ann"]}, "who owns the complaint says it"
    house.do("ann", "keep", promises[0], outcome="已告知")
    assert Sign.SURGE not in watch.found()


@given(some.lists(some.tuples(some.integers(-400, 400), some.integers(0, 40), some.integers(0, 3)), max_size=10))
def test_whatever_comes_where_and_when_each_crowd_has_one_lead_and_the_numbers_are_those_of_a_count(
    spots: list[tuple[int, int, int]]
) -> None:
    picture, at = Picture(), dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    records: list[Record] = []
    for n, (metres, hours, state) in enumerate(spots):
        place = {"lon": HERE[0], "lat": HERE[1] + metres / 111_195}
        values = {"id": f"c{n}", "version": 1, "state": ("open", "handling", "visiting", "open")[state], "hops": 0}
        records.append(snapshot(Case, {**values, "matter_id": "m", **place}))
        said = {"id": f"s{n}", "version": 1, "case_id": f"c{n}", "state": "linked", "historic": False}
        records.append(snapshot(Complaint, {**said, "arrived_at": at + dt.timedelta(hours=hours), **place}))
    picture.load(records)
    signs = Signs(picture)
    judge_all(signs)
    close = {
        n: [m for m, other in enumerate(spots)
            if distance((0, spots[n][0] / 111_195), (0, other[0] / 111_195)) <= 300
            and abs(spots[n][1] - other[1]) <= 24]
        for n in range(len(spots))
    }  # fmt: skip
    leads = {}
    for n, (_metres, _hours, state) in enumerate(spots):
        others = [m for m in close[n] if m != n and spots[m][2] != 2]
        first = all((-len(close[n]), f"c{n}") < (-len(close[m]), f"c{m}") for m in others)
        if state != 2 and len(close[n]) >= 5 and others and first:
            leads[f"c{n}"] = (f"{len(close[n])}/{len(others)}", tuple(sorted(f"c{m}" for m in others)))
    found = {one.case_id: (one.mark, one.others) for some_ in signs.of_case.values() for one in some_
             if one.sign is Sign.SURGE}  # fmt: skip
    assert found == leads


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(moves=MOVES)
def test_what_is_kept_up_is_what_a_fresh_look_finds_after_any_moves(
    small_house: House, moves: list[tuple[str, int, bool]]
) -> None:
    watch = Watch(small_house)
    try:
        for move in moves:
            done(small_house, move[0], move[1])
            small_house.later(hours=5)
            if move[2]:
                watch.catch_up()
        watch.catch_up()
        assert watch.signs.of_case == fresh(small_house, watch.station)
    finally:
        watch.station.feed.close()


def test_of_thousands_of_open_cases_a_change_of_one_has_few_judged_anew(
    small_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(small_house)
    house, picture = watch.house, watch.station.picture
    work = house.contacted()
    watch.catch_up()
    case, (complaint,) = house.get(Case, work.case_id), house.complaints_of(house.get(Case, work.case_id))
    more = []
    for n in range(3_000):
        place = {"lon": HERE[0] + n % 200 / 1000, "lat": HERE[1] + n // 200 / 1000}
        values = {**case.values(), "id": f"case{n}", "lead_id": None, "state": "open", **place}
        said = {**complaint.values(), "id": f"said{n}", "case_id": f"case{n}", **place}
        more += [snapshot(Case, values), snapshot(Complaint, said)]
    picture.load(more)
    judge_all(watch.signs)
    judged: list[Key] = []
    judge = watch.signs._judge

    def counted(cases: Iterable[Key]) -> None:
        some = list(cases)
        judged.extend(some)
        judge(some)

    monkeypatch.setattr(watch.signs, "_judge", counted)
    house.do("oscar", "report", work, words="到场")
    watch.catch_up()
    watch.station.feed.close()
    assert 0 < len(judged) < 20, "of one case, and of its neighbours"
