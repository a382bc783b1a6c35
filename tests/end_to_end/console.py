"""One person at one console of a room: the real window, a process of its own, the hands of the tour.

``python -m tests.end_to_end.console URL LOGIN PASSWORD FOLDER``. Who sits there does by themselves what their part in
the life of a case is, as soon as their own window shows that there is something to do. What the room is told by
somebody – a call comes in, go home – is said on standard input; what happens is said on standard output.
"""

import dataclasses
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QLineEdit

from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.cases import Case, CaseState, Disposition
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import ContactMeans, ContactOutcome, VisitOutcome
from commandcenter.domain.people import Person
from commandcenter.i18n import use
from commandcenter.live.belonging import BY_KIND
from tests.headless import said, seal
from ui.app import DONE, Program, application
from ui.backstage import LIVE
from ui.dispatch.page import DispatchPage
from ui.intake.incoming import IncomingList
from ui.preferences.memory import Preferences
from ui.tour import forms, screen
from ui.tour.chapters import dispatch, intake, squad
from ui.tour.journey import Journey
from ui.tour.script import ENGLISH
from ui.tour.steps import Steps
from ui.tour.waiting import Unmet, until

LONGEST_S, A_SHIFT_S = 90.0, 600.0
"""So long somebody waits for the server, and for work."""
ESTATE, MATTER, OFFICER = "阳光小区", "Noise", "Oscar"
Deed = tuple[str, str, Callable[[], None]]


