"""The page of the shift: coming with a place, the roster, a leave ruled on, the roll, and a handover signed by two."""

import datetime as dt
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from commandcenter.domain.attendance import Attendance, Position, RollCall
from commandcenter.domain.handover import Handover
from commandcenter.domain.people import Person
from commandcenter.domain.shifts import Leave, RosterEntry
from commandcenter.operations.attending import call_roll, clock_in
from commandcenter.operations.handing_over import offer_handover
from commandcenter.operations.leaving import ask_leave
from tests.house import House
from tests.operations.test_shifts import run
from tests.ui.conftest import MakeWindow, enter
from ui.main_window import MainWindow
from ui.pages import PAGES
from ui.shift.page import ShiftPage
from ui.shift.rows import View

FEW = tuple(entry for entry in PAGES if entry.name in {"archive", "shift"})


class Desk:
    """Somebody's place before the page."""

    def __init__(self, window: MainWindow, house: House, qtbot: QtBot) -> None:
        self.window, self.house, self.qtbot = window, house, qtbot

    def of(self, login: str) -> "Desk":
        """Sign in and go to the page."""
        shell = enter(self.window, login, self.qtbot)
        page = shell.go("shift")
        assert isinstance(page, ShiftPage)
        self.page, self.shell = page, shell
        self.window.activateWindow()
        self.qtbot.waitUntil(lambda: bool(page._own.text()))
        return self

    def rows(self) -> list[str]:
        """What the rows say, headings in brackets."""
        table = self.page.table
        every = [(key, table.grouped.rows[key]) for key in table.keys()]  # noqa: SIM118 – a model
        return [f"[{self.page._rows.headings[key]}]" if key in table.grouped.groups else f"{row.title}: {row.badge}"
                for key, row in every]  # fmt: skip

    def show(self, view: View, place: int) -> None:
        """Another list, by its key."""
        self.page.view.setFocus()
        QTest.keyClick(self.page.view, getattr(Qt.Key, f"Key_{place}"), Qt.KeyboardModifier.ControlModifier)
        assert self.page.view_shown is view

    def choose(self, id_: str) -> None:
        """Choose a row once it is there."""
        self.qtbot.waitUntil(lambda: self.page.view.show_member(id_))

    def press(self, words: str) -> None:
        """Press what can be done."""
        self.qtbot.waitUntil(lambda: self._button(words) is not None)
        button = self._button(words)
        assert button is not None
        button.click()

    def _button(self, words: str) -> QPushButton | None:
        return next((b for b in self.page.aside.buttons.values() if b.text() == words), None)

    def send(self, until: Callable[[], bool], **answers: object) -> None:
        """Fill the form in, and send it."""
        form = self.page.aside.form
        assert form is not None
        for name, value in answers.items():
            form.set_value(name, value)
        form.submit()
        self.qtbot.waitUntil(until)


@pytest.fixture
def desk(make_window: MakeWindow, with_passwords: House, qtbot: QtBot) -> Desk:
    return Desk(make_window(FEW), with_passwords, qtbot)


