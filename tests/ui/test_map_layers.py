"""The bar over the map and the little list of a stack, without any engine."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter import i18n
from ui.map.engine import MapEngine
from ui.map.layers import SIGNS, LayersBar
from ui.map.objects import LAYERS, Pick
from ui.map.stack_list import StackList
from ui.map.view import MapView
from ui.theme import tokens_of


@pytest.fixture
def view(qtbot: QtBot) -> MapView:
    view = MapView(MapEngine(), tokens_of("day"))
    qtbot.addWidget(view)
    return view


@pytest.fixture
def bar(qtbot: QtBot, view: MapView) -> LayersBar:
    bar = LayersBar(view, tokens_of("day"))
    qtbot.addWidget(bar)
    return bar


def test_the_switches_show_and_change_what_the_map_shows(qtbot: QtBot, view: MapView, bar: LayersBar) -> None:
    assert {name: button.isChecked() for name, button in bar.buttons.items()} == view.layers
    with qtbot.waitSignal(view.layers_changed) as told:
        bar.buttons["workstations"].click()
    assert told.args[0] == view.layers
    assert view.layers["workstations"] is False


def test_layers_remembered_from_last_time_are_shown_on_the_switches(view: MapView, bar: LayersBar) -> None:
    for name in LAYERS:
        view.set_layer(name, name in {"cases", "heat_7"})
    assert [name for name, button in bar.buttons.items() if button.isChecked()] == ["cases", "heat_7"]


def test_the_star_is_lit_only_when_the_page_says_so(view: MapView, bar: LayersBar) -> None:
    bar.star.click()
    assert not bar.star.isChecked()
    view.star_changed.emit(True)
    assert bar.star.isChecked()


def test_every_sign_of_the_legend_is_painted_in_its_colour_and_explained(qtbot: QtBot, bar: LayersBar) -> None:
    assert len(bar.legend._words) == len(SIGNS)
    for sign, (shape, token, opacity, _words) in zip(bar.legend._signs, SIGNS, strict=True):
        if opacity == 1.0 and shape not in {"circle", "hollow"}:
            picture = sign.grab().toImage()
            centre = picture.pixelColor(picture.width() // 2, picture.height() // 2)
            assert centre.name() == tokens_of("day")[token].lower()
    bar.show_legend()
    assert bar.legend.isVisible()
    QTest.keyClick(bar.legend, Qt.Key.Key_Escape)
    assert not bar.legend.isVisible()


def test_another_language_renames_the_switches(
    bar: LayersBar, view: MapView, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = bar.buttons["areas"].text()
    monkeypatch.setattr(i18n._catalogue, "gettext", lambda message: f"«{message}»")
    bar.set_language()
    view.set_language()
    assert bar.buttons["areas"].text() == f"«{english}»"


def test_the_stack_list_is_used_by_keyboard_alone(qtbot: QtBot, view: MapView) -> None:
    stack = StackList(view)
    picks = [Pick("case", "c", "0042"), Pick("officer", "o", "李"), Pick("squad", "s", "隐珠")]
    stack.offer(picks, QPoint(10, 10))
    assert [stack.list.item(row).text() for row in range(3)] == ["Case · 0042", "Officer · 李", "Squad · 隐珠"]
    with qtbot.waitSignal(stack.taken) as told:
        QTest.keyClick(stack.list, Qt.Key.Key_Down)
        QTest.keyClick(stack.list, Qt.Key.Key_Return)
    assert told.args == ["officer", "o"]
    assert not stack.isVisible()


def test_escape_closes_the_stack_list_and_takes_nothing(qtbot: QtBot, view: MapView) -> None:
    stack = StackList(view)
    stack.offer([Pick("case", "c", "0042"), Pick("case", "d", "0043")], QPoint(10, 10))
    with qtbot.assertNotEmitted(stack.taken):
        QTest.keyClick(stack.list, Qt.Key.Key_Escape)
    assert not stack.isVisible()


def test_on_a_narrow_bar_every_button_keeps_its_whole_name(view: MapView, bar: LayersBar) -> None:
    bar.resize(260, bar.heightForWidth(260))
    bar.show()
    buttons = [*bar.buttons.values(), bar.legend_button, bar.star]
    for button in buttons:
        assert button.width() >= button.sizeHint().width(), button.text()
        assert bar.rect().contains(button.geometry())
        assert button.toolTip() or button is bar.legend_button
    assert len({button.text() for button in buttons}) == len(buttons)
    assert len({button.y() for button in buttons}) > 1
