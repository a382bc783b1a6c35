"""One pass of the tour: the window, the hands, what was made so far, and how to look – in one language and look."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication, QWidget

from commandcenter import i18n
from commandcenter.domain.cases import Case
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key, Record
from commandcenter.live.picture import Picture
from commandcenter.logs import Report
from ui.main_window import MainWindow
from ui.room import Room
from ui.shell import Shell
from ui.tour import screen
from ui.tour.elsewhere import Elsewhere
from ui.tour.hands import Hands
from ui.tour.script import Script
from ui.tour.steps import Step, Steps
from ui.tour.waiting import Unmet, until

R = TypeVar("R", bound=Record)
T = TypeVar("T")
W = TypeVar("W", bound=QWidget)
CALM_S = 3.0
"""So long a picture waits at most for the window to come to rest."""


@dataclass
class Journey:
    """Everything a chapter needs. ``number`` counts the passes from 0."""

    window: MainWindow
    steps: Steps
    elsewhere: Elsewhere
    script: Script
    folder: Path
    """For files that are handed in: the photos."""
    password: str
    number: int
    bugs: list[Report]
    """What the program has reported of itself as a mistake."""
    case: Key = ""
    """The case whose life is followed, once it is opened."""
    parts: dict[str, Key] = field(default_factory=dict)
    """Who played which part: "owner", "officer", …"""

    def __post_init__(self) -> None:
        self.hands = Hands(lambda: self.window)

    @contextmanager
    def step(self, name: str, says: str) -> Iterator[Step]:
        """One step, a sentence; its picture is taken at its end."""
        met = len(self.bugs)
        with self.steps.step(name, says, self._take) as step:
            yield step
            if self.bugs[met:]:
                raise Unmet(f"the program made a mistake: {self.bugs[met].what}")

    def _take(self, path: Path) -> None:
        """A picture, once nothing moves any more; of a district that never rests, after a while."""
        shell = self.window.shell
        with suppress(Unmet):
            until(screen.Still(*((shell.stack, shell.rail) if shell else (self.window.door,))), "it is quiet", CALM_S)
        screen.save_picture(self.window, path)

    # ------------------------------------------------------------------ the window

    @property
    def shell(self) -> Shell:
        """The shell of whoever is signed in."""
        if self.window.shell is None:
            raise Unmet("somebody is signed in")
        return self.window.shell

    @property
    def room(self) -> Room:
        """The room of whoever is signed in."""
        return self.shell.room

    @property
    def picture(self) -> Picture:
        """What this station knows."""
        return self.window.backstage.picture

    def one(self, kind: type[W], name: str = "") -> W:
        """The one visible widget of that kind and object name."""
        return screen.one(self.window, kind, name)

    def shows(self, *words: str) -> bool:
        """Whether all these words can be read in the window."""
        said = screen.words(self.window)
        return all(part in said for part in words)

    def reads(self, name: str) -> str:
        """What can be read on the visible widgets of that object name; empty where there is none."""
        return "\n".join(screen.words_of(widget) for widget in screen.seen(self.window, QWidget, name))

    @property
    def message(self) -> str:
        """What the message bar says."""
        return self.shell.messages.text

    def page_is(self, name: str) -> bool:
        """Whether that page is at the front."""
        page = self.shell.page
        return page is not None and page.name == name and page.isVisible()

    # ------------------------------------------------------------------ people and records

    def someone(self, role: Role, *, squad: Key | None = None, but_not: tuple[Key, ...] = ()) -> Person:
        """The first by login of those who have the role, on duty if there is one. Unmet where nobody has it."""
        able = [p for p in self.picture.of(Person).values() if p.has(role) and not p.disabled and p.id not in but_not]
        mine = [p for p in able if squad is None or p.squad_id == squad]
        chosen = sorted(mine, key=lambda p: (not p.on_duty, p.login))
        if not chosen:
            raise Unmet(f"somebody in the district is {role}")
        return chosen[0]

    def held(self, record_type: type[R], key: Key) -> R:
        """A record as this station knows it. Unmet where it knows none."""
        record = self.picture.get(record_type, key)
        if record is None:
            raise Unmet(f"the station knows {record_type.kind()} {key}")
        return record

    @property
    def life(self) -> Case:
        """The case whose life is followed, as the database has it now."""
        return self.stored(Case, self.case)

    def database(self, question: Callable[[Any], T]) -> T:
        """The answer of the database itself, not of the picture."""
        answers: list[T] = []
        self.window.backstage.ask(question, answers.append, owner=self.window)
        until(lambda: answers, "the database answers")
        return answers[0]

    def stored(self, record_type: type[R], key: Key) -> R:
        """A record as it stands in the database. Unmet where there is none."""
        record = self.database(lambda session: session.get(record_type, key))
        if record is None:
            raise Unmet(f"{record_type.kind()} {key} is in the database")
        return record  # type: ignore[no-any-return]

    def every(self, record_type: type[R], **where: Any) -> list[R]:
        """The records in the database with these values, in order of birth."""
        return self.database(
            lambda session: session.query(record_type).filter_by(**where).order_by(record_type.id).all()
        )


def speaks(language: str) -> bool:
    """Whether the window speaks that language now."""
    return i18n.language() == language


def focus() -> QWidget | None:
    """Where the cursor stands."""
    return QApplication.focusWidget()
