"""The command bar: what a line means, what is found, and a window that does it."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter import i18n
from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.contacts import Contact
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from tests.ui.sample_pages import SAMPLES, CallersPage, WaitingPage
from ui.command_bar.grammar import (
    CASE,
    PAGE,
    PLACE,
    SQUAD,
    Callers,
    Go,
    Make,
    Show,
    read,
    tokens,
)  # fmt: skip
from ui.command_bar.index import MOST, Index, Match, Thing
from ui.shell import Shell


@pytest.fixture(scope="module")
def index() -> Index:
    """Two days with a hundred cases each, five squads, two pages, a road."""
    made = Index()
    squads = {"s1": ("隐珠中队", "Yinzhu squad"), "s2": ("长江路中队", "Changjiang Road squad"),
              "s3": ("直属一中队", "Direct squad 1"), "s4": ("直属二中队", "Direct squad 2"), "s5": ("灵山卫中队", "")}
    for key, names in squads.items():
        made.put(Thing(SQUAD, key, names[0], names))
    made.put(Thing(PAGE, "map", "一张图", ("Map", "一张图", "map")))
    made.put(Thing(PAGE, "intake", "受理", ("Intake", "受理", "intake")))
    made.put(Thing(PLACE, "p1", "阅武路", ("阅武路", "Yuewu Road"), detail="road"))
    for day in (22, 23):
        for n in range(1, 101):
            title = f"夜间施工噪声 {n}" if n % 2 else f"占道经营 {n}"
            made.put(Thing(CASE, f"c{day}-{n}", title, (title, "隐珠街道"), f"2611{day}-{n:04d}", rank=-day * 1000 - n))
    return made


# ---------------------------------------------------------------------- finding


@pytest.mark.parametrize("sought,first", [
    ("261123-0042", "c23-42"), ("0042", "c23-42"), ("42", "c23-42"), ("261122-0042", "c22-42"), ("1122-0042", "c22-42"),
    ("隐珠中队", "s1"), ("隐珠中", "s1"), ("yzzd", "s1"), ("YZZ", "s1"), ("yinzhu", "s1"), ("squad yin", "s1"),
    ("changjiang", "s2"), ("直属二", "s4"), ("zsezd", "s4"), ("direct 2", "s4"), ("灵山", "s5"),
    ("yzt", "map"), ("一张图", "map"), ("MAP", "map"), ("yuewu", "p1"), ("阅武", "p1"), ("施工 99", "c23-99"),
    ("zdjy 隐珠 42", "c23-42"),
])  # fmt: skip
def test_a_thing_is_found_by_number_by_words_in_either_language_and_by_pinyin_initials(
    index: Index, sought: str, first: str
) -> None:
    assert index.find(sought).top[0].thing.key == first


@pytest.mark.parametrize("sought", ["", "   ", "没有的", "zzzz", "261124-0001", "99999"])
def test_what_is_not_there_is_not_found(index: Index, sought: str) -> None:
    assert index.find(sought).total == 0


def test_a_list_that_is_cut_says_how_much_there_is(index: Index) -> None:
    found = index.find("噪声")
    assert (len(found.top), found.total) == (MOST, 100)
    reading = read("噪声", index)
    assert (len(reading.candidates), reading.left_out) == (MOST, 100 - MOST)


def test_the_best_of_several_is_only_meant_when_it_fits_better_than_the_others(index: Index) -> None:
    assert index.find("261123-0042").best is not None
    assert index.find("0042", (CASE,)).best is None
    assert index.find("直属", (SQUAD,)).best is None


def test_what_leaves_is_not_found_any_more_even_while_it_waits_to_be_taken_in() -> None:
    index = Index()
    index.put_later(Thing(SQUAD, str(n), f"中队{n}", (f"中队{n}",)) for n in range(10))
    index.drop(SQUAD, "3")
    index.put(Thing(SQUAD, "4", "新名字", ("新名字",)))
    assert index.take_in(3) == 5
    assert index.take_in(100) == 0
    assert len(index) == 9
    assert index.find("中队3").total == 0
    assert index.find("新名字").top[0].match == Match.EXACT, "what waited must not overwrite what is newer"


# ---------------------------------------------------------------------- reading


def test_quotation_marks_of_either_kind_hold_words_together_even_unclosed() -> None:
    assert [t.text for t in tokens('c 42 "will come" “马上到” "and')] == ["c", "42", "will come", "马上到", "and"]


@pytest.fixture(autouse=True)
def _speak_english() -> Any:
    i18n.use("en")
    yield
    i18n.use("en")


@pytest.mark.parametrize("line,says,fields", [
    ("d 261123-0042 隐珠", "Will dispatch 261123-0042 to 隐珠中队 (lead)", {"squad": "s1"}),
    ("派 261123-0042 yz", "Will dispatch 261123-0042 to 隐珠中队 (lead)", {"squad": "s1"}),
    ("D  261123-0042   Yinzhu_squad", "Will dispatch 261123-0042 to 隐珠中队 (lead)", {"squad": "s1"}),
    ('d 261123-0042 隐珠 +长江 "先测噪声"',
     "Will dispatch 261123-0042 to 隐珠中队 (lead) · 长江路中队 assists · “先测噪声”",
     {"squad": "s1", "assisting": ["s2"], "note": "先测噪声"}),
])  # fmt: skip
def test_a_dispatch_is_said_in_words_before_enter(index: Index, line: str, says: str, fields: dict[str, Any]) -> None:
    reading = read(line, index)
    assert reading.says == says
    assert isinstance(reading.command, Make)
    assert (reading.command.move, reading.command.case) == ("dispatch", "c23-42")
    assert fields.items() <= reading.command.fields.items()
    assert reading.command.fields["why"], "the reason why this squad is kept with the assignment"


def test_the_words_before_enter_are_chinese_where_the_window_is(index: Index) -> None:
    i18n.use("zh_CN")
    assert read("d 261123-0042 隐珠", index).says == "将把 261123-0042 派给隐珠中队（主办）"


@pytest.mark.parametrize("line,fields", [
    ('c 261123-0042 called 3min "will come"',
     {"means": "call", "duration_s": 180, "outcome": "reached", "words": "will come"}),
    ("c 261123-0042 打电话 90秒 未接 “没人接”",
     {"means": "call", "duration_s": 90, "outcome": "no_answer", "words": "没人接"}),
    ('联系 261123-0042 上门 1h "已见面"',
     {"means": "visit", "duration_s": 3600, "outcome": "reached", "words": "已见面"}),
    ('c 261123-0042 wrote wrong "空号"', {"means": "message", "outcome": "wrong_number", "words": "空号"}),
])  # fmt: skip
def test_a_contact_is_read_with_its_means_its_length_and_its_outcome(
    index: Index, line: str, fields: dict[str, Any]
) -> None:
    assert read(line, index).command == Make("contact", "c23-42", fields)


@pytest.mark.parametrize("line,part", [
    ("d", "Which case?"), ("d ", "Which case?"), ("d 261123-0042", "to which squad?"),
    ("d 999999 隐珠", "No open case"), ("d 261123-0042 没有", "No squad"),
    ("d 0042 隐珠", "could be 2 things"), ("d 261123-0042 直属", "could be 2 things"),
    ("d 261123-0042 隐珠 +没有", "No squad"), ("c 261123-0042", "called, wrote or visited?"),
    ("c 261123-0042 called", "what was said?"), ("c 261123-0042 sang", "“sang” is not understood"),
    ("p", "Which telephone number?"), ("p 12", "At least four digits"), ("g nowhere", "There is no page"),
    ("没有的东西", "Nothing is found"), ("", "Search, or a verb"),
])  # fmt: skip
def test_a_line_that_is_not_finished_or_not_understood_says_what_is_missing(index: Index, line: str, part: str) -> None:
    reading = read(line, index)
    assert part in reading.says
    assert reading.command is None


def test_an_ambiguous_short_number_offers_the_cases_and_completes_the_line(index: Index) -> None:
    reading = read("d 0042 隐珠", index)
    assert [c.line for c in reading.candidates] == ["d 261123-0042 隐珠", "d 261122-0042 隐珠"]
    assert isinstance(read(reading.candidates[1].line, index).command, Make)


@pytest.mark.parametrize("line", ["d 261123-0042 直属", "d 261123-0042 隐珠 +直属", "d 261123-0042 "])
def test_every_candidate_makes_a_line_that_means_exactly_one_thing(index: Index, line: str) -> None:
    for candidate in read(line, index).candidates:
        assert read(candidate.line, index).command is not None, candidate.line


@pytest.mark.parametrize("line,command", [
    ("p 139 1234 8816", Callers("13912348816")), ("p +86 139-1234-8816", Callers("13912348816")),
    ("13912348816", Callers("13912348816")), ("g map", Go("map")), ("g 一张", Go("map")), ("去 受理", Go("intake")),
    ("阅武", Show(PLACE, "p1")), ("261122-0007", Show(CASE, "c22-7")), ("隐珠中队", Show(SQUAD, "s1")),
])  # fmt: skip
def test_everything_else_shows_or_goes(index: Index, line: str, command: object) -> None:
    assert read(line, index).command == command


def test_a_telephone_number_is_masked_in_what_is_said(index: Index) -> None:
    assert "139****8816" in read("p 13912348816", index).says
    assert "12348816" not in read("p 13912348816", index).says


def test_what_a_person_may_not_do_at_all_is_said_and_not_offered(index: Index) -> None:
    reading = read("d 261123-0042 隐珠", index, offered=lambda command: not isinstance(command, Make))
    assert reading.command is None
    assert "no right" in reading.says


# ---------------------------------------------------------------------- in the window


@pytest.fixture
def shell(with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> Shell:
    shell = enter(make_window(SAMPLES), "ann", qtbot)
    qtbot.waitActive(shell.window())
    return shell


def typed(shell: Shell, line: str) -> str:
    """Type a line; what the bar says it will do."""
    shell.commands.ask()
    shell.commands.line.setText(line)
    return shell.commands.says.text()


def enter_key(shell: Shell) -> None:
    QTest.keyClick(shell.commands.line, Qt.Key.Key_Return)


def found(shell: Shell, qtbot: QtBot, text: str, *kinds: str) -> None:
    """Wait until the bar has heard of it, and of everything that was there before."""
    index = shell.commands.index
    qtbot.waitUntil(lambda: index.find(text, kinds).total > 0 and index.find("Sunny").total > 0)


def test_a_case_is_dispatched_from_the_command_bar(shell: Shell, with_passwords: House, qtbot: QtBot) -> None:
    case = with_passwords.case()
    found(shell, qtbot, case.number, CASE)
    assert typed(shell, f"d {case.number} north") == f"Will dispatch {case.number} to North (lead)  ⏎"
    with qtbot.waitSignal(shell.messages.said) as said:
        enter_key(shell)
    assert said.args[0] == f"{case.number} dispatched to North"
    [assignment] = shell.room.picture.of(Assignment).values()
    assert assignment.squad_id == with_passwords.keys["north"]
    assert shell.commands.line.text() == ""


def test_what_cannot_be_done_now_is_refused_before_enter_and_enter_does_nothing(
    shell: Shell, with_passwords: House, qtbot: QtBot
) -> None:
    assignment = with_passwords.dispatched()
    cases = shell.room.picture.of(Case)
    qtbot.waitUntil(lambda: assignment.case_id in cases and cases[assignment.case_id].state == "dispatched")
    number = cases[assignment.case_id].number
    found(shell, qtbot, number, CASE)
    assert "would have to be" in typed(shell, f"d {number} south")
    enter_key(shell)
    assert shell.commands.line.text() == f"d {number} south"
    qtbot.waitUntil(lambda: len(shell.room.picture.of(Assignment)) == 1)


def test_an_officer_records_a_contact_in_one_line_and_it_is_with_the_only_complainant(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    assignment = with_passwords.accepted()
    case = with_passwords.get(Case, assignment.case_id)
    shell = enter(make_window(SAMPLES[:2]), "oscar", qtbot)
    found(shell, qtbot, case.number, CASE)
    assert typed(shell, f'c {case.number} called 3min "will come"').startswith("Will record:")
    with qtbot.waitSignal(shell.room.backstage.finished):
        enter_key(shell)
    with with_passwords.database.reading() as session:
        contact = session.query(Contact).one()
    assert (contact.duration_s, contact.words) == (180, "will come")
    assert contact.complaint_id is not None


def test_tab_completes_and_arrows_choose(shell: Shell, with_passwords: House, qtbot: QtBot) -> None:
    case = with_passwords.case()
    found(shell, qtbot, case.number, CASE)
    typed(shell, f"d {case.number}")
    line = shell.commands.line
    names = [c.title for c in shell.commands.reading.candidates]
    QTest.keyClick(line, Qt.Key.Key_Down)
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert shell.commands.chosen is not None
    assert shell.commands.chosen.title == names[1]
    QTest.keyClick(line, Qt.Key.Key_Tab)
    assert names[1] in shell.commands.says.text()
    assert line.hasFocus(), "Tab completes; it does not leave the line"


def test_esc_empties_the_line_and_gives_the_cursor_back(shell: Shell) -> None:
    page = shell.go("dispatch")
    assert isinstance(page, WaitingPage)
    page.words.setFocus()
    typed(shell, "something")
    QTest.keyClick(shell.commands.line, Qt.Key.Key_Escape)
    assert shell.commands.line.text() == ""
    assert page.words.hasFocus()


def test_an_action_is_found_by_its_chinese_name_its_english_name_and_its_initials(
    shell: Shell, qtbot: QtBot
) -> None:
    found(shell, qtbot, "tcdl")
    for line in ("sign out", "退出登录", "tcdl"):
        typed(shell, line)
        assert shell.commands.reading.candidates[0].title == "Sign out", line


def test_a_caller_and_a_case_are_shown_on_the_page_that_can(shell: Shell, with_passwords: House, qtbot: QtBot) -> None:
    case = with_passwords.case()
    found(shell, qtbot, case.number, CASE)
    typed(shell, "p 13912348816")
    enter_key(shell)
    assert isinstance(shell.page, CallersPage)
    assert shell.page.asked == "13912348816"
    typed(shell, case.number)
    enter_key(shell)
    assert isinstance(shell.page, WaitingPage)
    assert shell.page.shown == case.id


def test_a_closed_case_leaves_the_bar(shell: Shell, with_passwords: House, qtbot: QtBot) -> None:
    complaint = with_passwords.complaint("只说一次的话")
    found(shell, qtbot, "只说一次")
    with_passwords.do("ann", "answer", complaint, answer="已说明")
    qtbot.waitUntil(lambda: shell.commands.index.find("只说一次").total == 0)


def test_enter_before_everything_is_taken_in_opens_the_right_case_as_soon_as_it_is(
    shell: Shell, qtbot: QtBot
) -> None:
    found(shell, qtbot, "Sunny")
    bar = shell.commands
    bar.index.put(Thing(CASE, "newer", "Louder", ("Louder",)))
    bar.index.put_later([Thing(CASE, "older", "Loud", ("Loud",))])
    typed(shell, "Loud")
    with qtbot.waitSignal(bar.commanded) as commanded:
        enter_key(shell)
        assert bar.line.text() == "Loud", "it was done before the best was known"
        assert bar.says.text().startswith("Still reading what there is")
        bar._take_soon()
    assert commanded.args[0] == Show(CASE, "older")


def test_esc_takes_back_an_enter_that_waits(shell: Shell, with_passwords: House, qtbot: QtBot) -> None:
    case = with_passwords.case()
    found(shell, qtbot, case.number, CASE)
    bar = shell.commands
    bar.index.put_later([f.thing for f in bar.index.find(case.number, (CASE,)).top])
    typed(shell, case.number)
    enter_key(shell)
    QTest.keyClick(bar.line, Qt.Key.Key_Escape)
    with qtbot.assertNotEmitted(bar.commanded):
        bar._take_in()
    assert not bar._enter_waits


def test_a_line_that_is_refused_stands_in_the_bar_again(shell: Shell, with_passwords: House, qtbot: QtBot) -> None:
    case = with_passwords.case()
    found(shell, qtbot, case.number, CASE)
    line = f'd {case.number} North "go there with two people"'
    assert typed(shell, line).startswith("Will dispatch")
    with_passwords.do("bob", "dispatch", case, squad=with_passwords.keys["south"], why="first")
    with qtbot.waitSignal(shell.room.backstage.refused):
        enter_key(shell)
        assert shell.commands.line.text() == ""
    assert shell.commands.line.text() == line
