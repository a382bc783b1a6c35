"""The map's page in a window: what stands on it, what is remembered, what is selected, and what is filtered."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from commandcenter.domain.people import Person
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.units import Squad, Workstation
from tests.house import House
from tests.ui.map_page.conftest import OpenMap, standing
from ui.map.objects import Pick
from ui.map_page.page import MapPage


def see(house: House, login: str, lon: float, lat: float) -> None:
    """Somebody is seen."""

    def body(work: Any) -> None:
        work.session.add(Sighting(person_id=house.keys[login], seen_at=house.now, lon=lon, lat=lat, accuracy=8.0,
                                  heading=90.0))  # fmt: skip

    house.database.run("see", house.person(login), "test", body)


def test_everything_of_the_room_stands_there(small_house: House, open_map: OpenMap) -> None:
    case = small_house.case()
    _shell, page = open_map()
    found = {key: (thing.kind, thing.status) for key, thing in standing(page).items()}
    keys = small_house.keys
    assert found[case.id] == ("case", "ordinary")
    assert found[keys["north"]] == ("squad", "ordinary")
    assert found[keys["station"]] == ("workstation", "ordinary")
    assert len(found) == 5


def test_a_change_at_another_station_is_on_the_map_by_itself(
    small_house: House, open_map: OpenMap, qtbot: QtBot
) -> None:
    _shell, page = open_map()
    case = small_house.case()
    qtbot.waitUntil(lambda: case.id in standing(page))
    small_house.do("ann", "cancel", small_house.get(Case, _found_case(small_house)), reason="重复")
    see(small_house, "oscar", 120.04, 35.96)
    qtbot.waitUntil(lambda: small_house.keys["oscar"] in standing(page))
    officer = standing(page)[small_house.keys["oscar"]]
    assert (officer.lon, officer.lat, officer.heading) == (120.04, 35.96, 90.0)


def _found_case(house: House) -> str:
    return house.do("oscar", "find", words="占道经营", matter=house.keys["noise"], place_words="路口",
                    urgency="ordinary")  # fmt: skip


def test_an_officer_who_holds_a_case_is_drawn_at_work(small_house: House, open_map: OpenMap, qtbot: QtBot) -> None:
    _shell, page = open_map()
    see(small_house, "oscar", 120.04, 35.96)
    qtbot.waitUntil(lambda: small_house.keys["oscar"] in standing(page))
    assert standing(page)[small_house.keys["oscar"]].status == "on_duty"
    small_house.accepted()
    qtbot.waitUntil(lambda: standing(page)[small_house.keys["oscar"]].status == "busy")


def test_what_ripens_with_time_is_drawn_anew_and_marks_its_squad(small_house: House, open_map: OpenMap) -> None:
    assignment = small_house.dispatched()
    _shell, page = open_map()
    assert standing(page)[assignment.case_id].status == "ordinary"
    small_house.later(hours=4)
    page.room.pulse.tick()
    assert standing(page)[assignment.case_id].status == "overdue"
    assert standing(page)[small_house.keys["north"]].status == "late"


def test_a_case_that_ends_leaves(small_house: House, open_map: OpenMap, qtbot: QtBot) -> None:
    case = small_house.get(Case, small_house.do(
        "oscar", "find", words="占道经营", matter=small_house.keys["noise"], place_words="路口", point=(120.05, 35.95),
        urgency="ordinary"))  # fmt: skip
    _shell, page = open_map()
    assert case.id in standing(page)
    small_house.do("ann", "cancel", case, reason="重复")
    qtbot.waitUntil(lambda: case.id not in standing(page))


def test_layers_are_remembered_on_and_off_for_the_person(small_house: House, open_map: OpenMap) -> None:
    shell, page = open_map()
    page.bar.buttons["workstations"].click()
    page.bar.buttons["heat_30"].click()
    another = MapPage(shell.room)
    assert another.map.layers["workstations"] is False
    assert another.map.layers["heat_30"] is True
    assert another.map.layers["squads"] is True
    another.deleteLater()


def test_heat_is_asked_for_when_it_is_switched_on_and_says_what_it_leaves_out(
    small_house: House, open_map: OpenMap, qtbot: QtBot
) -> None:
    small_house.case()
    _found_case(small_house)  # without a point
    _shell, page = open_map()
    page.bar.buttons["heat_7"].click()
    qtbot.waitUntil(lambda: "heat of 7 days: 1 cases · 1 without a point" in page.foot.text())
    assert page.map._heat["heat_7"] == [120.05, 35.95]


def test_choosing_anywhere_selects_on_the_map_and_the_other_way_round(
    small_house: House, open_map: OpenMap
) -> None:
    case = small_house.case()
    _shell, page = open_map()
    page.side.view.select(case.id)
    assert page.room.selection is not None
    assert page.room.selection.id == case.id
    assert page.map._chosen == ("case", case.id)
    page.map.selected.emit("squad", small_house.keys["north"])
    assert page.room.selection.id == small_house.keys["north"]
    assert page.side.card.title.text() == "North"


def test_each_kind_of_thing_tells_what_matters(small_house: House, open_map: OpenMap, qtbot: QtBot) -> None:
    assignment = small_house.accepted()
    _shell, page = open_map()
    see(small_house, "oscar", 120.04, 35.96)
    qtbot.waitUntil(lambda: small_house.keys["oscar"] in page.room.picture.fixes)

    def lines(kind: str, name: str) -> dict[str, str]:
        assert page.select(kind, small_house.keys.get(name, name))
        said = page.side._details
        assert said is not None
        return {caption: value for caption, value, _tone in said.lines}

    assert lines(Squad.kind(), "north")["In hand"] == "1 open"
    assert lines(Person.kind(), "oscar")["Holds"] == "1 case"
    assert lines(Person.kind(), "oscar")["Position"] == "0 s ago"
    assert lines(Workstation.kind(), "station")["Keeper"] == "Kim"
    of_case = lines(Case.kind(), assignment.case_id)
    assert (of_case["Officer"], of_case["Squad"], of_case["State"]) == ("Oscar", "North", "Accepted")


def test_the_list_follows_what_is_selected(small_house: House, open_map: OpenMap) -> None:
    sent, waiting = small_house.dispatched(), small_house.case(words="另一件事")
    _shell, page = open_map()
    assert page.side.table.count == 2
    page.select(Squad.kind(), small_house.keys["north"])
    assert page.side.table.keys() == [sent.case_id]
    page.side.all_button.click()
    assert set(page.side.table.keys()) == {sent.case_id, waiting.id}


def test_a_filter_holds_for_the_map_and_for_the_list(small_house: House, open_map: OpenMap) -> None:
    urgent, calm = small_house.case(urgency="urgent"), small_house.case(words="另一件事")
    _shell, page = open_map()
    box = page.side.filters.urgency
    box.setCurrentIndex(box.findData("urgent"))
    assert page.side.table.keys() == [urgent.id]
    assert calm.id not in standing(page)
    page.side.all_button.click()
    assert {urgent.id, calm.id} <= set(standing(page))
    state = page.side.filters.state
    state.setCurrentIndex(state.findData("working"))
    assert page.side.table.keys() == []


def test_a_stack_becomes_a_list(small_house: House, open_map: OpenMap) -> None:
    one, other = small_house.case(), small_house.case(words="另一件事")
    small_house.case(words="第三件事")
    _shell, page = open_map()
    page.map.stack_selected.emit([Pick("case", one.id, "one"), Pick("case", other.id, "other"),
                                  Pick("squad", small_house.keys["north"], "North")])  # fmt: skip
    assert set(page.side.table.keys()) == {one.id, other.id}
    page.side.picked.emit("squad", small_house.keys["north"])
    assert page.room.selection is not None
    assert page.room.selection.id == small_house.keys["north"]


def test_without_a_map_no_point_can_be_picked_and_that_is_said(small_house: House, open_map: OpenMap) -> None:
    shell, page = open_map()
    picked: list[tuple[float, float]] = []
    assert not page.pick_point(lambda lon, lat: picked.append((lon, lat)), page)
    shell.room.pick_point(lambda lon, lat: picked.append((lon, lat)), page)
    assert shell.messages.text == "There is no map here to pick a point on."
    assert not picked


def test_a_picked_point_comes_back_once_and_escape_gives_up(small_house: House, open_map: OpenMap) -> None:
    _shell, page = open_map()
    page._set_no_map(False)
    picked: list[tuple[float, float]] = []
    assert page.pick_point(lambda lon, lat: picked.append((lon, lat)), page)
    page.map.point_picked.emit(120.0, 35.9)
    page.map.point_picked.emit(121.0, 36.9)
    assert picked == [(120.0, 35.9)]
    page.pick_point(lambda lon, lat: picked.append((lon, lat)), page)
    assert page.picking.text == "Click the place that is meant."
    page.side.view.setFocus()
    QTest.keyClick(page.side.view, Qt.Key.Key_Escape)
    assert page.picking.text == ""
    page.map.point_picked.emit(121.0, 36.9)
    assert len(picked) == 1


def test_picking_is_over_when_the_form_it_is_for_is_closed(
    small_house: House, open_map: OpenMap, qtbot: QtBot
) -> None:
    shell, page = open_map()
    page._set_no_map(False)
    shell.room.make("receive")
    form: Any = shell.sheet.content
    form.pick_asked.emit("point")
    assert page.picking.text == "Click the place that is meant."
    with qtbot.waitSignal(form.destroyed):
        shell.sheet.shut()
    assert page.picking.text == ""
    page.map.point_picked.emit(120.0, 35.9)
    assert not [message for message in shell.messages.messages if message.tone == "urgent"]


def test_show_on_map_comes_here_from_anywhere(small_house: House, open_map: OpenMap) -> None:
    case = small_house.case()
    shell, page = open_map()
    shell.go("intake")
    shell.room.show_on_map("case_file", case.id)
    assert shell.page is page
    assert page.side.card.title.text() == case.title
