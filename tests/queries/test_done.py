"""Which operations were done, asked by a station that fell over; and who called, asked with a reason."""

import pytest

from commandcenter.domain.record import new_key
from commandcenter.errors import NotAllowed
from commandcenter.queries.callers import revealed
from commandcenter.queries.done import done_among
from tests.house import House


def test_the_journal_knows_which_operations_were_done(house: House) -> None:
    done, never = new_key(), new_key()
    house.database.run("touch", house.person("adam"), "test", lambda work: _disable(work, house), operation_id=done)
    with house.database.reading() as session:
        assert done_among(session, {done, never}) == {done}
        assert done_among(session, ()) == set()


def _disable(work: object, house: House) -> None:
    from commandcenter.domain.matters import Matter

    work.get(Matter, house.keys["fishing"]).disabled = True  # type: ignore[attr-defined]


def test_a_caller_is_told_only_through_a_look_on_record(house: House) -> None:
    complaint = house.complaint()
    look = house.do("ann", "reveal", complaint, reason="to call back")
    with house.database.reading() as session:
        found = revealed(session, house.person("ann"), look)
        assert found is not None
        assert (found[0].complaint_id, found[1].phone) == (complaint.id, "13912348816")
        assert revealed(session, house.person("ann"), complaint.id) is None


def test_a_look_shows_the_caller_to_nobody_but_who_looked(house: House) -> None:
    look = house.do("ann", "reveal", house.complaint(), reason="to call back")
    with house.database.reading() as session, pytest.raises(NotAllowed, match="a reason of your own"):
        revealed(session, house.person("bob"), look)