def test_who_comes_by_the_page_is_here_and_a_doubtful_place_is_said_at_once(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    desk.of("oscar")
    qtbot.waitUntil(lambda: "Oscar: on duty" in desk.rows())
    assert "Cora: on duty" not in desk.rows(), "a squad's people see their own"
    desk.page.clock.click()
    form = desk.page.aside.form
    assert form is not None
    assert form.value("at_unit"), "their unit is where most come to"
    desk.send(lambda: "Oscar: doubtful place" in desk.rows(), at_unit=False, point=(121.47, 31.23), accuracy=12)
    qtbot.waitUntil(lambda: "the place is doubtful" in desk.shell.messages._text.text())
    [row] = _all(house, Attendance)
    assert (row.lon, row.found, row.doubtful) == (121.47, "map", True)
    assert desk.page.clock.text() == "Clock out…"


def _all(house: House, kind: type) -> list:  # type: ignore[type-arg]
    with house.database.reading() as session:
        return list(session.query(kind))


def test_a_supervisor_puts_people_on_the_roster_and_is_refused_at_the_field(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    desk.of("sue").show(View.ROSTER, 2)
    desk.press("Put on the roster")
    day = dt.date(2026, 11, 24)
    given = {"people": [house.keys["ann"]], "shift": "Early 08:00–16:00", "first_day": day}
    form = desk.page.aside.form
    assert form is not None
    last = form.rows["last_day"]
    desk.send(lambda: "before the first" in last.wrong, **given, last_day=day - dt.timedelta(days=2))
    desk.send(lambda: "Ann: " in desk.rows(), last_day=day + dt.timedelta(days=1))
    assert [one.day for one in _all(house, RosterEntry)] == [day, day + dt.timedelta(days=1)]
    assert desk.rows()[0] == "[Tue 11-24 · Early 08:00–16:00]"
    desk.press("Put on the roster")
    form = desk.page.aside.form
    assert form is not None
    desk.send(lambda: "Ann has another duty then" in form.message, **given, last_day=day)


def test_a_leave_and_a_doubtful_place_wait_for_who_holds_the_roster(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    key = run(house, "olga", ask_leave, "sick", dt.date(2026, 11, 24), dt.date(2026, 11, 24), "发烧")
    doubt = run(house, "oscar", clock_in, Position())
    desk.of("carl").show(View.ASKED, 3)
    qtbot.waitUntil(lambda: desk.rows() == ["[Places to look into]", "Oscar: doubtful place",
                                            "[Leave that is asked for]", "Olga · Tue 11-24: Asked"])  # fmt: skip
    assert View.HANDOVER not in desk.page.switches, "a captain hands no shift over"
    desk.choose(f"leave:{key}")
    qtbot.waitUntil(desk.page.aside.buttons["rule_leave:Approve"].isVisible)
    QTest.keyClick(desk.page.view, Qt.Key.Key_Return)
    assert desk.window.focusWidget() is desk.page.aside.buttons["rule_leave:Approve"], "Enter leads to what can be done"
    desk.press("Approve")
    desk.send(lambda: house.get(Leave, key).state == "approved", ruling="注意休息")
    desk.choose(f"doubt:{doubt}")
    desk.press("Do not believe it")
    desk.send(lambda: house.get(Attendance, doubt).judgement == "disbelieved", remark="本人不在岗")
    qtbot.waitUntil(lambda: "Oscar: doubtful place" not in desk.rows())


def test_the_roll_is_answered_at_its_line_and_closed_by_itself_when_the_time_is_over(
    desk: Desk, qtbot: QtBot
) -> None:
    house = desk.house
    key = run(house, "sue", call_roll, None, 5)
    desk.of("ann")
    banners = desk.shell.banners
    qtbot.waitUntil(lambda: "roll_call" in banners.texts())
    answer = banners._shown["roll_call"].findChild(QPushButton)
    assert answer is not None
    answer.click()
    qtbot.waitUntil(lambda: "roll_call" not in banners.texts())
    qtbot.waitUntil(lambda: "Ann: answered" in desk.rows())
    desk.window.sign_out()
    desk.of("sue")
    desk.choose(f"roll:{key}:{house.keys['bob']}")
    desk.press("Is here")
    qtbot.waitUntil(lambda: "Bob: answered" in desk.rows())
    house.just_after(house.get(RollCall, key).ends_at)
    desk.window.pulse.tick()
    qtbot.waitUntil(lambda: house.get(RollCall, key).closed_at is not None)
    assert set(house.get(RollCall, key).missing) == {house.keys["tom"], house.keys["ines"]}
    qtbot.waitUntil(lambda: "[Roll-call of the room at 09:30: 2 missing]" in desk.rows())


def test_a_handover_is_signed_by_whoever_takes_over_with_what_changed_since(desk: Desk, qtbot: QtBot) -> None:
    house = desk.house
    house.dispatched(urgency="urgent")
    key = run(house, "tom", offer_handover, "三号工地")
    house.later(minutes=5)
    lead = house.contacted(caller_phone="13700000002")
    house.do("oscar", "promise", lead.case_id, to_whom="李", what="到场", due_at=house.now + dt.timedelta(hours=1))
    desk.of("sue").show(View.HANDOVER, 4)
    qtbot.waitUntil(lambda: "[New since the first signature]" in desk.rows())
    said = desk.page.aside._lines.text()
    assert "Signed by Tom at 09:30" in said
    assert "三号工地" in said
    assert "After the first signature:" in said
    desk.press("Sign and take over")
    qtbot.waitUntil(lambda: house.get(Handover, key).state == "signed")
    assert house.get(Handover, key).incoming_by_id == house.keys["sue"]
    qtbot.waitUntil(lambda: "Tom → Sue: Signed by both" in desk.rows())
    assert desk._button("Sign and hand over") is not None, "the next one is hers to give"
    assert house.get(Person, house.keys["sue"]).login == "sue"
