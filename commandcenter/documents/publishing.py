"""A bulletin from the database to a file: gathered, made, written down as an export, and only then on the disk."""

from functools import partial
from pathlib import Path

from commandcenter.documents.bulletins import Bulletin, Progress, gather
from commandcenter.documents.directives import Books
from commandcenter.documents.files import replacing
from commandcenter.documents.periods import Period
from commandcenter.documents.printing import TEMPLATE, paper
from commandcenter.documents.typesetting import typeset
from commandcenter.documents.workbook import workbook
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete
from commandcenter.i18n import N_
from commandcenter.operations.overseeing import record_export
from commandcenter.queries.rights import may_read_cases

PDF, XLSX = ".pdf", ".xlsx"
FORMS = (PDF, XLSX)
EXPORTING = "export"
"""What the journal calls it."""
_GATHERED = 0.9
"""How much of the work is done when the figures are there."""


def file_name(period: Period, form: str) -> str:
    """``bulletin-monthly-2026-11.pdf``: the same for everybody, so that what is there already is found."""
    return f"bulletin-{period.every}-{period.name}{form}"


def publish(
    books: Books, actor: Person, station: str, period: Period, paths: list[Path],
    told: Progress = lambda _share: True,
) -> None:  # fmt: skip
    """Write the bulletin of a period into files, each a PDF or a workbook by its ending.

    What is there is replaced whole, or not at all. Refused, in words, for who may not read cases, for another ending,
    where the template fails or a file cannot be written, and where ``told`` says not to go on. Not on the GUI thread.
    """
    strange = next((path for path in paths if path.suffix.lower() not in FORMS), None)
    if strange is not None:
        raise Incomplete(N_("“{file}” is neither a PDF nor a workbook: end its name with .pdf or .xlsx."),
                         field="file", file=strange.name)  # fmt: skip
    if actor.id:
        may_read_cases(actor)
    now = books.now()
    with books.reading() as session:
        bulletin = gather(session, period, now, lambda share: told(share * _GATHERED))
    for path in paths:
        content = _made(bulletin, path, told)
        books.run(EXPORTING, actor, station, partial(_note_export, bulletin=bulletin, file=path.name))
        with replacing(path) as part:
            part.write_bytes(content)
    told(1.0)


def _note_export(work: Work, bulletin: Bulletin, file: str) -> Key:
    sought = {"bulletin": str(bulletin.period.every), "period": bulletin.period.name}
    return record_export(work, "bulletin", len(bulletin.shares) + len(bulletin.clocks), sought, file)


def _made(bulletin: Bulletin, path: Path, told: Progress) -> bytes:
    if path.suffix.lower() == XLSX:
        return workbook(bulletin)
    return typeset(TEMPLATE, paper(bulletin), go_on=lambda: told(_GATHERED))
