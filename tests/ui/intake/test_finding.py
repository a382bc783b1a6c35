"""Places and matters are found by any part of any of their names while they are typed."""

from itertools import count

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.record import Record, snapshot
from commandcenter.domain.units import Place, Squad, Workstation
from commandcenter.live.picture import Picture
from tests.house import HERE
from tests.ui.intake.conftest import focused, press, type_
from ui.intake.finding import Finder
from ui.intake.page import IntakePage
from ui.intake.suggesting import Suggesting

_numbers = count()


def _record(kind: type[Record], **values: object) -> Record:
    return snapshot(kind, {"id": f"{next(_numbers):04}", "version": 1, "disabled": False, "code": "x"} | values)


MATTERS = ["占道经营", "夜间施工噪声", "社会生活噪声", "餐饮油烟直排", "路灯不亮", "随意倾倒建筑垃圾"]


@pytest.fixture
def finder() -> Finder:
    picture = Picture()
    squad = _record(Squad, name_zh="隐珠中队", name_en="Yinzhu Squad", tier="township")
    places = [("阅武路", "Yuewu Road", "road"), ("阅武路社区", "Yuewu Road Community", "community"),
              ("隐珠街道", "Yinzhu Subdistrict", "town"), ("阳光小区", "Sunny Estate", "estate")]  # fmt: skip
    picture.load([
        squad,
        _record(Workstation, name_zh="阳光小区综合执法工作站", name_en="Sunny Workstation", estate="阳光小区",
                squad_id=squad.id, lon=120.05, lat=35.95),
        *(_record(Place, name_zh=zh, name_en=en, sort=sort, squad_id=squad.id, lon=120.0, lat=35.9)
          for zh, en, sort in places),
        _record(MatterDomain, code="urban", name_zh="城管", name_en="Urban management", tier="township"),
        *(_record(Matter, code=f"CG{n:03}", name_zh=name, name_en="", domain="urban", tier="township")
          for n, name in enumerate(MATTERS)),
    ])  # fmt: skip
    made = Finder(picture)
    made.fill()
    while made.take_in():
        pass
    return made


def _titles(finder: Finder, text: str) -> list[str]:
    return [found.thing.title for found in finder.places(text)[0].top]


@pytest.mark.parametrize("typed", ["阅武", "武路", "ywl", "yuewu", "Yuewu Ro"])
def test_a_place_is_found_by_a_part_its_initials_or_its_other_name(finder: Finder, typed: str) -> None:
    assert _titles(finder, typed)[0] == "Yuewu Road"


def test_an_estate_with_a_workstation_is_offered_once_with_its_kind_and_squad(finder: Finder) -> None:
    (found,) = finder.places("阳光小区")[0].top
    assert found.thing.kind == "workstation"
    assert found.thing.detail == "estate · Yinzhu Squad"
    assert finder.point_of(found.thing) == (120.05, 35.95)


@pytest.mark.parametrize("typed, tail", [
    ("阅武路88号", "88号"), ("阅武路 88 号东侧", "88 号东侧"), ("阅武路东口", "东口"),
])  # fmt: skip
def test_what_follows_the_name_is_no_hindrance(finder: Finder, typed: str, tail: str) -> None:
    found, rest = finder.places(typed)
    assert "Yuewu Road" in [f.thing.title for f in found.top]
    assert rest == tail


@pytest.mark.parametrize(("typed", "tail"), [("ywlt", ""), ("ywlt 3", "3"), ("阅武路t", "t")])
def test_a_letter_too_many_of_the_initials_is_no_part_of_the_place(finder: Finder, typed: str, tail: str) -> None:
    assert finder.places(typed)[1] == tail
    assert _titles(finder, typed)[0] == "Yuewu Road"


def test_one_character_is_too_little_and_nonsense_finds_nothing(finder: Finder) -> None:
    assert _titles(finder, "阅") == []
    assert _titles(finder, "qqqq") == []


def test_places_named_in_the_words_are_found_the_longest_name_first(finder: Finder) -> None:
    assert [f.thing.title for f in finder.named_in("阅武路社区门口有人摆摊").top] == ["Yuewu Road Community"]
    assert finder.named_in("nothing of the kind").total == 0


@pytest.mark.parametrize("typed", ["噪声", "sgzs", "CG001", "施工"])
def test_a_matter_is_found_by_name_initials_or_code(finder: Finder, typed: str) -> None:
    assert "夜间施工噪声" in [f.thing.title for f in finder.matters(typed).top]
    assert finder.matters(typed).top[0].thing.detail.startswith("Urban management · CG")


