"""The inspector draws, checks and follows; the captain of the squad says how it was put right. In the real window."""

import csv
from pathlib import Path

from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from commandcenter.domain.inspection import CaseCheck, Finding, Sample
from tests.house import House
from tests.operations.test_inspecting import closed, does
from tests.ui.conftest import MakeWindow, enter
from ui.inspection.page import InspectionPage
from ui.inspection.quarters import quarter_of
from ui.inspection.queues import Queue, Row

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def opened(make_window: MakeWindow, qtbot: QtBot, login: str = "ines") -> InspectionPage:
    shell = enter(make_window(), login, qtbot)
    shell.go("inspection")
    page = shell.page_of("inspection")
    assert isinstance(page, InspectionPage)
    page.models = [QAbstractItemModelTester(table, FATAL) for table in (page.table, page.quarters.table)]  # type: ignore[attr-defined]
    return page


def rows(page: InspectionPage, queue: Queue) -> list[Row]:
    """What stands in a group."""
    return [row for row in page._source.values() if row.queue is queue]


def test_a_sample_is_drawn_checked_and_its_finding_followed_until_it_is_settled(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    case = closed(house)
    house.later(minutes=5)
    page = opened(make_window, qtbot)
    page.draw.click()
    assert page.desk.form is not None
    page.desk.form.set_value("size", 3)
    page.desk.form.submit()
    qtbot.waitUntil(lambda: len(rows(page, Queue.CHECK)) == 1)
    (row,) = rows(page, Queue.CHECK)
    page.view.show_member(row.id)
    form = page.desk.form
    assert form is not None
    qtbot.waitUntil(lambda: page.case.life is not None and page.case.life.case.id == case.id)
    assert not form.rows["contact_words"].isVisible(), "what was wrong is asked only where something was"
    form.set_value("contact", False)
    form.set_value("put_right", True)
    assert form.rows["contact_words"].isVisible()
    form.submit()
    assert "fill in" in form.rows["contact_words"].wrong
    form.set_value("contact_words", "没有打过电话")
    form.submit()
    qtbot.waitUntil(lambda: not rows(page, Queue.CHECK) and len(rows(page, Queue.RECTIFY)) == 1)
    (found,) = rows(page, Queue.RECTIFY)
    does(house, "carl", "rectify", found.id, words="已补打")
    qtbot.waitUntil(lambda: len(rows(page, Queue.RECHECK)) == 1)
    page.view.show_member(found.id)
    assert page.desk.form is not None
    page.desk.form.set_value("settled", True)
    page.desk.form.set_value("words", "已核实")
    page.desk.form.submit()
    qtbot.waitUntil(lambda: len(rows(page, Queue.DONE)) == 1)
    assert house.get(Finding, found.id).verdict == "已核实"
    with house.database.reading() as session:
        assert [sheet.answers for sheet in session.query(CaseCheck)] == [{"contact": False, "put_right": True}]


def test_a_captain_sees_what_the_own_squad_has_to_put_right_and_nothing_of_the_samples(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    key = does(house, "ines", "add_finding", closed(house).id, about="conduct", words="态度生硬")
    page = opened(make_window, qtbot, "carl")
    qtbot.waitUntil(lambda: len(rows(page, Queue.RECTIFY)) == 1)
    assert not page.draw.isVisible()
    assert not page.add.isVisible()
    page.view.show_member(key)
    assert page.desk.form is not None
    page.desk.form.set_value("words", "已批评教育")
    page.desk.form.submit()
    qtbot.waitUntil(lambda: house.get(Finding, key).rectification == "已批评教育")
    qtbot.waitUntil(lambda: len(rows(page, Queue.RECHECK)) == 1)


def test_what_somebody_else_did_meanwhile_is_said_at_the_form_and_nothing_typed_is_lost(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    key = does(house, "ines", "add_finding", closed(house).id, about="contact", words="未联系")
    page = opened(make_window, qtbot)
    qtbot.waitUntil(lambda: len(rows(page, Queue.RECTIFY)) == 1)
    page.view.show_member(key)
    form = page.desk.form
    assert form is not None
    form.set_value("reason", "误记")
    does(house, "carl", "rectify", key, words="已补打")
    form.submit()
    qtbot.waitUntil(lambda: "changed it first" in form._message.text)
    assert form.value("reason") == "误记"


def test_the_quarter_stands_there_by_squad_and_is_taken_out_with_a_line_in_the_journal(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot, tmp_path: Path
) -> None:
    house = with_passwords
    case = closed(house)
    does(house, "ines", "check_case", case.id, answers={"contact": True})
    page = opened(make_window, qtbot)
    page.quarters_shown.click()
    qtbot.waitUntil(lambda: len(page.quarters.sheets) == 1)
    assert not page.quarters.later.isEnabled(), "no quarter to come"
    file = tmp_path / "quarter.csv"
    page.export_to(file)
    qtbot.waitUntil(file.exists)
    with file.open(encoding="utf-8-sig") as written:
        headings, row = csv.reader(written)
    assert dict(zip(headings, row, strict=True)).items() >= {
        "Squad": "North", "Closed": "1", "Checked": "1", "In order": "1", "Serious": "0"}.items()  # fmt: skip
    page.quarters.earlier.click()
    qtbot.waitUntil(lambda: not page.quarters.sheets)
    assert page.quarters.later.isEnabled()
    page.quarters.back.click()
    assert page._faces.currentWidget() is page.columns
    assert house.get(Case, case.id).version == case.version, "inspection changes nothing but its own records"
    with house.database.reading() as session:
        assert not session.query(Sample).all()


def test_a_quarter_knows_its_year() -> None:
    import datetime as dt

    assert quarter_of(dt.date(2026, 1, 1)) == (2026, 1)
    assert quarter_of(dt.date(2026, 12, 31)) == (2026, 4)
    assert quarter_of(dt.date(2026, 1, 31), 1) == (2025, 4)
    assert quarter_of(dt.date(2026, 11, 24), 7) == (2025, 1)
