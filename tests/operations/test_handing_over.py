"""Handing a shift over: what the brief tells, what it leaves out, and two signatures of two people."""

import datetime as dt

import pytest

from commandcenter.domain.attendance import Position
from commandcenter.domain.handover import Brief, Handover, Part, draw
from commandcenter.errors import IllegalMove, NotAllowed
from commandcenter.operations.attending import clock_in
from commandcenter.operations.handing_over import offer_handover, sign_handover, withdraw_handover
from commandcenter.operations.leaving import ask_leave, rule_leave
from commandcenter.operations.rostering import set_duty
from tests.house import House
from tests.operations.test_shifts import put, run, with_shifts


def now_of(house: House) -> Brief:
    """The brief of this moment."""
    with house.database.reading() as session:
        from commandcenter.domain.rules import rules_from
        from commandcenter.domain.units import District

        rules = rules_from(session.query(District).one(), (), ())
        return draw(session, rules, house.now, house.now - dt.timedelta(hours=12))


def told(brief: Brief, part: Part) -> list[tuple[str, str]]:
    return [(item.why, item.key) for item in brief.items if item.part is part]


def test_the_brief_tells_of_promises_deadlines_and_angry_callers(house: House) -> None:
    lead = house.contacted()
    promise = house.do("oscar", "promise", lead.case_id, to_whom="王女士", what="今晚停工",
                       due_at=house.now + dt.timedelta(hours=9))  # fmt: skip
    urgent = house.dispatched(urgency="urgent", caller_phone="13700000002", words="再不管就找记者曝光")
    disputed = house.complaints_of(house.visiting(caller_phone="13700000003"))[0]
    house.do("bob", "visit", disputed, outcome="reached", solved=False, satisfied=1, words="没好")
    often, *_others = (house.complaint(caller_phone="13700000004") for _time in range(3))
    brief = now_of(house)
    assert told(brief, Part.PROMISES) == [("promise", promise)]
    assert {why for why, key in told(brief, Part.DEADLINES) if key == urgent.id} == {"accept", "contact", "resolve"}
    angry = dict((key, why) for why, key in told(brief, Part.ANGRY))  # noqa: C402
    assert angry[disputed.id] == "disputed"
    assert angry[often.id] == "repeat"
    words = house.complaints_of(house.get(type(house.case(caller_phone="13700000009")), urgent.case_id))[0]
    assert angry[words.id] == "words"
    assert sum(why == "repeat" for why in angry.values()) == 3
    assert brief.counts["received"] >= 6
    assert brief.counts["redone"] == 1
    assert Brief.read(brief.told()) == brief


def test_the_brief_tells_who_is_absent(small_house: House) -> None:
    house = with_shifts(small_house)
    house.now = dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)
    put(house, "sue", "ann", "bob", "olga")
    house.now = dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.UTC)
    run(house, "ann", clock_in, Position())
    run(house, "carl", rule_leave, run(house, "olga", ask_leave, "sick", house.now.date(), house.now.date(), "病"),
        True, "同意")  # fmt: skip
    house.accepted()
    run(house, "carl", set_duty, [house.keys["oscar"]], False)
    brief = now_of(house)
    keys = house.keys
    assert told(brief, Part.ABSENT) == [("missing", keys["bob"]), ("leave", keys["olga"]), ("off_duty", keys["oscar"])]
    assert brief.counts["doubtful"] == 1


def test_nothing_of_a_sealed_case_is_in_a_brief(small_house: House) -> None:
    house = small_house
    lead = house.dispatched(urgency="urgent", words="找记者曝光")
    house.do("ann", "promise", lead.case_id, to_whom="王", what="回电", due_at=house.now + dt.timedelta(hours=1))
    assert now_of(house).items
    house.do("ines", "seal", lead.case_id, people=[house.keys["sue"]], reason="纪检")
    assert now_of(house).items == ()


def test_two_supervisors_sign_and_what_changed_between_is_written_down(house: House) -> None:
    house.dispatched(urgency="urgent", caller_phone="13700000002")
    key = run(house, "sue", offer_handover, "三号工地夜里要看")
    frozen = house.get(Handover, key)
    with pytest.raises(NotAllowed, match="whoever takes over"):
        run(house, "sue", sign_handover, key)
    for login in ("ann", "carl", "adam"):
        with pytest.raises(NotAllowed, match="Only a shift supervisor"):
            run(house, login, sign_handover, key)
    with pytest.raises(IllegalMove, match="waits for its second signature already"):
        run(house, "tom", offer_handover, "")
    house.later(minutes=10)
    lead = house.contacted(caller_phone="13700000005")
    promise = house.do("oscar", "promise", lead.case_id, to_whom="李", what="到场", due_at=house.now.replace(hour=9))
    run(house, "tom", sign_handover, key, frozen.version)
    signed = house.get(Handover, key)
    assert (signed.state, signed.outgoing_by_id, signed.incoming_by_id) == (
        "signed", house.keys["sue"], house.keys["tom"])  # fmt: skip
    assert signed.brief == frozen.brief, "what was signed first stays as it was"
    assert promise in {item["key"] for item in signed.meanwhile["come"]}
    with pytest.raises(IllegalMove, match="does not wait"):
        run(house, "tom", sign_handover, key)
    house.later(hours=1)
    again = house.get(Handover, run(house, "tom", offer_handover, ""))
    assert again.since_at == signed.signed_at, "the next one tells of what changed since"


def test_who_offered_a_handover_takes_it_back_and_only_they(small_house: House) -> None:
    house = small_house
    key = run(house, "sue", offer_handover, "")
    with pytest.raises(NotAllowed, match="Only who offered"):
        run(house, "tom", withdraw_handover, key)
    run(house, "sue", withdraw_handover, key)
    with pytest.raises(IllegalMove, match="does not wait"):
        run(house, "tom", sign_handover, key)
    assert run(house, "tom", offer_handover, "")
