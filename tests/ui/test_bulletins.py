"""A bulletin by the window's own command: where to, how far, done."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.bulletins import bulletin_actions


def test_a_bulletin_is_written_by_a_command_beside_everything_else(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    enter(window, "sue", qtbot)
    assert window.room is not None
    file = tmp_path / "month"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(file), "Workbook (*.xlsx)"))
    said: list[str] = []
    window.room.said.connect(lambda words, _tone: said.append(words))
    assert window.room.actions.trigger("report.monthly", window.room)
    qtbot.waitUntil(lambda: bool(said) and said[-1] == f"The bulletin is in {file}.xlsx.")
    assert said[0] == "The bulletin is being made: 0 %"
    assert len(said) > 5
    assert file.with_suffix(".xlsx").read_bytes().startswith(b"PK")


def test_bulletins_are_offered_to_who_may_read_cases(with_passwords: House) -> None:
    for login, offered in (("ann", True), ("oscar", True), ("ines", True), ("adam", False), ("walter", False)):
        assert [action.may(with_passwords.person(login)) for action in bulletin_actions()] == [offered] * 3, login
