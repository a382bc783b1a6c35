"""The shell around the pages: what a person may see, what is said, what is remembered."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from commandcenter import i18n
from commandcenter.domain.cases import Case
from commandcenter.domain.people import Person
from commandcenter.domain.record import snapshot
from commandcenter.domain.units import District
from commandcenter.errors import Refused, Unavailable
from commandcenter.logs import report
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from tests.ui.sample_pages import SAMPLES, CallersPage, WaitingPage
from ui.backstage import LIVE, LOST
from ui.main_window import MainWindow
from ui.pages import PAGES, first_page
from ui.shell import Shell
from ui.theme import theme
from ui.top_line import TopLine, age_words, live_words, shift_words


@pytest.fixture
def window(with_passwords: House, make_window: MakeWindow) -> MainWindow:
    return make_window(SAMPLES)


@pytest.fixture
def shell(window: MainWindow, qtbot: QtBot) -> Shell:
    return enter(window, "ann", qtbot)


# ---------------------------------------------------------------------- who sees what


@pytest.mark.parametrize("login,pages", [
    ("ann", ["intake", "dispatch", "map"]), ("oscar", ["map"]), ("sue", ["map"]), ("walter", []),
])  # fmt: skip
def test_the_rail_shows_only_what_the_role_may_use(
    window: MainWindow, qtbot: QtBot, login: str, pages: list[str], expect_log: Any
) -> None:
    if pages and pages[0] == "map":
        expect_log("bug while building the page map: ValueError: the page is broken")
    assert enter(window, login, qtbot).rail.names() == pages


@pytest.mark.parametrize("roles,page", [
    (["captain"], "followup"), (["officer"], "followup"), (["instructor"], "followup"), (["operator"], "intake"),
    (["supervisor"], "review"), (["keeper"], "intake"), (["inspector"], "archive"), (["administrator"], "people"),
    (["wall"], ""), (["supervisor", "operator"], "review"),
])  # fmt: skip
def test_everybody_begins_where_the_work_of_his_role_is(roles: list[str], page: str) -> None:
    person = snapshot(Person, {"id": "p", "version": 1, "roles": roles})
    allowed = [entry.name for entry in PAGES if entry.may(person)]
    assert first_page(person, allowed) == page


def test_the_first_time_a_captain_sees_what_his_squad_owes(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    few = tuple(entry for entry in PAGES if entry.name in {"intake", "followup"})
    shell = enter(make_window(few), "carl", qtbot)
    assert shell.page is not None
    assert shell.page.name == "followup"


def test_a_page_is_built_when_it_is_first_shown(shell: Shell) -> None:
    assert isinstance(shell.page, CallersPage)
    assert shell.built("dispatch") is None
    page = shell.go("dispatch")
    assert shell.go("intake") is not page
    assert shell.go("dispatch") is page


def test_a_page_that_is_not_allowed_cannot_be_reached(window: MainWindow, qtbot: QtBot, expect_log: Any) -> None:
    expect_log("bug while building the page map: ValueError: the page is broken")
    shell = enter(window, "oscar", qtbot)
    assert shell.go("dispatch") is None
    assert not shell.room.actions.trigger("go.dispatch", shell.room)
    assert "has no right to" in shell.messages.text


def test_a_key_goes_to_a_page(shell: Shell, qtbot: QtBot) -> None:
    qtbot.waitActive(shell.window())
    QTest.keyClick(shell, Qt.Key.Key_F3)
    assert isinstance(shell.page, WaitingPage)


def test_the_badge_counts_what_is_to_do_and_follows_another_process(
    shell: Shell, with_passwords: House, qtbot: QtBot
) -> None:
    case = with_passwords.case()
    qtbot.waitUntil(lambda: shell.rail.count("dispatch") == 1)
    with_passwords.do("bob", "dispatch", case, squad=with_passwords.keys["north"], why="属地")
    qtbot.waitUntil(lambda: shell.rail.count("dispatch") == 0)


def test_the_badge_counts_what_was_there_before_the_person_came(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    with_passwords.case()
    shell = enter(make_window(SAMPLES), "ann", qtbot)
    qtbot.waitUntil(lambda: shell.rail.count("dispatch") == 1)


def test_a_page_with_a_bug_says_so_and_the_others_go_on(shell: Shell, expect_log: Any, tmp_path: Path) -> None:
    expect_log("bug while building the page map: ValueError: the page is broken")
    shell.go("map")
    assert "the page is broken" in shell.messages.text
    message = shell.messages.messages[-1]
    assert message.offer is not None
    assert isinstance(shell.go("dispatch"), WaitingPage)


def test_a_report_can_be_saved_and_a_full_disk_is_said(shell: Shell, tmp_path: Path, expect_log: Any) -> None:
    expect_log("bug while testing: ValueError: 7")
    found = report(ValueError(7), "testing")
    assert shell.messages.save_to(found, tmp_path / "report.txt")
    assert "ValueError: 7" in (tmp_path / "report.txt").read_text("utf-8")
    assert not shell.messages.save_to(found, tmp_path / "nowhere" / "report.txt")
    assert "cannot be written: No such file or directory" in shell.messages.text


# ---------------------------------------------------------------------- what is said


def test_a_refused_move_is_said_in_the_message_bar(shell: Shell, with_passwords: House, qtbot: QtBot) -> None:
    with qtbot.waitSignal(shell.messages.said) as said:
        shell.room.backstage.do("answer", subject="00000000-0000-7000-8000-000000000000", answer="x")
    assert said.args[0].startswith("There is no such record any more")


def test_a_refusal_stays_with_the_page_it_was_said_on_and_in_the_history(shell: Shell) -> None:
    shell.room.refuse(Refused("It has ended."))
    shell.go("intake")
    assert shell.messages.text == "It has ended.", "the page is the same"
    shell.go("dispatch")
    assert shell.messages.text == ""
    assert shell.messages._text.text() == ""
    assert [message.text for message in shell.messages.messages] == ["It has ended."]


def test_what_was_done_and_what_can_still_be_done_go_along_to_the_next_page(shell: Shell, expect_log: Any) -> None:
    expect_log("bug while a test: ValueError: x")
    shell.room.say("261123-0001 received")
    shell.go("dispatch")
    assert shell.messages.text == "261123-0001 received"
    shell.messages.own_up(report(ValueError("x"), "a test"))
    shell.go("intake")
    assert shell.messages._offer.isVisible()
    assert "made a mistake" in shell.messages.text


def test_a_move_that_is_done_is_confirmed_with_number_and_squad(
    shell: Shell, with_passwords: House, qtbot: QtBot
) -> None:
    case = with_passwords.case()
    qtbot.waitUntil(lambda: case.id in shell.room.picture.of(Case))
    with qtbot.waitSignal(shell.messages.said) as said:
        shell.room.backstage.do("dispatch", subject=case.id, squad=with_passwords.keys["north"], why="属地")
    assert said.args[0] == f"{case.number} dispatched to North"


def test_an_action_that_cannot_be_done_now_says_why(shell: Shell, with_passwords: House, qtbot: QtBot) -> None:
    assert not shell.room.actions.trigger("move.dispatch", shell.room)
    assert shell.messages.text.startswith("Choose first what")
    assignment = with_passwords.dispatched()
    cases = shell.room.picture.of(Case)
    qtbot.waitUntil(lambda: assignment.case_id in cases and cases[assignment.case_id].state == "dispatched")
    shell.room.choose(cases[assignment.case_id])
    assert not shell.room.actions.trigger("move.dispatch", shell.room)
    assert "would have to be" in shell.messages.text


def test_a_lost_connection_is_one_line_over_the_whole_shell_until_it_is_back(shell: Shell) -> None:
    backstage = shell.room.backstage
    backstage._following.state, backstage._following.why = LOST, Unavailable("The server is away.")
    backstage.on_state(LOST)
    assert "lost" in shell.banners.texts()
    assert shell.banners.texts()["lost"].endswith("The server is away.")
    backstage._following.state, backstage._following.why = LIVE, None
    backstage.on_state(LIVE)
    assert "lost" not in shell.banners.texts()


def test_a_year_whose_holidays_are_unknown_is_said_and_can_be_put_away(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    with_passwords.now = dt.datetime(2199, 12, 1, 1, tzinfo=dt.UTC)
    shell = enter(make_window(SAMPLES), "ann", qtbot)
    assert "The holidays of 2199 are not known yet" in shell.banners.texts()["calendar"]
    assert "2200" in shell.banners.texts()["calendar"]


def test_a_demonstration_district_says_that_it_is_one(
    demonstration: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    shell = enter(make_window(SAMPLES), "ann", qtbot)
    assert "invented" in shell.banners.texts()["demonstration"]


# ---------------------------------------------------------------------- the top line


def district(*shifts: tuple[str, str, str]) -> District:
    return District(shifts=[{"name_zh": n, "name_en": n, "start": a, "end": b} for n, a, b in shifts])


@pytest.mark.parametrize("at,words", [
    ("08:00", "day 08:00–16:00"), ("15:59", "day 08:00–16:00"), ("16:00", "late 16:00–24:00"),
    ("23:59", "late 16:00–24:00"), ("00:00", "night 00:00–08:00"), ("07:59", "night 00:00–08:00"),
])  # fmt: skip
def test_the_shift_is_the_one_that_is_on(at: str, words: str) -> None:
    three = district(("day", "08:00", "16:00"), ("late", "16:00", "24:00"), ("night", "00:00", "08:00"))
    assert shift_words(three, dt.datetime.fromisoformat(f"2026-11-23T{at}")) == words


def test_a_shift_may_go_over_midnight_and_a_gap_has_no_shift() -> None:
    one = district(("night", "22:00", "06:00"))
    evening, morning, noon = (dt.datetime(2026, 11, 23, hour, tzinfo=dt.UTC) for hour in (23, 5, 12))
    assert shift_words(one, evening) == shift_words(one, morning) == "night 22:00–06:00"
    assert shift_words(one, noon) == ""
    assert shift_words(None, noon) == ""


@pytest.mark.parametrize("seconds,words", [(0.04, "0.0 s"), (0.1, "0.1 s"), (42.9, "42 s"), (190, "3 min")])
def test_the_age_of_the_data_is_said_in_the_largest_fitting_unit(seconds: float, words: str) -> None:
    assert age_words(seconds) == words


def test_the_light_differs_in_shape_and_words_not_only_in_colour(english: None) -> None:
    assert live_words(LIVE, 0.1) == "● live 0.1 s"
    assert live_words(LOST, 12) == "▲ not live for 12 s"
    assert live_words("loading", 0).startswith("◆")


def test_a_person_whose_name_says_the_role_is_not_named_twice(qtbot: QtBot, english: None) -> None:
    line = TopLine(Person(name_en="Operator 03", roles=["operator"]), QMenu())
    qtbot.addWidget(line)
    assert line._person.text() == "Operator 03"
    line.show_person(Person(name_en="Wang Fang", roles=["supervisor"]))
    assert line._person.text() == "shift supervisor · Wang Fang"


# ---------------------------------------------------------------------- language, look, memory


def test_switching_the_language_keeps_page_draft_and_the_record_looked_at(
    shell: Shell, window: MainWindow, with_passwords: House, qtbot: QtBot
) -> None:
    case = with_passwords.case()
    qtbot.waitUntil(lambda: case.id in shell.room.picture.of(Case))
    page = shell.go("dispatch")
    assert isinstance(page, WaitingPage)
    page.select(Case.kind(), case.id)
    page.words.setText("到场先测噪声值")
    with qtbot.waitSignal(shell.destroyed):
        shell.room.actions.trigger("shell.language", shell.room)
    assert i18n.language() == "zh_CN"
    assert window.shell is not None
    built = window.shell.page
    assert isinstance(built, WaitingPage)
    assert (built.title.text(), built.words.text(), built.shown) == ("派单", "到场先测噪声值", case.id)
    assert window.windowTitle() == "试验区"
    window.shell.room.backstage.do("receive", words="换语言之后", channel="hotline", urgency="ordinary")
    with qtbot.waitSignal(window.shell.messages.said) as said:
        pass
    assert said.args[0].endswith("已受理")


def test_a_form_that_is_open_in_the_sheet_stands_there_again_in_another_text_size(
    shell: Shell, window: MainWindow, with_passwords: House, qtbot: QtBot
) -> None:
    case = with_passwords.case()
    qtbot.waitUntil(lambda: case.id in shell.room.picture.of(Case))
    shell.room.choose(shell.room.picture.of(Case)[case.id])
    assert shell.room.actions.trigger("move.remark", shell.room)
    form: Any = shell.sheet.content
    form.set_value("words", "请尽快")
    window.preferences.scale = 1.25
    assert window.shell is not None
    again: Any = window.shell.sheet.content
    assert again is not form
    assert again.value("words") == "请尽快"
    with qtbot.waitSignal(window.shell.messages.said) as said:
        again.submit()
    assert said.args[0] == "Remark – done"


def test_day_and_night_change_without_a_restart(shell: Shell, window: MainWindow) -> None:
    window.preferences.theme = "day"
    assert theme.name == "day"
    shell.room.actions.trigger("shell.theme", shell.room)
    assert theme.name == "night"
    assert window.shell is shell, "nothing had to be built anew"


def test_text_grows_in_steps_and_stops_at_twice_its_size(shell: Shell, window: MainWindow) -> None:
    for _n in range(14):
        assert window.room is not None
        window.room.actions.trigger("shell.larger", window.room)
    assert theme.scale == window.preferences.scale == 2.0
    window.preferences.scale = 1.0


def test_the_layout_of_a_page_is_remembered_for_each_person(
    shell: Shell, window: MainWindow, qtbot: QtBot
) -> None:
    page = shell.go("dispatch")
    assert isinstance(page, WaitingPage)
    page.splitter.setSizes([700, 100])
    left = page.splitter.sizes()
    window.sign_out()
    again = enter(window, "ann", qtbot)
    assert isinstance(again.page, WaitingPage), "the page left last comes back"
    assert again.page.splitter.sizes() == pytest.approx(left, abs=2)
    assert window.preferences.recall_state("layout/dispatch/columns", "somebody else") is None


def test_the_sheet_opens_help_and_esc_gives_the_cursor_back(shell: Shell, qtbot: QtBot) -> None:
    page = shell.go("dispatch")
    assert isinstance(page, WaitingPage)
    qtbot.waitActive(shell.window())
    page.words.setFocus()
    shell.room.actions.trigger("shell.help", shell.room)
    assert shell.sheet.content is not None
    QTest.keyClick(shell.window().focusWidget(), Qt.Key.Key_Escape)
    assert shell.sheet.content is None
    assert page.words.hasFocus()


def test_a_move_opens_its_form_and_the_refusal_of_a_stale_one_stands_in_it(
    shell: Shell, with_passwords: House, qtbot: QtBot
) -> None:
    case = with_passwords.case()
    qtbot.waitUntil(lambda: case.id in shell.room.picture.of(Case))
    shell.room.choose(shell.room.picture.of(Case)[case.id])
    assert shell.room.actions.trigger("move.remark", shell.room)
    form: Any = shell.sheet.content
    form.set_value("words", "请尽快")
    with_passwords.do("sue", "name_conflict", case, named=[with_passwords.keys["otto"]], reason="投诉对象")
    qtbot.waitUntil(lambda: shell.room.picture.of(Case)[case.id].version > case.version)
    form.submit()
    qtbot.waitUntil(lambda: bool(form.message))
    assert "changed it first" in form.message
    assert form.value("words") == "请尽快"
    form.submit()  # it has been said; now it is meant
    qtbot.waitUntil(lambda: shell.sheet.content is None)


def test_a_move_on_a_case_finds_the_assignment_of_ones_own_squad(
    window: MainWindow, with_passwords: House, qtbot: QtBot, expect_log: Any
) -> None:
    expect_log("bug while building the page map: ValueError: the page is broken")
    assignment = with_passwords.dispatched()
    shell = enter(window, "carl", qtbot)
    qtbot.waitUntil(lambda: assignment.case_id in shell.room.picture.of(Case))
    shell.room.choose(shell.room.picture.of(Case)[assignment.case_id])
    assert shell.room.actions.trigger("move.accept", shell.room)
    form: Any = shell.sheet.content
    form.set_value("officer", with_passwords.keys["oscar"])
    with qtbot.waitSignal(shell.messages.said) as said:
        form.submit()
    assert said.args[0].endswith("accepted by North")


def test_a_refusal_raised_by_the_message_is_one_line() -> None:
    assert "\n" not in str(Refused("{person} changed it first, at {at}.", person="x", at="y"))


def test_a_shell_that_was_built_anew_leaves_nothing_of_the_former_one_listening(
    shell: Shell, window: MainWindow, qtbot: QtBot
) -> None:
    signals = ("2loaded(QString)", "2changed(PyObject)", "2finished(QString,PyObject)")

    def listening() -> list[int]:
        return [window.backstage.receivers(signal) for signal in signals]

    before = listening()
    assert all(before)
    with qtbot.waitSignal(shell.destroyed):
        window.rebuild()
    assert listening() == before
