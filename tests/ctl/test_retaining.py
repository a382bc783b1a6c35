"""``commandcenterctl retention``: says what it would do, does it, and never touches the journal."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from commandcenter import clock, ctl
from commandcenter.domain.complaints import Complainant
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.sightings import Sighting
from commandcenter.storage import positions
from tests.ctl.asking import document, said
from tests.house import House

DAY = dt.timedelta(days=1)


def seen(house: House, days_ago: float) -> Sighting:
    """Where an officer was, so many days ago."""
    at = clock.now() - days_ago * DAY
    return Sighting(person_id=house.keys["oscar"], seen_at=at, lon=120.05, lat=35.95)


def kept(house: House) -> list[float]:
    """How many days ago the positions were that are still there, oldest first."""
    with house.database.reading() as session:
        found = session.scalars(select(Sighting.seen_at).order_by(Sighting.seen_at))
        return [round((clock.now() - at) / DAY) for at in found]


def counted(house: House) -> tuple[int, int]:
    """How many lines the journal has, and how many citizens are known by their telephone numbers."""
    with house.database.reading() as session:
        known = select(func.count()).where(Complainant.phone.is_not(None))
        return session.query(JournalLine).count(), session.scalar(known) or 0


def lived_in(house: House) -> House:
    """Positions of half a year, a citizen of long ago, one of today."""
    house.now = clock.now() - 1200 * DAY
    old = house.complaint(caller_phone="13911110000")
    house.do("ann", "answer", old, answer="已解释政策")
    house.now = clock.now()
    house.complaint(caller_phone="13911110001")
    house.database.sight([seen(house, days) for days in (180, 130, 1, 150, 89)])  # one clock was wrong
    return house


def test_a_dry_run_says_what_would_be_done_and_does_nothing(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    lived_in(house)
    before = counted(house)
    told = document(capsys, "retention", "--dry-run", "--database", house.url)
    assert (told["dry_run"], told["positions"], told["identities"]) == (True, 3, 1)
    status, out, _err = said(capsys, "retention", "--dry-run", "--database", house.url)
    assert (status, "Would drop 3 positions" in out, "Would mask 1 citizens" in out) == (ctl.DONE, True, True)
    assert (kept(house), counted(house)) == ([180, 150, 130, 89, 1], before)


def test_retention_takes_away_what_is_old_a_few_at_a_time_and_adds_to_the_journal_only(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(positions, "_AT_ONCE", 2)
    lived_in(house)
    lines, known = counted(house)
    told = document(capsys, "retention", "--database", house.url)
    assert (told["dry_run"], told["positions"], told["identities"]) == (False, 3, 1)
    assert (kept(house), counted(house)) == ([89, 1], (lines + 1, known - 1))
    again = document(capsys, "retention", "--database", house.url)
    assert (again["positions"], again["identities"]) == (0, 0)
    assert document(capsys, "verify", "--database", house.url)["broken"] is None
