"""Return visits by telephone: the list of whose they are, the number, the two questions, and then the next one."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.rulings import Reveal
from commandcenter.domain.work import Work
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.followup.groups import By
from ui.followup.page import FollowUpPage
from ui.main_window import MainWindow


def page_of(window: MainWindow, login: str, qtbot: QtBot) -> FollowUpPage:
    shell = enter(window, login, qtbot)
    page = shell.go("followup")
    assert isinstance(page, FollowUpPage)
    window.activateWindow()
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert page.by is By.VISITS
    return page


def headings(page: FollowUpPage, house: House) -> list[str]:
    table = page.table
    groups = [table.grouped.rows[key] for key in table.keys() if key in table.grouped.groups]  # noqa: SIM118 – a model
    return [f"{table.heading(row, house.now).title} {len(row.members)}" for row in groups]


def test_a_visit_is_made_without_the_mouse_and_the_next_one_follows(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    mine, _bobs, next_ = (house.complaints_of(house.visiting(caller_phone=f"1370000000{n}"))[0] for n in range(3))
    page = page_of(make_window(), "ann", qtbot)
    assert headings(page, house) == ["Ann 2"], "bob's stands in bob's list"
    assert page.view.show_member(f"visit:{mine.id}")
    qtbot.waitUntil(lambda: page.case.life is not None)
    assert page.call.isVisible()
    assert "try 1 of 3" in page.call._tries.text()
    assert "13700000000" not in page.call.person.text
    QTest.keyClick(page.view, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "13700000000" in page.call.person.text)
    with house.database.reading() as session:
        assert [look.reason for look in session.query(Reveal)] == ["Return visit"]
    QTest.keyClick(page.view, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: page.case.asking.form is not None)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_4):
        QTest.keyClick(page.window().focusWidget(), key)
    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.view.key == f"visit:{next_.id}")
    asked = house.get(Complaint, mine.id)
    assert (asked.solved, asked.satisfied) == (True, 4)
    qtbot.waitUntil(lambda: page.case.asking.form is None)
    assert "13700000000" not in page.call.person.text


def test_a_try_that_reached_nobody_says_from_when_on_the_next_is_due_and_goes_behind_the_others(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    first, _bobs, second = (house.complaints_of(house.visiting(caller_phone=f"1370000000{n}"))[0] for n in range(3))
    house.do("ann", "visit", first, outcome="unreachable")
    page = page_of(make_window(), "ann", qtbot)
    house.just_after(house.get(Complaint, second.id).visit_due_at)
    house.do("ann", "visit", first, outcome="unreachable")
    rows = [key for key in page.table.keys() if key.startswith("visit:")]  # noqa: SIM118 – a model
    qtbot.waitUntil(lambda: "try 3 of 3 · again from" in page._wording._about(page._source[f"visit:{first.id}"]))
    qtbot.waitUntil(lambda: [key for key in page.table.keys() if key.startswith("visit:")]  # noqa: SIM118
                    == [f"visit:{second.id}", f"visit:{first.id}"])  # fmt: skip
    assert len(rows) == 2


def leave_to_nobody(house: House) -> None:
    """The confidential ones wait for their owner, who has gone."""

    def body(work: Work) -> None:
        for said in work.all(Complaint, Complaint.confidential.is_(True)):
            said.visitor_id = None

    house.database.run("share_visits", house.person("sue"), "test", body)


def test_a_supervisor_sees_every_operator_s_visits_and_nobody_s(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    for n in range(3):
        house.visiting(caller_phone=f"1370000000{n}")
    house.visiting(caller_phone="13700000009", confidential=True)
    leave_to_nobody(house)
    page = page_of(make_window(), "sue", qtbot)
    assert sorted(headings(page, house)) == ["Ann 2", "Bob 1", "Nobody's visits 1"]


def test_who_makes_no_visits_is_offered_no_list_of_them(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    page = enter(make_window(), "oscar", qtbot).go("followup")
    assert isinstance(page, FollowUpPage)
    assert By.VISITS not in page.switches
