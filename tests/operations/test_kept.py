"""What was typed while the database was away says when it was typed, and the rules of the day it comes in hold."""

import datetime as dt

import pytest

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Contact, Note
from commandcenter.domain.record import Key
from commandcenter.errors import IllegalMove
from commandcenter.operations import perform
from tests.house import House


def later(house: House, login: str, move: str, subject: Key | None, typed_at: dt.datetime, **given: object) -> Key:
    """``login`` typed it at that moment, and it comes in now."""
    made = house.database.run(
        move, house.person(login), "seat 3",
        lambda work: perform(work, move, subject=subject, given=given, typed_at=typed_at),
    )
    assert made is not None
    return made


CALL = {"channel": "hotline", "urgency": "ordinary", "words": "路灯坏了"}


def test_a_call_arrived_when_it_was_typed_and_is_received_when_it_comes_in(house: House) -> None:
    typed = house.now
    house.later(minutes=40)
    made: Complaint = house.get(Complaint, later(house, "ann", "receive", None, typed, **CALL))
    assert (made.arrived_at, made.received_at) == (typed, house.now)
    assert made.receive_due_at is not None
    assert made.receive_due_at > house.now, "the wait without a database was nobody's fault at the desk"


def test_no_call_arrives_in_the_future_whatever_the_station_s_clock_says(house: House) -> None:
    made: Complaint = house.get(
        Complaint, later(house, "ann", "receive", None, house.now + dt.timedelta(hours=3), **CALL))
    assert made.arrived_at == house.now


def test_a_remark_and_a_contact_bear_the_time_they_were_typed(house: House) -> None:
    work = house.accepted()
    house.later(minutes=10)
    typed = house.now
    house.later(minutes=50)
    note: Note = house.get(Note, later(house, "ann", "remark", work.case_id, typed, words="来电催问"))
    assert note.written_at == typed
    said = {"means": "call", "outcome": "reached", "words": "已联系", "duration_s": 60}
    contact: Contact = house.get(Contact, later(house, "oscar", "contact", work.id, typed, **said))
    assert contact.contacted_at == typed


def test_what_decides_something_takes_no_earlier_time(house: House) -> None:
    case = house.case()
    typed = house.now
    house.later(minutes=10)
    key = later(house, "ann", "dispatch", case.id, typed, squad=house.keys["north"], why="属地")
    assert house.get(Assignment, key).dispatched_at == house.now


def test_a_remark_on_a_case_that_ended_meanwhile_is_refused(house: House) -> None:
    case = house.case()
    typed = house.now
    other = house.case(words="另一件")
    house.do("sue", "merge", case, case=other.id, reason="同一件事")
    with pytest.raises(IllegalMove):
        later(house, "ann", "remark", case.id, typed, words="x")
