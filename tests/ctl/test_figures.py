"""``commandcenterctl figures`` counts the days gone by; ``verify --figures`` holds them against the records."""

import pytest
from sqlalchemy import text

from commandcenter.storage.tallying import books
from tests.ctl.asking import document, said
from tests.house import House


def test_days_are_counted_by_command_and_the_first_that_is_wrong_is_named(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _err = said(capsys, "verify", "--figures", "--database", house.url)
    assert (status, "No days are counted yet" in out) == (0, True)
    house.resolved()
    told = document(capsys, "figures", "--database", house.url)
    assert told["days"] > 0
    with house.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM travelled")) == 28, "and how far officers travelled on each"
    assert document(capsys, "verify", "--figures", "--database", house.url)["figures"]["different"] is None
    with books(house.database).writing() as session:
        day = house.now.date().isoformat()
        session.execute(text("UPDATE tally SET received_n = 7 WHERE told_by = 'squad' AND day = :day"), {"day": day})
    status, out, _err = said(capsys, "verify", "--figures", "--database", house.url)
    assert status == 1
    assert "of squad" in out
    assert day in out
