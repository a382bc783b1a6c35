"""The supervisor's queues: what waits and for how long, decided beside its case, always with a remark."""

from datetime import timedelta

from PySide6.QtCore import QItemSelectionModel
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from commandcenter.domain.contacts import Promise
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.rulings import Request
from commandcenter.operations.administering import set_rule
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.case.telling import Teller
from ui.rail import RailButton
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


def test_the_rail_says_how_long_the_oldest_has_waited_in_sight_and_in_words(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    house.do("carl", "ask_return", house.dispatched(), reason="不属本队", basis="属地")
    house.later(minutes=25)
    house.resolved(caller_phone="13700000005")
    shell = enter(make_window(), "sue", qtbot)
    qtbot.waitUntil(lambda: shell.rail.count("review") == 2)
    shell.room.pulse.tick()
    button = shell.rail.findChild(RailButton, "rail.review")
    assert button is not None
    assert shell.rail.age("review") == "2 h"
    assert button.accessibleName() == "Review, 2 to do, the oldest for 2 h 45 min"
    assert "the oldest for 2 h 45 min" in button.toolTip()
    house.later(days=3)
    shell.room.pulse.tick()
    assert shell.rail.age("review") == "3 d"


def test_the_title_counts_what_stands_below_it(make_window: MakeWindow, with_passwords: House, qtbot: QtBot) -> None:
    house = with_passwords
    work = house.contacted()
    page = opened(make_window, house, qtbot)
    house.just_after(work.resolve_due_at)
    page.room.pulse.tick()
    assert page.heading.words == ("Late or with a card 1", "")
    house.do("oscar", "resolve", work.id, disposition="rectified", closing_text="好了")
    other = house.contacted(caller_phone="13700000006")
    house.do("oscar", "resolve", other.id, disposition="rectified", closing_text="好了")
    late = house.contacted(caller_phone="13700000007")
    house.just_after(late.resolve_due_at)
    qtbot.waitUntil(lambda: {f"case:{other.case_id}", f"late:{late.case_id}"} <= set(page.table.grouped.rows))
    assert page.heading.words == ("To decide 2", "1 late or with a card")


def choose(page: ReviewPage, qtbot: QtBot, *ids: str) -> None:
    """Choose these rows together."""
    chosen, flags = page.view.selectionModel(), QItemSelectionModel.SelectionFlag
    chosen.clear()
    for id_ in ids:
        row = page.table.index(page.table.row_of(id_), 0)
        chosen.select(row, flags.Select | flags.Rows)
    qtbot.waitUntil(lambda: len(page.several.decisions) == len(ids) or bool(page.several.why.text))


def test_several_are_signed_off_with_one_remark_each_by_itself_and_a_refusal_stops_no_other(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    cases = [house.resolved(caller_phone=f"1370000001{n}") for n in range(3)]
    house.do("tom", "name_conflict", cases[1], named=[house.keys["sue"]], reason="举报")
    page = opened(make_window, house, qtbot)
    choose(page, qtbot, *(f"case:{case.id}" for case in cases))
    several = page.several
    assert several.title == "Resolved, to sign off: 3 chosen"
    assert page.case.key is None, "no letter reaches a case that nobody sees"
    assert several.form is not None
    several.form.submit()
    assert "fill in" in several.form.rows["remark"].wrong, "never without a remark"
    several.form.set_value("remark", "材料齐全")
    several.form.submit()
    qtbot.waitUntil(lambda: several.title.startswith("2 decided"))
    assert several.title == "2 decided · 1 not: the reason stands below"
    told = {one.row.case_id: (one.done, one.line.text) for one in several.decisions}
    assert told[cases[1].id][0] is False
    assert "The case is about you or your squad" in told[cases[1].id][1]
    assert told[cases[0].id] == (True, f"{cases[0].number} · done")
    assert [house.get(Case, case.id).state for case in cases] == ["visiting", "resolved", "visiting"]
    with house.database.reading() as session:
        lines = session.query(JournalLine).where(JournalLine.operation == "approve", JournalLine.kind == "case_file")
        signed = [(line.key, line.operation_id, line.reason) for line in lines]
    assert {key for key, _id, _reason in signed} == {cases[0].id, cases[2].id}
    assert len({id_ for _key, id_, _reason in signed}) == 2, "each is an operation of its own"
    assert {reason for _key, _id, reason in signed} == {"材料齐全"}


def test_what_somebody_else_ruled_meanwhile_is_told_of_that_one_alone(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    asked = [house.do("oscar", "ask_extension", house.contacted(caller_phone=f"1370000002{n}"), reason="要检测",
                      amount="3 wd") for n in range(2)]  # fmt: skip
    page = opened(make_window, house, qtbot)
    choose(page, qtbot, *(f"ask:{key}" for key in asked))
    assert page.several.form is not None
    page.several.form.set_value("ruling", "同意")
    house.do("tom", "refuse", asked[0], ruling="理由不足")
    page.several.form.submit()  # before the feed could bring it
    qtbot.waitUntil(lambda: all(one.over for one in page.several.decisions))
    words = {one.record.id: one.line.text for one in page.several.decisions}
    assert "Tom changed it first" in words[asked[0]]
    assert "“Refuse / enforce: 理由不足”" in words[asked[0]]
    assert [house.get(Request, key).state for key in asked] == ["refused", "agreed"]


def test_returns_and_what_stands_in_different_queues_are_not_decided_together_and_that_is_said(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    returns = [house.do("carl", "ask_return", house.dispatched(caller_phone=f"1370000003{n}"), reason="不属",
                        basis="属地") for n in range(2)]  # fmt: skip
    case = house.resolved(caller_phone="13700000039")
    page = opened(make_window, house, qtbot)
    choose(page, qtbot, *(f"ask:{key}" for key in returns))
    assert page.several.form is None
    assert "one by one" in page.several.why.text
    choose(page, qtbot, f"ask:{returns[0]}", f"case:{case.id}")
    qtbot.waitUntil(lambda: "different queues" in page.several.why.text)
    assert page.several.form is None


def test_a_station_of_a_supervisor_presses_by_rule_and_the_file_says_so(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    work = house.contacted()
    house.database.run("set_rule", house.person("adam"), "test", lambda w: set_rule(w, "ladder.by_rule", "on"))
    page = opened(make_window, house, qtbot)
    assert work.resolve_due_at is not None
    house.now = house.database.rules().after(work.resolve_due_at, "1 wd") - timedelta(hours=3)
    page.room.pulse.tick()
    qtbot.waitUntil(lambda: house.get(Case, work.case_id).rung == "chased")
    qtbot.waitUntil(lambda: f"late:{work.case_id}" in page.table.grouped.rows)
    page.view.select(f"late:{work.case_id}")
    qtbot.waitUntil(lambda: page.case.life is not None)
    assert page.case.life is not None
    told = [line for line in Teller(page.case.life, page.room.picture).lines() if line.what == "Pressed by rule"]
    assert [line.who for line in told] == ["the system"]
    assert "By rule ladder.chase_after: it was to be resolved by 2026-11-30 17:30." in told[0].detail


def test_a_sign_stands_there_with_its_reason_and_is_put_aside_with_a_remark_that_the_file_keeps(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    work = house.accepted()
    house.do("oscar", "contact", work, means="call", outcome="reached", words="已联系", duration_s=2)
    page = opened(make_window, house, qtbot)
    row = f"sign:bare_contact:{work.case_id}"
    qtbot.waitUntil(lambda: row in page.table.grouped.rows)
    assert headings(page, house)[Queue.SIGN].startswith("Signs that something goes wrong 1/0")
    page.view.select(row)
    qtbot.waitUntil(lambda: page.case.life is not None and not page.sign.isHidden())
    assert page.sign.why.text.startswith("1 contacts that nothing shows")
    assert page.sign.remark.isHidden()
    page.sign.put_aside.click()
    assert not page.sign.remark.isHidden(), "asked for first"
    page.sign.put_aside.click()
    qtbot.waitUntil(lambda: "say why" in page.sign.refused.text)
    page.sign.remark.setText("已回听录音")
    page.sign.send()
    qtbot.waitUntil(lambda: row not in page.table.grouped.rows)
    with house.database.reading() as session:
        (line,) = session.query(JournalLine).where(JournalLine.operation == "dismiss_sign")
        assert (line.reason, line.case_id) == ("已回听录音", work.case_id)
    house.later(days=3, hours=1)
    page.room.pulse.tick()
    assert f"sign:stuck:{work.case_id}" in page.table.grouped.rows, "silence by time alone"


def test_a_crowd_becomes_one_case_from_the_page_and_everybody_is_owed_a_word(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    cases = [house.case(caller_phone=f"1370000030{n}") for n in range(5)]
    house.do("tom", "name_conflict", cases[4], named=[house.keys["sue"]], reason="举报")
    page = opened(make_window, house, qtbot)
    qtbot.waitUntil(lambda: any(key.startswith("sign:surge:") for key in page.table.grouped.rows))
    row = next(key for key in page.table.grouped.rows if key.startswith("sign:surge:"))
    lead = page.table.grouped.rows[row].case_id
    page.view.select(row)
    qtbot.waitUntil(lambda: not page.sign.isHidden() and not page.sign.gather.isHidden())
    page.sign.gather.click()
    page.sign.remark.setText("同一工地")
    page.sign.gather.click()
    qtbot.waitUntil(lambda: len(owed(house, lead)) == 4)
    assert sorted(house.get(Case, case.id).state for case in cases) == ["merged"] * 3 + ["open"] * 2
    assert len(set(owed(house, lead))) == 4, "one word each"


def owed(house: House, case: str) -> list[str | None]:
    """The complaints about which a word is owed on that case."""
    with house.database.reading() as session:
        return [promise.complaint_id for promise in session.query(Promise).where(Promise.case_id == case)]
