"""The counted days: the same answers as from the records, whatever happened since, and nobody writes them but us."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text

from commandcenter.domain.cases import Case
from commandcenter.domain.tallies import TALLY
from commandcenter.operations import perform
from commandcenter.queries.figures import By, Figure, Sought, flow, heat, series, sheet
from commandcenter.queries.figures import by as told_apart
from commandcenter.queries.figures.checking import check
from commandcenter.queries.figures.keeping import Kept, catch_up
from commandcenter.storage.tallying import books
from tests.house import House


def caught_up(house: House) -> Kept:
    """Count the days that have gone by."""
    return catch_up(books(house.database), house.now)


def everything(house: House, *, counted: bool, **narrower: Any) -> list[Any]:
    """All that can be asked, with the counted days or without them."""
    sought = Sought(house.now - dt.timedelta(days=40, hours=5), house.now + dt.timedelta(days=1), now_at=house.now,
                    **narrower)  # fmt: skip
    with house.database.reading() as session:
        if not counted:
            session.info["figures"] = None
        found = [sheet(session, sought), heat(session, sought), flow(session, sought)]
        found += [told_apart(session, sought, figure, by) for figure, by in _APART]
        found += [series(session, sought, Figure.RESOLVING, By.WEEK)]
        return found


_APART = (
    (Figure.SOLVED_ONCE, By.SQUAD), (Figure.RESOLUTION, By.DAY), (Figure.RECEIVED, By.HOUR),
    (Figure.ON_TIME, By.OFFICER), (Figure.REPEAT_COMPLAINANTS, By.CHANNEL), (Figure.CONTACTING, By.SQUAD),
)  # fmt: skip


def agree(house: House, **narrower: Any) -> None:
    """Whoever adds up the counted days says the same as who counts the records."""
    assert everything(house, counted=True, **narrower) == everything(house, counted=False, **narrower)


def cases_of(house: House) -> list[Case]:
    """Every case, the first one first."""
    with house.database.reading() as session:
        return list(session.scalars(select(Case).order_by(Case.opened_at, Case.id)))


def lived(house: House) -> None:
    """Some days on which much happens."""
    for n in range(3):
        house.visiting(caller_phone=f"1370000000{n}")
        house.later(days=1)
    house.accepted(urgency="urgent", caller_phone="13700000007")
    house.do("kim", "find", words="占道", matter=house.keys["noise"], place_words="阳光小区", urgency="ordinary")
    house.later(days=2)


def test_counted_days_say_the_same_as_the_records(house: House) -> None:
    lived(house)
    assert caught_up(house).days > 4
    agree(house)
    agree(house, squad_id=house.keys["north"])
    agree(house, channel="hotline")
    agree(house, squad_id=house.keys["north"], channel="hotline")
    with house.database.reading() as session:
        checked = check(session)
    assert (checked.behind, checked.different) == (0, None)
    assert checked.days > 3


def test_whatever_happens_to_a_counted_day_corrects_it(
    small_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    house = small_house
    lived(house)
    first, second, third, *_others = cases_of(house)
    caught_up(house)

    def and_again() -> None:
        for few in (20, 0):  # looked around one by one, and all at once
            monkeypatch.setattr("commandcenter.queries.figures.unseen._FEW", few)
            agree(house)
        assert caught_up(house).lines > 0
        with house.database.reading() as session:
            assert check(session).different is None

    house.do("bob", "visit", house.complaints_of(first)[0], outcome="reached", solved=False, satisfied=1)
    and_again()
    house.do("bob", "visit", house.complaints_of(second)[0], outcome="reached", solved=True, satisfied=5)
    house.do("bob", "visit", house.complaints_of(third)[0], outcome="reached", solved=True, satisfied=4)
    house.later(days=2)
    caught_up(house)
    agree(house)
    house.complaint(matter=house.keys["noise"], caller_phone="13700000001")
    and_again()
    house.do("sue", "reopen", second, reason="没解决")
    and_again()
    house.do("ines", "seal", third, people=[house.keys["sue"]], reason="纪检")
    and_again()
    house.do("ines", "unseal", third, reason="查清")
    and_again()


def test_a_line_that_is_committed_late_is_taken_into_account(server_house: House) -> None:
    house = server_house
    lived(house)
    with house.database.work("receive", house.person("bob"), "test") as work:
        given = {"channel": "hotline", "words": "慢", "urgency": "ordinary", "caller_phone": "13700000001"}
        perform(work, "receive", given=given)
        work.session.flush()
        house.complaint(caller_phone="13700000002")
        house.later(days=2)
        assert caught_up(house).days > 0
        agree(house)
    agree(house)
    assert caught_up(house).lines > 0
    with house.database.reading() as session:
        assert check(session).different is None


def test_a_line_the_counted_days_never_saw_is_found_and_told(small_house: House) -> None:
    house = small_house
    lived(house)
    caught_up(house)
    house.visiting(caller_phone="13700000008")
    with house.database.reading() as session:
        assert check(session).behind > 0
    with books(house.database).writing() as session:
        seq = session.scalar(text("SELECT max(seq) FROM journal"))
        session.execute(text("UPDATE tally_mark SET seq = :seq, last_day = :day, restored = :seq"),
                        {"seq": seq, "day": (house.now + dt.timedelta(days=1)).date().isoformat()})  # fmt: skip
    with house.database.reading() as session:
        checked = check(session)
    assert checked.behind == 0
    assert checked.different is not None
    assert checked.different.params["day"] == house.now.date().isoformat()


def test_while_the_past_is_being_counted_answers_are_right_and_of_two_who_count_one_goes_on(small_house: House) -> None:
    house = small_house
    lived(house)
    house.visiting(caller_phone="13700000004")
    steps = iter((True, True, False))
    begun = catch_up(books(house.database), house.now, lambda _share: next(steps), at_once=1)
    assert (begun.days, begun.whole) == (2, False)
    agree(house)
    agree(house, squad_id=house.keys["north"])

    def beside(_share: float) -> None:
        assert catch_up(books(house.database), house.now).whole

    assert not catch_up(books(house.database), house.now, beside, at_once=1).whole, "somebody else has written"
    agree(house)
    with house.database.reading() as session:
        checked = check(session)
    assert (checked.days, checked.behind, checked.different) == (5, 0, None)
    with books(house.database).writing() as session:
        session.execute(text("DELETE FROM tally_things WHERE figure = 'resolving'"))
    with house.database.reading() as session:
        different = check(session).different
    assert different is not None
    assert different.params["figure"] == "resolving"


def test_a_definition_that_changed_is_counted_anew(small_house: House) -> None:
    lived(small_house)
    every = caught_up(small_house).days
    assert caught_up(small_house) == Kept(), "nothing has happened"
    with books(small_house.database).writing() as session:
        session.execute(text("UPDATE tally_mark SET counted_as = 0"))
        session.execute(text("UPDATE tally SET received_n = 99"))
    agree(small_house)
    assert caught_up(small_house).days == every
    agree(small_house)


def test_nothing_sealed_is_in_the_counted_days_and_a_seal_holds_at_once(house: House) -> None:
    lived(house)
    caught_up(house)
    case = cases_of(house)[0]
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    for who, seen in (("ann", 2), ("sue", 3)):
        house.database.show_to(lambda who=who: house.keys[who])  # type: ignore[misc]
        for _again in range(2):
            assert of_opened(house) == seen, who
            caught_up(house)
    house.do("ines", "seal", house.visiting(caller_phone="13700000009"), people=[house.keys["sue"]], reason="纪检")
    caught_up(house)
    agree(house, squad_id=house.keys["north"])
    with house.database.reading(whole=True) as session:
        opened = session.execute(select(TALLY.c.opened_n).where(TALLY.c.told_by == "")).scalars()
        assert sum(opened) == 4, "all five but the sealed one"


def of_opened(house: House) -> int:
    """How many cases whoever looks is told of, of the first days."""
    sought = Sought(house.now - dt.timedelta(days=9), house.now - dt.timedelta(days=2, hours=2), now_at=house.now)
    with house.database.reading() as session:
        return sheet(session, sought)[Figure.OPENED].n
