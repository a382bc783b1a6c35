"""Claiming what waits: never to two, never waited for, and never held by somebody who is gone."""

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from commandcenter.domain.complaints import Complaint, pressing
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person
from commandcenter.domain.presence import Presence
from commandcenter.domain.record import Key, Record, new_key
from commandcenter.domain.units import Setting
from commandcenter.domain.work import Work
from commandcenter.errors import Conflict, IllegalMove, Incomplete, NotAllowed, Refused
from commandcenter.operations import perform
from commandcenter.storage.verification import first_broken
from tests.house import MONDAY, House

ROOT = Path(__file__).resolve().parents[2]
PLACE = {"place_words": "某处", "urgency": "ordinary"}


def came_in(house: House, n: int = 1, urgency: str = "ordinary", **more: object) -> list[Complaint]:
    """Complaints that came by themselves, a minute after each other, and are nobody's."""

    def body(work: Work) -> None:
        rows = [
            Complaint(
                id=new_key(), number=number, channel="web", words=f"第{at}件", title=f"第{at}件", urgency=urgency,
                state="received", arrived_at=work.now, received_at=work.now, receive_limit="15 min",
                receive_due_at=work.now + dt.timedelta(minutes=15 + at), **more,
            )
            for at, number in enumerate(work.many_numbers("complaint", n))
        ]  # fmt: skip
        work.add_many(rows)

    house.database.run("come_in", None, "test", body)
    with house.database.reading() as session:
        return list(session.scalars(select(Complaint).order_by(Complaint.number.desc()).limit(n)))[::-1]


def put(house: House, record: Record) -> Key:
    """A record in the district's books."""
    house.database.run("set_up", None, "test", lambda work: work.add(record))
    return record.id


def sign(house: House, login: str, station: str = "03") -> Presence:
    """``login`` is there now."""
    said = Presence(session_id=new_key(), person_id=house.keys[login], station=station, signed_in_at=house.now, page="",
                    kind="", key=None, editing=False)  # fmt: skip
    house.database.presences.tell(said)
    return said


def held(house: House, complaint: Complaint) -> str | None:
    """The login of whoever has claimed it."""
    key = house.get(Complaint, complaint.id).claimed_by_id
    return next((login for login, one in house.keys.items() if one == key), None) if key else None


# ---------------------------------------------------------------------- many at once


