"""The fair-load view: squads beside the district, officers beside their squad, and what each number is made of."""

import datetime as dt
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from commandcenter.domain.attendance import Attendance
from commandcenter.domain.burdens import Measure
from commandcenter.domain.rules import Hardness
from commandcenter.domain.work import Work
from commandcenter.live.fairness import fairness
from tests.house import House
from tests.ui.conftest import MakeWindow
from tests.ui.shift.test_shift_page import FEW, Desk
from ui.shift.load_words import HARDNESS, LEFT
from ui.shift.rows import View

HOURS = {"oscar": 60, "olga": 20, "carl": 40, "otto": 40, "dirk": 40}


def served(house: House) -> None:
    """What each has served: days of ten hours, from eight in the morning, one of them doubted."""

    def body(work: Work) -> None:
        for login, hours in HOURS.items():
            for n in range(hours // 10):
                came = dt.datetime(2026, 11, 20 - n, 0, tzinfo=dt.UTC)
                work.add(Attendance(
                    person_id=house.keys[login], clocked_in_at=came, clocked_out_at=came + dt.timedelta(hours=10),
                    doubts=[{"message": "no place was given", "params": {}}] if (login, n) == ("oscar", 0) else [],
                ))  # fmt: skip

    house.database.run("serve", house._founder(), "test", body)


@pytest.fixture
def desk(make_window: MakeWindow, with_passwords: House, qtbot: QtBot) -> Desk:
    served(with_passwords)
    return Desk(make_window(FEW), with_passwords, qtbot)


def names(desk: Desk) -> list[str]:
    """Who stands in the list, in order."""
    table = desk.page.load.table
    return [desk.page.load._rows[key].name for key in table.keys()]  # noqa: SIM118 – a model


def until(qtbot: QtBot, what: Callable[[], object], wanted: object) -> None:
    """Wait until it is so."""
    qtbot.waitUntil(lambda: what() == wanted)


def test_a_supervisor_goes_from_squads_to_an_officer_and_to_what_a_number_is_made_of_by_keyboard(
    desk: Desk, qtbot: QtBot
) -> None:
    urgent = desk.house.accepted(urgency="urgent")
    desk.house.later(days=1)
    desk.of("sue").show(View.LOAD, 5)
    load, pieces = desk.page.load, desk.page.pieces
    for table in (load.table, pieces.table):
        QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal, table)
    qtbot.waitUntil(lambda: len(names(desk)) == 3)
    assert load.view.select(desk.house.keys["north"])
    assert "Hours on duty 40 h · as much as the district's mean" in pieces.words.text()
    QTest.keyClick(load.view, Qt.Key.Key_Return)
    until(qtbot, load.squads.currentText, "North")
    assert names(desk) == ["Oscar", "Carl", "Olga"], "who bears most comes first"
    assert load.view.select(desk.house.keys["oscar"])
    assert "Hours on duty 60 h · 20 h more than the squad's mean · doubted clock-ins, counted: 1" in pieces.words.text()
    until(qtbot, pieces.table.rowCount, 6)
    load.table.sort_by("hours")
    assert names(desk) == ["Olga", "Carl", "Oscar"]
    QTest.keyClick(load.view, Qt.Key.Key_Return)
    assert desk.window.focusWidget() is pieces.view
    QTest.keyClick(pieces.view, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    until(qtbot, pieces.table.rowCount, 1)
    assert pieces.measure is Measure.HARD
    assert [piece.case.hardness for piece in pieces._pieces.values() if piece.case] == [(Hardness.URGENT,)]
    pieces.view.select_first()
    with qtbot.waitSignal(desk.page.room.case_asked) as asked:
        QTest.keyClick(pieces.view, Qt.Key.Key_Return)
    assert asked.args == [urgent.case_id]


def test_a_captain_sees_the_own_squad_alone_and_is_offered_first_who_bears_least(desk: Desk, qtbot: QtBot) -> None:
    desk.of("carl").show(View.LOAD, 4)
    load, room = desk.page.load, desk.page.room
    qtbot.waitUntil(lambda: len(names(desk)) == 3)
    assert load.squads.isHidden()
    offered = room.choices.officers(desk.house.keys["north"])
    assert [words.split(" · ")[0].split()[0] for _key, words in offered] == ["Olga", "Carl", "Oscar"]
    assert offered[0][1].endswith(" · load 50 % below the squad's mean")
    assert "load" not in offered[1][1], "who bears as much as the others is not remarked on"
    assert not any("load" in words for _key, words in room.choices.officers_by_name(desk.house.keys["north"]))
    desk.window.sign_out()
    assert View.LOAD not in desk.of("oscar").page.switches, "an officer judges nobody's load"


def test_what_was_borne_is_learned_beside_the_window_before_anybody_looks(desk: Desk, qtbot: QtBot) -> None:
    desk.of("ann")
    picture = desk.page.room.picture
    qtbot.waitUntil(lambda: fairness(picture).borne is not None)
    assert set(fairness(picture).officers) == {desk.house.keys[login] for login in HOURS}


def test_every_reason_has_words() -> None:
    assert set(HARDNESS) == set(Hardness)
    assert all(words.count("{n}") == 1 for words in LEFT.values())
