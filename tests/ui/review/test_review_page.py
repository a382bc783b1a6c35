"""The supervisor's queues: what waits and for how long, decided beside its case, always with a remark."""

from pytestqt.qtbot import QtBot

from commandcenter.domain.rulings import Request
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.review.page import ReviewPage
from ui.review.queues import Queue


def opened(make_window: MakeWindow, house: House, qtbot: QtBot, login: str = "sue") -> ReviewPage:
    del house
    shell = enter(make_window(), login, qtbot)
    shell.go("review")
    page = shell.page_of("review")
    assert isinstance(page, ReviewPage)
    return page


def headings(page: ReviewPage, house: House) -> dict[str, str]:
    """The headings of the queues: title, count, late, oldest."""
    found = {}
    for key, group in page.table.grouped.groups.items():
        said = page.table.heading(group, house.now)
        found[key] = f"{said.title} {said.count}/{said.late} {said.subtitle}"
    return found


def test_the_queues_say_how_many_wait_and_since_when(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    house.do("carl", "ask_return", house.dispatched(), reason="不属本队", basis="属地")
    house.later(minutes=30)
    house.do("oscar", "ask_extension", house.contacted(caller_phone="13700000003"), reason="要检测", amount="3 wd")
    house.do("oscar", "ask_suspension", house.contacted(caller_phone="13700000004"), reason="等鉴定", amount="5 d")
    house.resolved(caller_phone="13700000005")
    page = opened(make_window, house, qtbot)
    said = headings(page, house)
    assert said.keys() >= {Queue.RETURN, Queue.EXTENSION, Queue.SUSPENSION, Queue.SIGN_OFF}
    assert said[Queue.RETURN].startswith("Returns to rule on 1/0 oldest: 3 h 30 min")
    assert said[Queue.SIGN_OFF].startswith("Resolved, to sign off 1/0")
    assert ReviewPage.count(page.room.picture, page.room.person) == 4


def test_a_return_is_refused_beside_its_case_with_a_sentence(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    key = house.do("carl", "ask_return", house.dispatched(), reason="不属本队", basis="属地")
    page = opened(make_window, house, qtbot)
    assert page.view.select(f"ask:{key}")
    qtbot.waitUntil(lambda: page.case.life is not None)
    assert page.case.begin_move("refuse")
    form = page.case.asking.form
    assert form is not None
    form.submit()
    assert "fill in" in form.rows["ruling"].wrong, "never without a remark"
    form.set_value("ruling", "属地明确,由你队办理")
    form.submit()
    qtbot.waitUntil(lambda: f"ask:{key}" not in page.table.grouped.rows)
    ruled = house.get(Request, key)
    assert (ruled.state, ruled.ruling) == ("refused", "属地明确,由你队办理")


def test_a_resolved_case_leaves_the_queue_when_it_is_signed_off_anywhere(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    case = house.resolved()
    page = opened(make_window, house, qtbot)
    assert f"case:{case.id}" in page.table.grouped.rows
    house.do("tom", "approve", case, remark="同意")
    qtbot.waitUntil(lambda: f"case:{case.id}" not in page.table.grouped.rows)
    assert ReviewPage.count(page.room.picture, page.room.person) == 0


def test_what_somebody_handled_is_not_theirs_to_sign_off_and_that_is_said_at_once(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords

    def promote(work: object) -> None:
        from commandcenter.domain.people import Person

        work.get(Person, house.keys["oscar"]).roles = ["officer", "supervisor"]  # type: ignore[attr-defined]

    case = house.resolved()
    house.database.run("roster", house.person("adam"), "test", promote)
    page = opened(make_window, house, qtbot, "oscar")
    page.view.select(f"case:{case.id}")
    qtbot.waitUntil(lambda: page.case.life is not None)
    assert page.case.bar.offer("approve") is None
    assert "You handled this case yourself" in page.case.bar.why.text()


def test_what_becomes_late_and_earns_a_card_comes_by_time_alone(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    assignment = house.contacted()
    page = opened(make_window, house, qtbot)
    row = f"late:{assignment.case_id}"
    assert row not in page.table.grouped.rows
    due_at = assignment.resolve_due_at
    assert due_at is not None
    house.now = due_at.replace(hour=1)
    page.room.pulse.tick()
    assert page.table.grouped.rows[row].card == "yellow"
    house.later(days=4)
    page.room.pulse.tick()
    assert page.table.grouped.rows[row].card == "red"
    assert headings(page, house)[Queue.LATE].startswith("Late, and yellow or red cards 1/1")
