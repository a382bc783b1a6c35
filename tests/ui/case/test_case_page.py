"""The page of a case: a whole life through the window, only legal moves, nothing typed lost, others' deeds at once."""

import datetime as dt
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Photo
from commandcenter.domain.rulings import Reveal
from tests.house import House
from tests.ui.case.conftest import Desk
from ui.case.page import CasePage
from ui.case.photos import decoded, placed


def picture(path: Path, colour: str) -> Path:
    """A photo on the disk."""
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(path))
    return path


TOLD = (
    "已电话联系,今晚到场", "1 min 35 s", "今晚到场测噪声", "已到场测量", "已责令停工", "before.png", "已停工整改",
    "同意", "很满意", "satisfied: 5 of 5", "To accept → Accepted", "Responsible officer: – → Oscar",
)  # fmt: skip


def has_photos(page: CasePage, n: int) -> bool:
    """Whether the page shows so many pictures."""
    return page.life is not None and len(page.life.photos) == n


def test_a_case_is_carried_to_the_archive_in_the_window_by_everybody_in_turn(desk: Desk, tmp_path: Path) -> None:
    house = desk.house
    case = house.case()
    desk.sit("ann", case.id)
    desk.make("dispatch", squad=house.keys["north"], why="属地")
    assert desk.state() == "dispatched"

    desk.sit("carl", case.id)
    desk.make("accept", officer=house.keys["oscar"])
    assert desk.state() == "accepted"

    desk.sit("oscar", case.id)
    house.later(minutes=10)
    desk.make("contact", means="call", outcome="reached", words="已电话联系,今晚到场", duration_s=95)
    assert desk.state() == "contacted"
    desk.make("promise", to_whom="王女士", what="今晚到场测噪声", due_at=house.now + dt.timedelta(hours=5))
    house.later(hours=1)
    desk.make("keep", outcome="已到场测量")
    desk.make("report", words="已责令停工")
    assert desk.state() == "handling"
    for side, colour in (("before", "darkred"), ("after", "darkgreen")):
        form = desk.press("attach_photo")
        form.set_value("file", picture(tmp_path / f"{side}.png", colour))
        assert desk.case.asking.side is not None
        desk.case.asking.side.choose(side)
        photos = len(desk.case.life.photos) if desk.case.life else 0
        form.submit()
        desk.qtbot.waitUntil(partial(has_photos, desk.case, photos + 1))
    desk.make("resolve", disposition="rectified", closing_text="已停工整改")
    assert desk.state() == "resolved"

    desk.sit("sue", case.id)
    desk.make("approve", remark="同意")
    assert desk.state() == "visiting"

    desk.sit("ann", case.id)
    desk.make("visit", outcome="reached", solved=True, satisfied=5, words="很满意")
    assert desk.state() == "closed"
    stored = house.get(Case, case.id)
    assert (stored.state, stored.disposition, stored.closing_text) == ("closed", "rectified", "已停工整改")
    told = desk.told()
    assert [said for said in TOLD if said not in told] == []
    assert "reopen" in desk.moves(), "within the days of grace"


ROLES = {
    "ann": {"assist", "cancel", "remark", "name_conflict", "merge", "promise"},
    "carl": {"accept", "ask_return"},
    "oscar": {"accept"},
    "sue": {"cancel", "remark", "name_conflict", "merge", "chase"},
}


@pytest.mark.parametrize("login", sorted(ROLES))
def test_only_what_is_legal_for_the_person_is_a_button(desk: Desk, login: str) -> None:
    assignment = desk.house.dispatched()
    desk.sit(login, assignment.case_id)
    assert desk.moves() == ROLES[login]


def test_why_the_other_moves_are_not_possible_is_said_on_demand(desk: Desk) -> None:
    assignment = desk.house.dispatched()
    bar = desk.sit("sue", assignment.case_id).bar
    assert bar.why.isHidden()
    bar.ask_why.click()
    assert "Supervise: The case was not chased yet: chase first, then supervise." in bar.why.text()
    assert "Contact" not in bar.why.text(), "what the role may never do is not listed"
    bar.ask_why.click()
    assert bar.why.isHidden()


