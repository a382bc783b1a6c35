"""The help says what the program does, in both languages, and is found by words."""

from collections import Counter
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from commandcenter import i18n
from commandcenter.domain.moves import MOVES
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.actions import GROUP_MOVES, of_moves
from ui.help_page import entries, introduction, roles_for, shown
from ui.pages import PAGES
from ui.shell import page_actions


@pytest.fixture(params=i18n.LANGUAGES, autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.use(request.param)
    yield request.param
    i18n.use("en")


def test_every_move_is_explained_with_who_may_make_it_and_what_it_needs() -> None:
    text = shown(entries(of_moves()), "")
    for move in MOVES:
        assert i18n.translate(move.label) in text
        assert roles_for(move), f"nobody may {move.name}"
        for field in move.needs:
            assert (i18n.translate(field.label).split("“")[0] in text) != field.found


def test_every_page_is_explained_with_its_key() -> None:
    text = shown(entries(page_actions()), "")
    for entry in PAGES:
        assert i18n.translate(entry.title) in text
        assert f"<code>{entry.shortcut}</code>" in text


@pytest.mark.parametrize("sought", ["suspend", "挂起"])
def test_a_word_of_either_language_finds_what_it_is_about(sought: str) -> None:
    found = shown(entries(of_moves()), sought)
    assert i18n.translate("Ask to suspend") in found
    assert i18n.translate("Receive a complaint") not in found


def test_nothing_is_shown_where_nothing_fits() -> None:
    assert shown(entries(of_moves()), "没有这样的词") == ""


def test_how_a_day_goes_is_told_in_the_language_spoken(language: str) -> None:
    assert ("派单" in introduction()) == (language == "zh_CN")


def test_a_move_is_an_action_once() -> None:
    assert [a.id for a in of_moves()] == [f"move.{m.name}" for m in MOVES]
    assert {a.group for a in of_moves()} == {GROUP_MOVES}


def test_no_key_means_two_things_in_the_window(make_window: MakeWindow, with_passwords: House, qtbot: QtBot) -> None:
    del with_passwords  # it makes the window one that people can sign in to
    window = make_window()
    enter(window, "sue", qtbot)
    assert window.room is not None
    keys = [key for action in window.room.actions for key in action.shortcut.split(" / ")]
    assert [key for key, n in Counter(filter(None, keys)).items() if n > 1] == []
