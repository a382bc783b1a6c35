"""Handing the shift over: one supervisor signs the brief, another one signs it at whatever station."""

from commandcenter.domain.handover import Handover, HandoverState
from commandcenter.domain.people import Role
from commandcenter.i18n import N_, _
from ui.shift.aside import Aside
from ui.shift.page import ShiftPage
from ui.shift.rows import Row
from ui.tour.chapters.door import sign_in
from ui.tour.journey import Journey
from ui.tour.waiting import until


def hand_over(journey: Journey) -> None:
    """The supervisor who is signed in hands over, and somebody else takes over."""
    outgoing = journey.room.person
    with journey.step("handover", N_("The supervisor signs the brief that was made by itself")) as step:
        _go_there(journey)
        step.holds("what is late or due before long stands there", lambda: journey.shows(_("Late, or due before long")))
        _press(journey, _("Sign and hand over"))
        until(lambda: journey.one(Aside).form is not None, "what is added can be written down")
        journey.hands.type(journey.script.review)
        journey.hands.press("Ctrl+Return")
        step.holds("it waits for its second signature in the database", lambda: _waits(journey, outgoing.id))
        step.holds("whoever signed first can only take it back", lambda: [
            button.text() for button in journey.one(Aside).buttons.values()] == [_("Take the handover back")])
    with journey.step("taken-over", N_("Another supervisor signs it, and sees what changed in between")) as step:
        sign_in(journey, journey.someone(Role.SUPERVISOR, but_not=(outgoing.id,)))
        _go_there(journey)
        step.holds("the words of the first stand there", lambda: journey.shows(journey.script.review))
        _press(journey, _("Sign and take over"))
        step.holds("both signatures are in the database, of two people", lambda: _signed(journey, outgoing.id))
        # It may stand below the edge of the list: how much there is to hand over depends on the hour.
        step.holds("the handover stands among those before", lambda: _stands_before(journey, outgoing.id))


def _go_there(journey: Journey) -> None:
    journey.hands.press("Ctrl+F11")
    until(lambda: journey.page_is("shift"), "the shift is at the front")
    journey.hands.press("Ctrl+4")
    until(lambda: bool(journey.one(Aside).buttons), "the brief is drawn")


def _press(journey: Journey, words: str) -> None:
    button = next(b for b in journey.one(Aside).buttons.values() if b.text() == words)
    until(button.isVisible, f"“{words}” can be pressed")
    journey.hands.click(button)


def _waits(journey: Journey, outgoing: str) -> bool:
    return [h.outgoing_by_id for h in journey.every(Handover, state=str(HandoverState.OFFERED))] == [outgoing]


def _signed(journey: Journey, outgoing: str) -> bool:
    newest = journey.every(Handover)[-1]
    return (newest.state, newest.outgoing_by_id) == (HandoverState.SIGNED, outgoing) and newest.incoming_by_id not in (
        None, outgoing)  # fmt: skip


def _stands_before(journey: Journey, outgoing: str) -> bool:
    rows = journey.one(ShiftPage).table.grouped.rows.values()
    before = [row.of for row in rows if isinstance(row, Row) and isinstance(row.of, Handover)]
    return outgoing in [one.outgoing_by_id for one in before if one.state == HandoverState.SIGNED]
