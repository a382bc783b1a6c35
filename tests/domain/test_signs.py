"""Signs: each rule against the same said another way, for any snapshots."""

import datetime as dt
import struct
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.exif import place_of
from commandcenter.domain.nearness import Heard, Nearness
from commandcenter.domain.people import Person
from commandcenter.domain.places import distance
from commandcenter.domain.record import snapshot
from commandcenter.domain.rules import rules_from
from commandcenter.domain.signs import Bare, Measures, Seen, Sign, Traces, signs, switch
from commandcenter.domain.units import Setting
from tests.house import HERE, MONDAY

RULES = Measures.of(rules_from(None, [], []))
HOUR = dt.timedelta(hours=1)
STATES = ["open", "dispatched", "accepted", "contacted", "handling", "suspended", "return_asked", "resolved"]


def seen(*, traces: Traces | None = None, lead: dict[str, Any] | None = None, **more: Any) -> Seen:
    """A case with its lead assignment, whatever is said of them."""
    facts: dict[str, Any] = {name: more.pop(name) for name in ("state", "hops", "lon", "lat") if name in more}
    case = snapshot(Case, {"id": "case", "state": "handling", "hops": 0, **facts})
    work = snapshot(Assignment, {"id": "work", "state": "handling", "urgency": "ordinary", "dispatched_at": MONDAY,
                                 **(lead or {})})  # fmt: skip
    return Seen(case, work, [work], traces or Traces("case"), more.pop("rules", RULES), **more)


def found(what: Seen, sign: Sign) -> bool:
    """Whether that sign is among those of a case."""
    return any(one.sign is sign for one in signs(what))


@given(state=some.sampled_from(STATES), heard=some.none() | some.integers(0, 200),
       accepted=some.none() | some.integers(0, 50), now=some.integers(0, 300))  # fmt: skip
def test_a_case_is_stuck_when_its_squad_was_silent_for_more_than_three_days(
    state: str, heard: int | None, accepted: int | None, now: int
) -> None:
    heard_at, accepted_at = (None if n is None else MONDAY + n * HOUR for n in (heard, accepted))
    what = seen(state=state, traces=Traces("case", heard_at), lead={"accepted_at": accepted_at})
    one = next((one for one in signs(what) if one.sign is Sign.STUCK), None)
    silent = now - max(heard or 0, accepted or 0)
    stuck = state in {"dispatched", "accepted", "contacted", "handling"} and silent >= 72
    assert (one is not None and one.from_at is not None and one.from_at <= MONDAY + now * HOUR) == stuck


@given(hops=some.integers(0, 5), handed=some.integers(0, 8))
def test_a_case_bounces_from_two_returns_or_four_hand_overs_on(hops: int, handed: int) -> None:
    what = seen(hops=hops, traces=Traces("case", hand_overs=handed))
    assert found(what, Sign.BOUNCING) == (hops >= 2 or handed >= 4)


METRE = 1 / 111_195  # degrees of latitude
SPOTS = some.tuples(some.integers(-150, 150), some.integers(-150, 150), some.integers(0, 60), some.sampled_from("ab"))


@given(some.lists(SPOTS, max_size=12), some.data())
def test_the_third_complaint_of_one_matter_within_100_metres_and_30_days_is_a_repetition(
    spots: list[tuple[int, int, int, str]], data: some.DataObject
) -> None:
    heard = [Heard(str(n), matter, (HERE[0] + x * METRE, HERE[1] + y * METRE), MONDAY + day * 24 * HOUR, f"case{n % 4}")
             for n, (x, y, day, matter) in enumerate(spots)]  # fmt: skip
    near = Nearness(100, dt.timedelta(days=30))
    for one in heard:
        near.put(one)
    for one in data.draw(some.lists(some.sampled_from(heard), unique_by=id, max_size=3)) if heard else []:
        near.drop(one.id)
        heard.remove(one)

    def close(one: Heard, other: Heard) -> bool:
        return (one.matter_id == other.matter_id and abs(one.at - other.at) <= dt.timedelta(days=30)
                and distance(one.point, other.point) <= 100)  # fmt: skip

    around = {one.id: 1 for one in heard}
    for one, other in combinations(heard, 2):
        if close(one, other):
            around[one.id] += 1
            around[other.id] += 1
    for case in ("case0", "case1", "case2", "case3"):
        alike = max((around[one.id] for one in heard if one.case_id == case), default=0)
        assert near.alike(case) == alike
        assert found(seen(alike=near.alike(case)), Sign.REPEATED) == (alike >= 3)


@given(some.lists(some.tuples(some.none() | some.integers(0, 40), some.sampled_from("wx")), max_size=5),
       some.sets(some.sampled_from("wx")))  # fmt: skip
def test_a_contact_of_seconds_or_a_visit_without_a_photo_shows_nothing(
    reached: list[tuple[int | None, str]], shown: set[str]
) -> None:
    what = seen(traces=Traces("case", reached=tuple(Bare(work, lasted) for lasted, work in reached),
                              shown_by=frozenset(shown)))  # fmt: skip
    bare = [lasted for lasted, work in reached if (lasted is not None and lasted < 10) or
            (lasted is None and work not in shown)]  # fmt: skip
    assert found(what, Sign.BARE_CONTACT) == bool(bare)


