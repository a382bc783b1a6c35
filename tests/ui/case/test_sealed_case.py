"""Sealing in the window: by the inspector, for the people named; gone at once for all others, nothing typed lost."""

from PySide6.QtWidgets import QLabel

from commandcenter.domain.cases import Case
from tests.ui.case.conftest import Desk


def _read(desk: Desk) -> list[str]:
    return [label.text() for label in desk.case.findChildren(QLabel) if label.isVisible()]


def test_an_inspector_seals_names_others_and_opens_again(desk: Desk) -> None:
    house, case = desk.house, desk.house.case()
    desk.sit("ines", case.id)
    assert desk.moves() == {"seal"}
    desk.make("seal", people=[house.keys["sue"]], reason="涉及队员")
    assert house.get(Case, case.id).sealed_for == sorted([house.keys["ines"], house.keys["sue"]])
    assert "sealed" in _read(desk)
    assert desk.moves() == {"seal", "unseal"}
    assert desk.press("seal").value("people") == [house.keys["sue"]], "who is named stands there to be changed"
    desk.make("unseal", reason="查清")
    assert house.get(Case, case.id).sealed_for is None
    assert "sealed" not in _read(desk)


def test_a_case_that_is_sealed_leaves_the_screen_and_what_was_typed_comes_back_with_it(desk: Desk) -> None:
    house, case = desk.house, desk.house.case()
    page = desk.sit("ann", case.id)
    said: list[str] = []
    desk.shell.room.said.connect(lambda words, _tone: said.append(words))
    desk.press("remark").set_value("words", "请值班长留意")
    house.do("ines", "seal", case, reason="涉及队员")
    desk.qtbot.waitUntil(lambda: page.life is None and "This case was sealed" in _read(desk))
    assert not any(case.title in words for words in _read(desk))
    assert desk.shell.room.picture.get(Case, case.id) is None
    assert "What you typed is kept" in said[-1]
    house.do("ines", "unseal", case, reason="查清")
    desk.qtbot.waitUntil(lambda: page.life is not None)
    assert desk.press("remark").value("words") == "请值班长留意"


def test_who_comes_next_sees_nothing_that_was_for_whoever_left(desk: Desk) -> None:
    house, case = desk.house, desk.house.case()
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="涉及队员")
    picture = desk.window.backstage.picture
    desk.qtbot.waitUntil(lambda: picture.get(Case, case.id) is None)
    desk.sit("sue", case.id)
    desk.qtbot.waitUntil(lambda: picture.get(Case, case.id) is not None)
    assert "sealed" in _read(desk)
    desk.window.sign_out()
    assert picture.get(Case, case.id) is None


def test_nobody_is_told_who_looks_at_a_sealed_case(desk: Desk) -> None:
    case = desk.house.case()
    desk.sit("ines", case.id)
    company = desk.window.backstage.company
    desk.qtbot.waitUntil(lambda: company.sight.key == case.id)
    desk.make("seal", reason="涉及队员")
    desk.shell.room.pulse.tick()
    assert company.sight.key is None
