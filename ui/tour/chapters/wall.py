"""The wall of the room: it shows the same truth without a name, and a supervisor turns it from the console."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QApplication

from commandcenter import clock
from commandcenter.domain.walls import Look, SceneSort
from commandcenter.i18n import N_
from commandcenter.queries import wall
from ui.theme import theme
from ui.tour import screen
from ui.tour.journey import Journey
from ui.tour.steps import Step
from ui.wall.scenes import DEFAULT
from ui.wall.sight import Part, Sight
from ui.wall.watch import LIVE
from ui.wall.window import WallWindow
from ui.wall_console import WallConsole

NAME = "tour"


def stand(journey: Journey) -> None:
    """Before the wall, and back at the console that turns it."""
    worn = theme.name
    window = _hung(journey)
    try:
        with _step(journey, window, "wall", N_("The wall of the room shows the same, and nobody's name")) as step:
            sent = repr([part.value for part in window.sight.parts()])
            step.holds("the case stands on it", lambda: journey.life.number in sent)
            said = (journey.script.caller, journey.script.phone, journey.script.door, journey.script.words)
            step.holds("nothing of the caller is in what it was sent",
                       lambda: not [words for words in said if words in sent])  # fmt: skip
    finally:
        _dress(worn)
    console = _turned(journey)
    try:
        with _step(journey, window, "wall-turned", N_("The supervisor turns it from the console: the queue")) as step:
            step.holds("the console says so", console.scenes[SceneSort.QUEUE].isChecked)
            _read(journey, window)
            step.holds("the wall shows the queue, and stays",
                       lambda: (window.scene.show, window.held) == (SceneSort.QUEUE, True))  # fmt: skip
    finally:
        _dress(worn)
        window.deleteLater()
        journey.hands.press("Escape")


def _hung(journey: Journey) -> WallWindow:
    """A wall of its own, as large as one is, that has read everything once."""
    window = WallWindow(Sight(journey.window.backstage.now), DEFAULT)
    window.look = Look.DAY if theme.name == "day" else Look.NIGHT
    window.resize(1920, 1080)
    window.show_state(LIVE)
    _read(journey, window)
    return window


def _read(journey: Journey, window: WallWindow) -> None:
    now, reading = journey.window.backstage.now(), wall.WallReading()
    questions: dict[str, Callable[[Any], Any]] = {
        "work": reading.open_work, "units": wall.units, "officers": wall.officers,
        "turn": lambda session: wall.turn(session, NAME),
        "day": lambda session: wall.day(session, now, ZoneInfo(wall.zone(session))),
    }  # fmt: skip
    for name, question in questions.items():
        window.sight.take(name, Part(journey.database(question), clock.ticks()))
        window.look_again(name)


def _turned(journey: Journey) -> WallConsole:
    """The supervisor's own console, where the wall was told to show the queue."""
    journey.room.actions.trigger("shell.wall", journey.room)
    console = journey.one(WallConsole)
    console.name.setEditText(NAME)
    journey.hands.click(console.scenes[SceneSort.QUEUE])
    return console


@contextmanager
def _step(journey: Journey, window: WallWindow, name: str, says: str) -> Iterator[Step]:
    """One step whose picture is of the wall."""

    def take(path: Path) -> None:
        window.dress()
        screen.save_picture(window, path)

    with journey.steps.step(name, says, take) as step:
        yield step


def _dress(worn: str) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.apply(app, worn, theme.scale)
