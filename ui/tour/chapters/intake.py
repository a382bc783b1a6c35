"""Intake: what comes in by itself, the call that opens the case, and the neighbour's call that joins it."""

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QRadioButton

from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.people import Role
from commandcenter.domain.units import Place, Workstation
from commandcenter.i18n import N_, _
from ui.intake.place_field import GAZETTEER
from ui.tour.journey import Journey, focus
from ui.tour.waiting import until


def somebody_elsewhere(journey: Journey) -> None:
    """What another process writes is on this screen by itself."""
    with journey.step("by-itself", N_("What is taken down at another station appears by itself")) as step:
        journey.hands.press("F2")
        step.holds("the intake page is at the front", lambda: journey.page_is("intake"))
        colleague = journey.someone(Role.OPERATOR, but_not=(journey.parts["owner"],))
        key = journey.elsewhere.makes(colleague, "receive", channel="hotline", urgency="urgent",
                                      words=journey.script.elsewhere, place_words=_estate(journey, 3))  # fmt: skip
        complaint = journey.stored(Complaint, key)
        step.holds("the complaint stands in the list, nobody has refreshed anything",
                   lambda: journey.shows(complaint.title or complaint.words))  # fmt: skip


def _estate(journey: Journey, step: int = 0) -> str:
    """An estate whose name means one thing only; another one for every pass, so that the district stays mixed."""
    names = sorted(s.estate for s in journey.picture.of(Workstation).values() if s.estate and not s.disabled)
    taken = {p.name_zh for p in journey.picture.of(Place).values() if p.sort != "estate"}
    alone = [name for name in names if names.count(name) == 1 and name not in taken]
    ended = len(journey.every(Case, state=str(CaseState.CLOSED)))
    return alone[(17 * ended + 5 * journey.number + step) % len(alone)]


def call(journey: Journey) -> None:
    """A call is typed as it is spoken, without the mouse, and becomes a case with a number to read out."""
    with journey.step("call", N_("A call is typed as it is spoken; the place is found while typing")) as step:
        journey.parts["estate"] = _estate(journey)
        _type_call(journey, journey.script.words, journey.script.phone, journey.script.caller)
        step.holds("the place has a point, from the gazetteer",
                   lambda: journey.reads("intake.area").startswith("●"))  # fmt: skip
        _name_matter(journey)
        step.holds("the matter is chosen", lambda: journey.script.matter in _line(journey, "intake.matter"))
    with journey.step("case-opened", N_("One key opens the case; its number is there to be read out")) as step:
        journey.hands.press("Ctrl+Return")
        step.holds("a number is shown, large", lambda: journey.reads("intake.number"))
        case = _numbered(journey, journey.reads("intake.number"))
        journey.case = case.id
        step.holds("the case is in the database and waits for dispatch", lambda: case.state == CaseState.OPEN)
        complaint = journey.every(Complaint, case_id=case.id)[0]
        step.holds("the complaint hangs on it, with its point and its owner",
                   lambda: complaint.state == ComplaintState.LINKED and complaint.point is not None
                   and complaint.place_source == GAZETTEER
                   and complaint.owner_id == journey.parts["owner"])  # fmt: skip
        step.holds("the form is empty for the next call",
                   lambda: not journey.reads("intake.words"))  # fmt: skip


def _type_call(journey: Journey, words: str, phone: str, caller: str) -> None:
    """Words, phone, name, place: in the order in which it is spoken."""
    hands = journey.hands
    hands.press("Ctrl+N")
    until(lambda: focus() is journey.one(QPlainTextEdit, "intake.words"), "the cursor stands in the words")
    hands.type(words)
    hands.tab_to(journey.one(QLineEdit, "intake.phone"))
    hands.type(phone)
    hands.press("Return")
    hands.type(caller)
    hands.press("Return")
    until(lambda: focus() is journey.one(QLineEdit, "intake.place"), "the cursor stands in the place")
    hands.type(journey.parts["estate"])
    hands.press("Return")
    hands.type(f" {journey.script.door}")
    hands.press("Tab")


def _name_matter(journey: Journey) -> None:
    hands = journey.hands
    hands.tab_to(journey.one(QLineEdit, "intake.matter"))
    hands.type(journey.script.matter)
    hands.press("Return", "Tab")
    until(lambda: isinstance(focus(), QRadioButton), "the cursor stands in the urgency, which follows the matter")


def _line(journey: Journey, name: str) -> str:
    return journey.one(QLineEdit, name).text()


def _numbered(journey: Journey, number: str) -> Case:
    return journey.every(Case, number=number)[0]


def duplicate(journey: Journey) -> None:
    """A neighbour rings about the same thing: it is shown while the call is typed, and one key attaches it."""
    number = journey.life.number
    attach = _("Attach to {number}", number=number)
    with journey.step("duplicate", N_("A neighbour's call: the likely duplicate is shown while it is typed")) as step:
        _type_call(journey, journey.script.again, journey.script.neighbours_phone, journey.script.neighbour)
        step.holds("the earlier case is shown, with how far away and how alike",
                   lambda: number in journey.reads("intake.known"))  # fmt: skip
        for _press in range(9):
            if attach in journey.reads("intake.attach"):
                break
            journey.hands.press("Alt+Down")
        step.holds("the key beside it attaches to that case",
                   lambda: attach in journey.reads("intake.attach"))  # fmt: skip
    with journey.step("attached", N_("One key attaches it; both callers hang on one case now")) as step:
        journey.hands.press("Alt+A")
        step.holds("the number read out is that of the first case",
                   lambda: journey.reads("intake.number") == number)  # fmt: skip
        step.holds("two complaints hang on the case in the database",
                   lambda: len(journey.every(Complaint, case_id=journey.case)) == 2)  # fmt: skip
        step.holds("the case counts them", lambda: journey.held(Case, journey.case).complaints == 2)
