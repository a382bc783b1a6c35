"""Going from case to case: what stands on the page is the case that is chosen, or says that it is not there."""

import threading

import pytest
from PySide6.QtWidgets import QLabel
from shiboken6 import isValid

from commandcenter.domain.record import new_key
from commandcenter.errors import Unavailable
from commandcenter.logs import Report
from commandcenter.spool import Kept
from tests.ui.case.conftest import Desk
from ui.tickets import Ticket


def test_nothing_of_the_former_case_stands_under_the_one_that_cannot_be_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = desk.house.case(), desk.house.case(words="楼顶违建", caller_phone="13700000003")
    page = desk.sit("ann", first.id)

    def away() -> None:
        raise Unavailable("The server is away.")

    with monkeypatch.context() as broken:
        broken.setattr(desk.shell.room.backstage, "store", away)
        page.show_case(second.id)
        desk.qtbot.waitUntil(lambda: not page._out_of_date)
        said = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert "This case cannot be read" in said
    assert "The server is away." in said
    page.show_case(second.id)
    desk.qtbot.waitUntil(lambda: page.case is not None and page.case.id == second.id and page.head.isVisible())


def test_a_case_that_is_long_in_coming_is_said_to_be_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = desk.house.case(), desk.house.case(words="楼顶违建", caller_phone="13700000003")
    page = desk.sit("ann", first.id)
    backstage, released = desk.shell.room.backstage, threading.Event()
    store = backstage.store

    def slow() -> object:
        released.wait(20)
        return store()

    monkeypatch.setattr(backstage, "store", slow)
    page.show_case(second.id)
    assert page.head.isVisible(), "a case that comes at once does not flicker"
    desk.qtbot.waitUntil(lambda: not page.head.isVisible())
    assert "The case is being read…" in [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    released.set()
    desk.qtbot.waitUntil(lambda: page.case is not None and page.case.id == second.id and page.head.isVisible())


@pytest.mark.parametrize("answer", ["done", "refused", "kept", "failed"])
def test_an_answer_that_comes_once_the_page_is_gone_is_no_mistake_and_leaves_no_draft_of_what_was_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    case, ticket = desk.house.case(), Ticket("remark")
    page = desk.sit("ann", case.id)
    form, drafts = desk.press("remark"), page.asking.drafts._file
    monkeypatch.setattr(desk.window.backstage, "do", lambda *_given, **_more: ticket)
    form.set_value("words", "两次回拨无人接听")
    form.submit()
    desk.window.sign_out()
    desk.qtbot.waitUntil(lambda: not isValid(page.asking))
    assert drafts.read() != {}
    kept = Kept(new_key(), "remark", case.id, {"words": "x"}, desk.house.keys["ann"], "here", desk.house.now)
    said = {"done": case.id, "refused": Unavailable("The database is away."), "kept": kept,
            "failed": Report(desk.house.now, "remark", "", "")}  # fmt: skip
    with desk.qtbot.captureExceptions() as caught:
        getattr(ticket, answer).emit(said[answer])
    assert caught == []
    assert (drafts.read() == {}) == (answer in {"done", "kept"})
