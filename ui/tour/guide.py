"""The guide: prepares the place, makes four passes – both languages, both looks – and says what was found."""

import logging
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import PySide6
from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QApplication

from commandcenter import __version__, i18n, settings
from commandcenter.demonstration import make_demonstration
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_, _
from commandcenter.logs import Report
from ui.app import Program
from ui.backstage import LIVE
from ui.preferences.memory import Preferences
from ui.sign_in import demonstration_accounts
from ui.theme import theme
from ui.tour.chapters import LIFE, Chapter
from ui.tour.elsewhere import Elsewhere
from ui.tour.journey import Journey
from ui.tour.script import SCRIPTS, Script
from ui.tour.steps import Steps
from ui.tour.waiting import until

DONE, FAILED, REFUSED = 0, 1, 2
Passes = tuple[tuple[str, str], ...]
LOOKS = ("day", "night")
MINUTES = 150.0
"""How much of a simulated day lies behind the tour's own district."""
SIZE = (1440, 900)


def tour(app: QApplication, url: str, folder: Path, language: str = "", look: str = "") -> int:
    """Take the tour on the demonstration district at ``url``, or on one of its own where that is empty.

    ``language`` and ``look`` leave only the passes in them. Pictures and ``tour.json`` are saved in ``folder``.
    0 where every step held, 1 where one did not, 2 where the tour could not be begun. In a given database one
    more life of a case is left for every pass.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="commandcenter-tour-") as own:
            return _tour(app, url, folder.resolve(), Path(own), passes(language, look))
    except OSError as trouble:
        _say(str(Unavailable(N_("{path} cannot be written: {why}"), path=folder, why=trouble.strerror)))
    except Refused as refusal:
        _say(str(refusal))
    return REFUSED


def passes(language: str = "", look: str = "") -> Passes:
    """The language and the look of every pass: those asked for, or all."""
    return tuple(product((language,) if language else i18n.LANGUAGES, (look,) if look else LOOKS))


def _tour(app: QApplication, url: str, folder: Path, own: Path, asked: Passes) -> int:
    _quiet(app)
    if not url:
        url = settings.sqlite_url(own / "district.sqlite")
        make_demonstration(url, minutes=MINUTES)
    spoken = i18n.language()
    steps = Steps(folder, _say, spoken)
    with _own_habits(own) as preferences:
        program = Program(app, preferences, url)
        guide = Guide(program, steps, own, asked)
        try:
            guide.take()
        finally:
            clean = program.end() == DONE
    steps.write(environment(app, url))
    held = sum(step.held for step in steps.every)
    with i18n.speaking(spoken):
        _say(_("{held} of {n} steps held. Pictures and tour.json are in {folder}",
               held=held, n=len(steps.every), folder=folder))
    return DONE if steps.held and clean else FAILED


def _quiet(app: QApplication) -> None:
    """A platform without a screen says of every list that opens that it cannot raise windows; that is known."""
    if app.platformName() in {"offscreen", "minimal"}:
        logging.getLogger("qt.default").setLevel(logging.ERROR)
    app.setCursorFlashTime(0)  # a cursor that blinks is in every other picture only


@contextmanager
def _own_habits(own: Path) -> Iterator[Preferences]:
    """Preferences and drafts of the tour's own: it neither meets nor leaves those of the person at this machine."""
    before = os.environ.get("COMMANDCENTER_DATA")
    os.environ["COMMANDCENTER_DATA"] = str(own)
    try:
        yield Preferences(own / "preferences.ini")
    finally:
        os.environ.pop("COMMANDCENTER_DATA")
        if before is not None:
            os.environ["COMMANDCENTER_DATA"] = before


class Guide:
    """Leads the passes. One that breaks off is told, and the next one begins at the door again."""

    def __init__(
        self, program: Program, steps: Steps, own: Path, passes: Passes, life: Sequence[Chapter] = LIFE,
        scripts: Mapping[str, Script] = SCRIPTS,
    ) -> None:
        self._program, self._steps, self._own, self._passes = program, steps, own, passes
        self._life, self._scripts = life, scripts
        self._bugs: list[Report] = []

    def take(self) -> None:
        """All passes. Refused where the database is no demonstration district."""
        program = self._program
        language, look = self._passes[0]
        program.preferences.this_time(language, look)
        i18n.use(language)
        theme.apply(program.app, look, program.preferences.scale)
        program.window.rebuild()
        program.window.resize(*SIZE)
        refusals: list[Refused] = []
        program.backstage.unavailable.connect(refusals.append)
        program.backstage.bug.connect(self._bugs.append)
        program.show()
        until(lambda: refusals or (program.backstage.state == LIVE and program.backstage.picture.complete),
              "the database is open", 60.0)  # fmt: skip
        if refusals:
            raise refusals[0]
        _accounts, password = demonstration_accounts(program.backstage.picture)
        if not password:
            raise Refused(N_("The tour needs a demonstration district: it signs in as many people."))
        elsewhere = Elsewhere(program.url, password)
        try:
            elsewhere.wait()
            for number, (language, look) in enumerate(self._passes):
                self._pass(number, language, look, elsewhere, password)
        finally:
            elsewhere.close()

    def _pass(self, number: int, language: str, look: str, elsewhere: Elsewhere, password: str) -> None:
        self._steps.language, self._steps.theme = language, look
        journey = Journey(self._program.window, self._steps, elsewhere, self._scripts[language], self._own, password,
                          number, self._bugs)  # fmt: skip
        for chapter in self._life:
            if not self._chapter(journey, chapter):
                break
        if self._program.window.shell is not None:
            self._program.window.sign_out()

    @staticmethod
    def _chapter(journey: Journey, chapter: Chapter) -> bool:
        """Whether all of it held. What broke it is told with its step."""
        try:
            chapter(journey)
        except Exception:  # noqa: BLE001 – written down with the step; the other passes are still worth taking
            return False
        return True


def environment(app: QApplication, url: str) -> dict[str, Any]:
    """What the tour ran on. The kind of database, not where it lies."""
    return {
        "commandcenter": __version__, "python": platform.python_version(), "pyside": PySide6.__version__,
        "qt": qVersion(), "platform": app.platformName(), "system": platform.platform(),
        "processors": os.cpu_count(), "database": url.partition(":")[0].partition("+")[0],
        "as_root": hasattr(os, "geteuid") and os.geteuid() == 0, "font": app.font().family(),
    }  # fmt: skip


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
