"""The steps of the tour: what was done, what was found to be so, a picture of it, and how long it took."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from commandcenter import clock, i18n
from commandcenter.errors import Refused
from commandcenter.i18n import _
from ui.tour.waiting import Unmet, until

REPORT = "tour.json"
FORMAT = 1


@dataclass
class Step:
    """One step. ``seconds`` are those a person at the screen would have waited, the picture not counted."""

    name: str
    says: str
    language: str
    theme: str
    picture: str = ""
    asserted: list[str] = field(default_factory=list)
    held: bool = False
    seconds: float = 0.0
    why: str = ""
    """Why it did not hold."""

    def holds(self, claim: str, so: Callable[[], object], seconds: float | None = None) -> None:
        """Wait until it is so, and write it down. Unmet where it is not within ``seconds``."""
        until(so, claim, seconds)
        self.asserted.append(claim)


class Steps:
    """Every step of a tour, in order; says each one as it is done and writes them all down."""

    def __init__(self, folder: Path, say: Callable[[str], None], spoken: str = "en") -> None:
        """``spoken`` is the language of the terminal, whatever the window speaks meanwhile."""
        self.folder, self._say, self._spoken = folder, say, spoken
        self.every: list[Step] = []
        self.language, self.theme = "", ""
        self._began_at = clock.now()

    @contextmanager
    def step(self, name: str, says: str, take: Callable[[Path], None]) -> Iterator[Step]:
        """One step. What does not hold ends it and is raised again; ``take(path)`` takes the picture in any case."""
        step = Step(name, says, self.language, self.theme)
        self.every.append(step)
        began = clock.ticks()
        try:
            yield step
            step.held = True
        except Exception as fault:
            step.why = str(fault) if isinstance(fault, Unmet | Refused) else f"{type(fault).__name__}: {fault}"
            raise
        finally:
            step.seconds = round(clock.ticks() - began, 3)
            self._picture(step, take)
            self._tell(step)

    def _picture(self, step: Step, take: Callable[[Path], None]) -> None:
        number = sum(1 for s in self.every if (s.language, s.theme) == (step.language, step.theme))
        name = f"{step.language}-{step.theme}-{number:02d}-{step.name}.png"
        try:
            take(self.folder / name)
            step.picture = name
        except Unmet as missing:
            step.held, step.why = False, step.why or str(missing)

    def _tell(self, step: Step) -> None:
        mark = "✓" if step.held else "✗"
        with i18n.speaking(self._spoken):
            says = _(step.says)
        end = "" if step.held else f"\n    {step.why}"
        self._say(f"{mark} {step.language:5} {step.theme:5} {step.seconds:6.2f} s  {says}{end}")

    @property
    def held(self) -> bool:
        """Whether there were steps, and every one held."""
        return bool(self.every) and all(step.held for step in self.every)

    def write(self, environment: dict[str, Any]) -> None:
        """Write ``tour.json``."""
        seconds = (clock.now() - self._began_at) / dt.timedelta(seconds=1)
        document = {
            "format": FORMAT, "held": self.held, "began_at": self._began_at.isoformat(timespec="seconds"),
            "seconds": round(seconds, 1), "environment": environment, "steps": [asdict(step) for step in self.every],
        }  # fmt: skip
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (self.folder / REPORT).write_text(text + "\n", encoding="utf-8")
