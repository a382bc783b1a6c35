"""Administrators and inspectors look into what others did: one list from the journal, which can be taken out too."""

import csv
import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter.domain.logins import Missed, login_mark
from commandcenter.domain.people import NumbersTried
from commandcenter.errors import Refused
from commandcenter.live.delta import Delta, Fix
from commandcenter.operations.enrolling import Belonging, Office
from commandcenter.operations.overseeing import EXPORTED_BY, record_export, record_refused, sign_out_everywhere
from commandcenter.operations.signing import sign_in
from commandcenter.queries.oversight import Sort
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.main_window import MainWindow
from ui.pages import PAGES
from ui.security import page as security_page
from ui.security.page import SecurityPage
from ui.security.saying import LISTS

FEW = tuple(entry for entry in PAGES if entry.name in {"archive", "people", "security"})


class Auditor:
    """Somebody before the page."""

    def __init__(self, window: MainWindow, house: House, qtbot: QtBot) -> None:
        self.window, self.house, self.qtbot = window, house, qtbot

    def of(self, login: str) -> SecurityPage:
        page = enter(self.window, login, self.qtbot).go("security")
        assert isinstance(page, SecurityPage)
        self.page = page
        self.qtbot.waitUntil(lambda: page.table.count > 0)
        return page

    def rows(self) -> list[tuple[str, ...]]:
        """What stands in the list, from the top, without the time."""
        return [self.page._cells(self.page._facts[key])[1:] for key in self.page.table.keys()]  # noqa: SIM118

    def only(self, sort: Sort) -> list[tuple[str, ...]]:
        """Choose one sort of fact, and wait for the answer."""
        box = self.page.filters.sort
        box.setCurrentIndex(box.findData(str(sort)))
        self.qtbot.waitUntil(lambda: all(fact.sort is sort for fact in self.page._facts.values()))
        return self.rows()


@pytest.fixture
def auditor(with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> Auditor:
    return Auditor(make_window(FEW), with_passwords, qtbot)


def missed(house: House, login: str) -> None:
    """Somebody types a wrong password at desk 7."""
    with pytest.raises(Refused):
        sign_in(house.database, login, "guess guess", "desk 7")


def run(house: House, login: str, operation: str, body: Any) -> None:
    """Somebody does something at desk 4."""
    house.database.run(operation, house.person(login), "desk 4", body)


def test_every_line_says_who_did_what_to_whom_where_and_why(auditor: Auditor) -> None:
    house = auditor.house
    case = house.case()
    house.do("ann", "reveal", house.complaints_of(case)[0], reason="回电核实")
    run(house, "sue", "export", partial(record_export, what="archive", row_count=42, file="名单.csv", sought={
        "words": "噪音", "squad_id": house.keys["north"], "until_at": "2026-11-22T16:00:00.000000Z"}))
    for login in ("oscar", "oscar", "nobody"):
        missed(house, login)
    office = Office(house.database, house.person("adam"), "desk 4")
    office.change_roles(house.keys["bob"], Belonging(["operator", "supervisor"]))
    office.disable(house.keys["bob"])
    run(house, "adam", "sign_out_everywhere", partial(sign_out_everywhere, person=house.keys["sue"]))
    tried = NumbersTried(person_id=house.keys["bob"], tried=1200, total=1200, noticed_at=house.now)
    run(house, "ines", "note_numbers_tried", lambda work: work.add(tried))
    auditor.of("adam")
    numbers, *others = auditor.rows()
    assert numbers == (
        "Numbers tried", "Tried 1200 telephone numbers", "in files, or beyond what calls bring", "Bob", "")
    assert others[:8] == [
        ("Signed out", "Sue was signed out everywhere", "", "Adam", "desk 4"),
        ("Rights", "Bob: put out of use", "", "Adam", "desk 4"),
        ("Rights", "Bob: roles Operator → Operator, Shift supervisor", "", "Adam", "desk 4"),
        ("Sign-in refused", others[3][1], "", "", "desk 7"),
        ("Sign-in refused", "Wrong password of Oscar, 2 in a row · locked out for 1 s", "", "", "desk 7"),
        ("Sign-in refused", "Wrong password of Oscar, 1 in a row", "", "", "desk 7"),
        ("Export", "42 rows of the archive into 名单.csv", "噪音 · North · to 2026-11-22", "Sue", "desk 4"),
        ("Identity shown", f"Saw who called, on {case.number}", "回电核实", "Ann", "test"),
    ]
    assert others[3][1].startswith("A login that is nobody's (")


def test_a_seal_is_told_with_its_number_only_to_the_people_it_names(auditor: Auditor, qtbot: QtBot) -> None:
    house = auditor.house
    case = house.case()
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="涉及队员")
    people = ", ".join(p for _key, p in sorted([(house.keys["ines"], "Ines"), (house.keys["sue"], "Sue")]))
    auditor.of("adam")
    assert auditor.rows()[0] == ("Seal", f"Sealed a case, for {people}", "", "Ines", "test")
    house.do("ines", "unseal", case, reason="查清")
    told = ("Seal", f"Opened the seal of {case.number}", "", "Ines", "test")
    qtbot.waitUntil(lambda: auditor.rows()[0] == told)


def test_sort_person_and_day_narrow_the_list(auditor: Auditor, qtbot: QtBot) -> None:
    house = auditor.house
    complaint = house.complaint()
    for login in ("ann", "bob"):
        house.do(login, "reveal", complaint, reason=login)
        house.later(days=1)
    page = auditor.of("adam")
    assert [row[2] for row in auditor.only(Sort.REVEAL)] == ["bob", "ann"]
    assert page.filters.person.choose(house.keys["ann"])
    page.filters.person.picked.emit(house.keys["ann"])
    qtbot.waitUntil(lambda: [row[2] for row in auditor.rows()] == ["ann"])
    page.filters.empty()
    qtbot.waitUntil(lambda: len(auditor.rows()) > 3)
    QTest.keyClicks(page.filters.since, "2026-11-24")
    qtbot.waitUntil(lambda: [row[2] for row in auditor.rows()] == ["bob"])
    page.filters.since.clear()
    QTest.keyClicks(page.filters.until, "2026-11-23")
    qtbot.waitUntil(lambda: [row[2] for row in auditor.rows()[:1]] == ["ann"])


