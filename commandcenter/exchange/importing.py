"""A file into the database: row by row read, batch by batch received, every row accounted for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from commandcenter.domain.work import Work
from commandcenter.exchange.incoming import Incoming, Reading, Rejected
from commandcenter.exchange.rejects import RejectsFile
from commandcenter.operations.importing import known_numbers, may_import, take_in

BATCH = 500
"""Rows of one transaction: short enough that nobody waits, long enough to be fast."""
KEPT = 1000
"""Rejections kept in memory for showing; all of them go into the rejects file and into the count."""


@dataclass(slots=True)
class Outcome:
    """What became of a file. ``received + known + rejected`` is every row that had anything in it."""

    rows: int = 0
    received: int = 0
    known: int = 0
    rejected: int = 0
    blank: int = 0
    rejections: list[Rejected] = field(default_factory=list)
    """The first ones, for showing."""
    cancelled: bool = False
    share: float = 0.0
    """How much of the file has been read, 0 to 1."""

    def as_json(self) -> dict[str, Any]:
        """The same for a script."""
        return {
            "rows": self.rows, "received": self.received, "known": self.known, "rejected": self.rejected,
            "blank": self.blank, "cancelled": self.cancelled,
            "rejections": [
                {"row": r.row_number, "line": r.line, "column": r.column, "value": r.value, "reason": str(r.reason)}
                for r in self.rejections
            ],
        }  # fmt: skip


Run = Callable[[Callable[[Work], int]], int]
"""Runs one batch as one operation and returns what it returns: storage's, handed in."""


def import_rows(
    reading: Reading,
    run: Run,
    *,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Callable[[Outcome], bool] = lambda _outcome: True,
) -> Outcome:
    """Receive what ``reading`` yields. ``progress`` is told after each batch and stops it by saying False.

    What was received before a stop stays received; importing the file again goes on from there, because
    rows are known by their source's own number.
    """
    outcome = Outcome()
    counted: set[tuple[str, str]] = set()
    with ExitStack() as open_files:
        open_files.callback(reading.close)
        run(_checking_only)
        file = open_files.enter_context(RejectsFile(rejects, reading.columns)) if rejects else None
        while batch := list(islice(reading, BATCH)):
            _account(batch, outcome, file)
            fresh = [row for row in batch if isinstance(row, Incoming)]
            taken = run(_counting(fresh, counted) if dry_run else _taking(fresh)) if fresh else 0
            outcome.received += taken
            outcome.known += len(fresh) - taken
            outcome.blank, outcome.share = reading.blank_rows, reading.share_read
            if not progress(outcome):
                outcome.cancelled = True
                break
    return outcome


def _checking_only(work: Work) -> int:
    may_import(work)
    return 0


def _taking(rows: list[Incoming]) -> Callable[[Work], int]:
    return lambda work: take_in(work, rows)


def _counting(rows: list[Incoming], counted: set[tuple[str, str]]) -> Callable[[Work], int]:
    """What a dry run counts as new; ``counted`` are the numbers earlier batches of the file had."""

    def count(work: Work) -> int:
        new = {(row.source, row.source_number) for row in rows} - known_numbers(work, rows) - counted
        counted.update(new)
        return len(new)

    return count


def _account(batch: list[Incoming | Rejected], outcome: Outcome, file: RejectsFile | None) -> None:
    for row in _rejected(batch):
        outcome.rejected += 1
        if len(outcome.rejections) < KEPT:
            outcome.rejections.append(row)
        if file is not None:
            file.write(row)
    outcome.rows += len(batch)


def _rejected(batch: list[Incoming | Rejected]) -> Iterator[Rejected]:
    return (row for row in batch if isinstance(row, Rejected))
