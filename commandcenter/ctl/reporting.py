"""Bulletins by command and by timer; a timer also makes the documents of directives that are still missing."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from commandcenter.ctl import DONE, REFUSED
from commandcenter.ctl.speech import url_there
from commandcenter.ctl.telling import Ticker, tell
from commandcenter.documents.directives import lacking, make_document
from commandcenter.documents.periods import Every, Period, due, finished
from commandcenter.documents.publishing import FORMS, PDF, XLSX, file_name, publish
from commandcenter.errors import Incomplete, Refused, Unavailable
from commandcenter.i18n import N_, _
from commandcenter.installation import STATION, administrator
from commandcenter.storage.database import Database

FORMATS = {"pdf": (PDF,), "xlsx": (XLSX,), "all": FORMS}


def report(arguments: argparse.Namespace) -> int:
    """``report``."""
    if arguments.due == bool(arguments.every) or (arguments.due and arguments.date):
        raise Incomplete(N_("Say which bulletin: daily, weekly or monthly; or --due for all that are due."))
    folder = arguments.out
    _make_folder(folder)
    with Database.open(url_there(arguments)) as database:
        if arguments.due:
            made = _publish_due(database, folder, arguments.format)
            papers, troubles = _missing_documents(database)
        else:
            made, papers, troubles = _publish_asked(database, arguments), [], []
    said = [str(path) for path in made] or [_("No bulletin is due that is not there already.")]
    said += [_("Made the document {number}.", number=number) for number in papers]
    tell(arguments, {"files": [str(path) for path in made], "documents": papers, "troubles": troubles},
         "\n".join(said))  # fmt: skip
    for trouble in troubles:
        sys.stderr.write(f"{trouble}\n")
    return REFUSED if troubles else DONE


def _publish_asked(database: Database, arguments: argparse.Namespace) -> list[Path]:
    every = Every(arguments.every)
    today = database.now().astimezone(database.rules().calendar.zone).date()
    period = Period.of(every, arguments.date) if arguments.date else finished(every, today)
    if period.first > today:
        raise Incomplete(N_("{period} lies ahead: there is nothing to tell yet."), period=period.words())
    paths = [arguments.out / file_name(period, form) for form in FORMATS[arguments.format]]
    _publish(database, period, paths)
    return paths


def _publish_due(database: Database, folder: Path, form: str) -> list[Path]:
    made: list[Path] = []
    for period in due(database.rules(), database.now()):
        paths = [folder / file_name(period, suffix) for suffix in FORMATS[form]]
        absent = [path for path in paths if not path.exists()]
        if absent:
            _publish(database, period, absent)
            made += absent
    return made


def _publish(database: Database, period: Period, paths: Sequence[Path]) -> None:
    with Ticker() as ticker:
        def told(share: float) -> bool:
            ticker.share(share)
            return True

        publish(database, administrator(), STATION, period, list(paths), told)


def _missing_documents(database: Database) -> tuple[list[str], list[str]]:
    """Make what is missing; the numbers of what was made, and why the rest was not. One that fails stops no other."""
    made: list[str] = []
    troubles: list[str] = []
    with database.reading() as session:
        missing = lacking(session)
    for directive, number in missing:
        try:
            make_document(database, administrator(), STATION, directive)
        except Refused as refusal:
            troubles.append(f"{number}: {refusal}")
        else:
            made.append(number)
    return made, troubles


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        raise Unavailable(N_("{path} cannot be written: {why}"), path=folder, why=trouble.strerror) from trouble
