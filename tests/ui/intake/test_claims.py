"""Claiming at the window: one key brings the next complaint, and everybody sees whose it is."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.record import Key
from tests.house import House
from tests.ui.intake.conftest import ALT, CTRL, press, type_
from ui.intake.page import IntakePage


@pytest.fixture
def three(page: IntakePage, small_house: House, qtbot: QtBot) -> list[Complaint]:
    """Three complaints in the list, most pressing first."""
    every = [small_house.complaint(words=words) for words in ("First", "Second", "Third")]
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [one.id for one in every])
    return every


def holder(house: House, one: Complaint) -> Key | None:
    """Who has claimed it."""
    return house.get(Complaint, one.id).claimed_by_id  # type: ignore[no-any-return]


def below(page: IntakePage, one: Complaint) -> str:
    """The second line of its row."""
    subtitle = page.incoming.table.columns[1].subtitle
    held = page.room.picture.get(Complaint, one.id)
    assert subtitle is not None
    assert held is not None
    return subtitle(held)


def test_one_key_claims_the_next_and_puts_it_on_the_form(
    page: IntakePage, small_house: House, three: list[Complaint], qtbot: QtBot
) -> None:
    small_house.do("bob", "claim", three[0])
    qtbot.waitUntil(lambda: "claimed by Bob" in below(page, three[0]))
    with qtbot.waitSignal(page.room.backstage.finished):
        press(Qt.Key.Key_N, ALT)
    assert page.form.call().complaint == three[1].id
    assert holder(small_house, three[1]) == small_house.keys["ann"]
    assert below(page, three[1]).startswith("yours · ")
    assert page.panel.claim.text == "You have claimed it, since 09:30"
    assert page.panel.claim.offer == "give_back"


def test_what_is_typed_on_a_new_call_is_laid_aside_for_the_next_complaint(
    page: IntakePage, three: list[Complaint], qtbot: QtBot
) -> None:
    type_("Half a sentence")
    with qtbot.waitSignal(page.room.backstage.finished):
        press(Qt.Key.Key_N, ALT)
    assert page.form.call().complaint == three[0].id
    assert [call.words for call in page.counter.unfinished()] == ["Half a sentence"]


def test_where_nothing_is_left_it_is_said(page: IntakePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.room.backstage.refused) as refused:
        press(Qt.Key.Key_N, ALT)
    assert "No complaint waits" in str(refused.args[0])


def test_a_complaint_is_claimed_and_given_back_where_it_stands(
    page: IntakePage, small_house: House, three: list[Complaint], qtbot: QtBot
) -> None:
    page.incoming.view.select(three[2].id)
    assert (page.panel.claim.text, page.panel.claim.offer) == ("Nobody has claimed it", "claim")
    press(Qt.Key.Key_C, ALT)
    qtbot.waitUntil(lambda: page.panel.claim.offer == "give_back")
    press(Qt.Key.Key_G, ALT)
    qtbot.waitUntil(lambda: page.panel.claim.offer == "claim")
    page.panel.claim.offer_taken.emit()
    qtbot.waitUntil(lambda: page.panel.claim.offer == "give_back")
    page.begin()
    assert not page.panel.claim.isVisible(), "a call that is no complaint yet is nobody's"


def test_a_claim_leaves_what_is_typed_and_is_no_conflict(
    page: IntakePage, small_house: House, three: list[Complaint], qtbot: QtBot
) -> None:
    page.incoming.view.select(three[0].id)
    page.form.place.line.setFocus()
    type_(", gate 4")
    press(Qt.Key.Key_C, ALT)
    qtbot.waitUntil(lambda: page.panel.claim.offer == "give_back")
    assert page.form.place.words.endswith(", gate 4")
    assert not page.panel.trouble.text
    page.form.matter.choose(small_house.keys["noise"])
    with qtbot.waitSignal(page.counter.settled):
        press(Qt.Key.Key_Return, CTRL)
    after = small_house.get(Complaint, three[0].id)
    assert (after.state, after.claimed_by_id) == ("linked", None)


def test_who_wants_what_another_has_claimed_reads_who_and_keeps_the_words(
    page: IntakePage, small_house: House, three: list[Complaint], qtbot: QtBot
) -> None:
    page.incoming.view.select(three[0].id)
    page.form.matter.choose(small_house.keys["noise"])
    small_house.do("bob", "claim", three[0])
    qtbot.waitUntil(lambda: page.panel.claim.text == "Bob has claimed it, since 09:30")
    assert page.panel.claim.offer == "", "an operator cannot take it over"
    with qtbot.waitSignal(page.counter.returned):
        page.accept()
    assert "Bob has claimed this complaint" in page.panel.trouble.text
    assert holder(small_house, three[0]) == small_house.keys["bob"]


def test_a_claim_whose_holder_is_gone_is_free_on_the_screen_by_itself(
    page: IntakePage, small_house: House, three: list[Complaint], qtbot: QtBot
) -> None:
    small_house.do("bob", "claim", three[0])
    page.incoming.view.select(three[0].id)
    qtbot.waitUntil(lambda: page.panel.claim.text.startswith("Bob has claimed it"))
    qtbot.waitUntil(lambda: "claimed by Bob" in below(page, three[0]))
    painted = []
    page.incoming.table.dataChanged.connect(lambda first, _last: painted.append(first.row()))
    small_house.later(minutes=5)
    page.room.pulse.tick()
    assert (page.panel.claim.text, page.panel.claim.offer) == ("Nobody has claimed it", "claim")
    assert "claimed by Bob" not in below(page, three[0])
    assert painted == [0], "its row alone was drawn anew"


def test_a_new_call_is_claimed_from_its_first_moment_until_its_case_is_open(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    type_("Noise at night")
    page.form.place.line.setText("Gate 4")
    page.form.matter.choose(small_house.keys["noise"])
    with qtbot.waitSignal(page.counter.received) as received, qtbot.waitSignal(page.counter.settled):
        page.accept()
    complaint = received.args[1]
    assert complaint.claimed_by_id == small_house.keys["ann"]
    assert holder(small_house, complaint) is None


def test_who_only_receives_holds_nothing(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    type_("Noise at night")
    with qtbot.waitSignal(page.counter.received) as received:
        page.receive()
    assert received.args[1].claimed_by_id is None