def test_what_happens_meanwhile_comes_in_at_the_top(auditor: Auditor, qtbot: QtBot) -> None:
    auditor.of("adam")
    auditor.house.do("ann", "reveal", auditor.house.complaint(), reason="刚刚")
    qtbot.waitUntil(lambda: auditor.rows()[0][2] == "刚刚")


def test_what_is_no_fact_of_the_page_asks_nothing(auditor: Auditor, qtbot: QtBot) -> None:
    page = auditor.of("adam")
    qtbot.waitUntil(lambda: not page._soon.isActive())
    seen: list[Delta] = []
    page.room.backstage.changed.connect(seen.append)
    fix = Fix(auditor.house.keys["oscar"], auditor.house.now, 120.0, 36.0)
    page.room.backstage.changed.emit(Delta(fixes=(fix,)))
    case = auditor.house.case()
    qtbot.waitUntil(lambda: any(case.id in delta.cases for delta in seen))
    assert not page._soon.isActive()


def test_older_ones_come_when_asked_for_and_stay(
    auditor: Auditor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_page, "SHOWN", 5)
    complaint = auditor.house.complaint()
    for number in range(12):
        auditor.house.do("ann", "reveal", complaint, reason=f"{number}")
    page = auditor.of("adam")
    auditor.only(Sort.REVEAL)
    for shown in (5, 10, 12):
        qtbot.waitUntil(lambda shown=shown: len(auditor.rows()) == shown)  # type: ignore[misc]
        assert page.older.isVisible() == (shown < 12)
        QTest.mouseClick(page.older, Qt.MouseButton.LeftButton)
    assert [row[2] for row in auditor.rows()] == [f"{number}" for number in reversed(range(12))]


def test_an_inspector_opens_the_case_of_a_look_and_an_administrator_reads_the_line_only(
    auditor: Auditor, qtbot: QtBot
) -> None:
    case = auditor.house.case(words="噪音太大")
    auditor.house.do("ann", "reveal", auditor.house.complaints_of(case)[0], reason="回电")
    page = auditor.of("ines")
    auditor.only(Sort.REVEAL)
    page.view.select_first()
    assert page.case is not None
    shown = page.case
    qtbot.waitUntil(lambda: shown.life is not None and shown.key == case.id)
    auditor.window.sign_out()
    page = auditor.of("adam")
    assert page.nothing.isVisible()
    auditor.only(Sort.REVEAL)
    page.view.select_first()
    assert page.case is None
    qtbot.waitUntil(lambda: case.number in page.details.text())
    assert "噪音" not in page.details.text()
    page.view.select(None)
    assert page.nothing.isVisible()


def test_taking_this_list_out_is_a_line_in_it(auditor: Auditor, qtbot: QtBot, tmp_path: Path) -> None:
    missed(auditor.house, "oscar")
    page = auditor.of("adam")
    auditor.only(Sort.REFUSAL)
    path = tmp_path / "audit.csv"
    with qtbot.waitSignal(page.room.said) as said:
        page.export_to(path)
    assert said.args[0] == f"1 rows are in {path}."
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, row = csv.reader(file)
    assert headings == ["When", "What", "What was done", "Reason", "By whom", "Station"]
    assert row[0] == f"{auditor.house.now.astimezone(dt.timezone(dt.timedelta(hours=8))):%Y-%m-%d %H:%M:%S}"
    assert row[2] == "Wrong password of Oscar, 1 in a row"
    [export] = auditor.only(Sort.EXPORT)
    assert export[1:4] == ("1 rows of the security list into audit.csv", "Sign-in refused", "Adam")


def test_what_a_station_tells_of_refusals_says_of_whom_how_many_and_when(auditor: Auditor) -> None:
    house = auditor.house
    noon = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
    later = noon + dt.timedelta(minutes=3)
    missed = [Missed(login_mark("oscar"), 3, noon, later), Missed(login_mark("root"), 1, noon, noon),
              Missed("", 2, noon.replace(hour=15, minute=59), noon.replace(hour=16, minute=2))]  # fmt: skip
    run(house, "ann", "refused_sign_ins", partial(record_refused, missed=missed))
    auditor.of("ines")
    rows = auditor.only(Sort.REFUSAL)
    assert {row[3:] for row in rows} == {("", "desk 4")}
    assert {row[1:3] for row in rows} == {
        ("3 sign-ins of Oscar were refused", "2026-11-23 12:00 – 12:03 · written down in the name of Ann"),
        (f"1 sign-in with a login that is nobody's was refused ({login_mark('root')[:8]})",
         "2026-11-23 12:00 · written down in the name of Ann"),
        ("2 sign-ins with other logins were refused",
         "2026-11-23 23:59 – 2026-11-24 00:02 · written down in the name of Ann"),
    }  # fmt: skip


@pytest.mark.parametrize("login, may", [("adam", True), ("ines", True), ("ann", False), ("sue", False)])
def test_only_administrators_and_inspectors_have_the_page(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot, login: str, may: bool
) -> None:
    window = make_window()
    assert ("security" in enter(window, login, qtbot).rail.names()) is may


def test_every_list_that_can_be_taken_out_has_its_name_on_the_page() -> None:
    assert LISTS.keys() == EXPORTED_BY.keys()
