"""What the import page does beside the window: looking at a file, and bringing it in. No Qt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from shutil import copyfile
from typing import Any

from commandcenter import clock, settings
from commandcenter.domain.people import Person
from commandcenter.errors import Refused, Unavailable
from commandcenter.exchange.importing import Outcome, import_rows
from commandcenter.exchange.incoming import Incoming, Preview, preview, read_incoming, suggest_profile_for
from commandcenter.exchange.profiles import Profile, profile_named
from commandcenter.exchange.rejects import look_at_place
from commandcenter.i18n import N_, _, translate
from commandcenter.operations.importing import OLD, Taken

PREVIEWED = 20
FIELDS: Mapping[str, str] = {
    "source": N_("Source"), "source_number": N_("Source's own number"), "channel": N_("Channel"),
    "arrived_at": N_("Arrived"), "title": N_("Title"), "words": N_("What was said"), "urgency": N_("Urgency"),
    "caller_name": N_("Name"), "caller_phone": N_("Phone"), "place_words": N_("Place"), "lon": N_("Longitude"),
    "lat": N_("Latitude"), "town": N_("Town"), "label": N_("Label"), "matter_hint": N_("Matter"),
    "answer": N_("Answer"), "answered_at": N_("Answered"),
}  # fmt: skip
"""What a column of a file can become."""


def field_word(name: str) -> str:
    """The words for a field, in the language spoken now."""
    return translate(FIELDS[name]) if name in FIELDS else name


@dataclass(frozen=True, slots=True)
class Look:
    """The beginning of a file, seen through a profile; ``suggested`` is the one whose columns fit."""

    path: Path
    suggested: str
    preview: Preview
    old: int
    """How many of the rows shown would count as new though they waited long before."""

    def warnings(self) -> str:
        """What to know before this file is brought in; empty where there is nothing."""
        rows = len(self.preview.items)
        bad = sum(not isinstance(item, Incoming) for item in self.preview.items)
        told = [_("{n} of the first {rows} rows would be rejected: see why below.", n=bad, rows=rows)] if bad else []
        if self.old:
            told.append(_("{n} of the first {rows} rows are older than {days} days: they are received as new, and their"
                          " clocks start when you import them.", n=self.old, rows=rows, days=OLD.days))  # fmt: skip
        return " ".join(told)


def look_at(path: Path, profile: str, now: datetime) -> Look:
    """Look at the beginning of a file; an empty ``profile`` takes the one that fits. Refused in words."""
    if not path.is_file():
        raise Refused(N_("There is no file “{file}”."), file=path)
    fitting = suggest_profile_for(path)
    if not profile and fitting is None:
        raise Refused(N_("No profile fits the columns of “{file}”: choose one to see what is missing."), file=path.name)
    chosen: Profile = profile_named(profile) if profile or fitting is None else fitting
    seen = preview(path, chosen, PREVIEWED, now=now)
    old = sum(isinstance(row, Incoming) and not row.closed and now - row.arrived_at > OLD for row in seen.items)
    return Look(path, fitting.name if fitting else "", seen, old)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is."""

    outcome: Outcome
    seconds: float

    @property
    def speed(self) -> int:
        """Rows a second so far."""
        return round(self.outcome.rows / self.seconds) if self.seconds > 0 else 0


def bring_in(
    look: Look, person: Person, station: str, now: datetime, *, dry_run: bool
) -> Callable[[Any, Callable[[object], bool]], Progress]:
    """The errand that reads the file whole and receives it; ``dry_run`` writes nothing."""

    def work(database: Any, tell: Callable[[object], bool]) -> Progress:
        began = clock.ticks()

        def told(outcome: Outcome) -> bool:
            return tell(Progress(replace(outcome, rejections=[]), clock.ticks() - began))

        rejects = rejects_of(look.path)
        rejects.parent.mkdir(parents=True, exist_ok=True)
        rejects.unlink(missing_ok=True)
        reading = read_incoming(look.path, look.preview.profile, now=now)
        outcome = import_rows(
            reading, lambda body: database.run("import", person, station, body) or Taken(),
            dry_run=dry_run, rejects=rejects, progress=told,
        )  # fmt: skip
        return Progress(outcome, clock.ticks() - began)

    return work


def rejects_of(path: Path) -> Path:
    """Where the rejected rows of a file are kept until somebody saves them."""
    return settings.data_folder() / "rejects" / f"{settings.file_name(path.stem)}-rejects.csv"


def save_rejects(look: Look, to: Path) -> Path:
    """Copy the rejected rows to where somebody wants them. Refused where they would replace what is needed.

    Rejected rows that are there already may be replaced: whoever chose the place was asked.
    """
    look_at_place(to, source=look.path, replace=True)
    try:
        copyfile(rejects_of(look.path), to)
    except OSError as trouble:
        raise Unavailable(N_("The rejected rows cannot be written to “{file}”: {reason}"), file=to,
                          reason=trouble.strerror or str(trouble)) from trouble  # fmt: skip
    return to