def test_a_letter_opens_the_form_of_its_move_and_escape_puts_it_away(desk: Desk, qtbot: QtBot) -> None:
    assignment = desk.house.contacted()
    page = desk.sit("oscar", assignment.case_id)
    desk.window.activateWindow()
    desk.board.view.setFocus()
    QTest.keyClick(desk.board.view, Qt.Key.Key_R)
    form = page.asking.form
    assert form is not None
    assert form.move_made.name == "report"
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert page.asking.form is None
    assert page.asking.isHidden()


def test_a_refusal_is_said_at_its_field_and_keeps_what_was_typed(desk: Desk, qtbot: QtBot) -> None:
    assignment = desk.house.accepted()
    desk.sit("oscar", assignment.case_id)
    form = desk.press("contact")
    for name, value in {"means": "call", "outcome": "reached", "words": "打过电话"}.items():
        form.set_value(name, value)
    with qtbot.waitSignal(desk.window.backstage.refused):
        form.submit()
    assert desk.case.asking.form is form
    assert "How long was the call" in form.rows["duration_s"].wrong
    assert form.value("words") == "打过电话"
    form.set_value("duration_s", 40)
    form.submit()
    qtbot.waitUntil(lambda: desk.state() == "contacted")


def test_nobody_approves_what_they_handled(desk: Desk) -> None:
    house = desk.house

    def promote(work: object) -> None:
        from commandcenter.domain.people import Person

        work.get(Person, house.keys["oscar"]).roles = ["officer", "supervisor"]  # type: ignore[attr-defined]

    case = house.resolved()
    house.database.run("roster", house.person("adam"), "test", promote)
    page = desk.sit("oscar", case.id)
    assert "approve" not in desk.moves()
    page.bar.ask_why.setChecked(True)
    assert "Approve: You handled this case yourself: somebody else must do this." in page.bar.why.text()


def test_what_another_station_does_grows_into_the_timeline_and_the_place_stays(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    assignment = house.contacted()
    for n in range(12):
        house.do("oscar", "report", assignment, words=f"进展 {n}")
    page = desk.sit("sue", assignment.case_id)
    bar = page._reading.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 200)
    bar.setValue(200)
    labels = [label for label in page.timeline.findChildren(QLabel) if label.text() == "进展 3"]
    assert len(labels) == 1

    def at() -> int:
        return labels[0].mapTo(page._reading.viewport(), QPoint(0, 0)).y()

    before, n, most = at(), len(desk.entries), bar.maximum()
    house.do("oscar", "report", assignment, words="别处写的")
    qtbot.waitUntil(lambda: len(desk.entries) == n + 1 and bar.maximum() > most)
    assert "别处写的" in desk.told()
    qtbot.waitUntil(lambda: at() == before)  # what is being read does not jump
    assert {button.objectName() for button in page.bar.buttons.values()} >= {"move.chase"}


