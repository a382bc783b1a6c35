"""``bulletin``: the bulletin of the last month that has ended, as PDF, over a million cases.

From the question to the file on the disk: gathered, drawn, typeset, written down as an export, written. How often it
was told how far it is, and how long nothing was heard at most, stands beside it.
"""

import tempfile
import time
from pathlib import Path

from commandcenter.documents.periods import Every, finished
from commandcenter.documents.publishing import PDF, XLSX, file_name, publish
from commandcenter.installation import administrator
from commandcenter.storage.database import Database
from tests.benchmarks import Figure, at_most
from tests.benchmarks.million import CASES, counted_million

TARGET_S = 5.0


def run() -> list[Figure]:
    """The measurement on the embedded database, whose days are counted as any console counts them."""
    return measured("bulletin", f"sqlite:///{counted_million()}")


def measured(name: str, url: str) -> list[Figure]:
    """The figures for the database at ``url``, which holds the million. The export is written into it."""
    with Database.open(url) as database, tempfile.TemporaryDirectory() as folder:
        first, _said = _timed(database, Path(folder), PDF)
        again, said = _timed(database, Path(folder), PDF)
        book, _said = _timed(database, Path(folder), XLSX)
    silent = max(later - earlier for earlier, later in zip([0.0, *said], [*said, again], strict=True))
    detail = (
        f"last month of {CASES:,} cases; told {len(said)} times how far it is, at most {silent:.1f} s apart; the first"
        f" one of the process {first:.1f} s; the workbook {book:.1f} s"
    )
    return [at_most(f"{name} monthly PDF", again, TARGET_S, "s", detail)]


def _timed(database: Database, folder: Path, form: str) -> tuple[float, list[float]]:
    """Seconds it took, and when it was told how far it is."""
    period = finished(Every.MONTHLY, database.now().date())
    began, said = time.perf_counter(), [0.0]

    def told(_share: float) -> bool:
        said.append(time.perf_counter() - began)
        return True

    publish(database, administrator(), "bench", period, [folder / file_name(period, form)], told)
    return time.perf_counter() - began, said[1:]