def _claimants(url: str, *who: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-m", "tests.operations.claimants", url, *who], cwd=ROOT, text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def _ended(process: "subprocess.Popen[str]", said: str = "") -> list[str]:
    out, err = process.communicate(said, timeout=120)
    assert process.returncode == 0, err
    return out.split()


def test_eight_processes_share_what_waits_and_nobody_gets_one_twice(house: House) -> None:
    waiting = came_in(house, 200)
    got = _ended(_claimants(house.url, *["ann", "bob"] * 4))
    assert sorted(got) == [one.number for one in waiting]
    with house.database.reading() as session:
        assert not session.query(Complaint).where(Complaint.claimed_by_id.is_(None)).count()
        lines = session.query(JournalLine).where(JournalLine.operation == "claim_next")
        assert lines.count() == 200
        assert first_broken(session) is None


def test_nobody_waits_for_a_claim_that_is_not_committed_yet(server_house: House) -> None:
    house = server_house
    waiting = came_in(house, 40)
    holder = _claimants(house.url, "hold", "ann")
    assert holder.stdout is not None
    first = holder.stdout.readline().strip()
    assert first == waiting[0].number
    others = _ended(_claimants(house.url, *["bob"] * 4))
    assert sorted(others) == [one.number for one in waiting[1:]]
    assert holder.poll() is None, "it held its transaction open all the time"
    _ended(holder, "\n")
    assert held(house, waiting[0]) == "ann"


def test_two_who_claim_the_same_one_are_told_who_was_first(server_house: House) -> None:
    house = server_house
    (one,) = came_in(house)

    def too_late() -> None:
        with house.database.work("claim", house.person("ann"), "01") as work:
            perform(work, "claim", subject=one.id, given={})
            house.do("bob", "claim", one)

    with pytest.raises(Conflict, match="Bob changed it first"):
        too_late()
    assert held(house, one) == "bob"


# ---------------------------------------------------------------------- the order


def test_the_next_is_the_first_of_the_list_urgent_ones_before_the_limit_counts(house: House) -> None:
    came_in(house, 3)
    house.later(minutes=1)
    came_in(house, 2, urgency="urgent")
    house.later(minutes=1)
    came_in(house, 1, urgency="consultation")
    with house.database.reading() as session:
        waiting = sorted(session.query(Complaint), key=pressing)
    assert [one.urgency for one in waiting[:2]] == ["urgent", "urgent"]
    given = [house.do("ann", "claim_next") for _one in waiting]
    assert given == [one.id for one in waiting]
    with pytest.raises(Refused, match="that nobody has claimed"):
        house.do("ann", "claim_next")


def test_what_is_settled_or_from_an_archive_is_given_to_nobody(small_house: House) -> None:
    house = small_house
    came_in(house, 1, historic=True)
    house.do("ann", "answer", came_in(house)[0], answer="已解答")
    with pytest.raises(Refused, match="that nobody has claimed"):
        house.do("bob", "claim_next")


# ---------------------------------------------------------------------- what a claim is worth


SETTLE: dict[str, dict[str, Any]] = {
    "amend": {"words": "噪音", "urgency": "ordinary"},
    "open_case": {"matter": "noise", **PLACE},
    "attach": {"case": ""},
    "answer": {"answer": "已解答"},
    "decline": {"code": "emergency", "words": "不属投诉"},
}


@pytest.mark.parametrize("move", SETTLE)
def test_what_somebody_has_claimed_nobody_else_settles_and_settling_ends_the_claim(
    small_house: House, move: str
) -> None:
    house = small_house
    case = house.case(caller_phone="13700000002").id
    (one,) = came_in(house)
    house.do("ann", "claim", one)
    given = SETTLE[move] | ({"case": case} if move == "attach" else {})
    given |= {"matter": house.keys["noise"]} if "matter" in given else {}
    with pytest.raises(IllegalMove, match=r"Ann has claimed this complaint, since 09:30"):
        house.do("bob", move, one, **given)
    house.do("ann", move, one, **given)
    after = house.get(Complaint, one.id)
    assert (after.claimed_by_id, after.claimed_at) == ((house.keys["ann"], MONDAY) if move == "amend" else (None, None))
    assert after.owner_id == house.keys["ann"]


def test_who_receives_a_call_and_goes_on_with_it_has_claimed_it_before_anybody_can(small_house: House) -> None:
    house = small_house
    mine, anybodys = house.complaint(claim=True), house.complaint(claim=False)
    assert (held(house, mine), held(house, anybodys)) == ("ann", None)
    assert house.do("bob", "claim_next") == anybodys.id


def test_a_call_that_was_kept_at_a_station_is_claimed_by_nobody_when_it_comes(small_house: House) -> None:
    house = small_house
    given = {"channel": "hotline", "words": "噪音", "urgency": "ordinary", "claim": True}

    def kept(work: Work) -> Key:
        return perform(work, "receive", given=given, typed_at=MONDAY - dt.timedelta(hours=1))

    assert house.database.run("receive", house.person("ann"), "test", kept) == house.do("bob", "claim_next")


def test_a_claim_is_made_once_and_given_back_by_its_holder_only(small_house: House) -> None:
    house = small_house
    (one,) = came_in(house)
    with pytest.raises(IllegalMove, match="have not claimed"):
        house.do("ann", "give_back", one)
    house.do("ann", "claim", one)
    with pytest.raises(IllegalMove, match="already"):
        house.do("ann", "claim", one)
    for move in ("claim", "give_back"):
        with pytest.raises(IllegalMove, match="Ann has claimed"):
            house.do("bob", move, one)
    house.do("ann", "give_back", one)
    assert house.do("bob", "claim_next") == one.id


def test_a_supervisor_takes_over_with_a_reason_and_sets_free_what_he_may_not_settle(small_house: House) -> None:
    house = small_house
    (one,) = came_in(house)
    with pytest.raises(IllegalMove, match="Nobody else has claimed"):
        house.do("sue", "take_over", one, reason="换班")
    house.do("ann", "claim", one)
    with pytest.raises(NotAllowed):
        house.do("bob", "take_over", one, reason="换班")
    with pytest.raises(Incomplete):
        house.do("sue", "take_over", one)
    house.do("sue", "take_over", one, reason="换班")
    assert held(house, one) is None
    house.do("ann", "claim", one)
    both = Person(id=new_key(), login="both", name_en="Both", roles=["supervisor", "operator"], disabled=False)
    house.keys["both"] = put(house, both)
    house.do("both", "take_over", one, reason="急")
    assert held(house, one) == "both"


# ---------------------------------------------------------------------- who is gone


def test_a_claim_holds_as_long_as_its_holder_is_there_and_the_stated_time_beyond(house: House) -> None:
    (one,) = came_in(house)
    house.do("ann", "claim_next")
    there = sign(house, "ann")
    for _hour in range(60):
        house.later(minutes=4)
        house.database.presences.tell(there)
    house.later(minutes=5, seconds=-1)
    for move, subject in (("claim", one), ("claim_next", None)):
        with pytest.raises(Refused):
            house.do("bob", move, subject)
    house.later(seconds=1)
    assert house.do("bob", "claim_next") == one.id
    with pytest.raises(IllegalMove, match="Bob has claimed"):
        house.do("ann", "answer", one, answer="已解答")


def test_who_was_never_heard_of_holds_for_the_stated_time_and_one_who_left_likewise(house: House) -> None:
    first, second = came_in(house, 2)
    house.do("ann", "claim", first)
    there = sign(house, "ann")
    house.do("ann", "claim", second)
    house.later(minutes=4)
    house.database.presences.tell(there)
    house.database.presences.leave(there.session_id)
    house.later(minutes=1)
    assert {house.do("bob", "claim_next"), house.do("bob", "claim_next")} == {first.id, second.id}


def test_the_time_a_claim_outlives_its_holder_is_the_districts_own(small_house: House) -> None:
    house = small_house
    (one,) = came_in(house)
    put(house, Setting(id=new_key(), name="claim.minutes", value="1"))
    house.do("ann", "claim", one)
    house.later(minutes=1)
    house.do("bob", "claim", one)
    assert held(house, one) == "bob"