def test_a_form_stays_open_with_its_words_while_the_case_changes_under_it(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    assignment = house.contacted()
    desk.sit("oscar", assignment.case_id)
    form = desk.press("report")
    form.set_value("words", "写到一半")
    n = len(desk.entries)
    house.do("sue", "chase", assignment.case_id, words="请尽快")
    house.do("oscar", "report", assignment, words="手机上写的")
    qtbot.waitUntil(lambda: len(desk.entries) == n + 2)
    assert desk.case.asking.form is form
    assert form.value("words") == "写到一半"
    form.submit()
    qtbot.waitUntil(lambda: desk.case.asking.form is None)
    qtbot.waitUntil(lambda: "写到一半" in desk.told())


def test_what_was_typed_into_a_form_is_there_again_until_it_is_sent_or_emptied(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    assignment, other = house.contacted(), house.contacted(caller_phone="13700000003")
    case = assignment.case_id
    desk.sit("oscar", case)
    form = desk.press("report")
    form.set_value("words", "写到一半")
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert desk.case.asking.form is None
    desk.look(other.case_id)
    assert desk.press("report").value("words") == "", "another case has a draft of its own"
    house.later(minutes=5)
    desk.sit("oscar", case)
    form = desk.press("report")
    assert form.value("words") == "写到一半", "signed out and in again"
    assert form.message == "What you typed is here again, as of 10:10."
    form.set_value("words", "")
    desk.case.asking.close_form()
    assert desk.press("report").message == "", "emptied is gone"
    desk.make("report", words="已说完")
    form = desk.press("report")
    assert (form.value("words"), form.message) == ("", ""), "sent is gone"


def test_a_draft_of_a_form_is_another_person_s_own_and_holds_times_and_choices(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    assignment = house.contacted()
    desk.sit("oscar", assignment.case_id)
    form = desk.press("promise")
    due_at = house.now + dt.timedelta(hours=9)
    typed = {"what": "今晚停工", "due_at": due_at, "to_whom": "王女士"}
    for name, value in typed.items():
        form.set_value(name, value)
    desk.sit("sue", assignment.case_id)
    assert desk.press("remark").message == ""
    desk.sit("oscar", assignment.case_id)
    assert {name: desk.press("promise").value(name) for name in typed} == typed


def test_showing_the_caller_asks_why_is_journalled_and_is_covered_again(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    case = house.case()
    page = desk.sit("ann", case.id)
    said = house.complaints_of(case)[0]
    chip = page.particulars.citizens.cards[said.id].person
    assert "13912348816" not in chip.text
    chip.reveal_asked.emit()
    form = page.asking.form
    assert form is not None
    form.submit()
    assert "fill in" in form.rows["reason"].wrong
    form.set_value("reason", "核对回电号码")
    form.submit()
    qtbot.waitUntil(lambda: chip.revealed)
    assert "13912348816" in chip.text
    with house.database.reading() as session:
        looks = session.query(Reveal).all()
    assert [(look.reason, look.revealed_by_id) for look in looks] == [("核对回电号码", house.keys["ann"])]
    qtbot.waitUntil(lambda: "核对回电号码" in desk.told())
    house.later(minutes=4, seconds=59)
    desk.window.pulse.tick()
    assert chip.revealed
    house.later(seconds=2)
    desk.window.pulse.tick()
    assert not chip.revealed
    assert "13912348816" not in chip.text


def test_a_look_at_the_caller_from_another_station_is_told_at_once(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    case, other = house.case(), house.case()
    desk.sit("ann", case.id)
    house.do("bob", "reveal", house.complaints_of(other)[0], reason="别的案件")
    house.do("bob", "reveal", house.complaints_of(case)[0], reason="回电核实")
    qtbot.waitUntil(lambda: "回电核实" in desk.told())
    assert "别的案件" not in desk.told()


def test_an_officer_at_work_on_another_case_is_not_offered_the_caller(desk: Desk) -> None:
    assignment = desk.house.dispatched(squad="south")
    page = desk.sit("oscar", assignment.case_id)
    said = desk.house.complaints_of(desk.house.get(Case, assignment.case_id))[0]
    assert page.particulars.citizens.cards[said.id].person._eye.isHidden()


def test_a_deadline_explains_itself_line_by_line(desk: Desk) -> None:
    assignment = desk.house.dispatched()
    head = desk.sit("ann", assignment.case_id).head
    assert head.explanation.isHidden()
    head.facts.link_pressed.emit("assignment.resolve")
    assert "5 working days from Mon 2026-11-23" in head.explanation.text()
    assert "Shandong 2020" in head.explanation.text()
    head.facts.link_pressed.emit("assignment.resolve")
    assert head.explanation.isHidden()


def test_files_dropped_on_the_page_are_attached_one_after_the_other(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    assignment = desk.house.contacted()
    page = desk.sit("oscar", assignment.case_id)
    files = [picture(tmp_path / name, "navy") for name in ("一.png", "二.png")]
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    page.dropEvent(QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton,
                              Qt.KeyboardModifier.NoModifier))  # fmt: skip
    for n in (1, 2):
        form = page.asking.form
        assert form is not None
        qtbot.waitUntil(form._submit.isEnabled)
        form.submit()
        qtbot.waitUntil(partial(has_photos, page, n))
    qtbot.waitUntil(lambda: page.asking.form is None)
    wall = page.particulars.photos
    qtbot.waitUntil(lambda: len(wall.thumbnails) == 2 and all(t.shown for t in wall.thumbnails.values()))
    QTest.mouseClick(next(iter(wall.thumbnails.values())), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.large.has_picture)
    QTest.keyClick(page.large, Qt.Key.Key_Escape)
    assert page.large.isHidden()


def test_a_file_that_cannot_be_read_is_refused_in_words_and_the_form_stays(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    assignment = desk.house.contacted()
    desk.sit("oscar", assignment.case_id)
    form = desk.press("attach_photo")
    form.set_value("file", tmp_path / "nowhere.png")
    form.submit()
    qtbot.waitUntil(lambda: "cannot be read" in form.message)
    assert desk.case.asking.form is form


def test_pictures_stand_in_pairs_before_beside_after() -> None:
    sides = ["after", "before", "", "before", "after", "before"]
    photos = [Photo(id=str(n), side=side) for n, side in enumerate(sides)]
    assert [(place, photo.id) for place, photo in placed(photos)] == [
        (0, "1"), (2, "3"), (4, "5"), (1, "0"), (3, "4"), (6, "2")]


def test_what_is_no_picture_is_none_and_a_large_one_is_read_small(tmp_path: Path) -> None:
    assert decoded(b"not a picture", 100) is None
    assert decoded(None, 100) is None
    small = decoded(picture(tmp_path / "a.png", "navy").read_bytes(), 100)
    assert small is not None
    assert (small.width(), small.height()) == (100, 75)


def test_a_move_that_was_made_is_not_offered_for_another_moment(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    case = house.case()
    house.do("ann", "attach", house.complaint(words="同一工地", caller_phone="13700000007"), case=case.id)
    assignment = house.do("ann", "dispatch", case.id, squad=house.keys["north"], why="属地")
    house.do("carl", "accept", assignment, officer=house.keys["oscar"])
    first, second = (said.id for said in house.complaints_of(case))
    for complaint in (first, second):
        house.later(minutes=10)
        house.do("oscar", "contact", assignment, means="visit", outcome="reached", words="到场", complaint=complaint)
    house.do("oscar", "resolve", assignment, disposition="rectified", closing_text="已整改")
    house.do("sue", "approve", case.id, remark="同意")
    page = desk.sit("ann", case.id)
    answers = {"outcome": "reached", "solved": True, "satisfied": 5}
    form = desk.press("visit", first)
    for name, value in answers.items():
        form.set_value(name, value)
    with qtbot.waitSignal(page.asking.closed):
        form.submit()
    assert page.bar.offer("visit", first) is None, "when the form has gone, the bar is about what is true now"
    assert page.bar.offer("visit", second) is not None

    desk.press("visit", second)
    page.asking.close_form()
    house.do("bob", "remark", case.id, words="第二位诉求人要求晚上回访")
    with qtbot.waitSignal(page._room.backstage.changed):
        pass
    QTest.keyClick(page, Qt.Key.Key_V)  # the newer life is being read: the letter waits for it
    qtbot.waitUntil(lambda: page.asking.form is not None)
    assert page.asking.offer is not None
    assert page.asking.offer.record.id == second
    desk.make("visit", second, **answers)
    assert desk.state() == "closed"


def test_a_closed_case_is_shown_with_all_its_life(desk: Desk) -> None:
    house: House = desk.house
    case = house.visiting()
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=4)
    desk.sit("sue", case.id)
    assert desk.state() == "closed"
    said = [label.text() for label in desk.case.particulars.findChildren(QLabel)]
    assert "North · Lead · Resolved · Oscar" in said, "nothing of a closed case waits for its review"
    assert desk.moves() == {"reopen"}
    desk.make("reopen", reason="又响了")
    assert desk.state() == "dispatched"
    linked = house.get(Complaint, house.complaints_of(case)[0].id)
    assert linked.state == "linked", "whoever complained is asked again when it has been done again"
