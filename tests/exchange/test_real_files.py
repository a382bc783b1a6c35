"""The real files: every row ends as a complaint or a rejection, with exact totals."""

import datetime as dt
import os
import tracemalloc
from pathlib import Path

import pytest

from commandcenter.exchange.incoming import Incoming, Rejected, read_incoming, suggest_profile_for

REAL = Path(os.environ.get("COMMANDCENTER_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
NOW = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"the real files are not here: set COMMANDCENTER_REAL_DATA (looked in {REAL.name})"
)


def _all(name: str, profile: str) -> tuple[list[Incoming], list[Rejected]]:
    with read_incoming(REAL / name, profile, now=NOW) as reading:
        items = list(reading)
        assert reading.rows_read == len(items)
        assert reading.blank_rows == 0
        assert reading.share_read == 1.0
    return [i for i in items if isinstance(i, Incoming)], [i for i in items if isinstance(i, Rejected)]


@pytest.mark.parametrize(
    "name, profile, taken, rejected",
    [
        ("complaints-zh/letters.csv", "letters", 4326, 0),
        ("complaints-zh/letters-gb18030.csv", "letters", 800, 0),
        ("complaints-zh/letters-answered.csv", "letters-answered", 2816, 0),
        ("complaints-zh/letters-answered.xlsx", "letters-answered", 2816, 0),
        ("complaints-zh/letters-labelled.csv", "letters-labelled", 5557, 1),
        ("calls-en/calls.csv", "calls", 70_000, 0),
    ],
)
def test_every_row_is_taken_or_rejected_and_has_a_number_of_its_own(
    name: str, profile: str, taken: int, rejected: int
) -> None:
    suggested = suggest_profile_for(REAL / name)
    assert suggested is not None
    assert suggested.name == profile
    incoming, refused = _all(name, profile)
    assert (len(incoming), len(refused)) == (taken, rejected)
    assert len({(item.source, item.source_number) for item in incoming}) == taken
    assert all(item.words and item.title and item.arrived_at.tzinfo is dt.UTC for item in incoming)


def test_the_gb18030_file_says_the_same_as_the_first_rows_of_the_other() -> None:
    utf8, _ = _all("complaints-zh/letters.csv", "letters")
    gb18030, _ = _all("complaints-zh/letters-gb18030.csv", "letters")
    assert gb18030 == utf8[:800]


def test_the_workbook_says_the_same_as_the_csv_file() -> None:
    book, _ = _all("complaints-zh/letters-answered.xlsx", "letters-answered")
    text, _ = _all("complaints-zh/letters-answered.csv", "letters-answered")
    assert book == text


def test_answered_letters_keep_their_real_durations() -> None:
    closed, _ = _all("complaints-zh/letters-answered.csv", "letters-answered")
    days = sorted((item.answered_at - item.arrived_at) / dt.timedelta(days=1) for item in closed if item.answered_at)
    assert len(days) == 2816
    assert days[0] >= 0
    assert round(days[len(days) // 2], 1) == 11.2
    assert round(days[len(days) * 9 // 10]) == 41


def test_the_one_letter_that_is_too_long_is_rejected_with_its_place() -> None:
    _, (rejected,) = _all("complaints-zh/letters-labelled.csv", "letters-labelled")
    assert (rejected.row_number, rejected.line, rejected.column) == (1682, 1807, "留言详情")
    assert str(rejected.reason) == "The text has 12220 characters, at most 10000 are taken"


def test_calls_keep_their_place_and_the_summer_time_of_their_county() -> None:
    calls, _ = _all("calls-en/calls.csv", "calls")
    first, last = calls[0], calls[-1]
    assert (first.lon, first.lat, first.town) == (-75.5812935, 40.2978759, "NEW HANOVER")
    assert first.arrived_at == dt.datetime(2015, 12, 10, 22, 40, tzinfo=dt.UTC)
    assert last.arrived_at == dt.datetime(2016, 6, 9, 18, 22, 3, tzinfo=dt.UTC)
    assert sum(item.urgency == "urgent" for item in calls) == 34_245 + 10_271
    far = [item for item in calls if item.lat is not None and not 39.9 < item.lat < 40.5]
    assert len(far) == 7  # outside the county but inside the world: the words count, the operator decides


def test_a_hundred_thousand_calls_are_read_in_bounded_memory() -> None:
    tracemalloc.start()
    with read_incoming(REAL / "calls-en" / "calls.csv", "calls", now=NOW) as reading:
        for _ in range(2_000):
            next(reading)
        early = tracemalloc.get_traced_memory()[1]
        for _ in range(10_000):
            next(reading)
        late = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert late - early < 1_000_000