@pytest.mark.parametrize("words, first", [
    ("楼下烧烤店占道经营,油烟直排到我家", "占道经营"),
    ("小区门口的路灯坏了,一盏都不亮", "路灯不亮"),
    ("有人半夜倾倒建筑垃圾", "随意倾倒建筑垃圾"),
])  # fmt: skip
def test_the_words_suggest_matters_by_what_they_share_with_their_names(
    finder: Finder, words: str, first: str
) -> None:
    suggesting = Suggesting(finder.picture.of(Matter).values())
    assert suggesting.like(words)[0].name_zh == first


def test_words_that_share_nothing_suggest_nothing(finder: Finder) -> None:
    assert Suggesting(finder.picture.of(Matter).values()).like("请问孩子上学怎么办理") == []


# ---------------------------------------------------------------------- on the page


def test_a_place_is_taken_with_its_point_and_the_squad_is_named(page: IntakePage) -> None:
    page.form.place.line.setFocus()
    type_("ygxq")
    assert [thing.title for thing in page.form.place.line.offered] == ["阳光小区"]
    press(Qt.Key.Key_Return)
    assert page.form.place.says.text() == "● North · its area (from the gazetteer)"
    type_(" 3")
    assert (page.form.call().place_words, page.form.call().point) == ("阳光小区 3", HERE)


def test_another_name_lets_go_of_the_point(page: IntakePage) -> None:
    page.form.place.line.setFocus()
    type_("ygxq")
    press(Qt.Key.Key_Return)
    page.form.place.line.selectAll()
    type_("elsewhere")
    assert page.form.call().point is None
    assert page.form.place.says.text().startswith("No point yet")


def test_a_point_outside_every_area_is_said_and_the_operator_goes_on(page: IntakePage) -> None:
    page.form.place.set_point((121.5, 36.9))
    assert page.form.place.says.text().startswith("◆ Outside every area")
    assert page.form.call().point == (121.5, 36.9)


def test_esc_puts_the_list_away_and_keeps_what_is_typed(page: IntakePage) -> None:
    page.form.place.line.setFocus()
    type_("ygxq")
    press(Qt.Key.Key_Escape)
    assert page.form.place.line.offered == []
    assert page.form.place.words == "ygxq"


def test_tab_takes_only_what_nothing_else_can_be_meant_by(page: IntakePage) -> None:
    page.form.place.line.setFocus()
    type_("sun")
    press(Qt.Key.Key_Tab)
    assert page.form.call().point is None
    page.form.place.line.setFocus()
    page.form.place.line.selectAll()
    type_("sunny")
    press(Qt.Key.Key_Tab)
    assert page.form.call().point == HERE


def test_a_point_is_picked_on_the_small_map_with_the_keyboard(page: IntakePage) -> None:
    page.form.place.line.setFocus()
    press(Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert focused() is page.known.map
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Return)
    point = page.form.call().point
    assert point is not None
    assert page.form.call().place_source == "map"
    assert focused() is page.form.place.line


def test_a_suggested_matter_is_taken_with_one_key(page: IntakePage, qtbot: object) -> None:
    type_("noise")
    page.form.suggest(page.names.suggesting.like("noise all night"))
    assert [m.name_en for m in page.form.matter.suggested] == ["Noise"]
    press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert page.form.matter.matter is not None
    assert page.form.matter.matter.name_en == "Noise"
    assert page.form.matter.suggested == []


def test_enter_waits_for_the_names_that_are_still_being_read(page: IntakePage, qtbot: QtBot) -> None:
    line, finder = page.form.place.line, page.names.finder
    line.setFocus()
    finder.fill()  # as when the district's names change: all of them wait to be taken in
    type_("ygxq")
    press(Qt.Key.Key_Return)
    assert focused() is line, "Enter went on as if there were no such place"
    assert page.form.call().point is None
    page.names._take_in()
    qtbot.waitUntil(lambda: page.form.call().point == HERE)
    assert page.form.place.words == "阳光小区"


def test_enter_after_a_suggestion_was_taken_does_not_take_what_the_list_showed_before(page: IntakePage) -> None:
    page.form.suggest(page.names.suggesting.like("noise all night"))
    page.form.matter.line.setFocus()
    type_("fishing")
    assert page.form.matter.line.offered
    press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    press(Qt.Key.Key_Return)
    assert page.form.matter.matter is not None
    assert page.form.matter.matter.name_en == "Noise"
