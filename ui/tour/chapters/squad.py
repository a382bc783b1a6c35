"""The squad: the captain accepts, the officer rings both callers, gives a word and keeps it, and puts it right."""

from PySide6.QtWidgets import QRadioButton, QScrollArea

from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.cases import Case, CaseState, Disposition, Rung
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import (
    Contact,
    ContactMeans,
    ContactOutcome,
    Note,
    Photo,
    Promise,
    PromiseState,
)
from commandcenter.domain.people import Person, Role
from commandcenter.domain.rulings import Directive
from commandcenter.i18n import N_, _
from ui.case.page import CasePage
from ui.tour import forms, photos, screen
from ui.tour.chapters.door import sign_in
from ui.tour.journey import Journey
from ui.tour.waiting import until
from ui.widgets.timeline import Timeline
from ui.wording import choice, local

CALL_S = 96
"""How long the officer speaks to each caller."""


def open_case(journey: Journey) -> CasePage:
    """Find the case by its number in the command bar, and open its page."""
    number = journey.life.number
    journey.hands.press("F4")
    until(lambda: journey.page_is("followup"), "the follow-up page is at the front")
    journey.hands.press("Ctrl+K")
    journey.hands.type(number)
    until(lambda: number in journey.reads("command.says"), "the command bar has found the case")
    journey.hands.press("Return")
    until(lambda: not journey.reads("command.line"), "the command is carried out")  # it may have to wait for the names
    until(lambda: screen.seen(journey.window, CasePage), "the page of the case is shown")
    page = journey.one(CasePage)
    until(lambda: page.case is not None and page.case.id == journey.case and page.isVisible(), "the case is on it")
    return page


def tells(journey: Journey, *words: str) -> bool:
    """Whether the timeline of the case shows all these words."""
    said = screen.words(journey.one(Timeline))
    return all(part in said for part in words)


def accept(journey: Journey) -> None:
    """The captain names the responsible officer: never blank from then on."""
    captain = journey.someone(Role.CAPTAIN, squad=journey.parts["squad"])
    officer = journey.someone(Role.OFFICER, squad=journey.parts["squad"], but_not=(captain.id,))
    journey.parts["officer"] = officer.id
    with journey.step("accept", N_("The captain finds the case by its number and accepts it")) as step:
        sign_in(journey, captain)
        page = open_case(journey)
        form = forms.begin(journey, "accept")
        forms.fill(journey, form, officer=f"{officer.name} {officer.badge}".strip())
        step.holds("the officer is chosen", lambda: form.value("officer") == officer.id)
    with journey.step("accepted", N_("From now on an officer is named; the page shows only what is legal")) as step:
        forms.send(journey)
        step.holds("the state on the page is: accepted", lambda: page.head.title.state == choice(CaseState.ACCEPTED))
        lead = journey.stored(Assignment, journey.life.lead_id or "")
        step.holds("the database names the officer",
                   lambda: (lead.state, lead.officer_id) == (AssignmentState.ACCEPTED, officer.id))  # fmt: skip
        step.holds("to accept it once more is not offered", lambda: "accept" not in page.bar.moves())
        journey.hands.click(page.bar.ask_why)
        step.holds("why the rest is not possible is said in words",
                   lambda: _("Only the responsible officer may do this.") in page.bar.why.text())  # fmt: skip


def contact(journey: Journey) -> None:
    """A click is no contact: without evidence it is refused, and nothing that was typed is lost."""
    first, second = journey.every(Complaint, case_id=journey.case)
    with journey.step(
        "click-is-no-contact", N_("A contact without its evidence is refused; what was typed stays")
    ) as step:
        sign_in(journey, journey.held(Person, journey.parts["officer"]))
        page = open_case(journey)
        form = forms.begin(journey, "contact")
        forms.fill(journey, form, means=ContactMeans.CALL, outcome=ContactOutcome.REACHED,
                   words=journey.script.contact, complaint=first.number)  # fmt: skip
        journey.hands.press(forms.SEND)
        refusal = _("How long was the call, in seconds? A click is not a contact.")
        step.holds("the refusal stands at the field it is about", lambda: form.rows["duration_s"].wrong == refusal)
        step.holds("everything typed is still there", lambda: form.value("words") == journey.script.contact)
        step.holds("nothing was written", lambda: not journey.every(Contact, case_id=journey.case))
    with journey.step("contacted", N_("With the length of the call it counts; the clock stops")) as step:
        forms.fill(journey, form, duration_s=CALL_S)
        forms.send(journey)
        step.holds("the state on the page is: contacted", lambda: page.head.title.state == choice(CaseState.CONTACTED))
        form = forms.begin(journey, "contact")
        forms.fill(journey, form, means=ContactMeans.CALL, duration_s=CALL_S, outcome=ContactOutcome.REACHED,
                   words=journey.script.neighbours_contact, complaint=second.number)  # fmt: skip
        forms.send(journey)
        step.holds("both contacts are in the timeline",
                   lambda: tells(journey, journey.script.contact, journey.script.neighbours_contact))  # fmt: skip
        contacts = journey.every(Contact, case_id=journey.case)
        step.holds("both are in the database, each with its caller and its length",
                   lambda: [(c.complaint_id, c.duration_s) for c in contacts]
                   == [(first.id, CALL_S), (second.id, CALL_S)])  # fmt: skip


