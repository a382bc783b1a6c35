"""A file into the database: row by row read, batch by batch received, every row accounted for."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from commandcenter.domain.work import Work
from commandcenter.errors import Refused
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
    trouble: Refused | None = None
    """Why reading ended early: a full disk, a server that went away. What was received before stays received."""
    share: float = 0.0
    """How much of the file has been read, 0 to 1."""

    def as_json(self) -> dict[str, Any]:
        """The same for a script."""
        return {
            "rows": self.rows, "received": self.received, "known": self.known, "rejected": self.rejected,
            "blank": self.blank, "cancelled": self.cancelled,
            "trouble": None if self.trouble is None else str(self.trouble),
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
    rows are known by their source's own number. So a refusal after something was received is told in the
    outcome, with the counts; one before that is raised.
    """
    outcome = Outcome()
    try:
        with ExitStack() as open_files:
            open_files.callback(reading.close)
            run(_checking_only)
            file = open_files.enter_context(RejectsFile(rejects, reading.columns)) if rejects else None
            _receive(reading, outcome, file, _counting(run) if dry_run else _taking(run), progress)
    except Refused as refusal:
        if not outcome.received or dry_run:
            raise
        outcome.trouble = refusal
    return outcome


def _receive(
    reading: Reading, outcome: Outcome, file: RejectsFile | None, take: Callable[[list[Incoming]], int],
    progress: Callable[[Outcome], bool],
) -> None:  # fmt: skip
    while batch := list(islice(reading, BATCH)):
        fresh = [row for row in batch if isinstance(row, Incoming)]
        taken = take(fresh) if fresh else 0
        outcome.received += taken
        outcome.known += len(fresh) - taken
        _account(batch, outcome, file)
        outcome.blank, outcome.share = reading.blank_rows, reading.share_read
        if not progress(outcome):
            outcome.cancelled = True
            break


def _checking_only(work: Work) -> int:
    may_import(work)
    return 0


def _taking(run: Run) -> Callable[[list[Incoming]], int]:
    return lambda rows: run(lambda work: take_in(work, rows))


def _counting(run: Run) -> Callable[[list[Incoming]], int]:
    """What a dry run counts as new, over all batches of the file."""
    counted: set[tuple[str, str]] = set()

    def take(rows: list[Incoming]) -> int:
        told = {(row.source, row.source_number) for row in rows}
        fresh: set[tuple[str, str]] = set()

        def count(work: Work) -> int:
            fresh.clear()  # a second try counts anew
            fresh.update(told - known_numbers(work, rows) - counted)
            return len(fresh)

        n = run(count)
        counted.update(fresh)
        return n

    return take


def _account(batch: list[Incoming | Rejected], outcome: Outcome, file: RejectsFile | None) -> None:
    outcome.rows += len(batch)
    for row in _rejected(batch):
        outcome.rejected += 1
        if len(outcome.rejections) < KEPT:
            outcome.rejections.append(row)
        if file is not None:
            file.write(row)


def _rejected(batch: list[Incoming | Rejected]) -> Iterator[Rejected]:
    return (row for row in batch if isinstance(row, Rejected))
