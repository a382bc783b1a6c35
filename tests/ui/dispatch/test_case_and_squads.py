"""What the page shows: the case with its clocks and words, what is known around it, every squad, and the map."""

import datetime as dt

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from tests.house import HERE, House
from tests.ui.dispatch.conftest import OpenPage
from ui.dispatch.clocks import shown


def test_every_clock_explains_itself(small_house: House, open_page: OpenPage) -> None:
    case = small_house.case()
    _shell, page = open_page()
    clocks = {clock.name: clock for clock in shown(case, page.room.picture, small_house.now)}
    assert list(clocks) == ["dispatch", "contact", "resolve"]
    # Monday 09:30 and two working hours; five working days from Tuesday on
    assert clocks["contact"].due_at == dt.datetime(2026, 11, 23, 3, 30, tzinfo=dt.UTC)
    assert clocks["resolve"].due_at == dt.datetime(2026, 11, 30, 9, 30, tzinfo=dt.UTC)
    page.case_panel.facts.link_pressed.emit("resolve")
    assert page.popover.isVisible()
    assert page.popover.text.splitlines()[1] == "5 working days from Mon 2026-11-23 09:30"
    assert page.popover.text.splitlines()[-1] == "due Mon 2026-11-30 17:30"
    QTest.keyClick(page.waiting.view, Qt.Key.Key_Escape)
    assert not page.popover.isVisible()


def test_the_words_are_shown_and_the_caller_is_masked(small_house: House, open_page: OpenPage) -> None:
    small_house.case(words="工地夜间施工,噪音太大。")
    _shell, page = open_page()
    [block] = page.case_panel.blocks
    assert block.words.text() == "工地夜间施工,噪音太大。"
    assert "139****8816" in block.caller.text()
    assert "13912348816" not in block.caller.text()


def test_every_complaint_on_the_case_is_shown_and_none_of_them_is_called_alike(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    case = small_house.case()
    second = small_house.complaint(words="同一个工地夜间施工,孩子没法睡。", caller_phone="13700000000")
    small_house.do("ann", "attach", second, case=case.id)
    _shell, page = open_page()
    said = [block.words.text() for block in page.case_panel.blocks if not block.isHidden()]
    assert len(said) == 2
    assert "同一个工地夜间施工,孩子没法睡。" in said
    qtbot.waitUntil(lambda: page.case_panel._around is not None)
    assert page.case_panel.near.isHidden()


def test_what_is_near_and_alike_is_said(small_house: House, open_page: OpenPage, qtbot: QtBot) -> None:
    small_house.dispatched()
    small_house.later(days=2)
    small_house.case(words="还是那个工地,夜间施工噪音太大。", caller_phone="13700000000",
                     point=(HERE[0], HERE[1] + 0.0007))  # fmt: skip
    _shell, page = open_page()
    qtbot.waitUntil(lambda: not page.case_panel.near.isHidden())
    assert page.case_panel.near.text() == "◆ 78 m away, 2 d ago, the same matter"
    assert page.case_panel.near.tone == "late"


def test_the_callers_history_is_counted(small_house: House, open_page: OpenPage, qtbot: QtBot) -> None:
    small_house.dispatched()
    small_house.case(words="另一件事:占道经营。", point=(120.01, 35.99))
    _shell, page = open_page()
    qtbot.waitUntil(lambda: not page.case_panel.history.isHidden())
    assert page.case_panel.history.text() == "caller: 1 earlier"


def test_the_strip_counts_open_work_and_marks_what_is_late(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    small_house.dispatched()
    _shell, page = open_page()
    north, south = (page.strip.chips[small_house.keys[name]] for name in ("north", "south"))
    assert (north.text(), north.count, north.tone) == ("North", "1", "quiet")
    assert (south.count, south.tone) == ("0", "quiet")
    assert "4 on duty" not in south.toolTip()
    small_house.dispatched(words="另一件事")
    qtbot.waitUntil(lambda: north.count == "2")
    small_house.later(hours=3)  # two working hours to accept are over
    for _second in range(5):
        page.room.pulse.tick()
    assert (north.text(), north.count, north.tone) == ("▲ North", "2", "urgent")
    assert "▲ 2 late" in north.toolTip()


def test_a_squads_chip_tells_more_and_offers_to_choose_it(small_house: House, open_page: OpenPage) -> None:
    small_house.case()
    _shell, page = open_page()
    page.strip.chips[small_house.keys["south"]].click()
    assert page.popover.isVisible()
    assert "0 open" in page.popover.text
    page.send_panel.take(small_house.keys["south"])
    assert page.send_panel.choosing is not None
    assert page.send_panel.choosing.lead == small_house.keys["south"]


def test_what_is_selected_is_selected_on_the_map_and_the_other_way_round(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    first, second = small_house.case(), small_house.case(words="另一件事")
    _shell, page = open_page()
    told: list[tuple[str, str]] = []
    page.map.select = lambda kind, key: told.append((kind, key))  # type: ignore[method-assign]
    page.waiting.view.select(second.id)
    assert told == [("case", second.id)]
    page.map.selected.emit("case", first.id)
    assert page.waiting.key == first.id
    assert page.case_panel.case is not None
    assert page.case_panel.case.id == first.id


def test_without_a_map_the_reason_is_said_and_the_rest_works(small_house: House, open_page: OpenPage) -> None:
    small_house.case()
    _shell, page = open_page()
    assert page.map.isVisible()
    assert page.send_panel.send.isEnabled()


def test_a_clock_keeps_running_while_the_case_is_looked_at(small_house: House, open_page: OpenPage) -> None:
    case = small_house.case()
    _shell, page = open_page()
    small_house.later(minutes=31)
    page.room.pulse.tick()
    column = page.waiting.table.columns[0]
    assert column.text(page.room.picture.of(Case)[case.id], page.room.now()) == "▲ 1 min over"


def test_the_badge_of_the_rail_counts_what_waits(small_house: House, open_page: OpenPage, qtbot: QtBot) -> None:
    small_house.case()
    _shell, page = open_page()
    assert page.count(page.room.picture, page.room.person) == 1
    small_house.dispatched(words="另一件事")
    small_house.case(words="第三件事")
    qtbot.waitUntil(lambda: page.count(page.room.picture, page.room.person) == 2)
