"""How far somebody travelled: against the same said another way, for any positions of a day."""

import datetime as dt
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commandcenter.domain.places import distance
from commandcenter.domain.travel import Fixed, Plausible, Travel, travelled
from tests.house import HERE, MONDAY

RULE = Plausible(accuracy_m=100, gap=dt.timedelta(minutes=10), fastest_kmh=200)
METRE = 1 / 111_195.08
"""Degrees of one metre along a meridian."""


def fixes(*seen: tuple[float, float, float | None]) -> list[Fixed]:
    """Positions so many seconds after nine, so many metres north of here, so exact."""
    return [Fixed(MONDAY + dt.timedelta(seconds=at), HERE[0], HERE[1] + metres * METRE, exact)
            for at, metres, exact in seen]  # fmt: skip


def test_steps_are_added_up_and_standing_still_is_no_way() -> None:
    walked = travelled(fixes((0, 0, 5), (60, 100, 5), (120, 104, 5), (180, 96, 5), (240, 300, 5)), RULE)
    assert walked.metres == pytest.approx(300, abs=0.5)
    assert walked == Travel(walked.metres, 5)


def test_a_jump_nobody_is_fast_enough_for_is_left_out_there_and_back_and_counted() -> None:
    far = travelled(fixes((0, 0, 5), (60, 100, 5), (65, 90_000, 5), (70, 120, 5), (130, 220, 5)), RULE)
    assert far.jumps == 2
    assert far.metres == pytest.approx(200, abs=0.5)


def test_what_is_not_exact_or_no_place_and_the_way_through_silence_are_left_out_and_counted() -> None:
    seen = fixes((0, 0, 5), (60, 100, None), (60, 100, 101), (60, 100, math.nan), (60, 100, -1), (120, 100, 100),
                 (121 + 600, 5_000, 5), (800, 5_100, 5))  # fmt: skip
    seen.insert(1, Fixed(MONDAY, 0.0, 0.0, 5))
    found = travelled(seen, RULE)
    assert (found.inexact, found.gaps, found.fixes) == (5, 1, 9)
    assert found.metres == pytest.approx(100, abs=0.5), "100 m exact to 105 m is standing still"
    assert travelled([], RULE) == Travel()


@given(some.lists(some.tuples(some.integers(0, 900), some.integers(-20_000, 20_000),
                              some.sampled_from([None, 3.0, 40.0, 100.0, 200.0])), max_size=25))  # fmt: skip
def test_every_step_is_counted_once_as_way_standing_silence_or_jump(
    waits: list[tuple[int, int, float | None]],
) -> None:
    at, seen = 0, list[tuple[float, float, float | None]]()
    for waited, metres, exact in waits:
        at += waited
        seen.append((at, metres, exact))
    positions = fixes(*seen)
    good = [one for one in positions if one.accuracy in (3.0, 40.0, 100.0)]
    jumps = gaps = 0
    place, far_in_all = (good[0] if good else None), list[float]()
    for before, one in pairwise(good):
        assert place is not None
        seconds, far = (one.at - before.at).total_seconds(), distance(place[1:3], one[1:3])
        unsure = (place.accuracy or 0) + (one.accuracy or 0)
        if seconds <= 600 and far <= unsure:
            continue
        place = one
        if seconds > 600:
            gaps += 1
        elif (far - unsure) / max(seconds, 1) > 200 / 3.6:
            jumps += 1
        else:
            far_in_all.append(far)
    left = len(positions) - len(good)
    assert travelled(positions, RULE) == Travel(sum(far_in_all), len(positions), left, jumps, gaps)