class Console:
    """Somebody at their place."""

    def __init__(self, url: str, login: str, password: str, folder: Path) -> None:
        self.app = application(["commandcenter"])
        use("en")
        preferences = Preferences(folder / "preferences.ini")
        preferences.this_time("en", "day")
        self.program = Program(self.app, preferences, url)
        self.login, self.password = login, password
        self.told: list[dict[str, Any]] = []
        self._kept: set[str] = set()
        """What callers said while the server was away: it comes in as a complaint, and becomes a case then."""
        self._rest = b""
        script = dataclasses.replace(ENGLISH, matter=MATTER)
        self.journey = Journey(self.program.window, Steps(folder, print), None, script, folder, password, 0, [])  # type: ignore[arg-type]
        self.journey.parts["estate"] = ESTATE
        self._ear = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._ear.activated.connect(self._hear)
        self._parts: dict[str, Callable[[], Deed | None]] = {
            "ann": self._takes_up, "bob": self._dispatches_or_visits, "carl": self._accepts,
            "oscar": self._puts_right, "sue": self._reviews,
        }  # fmt: skip

    def _hear(self) -> None:
        self._rest += os.read(sys.stdin.fileno(), 65536)
        *lines, self._rest = self._rest.split(b"\n")
        self.told += [json.loads(line) for line in lines]

    def sit_down(self) -> None:
        """Sign in at the door, as a person does."""
        self.program.show()
        hands = self.journey.hands
        hands.click(self.journey.one(QLineEdit, "login"))
        hands.press("Ctrl+A")
        hands.type(self.login)
        hands.tab_to(self.journey.one(QLineEdit, "password"))
        hands.type(self.password)
        hands.press("Return")
        backstage = self.program.backstage
        backstage.live.connect(lambda state, _age: say("state", state))
        until(lambda: backstage.state == LIVE and backstage.picture.complete, "the room is there", LONGEST_S)
        say("seated")

    def work(self) -> None:
        """Until told to go home."""
        while True:
            until(lambda: self.told or self._next() is not None, "there is something to do", A_SHIFT_S)
            if self.told:
                asked = self.told.pop(0)
                if asked["do"] == "leave":
                    return
                getattr(self, f"_{asked.pop('do')}")(**asked)
            elif (deed := self._next()) is not None:
                word, key, do = deed
                do()
                say(word, key)

    def _next(self) -> Deed | None:
        return self._parts[self.login]() if self.program.backstage.state == LIVE else None

    # ------------------------------------------------------------------ what is told

    def _call(self, words: str, phone: str, caller: str) -> None:
        journey = self.journey
        journey.hands.press("F2")
        until(lambda: journey.page_is("intake"), "the intake page is at the front")
        intake._type_call(journey, words, phone, caller)
        intake._name_matter(journey)
        live = self.program.backstage.state == LIVE
        journey.hands.press("Ctrl+Return")
        until(lambda: not journey.reads("intake.words"), "the call is taken, the form is empty for the next one")
        if not live:
            self._kept.add(words)
        say("taken", live)

    def _holds(self, truth: str) -> None:
        """Wait until this console's picture is what the database holds, value by value."""
        held = self.program.backstage.picture
        until(lambda: seal(r for kind in BY_KIND.values() for r in held.of(kind.record_type).values()) == truth,
              "the picture equals the database", LONGEST_S)  # fmt: skip
        say("equal")

    # ------------------------------------------------------------------ what each does by themselves

    def _first(self, kind: type[Any], so: Callable[[Any], bool]) -> Any:
        found = [one for one in self.journey.picture.of(kind).values() if so(one)]
        return min(found, key=lambda one: one.id, default=None)

    def _case(self, state: CaseState) -> Case | None:
        case: Case | None = self._first(Case, lambda one: one.state == state)
        if case is not None:
            self.journey.case = case.id
        return case

    def _takes_up(self) -> Deed | None:
        waiting = self._first(Complaint, lambda one: one.state == ComplaintState.RECEIVED and one.words in self._kept)
        return None if waiting is None else ("case", waiting.id, lambda: self._make_a_case(waiting))

    def _make_a_case(self, waiting: Complaint) -> None:
        journey = self.journey
        journey.hands.press("F2")
        until(lambda: journey.page_is("intake"), "the intake page is at the front")
        incoming = journey.one(IncomingList)
        until(lambda: incoming.table.row_of(waiting.id) >= 0, "the complaint stands in the list")
        journey.hands.click_row(incoming.view, incoming.table.row_of(waiting.id))
        until(lambda: journey.reads("intake.words") == waiting.words, "its words stand in the form")
        journey.hands.press("Ctrl+Return")
        self._gone(Complaint, waiting.id, ComplaintState.RECEIVED)

    def _gone(self, kind: type[Any], key: str, state: str) -> None:
        """Wait until one's own window shows that it is no longer so."""

        def so() -> bool:
            record = self.journey.picture.get(kind, key)
            return record is None or record.state != state

        until(so, f"the {kind.kind()} leaves the state {state}")

    def _dispatches_or_visits(self) -> Deed | None:
        if (case := self._case(CaseState.OPEN)) is not None:
            return "dispatched", case.id, lambda: self._dispatch(case)
        if (case := self._case(CaseState.VISITING)) is not None:
            return "visited", case.id, lambda: self._visit(case)
        return None

    def _dispatch(self, case: Case) -> None:
        self.journey.hands.press("F3")
        until(lambda: self.journey.page_is("dispatch"), "the dispatch page is at the front")
        dispatch._select(self.journey, case.id)
        panel = self.journey.one(DispatchPage).send_panel
        until(lambda: panel.choosing is not None and panel.choosing.best, "squads are recommended")
        self.journey.hands.press("1")
        until(lambda: panel.choosing is not None and panel.choosing.lead, "a squad is chosen")
        until(lambda: not panel.resting, "there was time to look at a case that came up by itself")
        self.journey.hands.press("Ctrl+Return")
        self._gone(Case, case.id, CaseState.OPEN)

    def _move(self, case: Case, move: str, **answers: Any) -> None:
        self.journey.case = case.id
        squad.open_case(self.journey)
        forms.fill(self.journey, forms.begin(self.journey, move), **answers)
        forms.send(self.journey)
        self._gone(Case, case.id, case.state)

    def _visit(self, case: Case) -> None:
        self._move(case, "visit", outcome=VisitOutcome.REACHED, solved=True, satisfied=5, words="Quiet now, thank you.")

    def _accepts(self) -> Deed | None:
        case = self._case(CaseState.DISPATCHED)
        return None if case is None else ("accepted", case.id, lambda: self._move(case, "accept", officer=OFFICER))

    def _puts_right(self) -> Deed | None:
        me = self._first(Person, lambda one: one.login == self.login)
        mine = self._first(Assignment, lambda one: one.officer_id == me.id and one.state in {
            AssignmentState.ACCEPTED, AssignmentState.CONTACTED})  # fmt: skip
        case = None if mine is None else self.journey.picture.get(Case, mine.case_id)
        if case is None:
            return None
        if case.state == CaseState.ACCEPTED:
            return "contacted", case.id, lambda: self._contact(case)
        if case.state == CaseState.CONTACTED:
            return "resolved", case.id, lambda: self._move(
                case, "resolve", disposition=Disposition.RECTIFIED, closing_text="The site is quiet; the caller knows.")
        return None

    def _contact(self, case: Case) -> None:
        self._move(case, "contact", means=ContactMeans.CALL, duration_s=96, outcome=ContactOutcome.REACHED,
                   words="Rang the caller.")  # fmt: skip

    def _reviews(self) -> Deed | None:
        case = self._case(CaseState.RESOLVED)
        return None if case is None else ("approved", case.id, lambda: self._move(case, "approve", remark="Agreed."))


def say(word: str, *what: Any) -> None:
    """One line to the room."""
    sys.stdout.write(said(word, *what) + "\n")
    sys.stdout.flush()


def main(url: str, login: str, password: str, folder: str) -> int:
    """0 where everything was in order and the program met no bug."""
    console = Console(url, login, password, Path(folder))
    try:
        console.sit_down()
        console.work()
    except Unmet:
        screen.save_picture(console.program.window, Path(folder, "stuck.png"))
        raise
    finally:
        clean = console.program.end() == DONE
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
