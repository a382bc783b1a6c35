"""The documents of the ladder on the page of a case: made by themselves, looked at, made again where that failed."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from commandcenter.documents import directives
from commandcenter.domain.contacts import FileContent, Photo
from commandcenter.domain.rulings import Export
from tests.house import House
from tests.ui.case.conftest import Desk
from ui.case.photos import decoded


def documents(desk: Desk) -> list[Photo]:
    """The documents on the page."""
    return [photo for photo in desk.case.life.photos if photo.directive_id] if desk.case.life else []


def link_of(desk: Desk, operation: str) -> str:
    """Which entry of the timeline belongs to that operation; the key of its line."""
    assert desk.case.life is not None
    return next(entry.operation_id for entry in desk.case.life.timeline if entry.operation == operation)


def test_a_directive_s_document_is_in_the_file_by_itself_and_opens_from_the_timeline_and_is_saved(
    desk: Desk, with_passwords: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk.sit("sue", with_passwords.contacted().case_id)
    desk.make("chase", words="请今日反馈")
    desk.qtbot.waitUntil(lambda: len(documents(desk)) == 1)
    paper = documents(desk)[0]
    assert paper.name == "综催〔2026〕1号.pdf"
    desk.qtbot.waitUntil(lambda: page.particulars.photos.thumbnails[paper.id].shown)
    assert "Show the document" in desk.told()
    page.timeline.link_pressed.emit(link_of(desk, "chase"))
    desk.qtbot.waitUntil(lambda: page.large.has_picture)
    file = tmp_path / "to be sent.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(file), ""))
    with desk.qtbot.waitSignal(desk.shell.room.said, check_params_cb=lambda words, _tone: str(file) in words):
        QTest.keyClick(page.large, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    with with_passwords.database.reading() as session:
        [left] = session.query(Export)
        assert file.read_bytes() == session.get_one(FileContent, paper.sha256).content
    assert (left.what, left.sought, left.file) == ("document", {"document": "综催〔2026〕1号"}, "to be sent.pdf")


def test_a_document_that_fails_is_told_and_made_from_the_timeline_by_who_supervises(
    desk: Desk, with_passwords: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = with_passwords.contacted().case_id
    page = desk.sit("sue", case)
    with monkeypatch.context() as broken:
        broken.setattr(directives, "TEMPLATE", "nowhere.typ")
        with desk.qtbot.waitSignal(desk.shell.room.said, check_params_cb=lambda words, _tone: "nowhere.typ" in words):
            desk.make("chase", words="请今日反馈")
    assert documents(desk) == []
    for told in ("综催〔2026〕1号", "Its document is not made yet.", "Make the document"):
        assert told in desk.told()
    desk.sit("carl", case)
    assert "Its document is not made yet." in desk.told()
    assert "Make the document" not in desk.told()
    page = desk.sit("sue", case)
    page.timeline.link_pressed.emit(link_of(desk, "chase"))
    desk.qtbot.waitUntil(lambda: len(documents(desk)) == 1)
    assert "Its document is not made yet." not in desk.told()


def test_what_only_begins_like_a_document_is_shown_as_a_file() -> None:
    assert decoded(b"%PDF-1.7 and nothing of the kind", 100) is None