def promise(journey: Journey) -> None:
    """A word is given – while a supervisor at another station changes the case first: refused with who and when."""
    supervisor = journey.someone(Role.SUPERVISOR)
    page = journey.one(CasePage)
    with journey.step(
        "conflict", N_("Somebody else changes the case first: refused with who and when, nothing lost")
    ) as step:
        form = forms.begin(journey, "promise")
        forms.fill(journey, form, to_whom=journey.script.caller, what=journey.script.promise)
        journey.hands.press_after(
            lambda: journey.elsewhere.makes_unseen(supervisor, "chase", journey.case, words=journey.script.chase),
            forms.SEND,
        )
        step.holds("the refusal names who was first", lambda: supervisor.name in form.message)
        directive = journey.every(Directive, case_id=journey.case)[0]
        step.holds("and when, in the district's time", lambda: f"{local(directive.given_at):%H:%M:%S}" in form.message)
        step.holds("what was typed is still there", lambda: form.value("what") == journey.script.promise)
        step.holds("no promise was written", lambda: not journey.every(Promise, case_id=journey.case))
        step.holds("what the other did appears by itself", lambda: tells(journey, journey.script.chase))
        step.holds("the case is chased in the database", lambda: journey.life.rung == Rung.CHASED)
    with journey.step(
        "promised", N_("Sent again, now that it was seen, the promise is made and has its clock")
    ) as step:
        forms.send(journey)
        given = journey.every(Promise, case_id=journey.case)[0]
        step.holds("the promise is open in the database",
                   lambda: given.state == PromiseState.OPEN and given.due_at > given.promised_at)  # fmt: skip
        step.holds("it stands on the page", lambda: journey.script.promise in screen.words(page.particulars))
        form = forms.begin(journey, "keep")
        forms.fill(journey, form, outcome=journey.script.kept)
        forms.send(journey)
        step.holds("it was kept, in time, and how is written down",
                   lambda: _kept_in_time(journey, given.id))  # fmt: skip
        step.holds("the timeline tells it", lambda: tells(journey, journey.script.kept))


def _kept_in_time(journey: Journey, key: str) -> bool:
    kept = journey.stored(Promise, key)
    return kept.state == PromiseState.KEPT and kept.kept_at is not None and kept.kept_at <= kept.due_at


def resolve(journey: Journey) -> None:
    """Progress, photos before and after, and the case is put right."""
    page = journey.one(CasePage)
    with journey.step("progress", N_("Progress is reported, with photos from before and after")) as step:
        form = forms.begin(journey, "report")
        forms.fill(journey, form, words=journey.script.progress)
        forms.send(journey)
        for side, draw, caption in (("before", photos.before, journey.script.before),
                                    ("after", photos.after, journey.script.after)):  # fmt: skip
            _attach(journey, side, str(draw(journey.folder / f"{side}-{journey.number}.png", caption)))
        kept = journey.every(Photo, case_id=journey.case)
        step.holds("both photos are in the database, as a pair", lambda: [p.side for p in kept] == ["before", "after"])
        step.holds("both are shown on the page",
                   lambda: [t.shown for t in page.particulars.photos.thumbnails.values()] == [True, True])  # fmt: skip
        notes = journey.every(Note, case_id=journey.case, sort="progress")
        step.holds("the progress is in the database", lambda: [n.words for n in notes] == [journey.script.progress])
        _show_photos(page)
    with journey.step("resolve", N_("The case is resolved, with how it ended")) as step:
        form = forms.begin(journey, "resolve")
        forms.fill(journey, form, disposition=Disposition.RECTIFIED, closing_text=journey.script.closing)
        step.holds("the closing text stands in the form", lambda: form.value("closing_text") == journey.script.closing)
    with journey.step("resolved", N_("It waits for review; nothing is left to do for the officer")) as step:
        forms.send(journey)
        step.holds("the state on the page is: to review", lambda: page.head.title.state == choice(CaseState.RESOLVED))
        step.holds("the database has it so, with how it ended", lambda: _ended_as_typed(journey))
        step.holds("the officer is offered no review", lambda: "approve" not in page.bar.moves())


def _ended_as_typed(journey: Journey) -> bool:
    case: Case = journey.life
    return (case.state, case.disposition, case.closing_text) == (
        CaseState.RESOLVED, Disposition.RECTIFIED, journey.script.closing)  # fmt: skip


def _attach(journey: Journey, side: str, path: str) -> None:
    form = forms.begin(journey, "attach_photo")
    journey.hands.click(journey.one(QRadioButton, f"side.{side}"))
    forms.fill(journey, form, file=path)
    forms.send(journey)


def _show_photos(page: CasePage) -> None:
    """Scroll to the pictures, as one does to look at them."""
    for area in screen.seen(page, QScrollArea):
        if area.widget() is page.particulars:
            area.ensureWidgetVisible(page.particulars.photos)
