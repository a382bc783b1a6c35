"""The form of a move in the sheet: an answer that comes once it is closed finds nobody, and that is no mistake."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from commandcenter.domain.record import new_key
from commandcenter.errors import Unavailable
from commandcenter.logs import Report
from commandcenter.spool import Kept
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.backstage import Ticket
from ui.widgets.move_form import MoveForm


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts of each test lie in its own folder."""
    monkeypatch.setenv("COMMANDCENTER_DATA", str(tmp_path / "data"))


def test_what_the_program_finds_is_not_asked_of_a_person(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    house, window = with_passwords, make_window()
    shell, case = enter(window, "ann", qtbot), house.case()
    qtbot.waitUntil(lambda: window.backstage.picture.get(Case, case.id) is not None)
    shell.room.make("dispatch", window.backstage.picture.get(Case, case.id))
    form = shell.sheet.content
    assert isinstance(form, MoveForm)
    assert list(form.rows) == ["squad", "why", "note", "assisting"]


@pytest.mark.parametrize("answer", ["done", "refused", "kept", "failed"])
def test_an_answer_that_comes_once_the_form_is_closed_is_no_mistake(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    house, window = with_passwords, make_window()
    shell, case = enter(window, "ann", qtbot), house.case()
    qtbot.waitUntil(lambda: window.backstage.picture.get(Case, case.id) is not None)
    shell.room.make("remark", window.backstage.picture.get(Case, case.id))
    form, ticket = shell.sheet.content, Ticket("remark")
    assert isinstance(form, MoveForm)
    monkeypatch.setattr(window.backstage, "do", lambda *_given, **_more: ticket)
    form.set_value("words", "两次回拨无人接听")
    form.submit()
    with qtbot.waitSignal(form.destroyed):
        shell.sheet.shut()
    kept = Kept(new_key(), "remark", case.id, {"words": "x"}, house.keys["ann"], "here", house.now)
    said = {"done": case.id, "refused": Unavailable("The database is away."), "kept": kept,
            "failed": Report(house.now, "remark", "", "")}  # fmt: skip
    with qtbot.captureExceptions() as caught:
        getattr(ticket, answer).emit(said[answer])
    assert caught == []