@given(some.lists(some.tuples(some.integers(0, 120), some.integers(-60, 2000)), min_size=1, max_size=12))
def test_five_cases_resolved_within_half_an_hour_and_a_day_of_their_deadlines_are_a_burst(
    resolved: list[tuple[int, int]]
) -> None:
    minute = dt.timedelta(minutes=1)
    times = [(MONDAY + at * minute, MONDAY + (at + left) * minute) for at, left in resolved]
    what = seen(state="resolved", lead={"resolved_at": times[0][0], "state": "resolved"}, resolved=times)
    late = [at for at, left in resolved if 0 <= left <= 24 * 60]
    own = resolved[0][0]
    windows = [sum(start <= at <= start + 30 for at in late) for start in range(own - 30, own + 1)]
    assert found(what, Sign.BURST) == (own in late and max(windows) >= 5)


@given(some.lists(some.integers(0, 2000), max_size=4), some.booleans())
def test_a_photo_taken_more_than_500_metres_away_is_far(metres: list[int], placed: bool) -> None:
    taken = tuple((HERE[0], HERE[1] + n * METRE) for n in metres)
    place: dict[str, Any] = {"lon": HERE[0], "lat": HERE[1]} if placed else {}
    what = seen(traces=Traces("case", taken_at=taken), **place)
    assert found(what, Sign.FAR_PHOTO) == (placed and any(distance(HERE, at) > 500 for at in taken))


@given(some.integers(0, 4))
def test_two_broken_promises_are_a_sign(broken: int) -> None:
    assert found(seen(traces=Traces("case", broken=broken)), Sign.BROKEN_PROMISES) == (broken >= 2)


@given(some.sampled_from(["urgent", "ordinary"]), some.sampled_from(["dispatched", "accepted", "handling", "resolved"]),
       some.booleans())  # fmt: skip
def test_urgent_work_with_somebody_off_duty_is_a_sign(urgency: str, state: str, on_duty: bool) -> None:
    officer = snapshot(Person, {"id": "oscar", "name_zh": "人员", "name_en": "Oscar", "on_duty": on_duty})
    what = seen(lead={"urgency": urgency, "state": state, "officer_id": "oscar"}, officers={"oscar": officer})
    assert found(what, Sign.OFF_DUTY) == (urgency == "urgent" and state in {"accepted", "handling"} and not on_duty)


@pytest.mark.parametrize("sign", list(Sign))
def test_each_sign_has_a_switch_and_is_put_aside_only_as_it_was(sign: Sign) -> None:
    taken = ((HERE[0], HERE[1] + 1),)
    traces = Traces("case", hand_overs=4, broken=2, reached=(Bare("x", 1),), taken_at=taken)
    officer = snapshot(Person, {"id": "oscar", "name_zh": "人员", "name_en": "Oscar", "on_duty": False})
    urgent = {"urgency": "urgent", "officer_id": "oscar", "resolved_at": MONDAY}

    def told(rules: Any = RULES, **more: Any) -> list[Any]:
        state = "resolved" if sign is Sign.BURST else "handling"
        what = seen(state=state, lon=HERE[0], lat=HERE[1], alike=3, resolved=[(MONDAY, MONDAY + HOUR)] * 5, rules=rules,
                    traces=Traces(**{name: getattr(traces, name) for name in Traces.__slots__} | more), lead=urgent,
                    officers={"oscar": officer}, surge=(5, ("other",)))  # fmt: skip
        return [one for one in signs(what) if one.sign is sign]

    (one,) = told()
    assert str(one.why)
    assert told(dismissed={str(sign): one.mark}) == []
    assert told(dismissed={str(sign): "less"}) == [one]
    off = Measures.of(rules_from(None, [Setting(name=switch(sign), value="off")], []))
    assert told(off) == []


def jpeg(lat: tuple[int, ...], lon: tuple[int, ...], refs: bytes = b"NE") -> bytes:
    """The beginning of a photo with a GPS position: degrees, minutes and hundredths of seconds."""
    head = b"II*\0" + struct.pack("<I", 8)
    first = struct.pack("<H", 1) + struct.pack("<HHII", 0x8825, 4, 1, 26) + struct.pack("<I", 0)
    entries = [(1, 2, 2, refs[:1] + b"\0\0\0"), (2, 5, 3, struct.pack("<I", 80)), (3, 2, 2, refs[1:] + b"\0\0\0"),
               (4, 5, 3, struct.pack("<I", 104))]  # fmt: skip
    gps = struct.pack("<H", 4) + b"".join(struct.pack("<HHI", *e[:3]) + e[3] for e in entries) + struct.pack("<I", 0)
    parts = b"".join(struct.pack("<6I", d, 1, m, 1, s, 100) for d, m, s in (lat, lon))
    tiff = head + first + gps + parts
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff + b"\xff\xd9"


def test_a_photo_tells_where_it_was_taken_and_an_odd_one_nothing() -> None:
    place = place_of(jpeg((35, 57, 0), (120, 3, 0)))
    assert place is not None
    assert distance(place, HERE) < 1
    assert place_of(jpeg((35, 57, 0), (120, 3, 0), b"SW")) == (-place[0], -place[1])
    assert place_of(b"\x89PNG") is None
    assert place_of(jpeg((0, 0, 0), (0, 0, 0))) is None


@given(some.binary(max_size=60), some.integers(0, 150))
def test_no_file_however_broken_is_more_than_a_photo_without_a_place(noise: bytes, at: int) -> None:
    whole = jpeg((35, 57, 0), (120, 3, 0))
    place_of(noise)
    place_of(b"\xff\xd8\xff\xe1" + noise)
    place_of(whole[:at] + noise + whole[at + len(noise) :])
