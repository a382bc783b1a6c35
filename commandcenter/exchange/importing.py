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
from commandcenter.i18n import _
from commandcenter.operations.importing import OLD, Number, Sorted, Taken, may_import, said, sort_out, take_in

BATCH = 500
"""Rows of one transaction: short enough that nobody waits, long enough to be fast."""
KEPT = 1000
"""Rejections kept in memory for showing; all of them go into the rejects file and into the count."""
NAMED = 20
"""Rows named in a sentence; a script gets them all."""


@dataclass(slots=True)
class Outcome:
    """What became of a file. ``received + known + rejected`` is every row that had anything in it."""

    rows: int = 0
    received: int = 0
    known: int = 0
    rejected: int = 0
    blank: int = 0
    old: int = 0
    """Received as new though they had waited long before (:data:`commandcenter.operations.importing.OLD`)."""
    differing: list[int] = field(default_factory=list)
    """Rows that are known but say something else than what was received first, by their number in the file."""
    rejections: list[Rejected] = field(default_factory=list)
    """The first ones, for showing."""
    cancelled: bool = False
    trouble: Refused | None = None
    """Why reading ended early: a full disk, a server that went away. What was received before stays received."""
    share: float = 0.0
    """How much of the file has been read, 0 to 1."""

    def counts(self, *, dry_run: bool) -> str:
        """How many rows ended how, as part of a sentence; a dry run says what would be."""
        told = {"rows": self.rows, "received": self.received, "known": self.known, "rejected": self.rejected}
        if dry_run:
            return _("{rows} rows: {received} would be received, {known} are known, {rejected} rejected", **told)
        return _("{rows} rows: {received} received, {known} already known, {rejected} rejected", **told)

    def remarks(self) -> list[str]:
        """What the counts do not show and whoever brings the file in must know; a sentence each."""
        told = []
        if self.old:
            told.append(_("{n} rows are older than {days} days: they are received as new, their clocks start now.",
                          n=self.old, days=OLD.days))
        if self.differing:
            rows = ", ".join(map(str, self.differing[:NAMED])) + ("…" if len(self.differing) > NAMED else "")
            told.append(_("{n} known rows say something else than what was received first, and that stays: row {rows}.",
                          n=len(self.differing), rows=rows))
        return told

    def as_json(self) -> dict[str, Any]:
        """The same for a script."""
        return {
            "rows": self.rows, "received": self.received, "known": self.known, "rejected": self.rejected,
            "blank": self.blank, "old": self.old, "differing": self.differing, "cancelled": self.cancelled,
            "trouble": None if self.trouble is None else str(self.trouble),
            "rejections": [
                {"row": r.row_number, "line": r.line, "column": r.column, "value": r.value, "reason": str(r.reason)}
                for r in self.rejections
            ],
        }  # fmt: skip


Run = Callable[[Callable[[Work], Taken]], Taken]
"""Runs one batch as one operation and returns what it returns: storage's, handed in."""


def import_rows(
    reading: Reading,
    run: Run,
    *,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Callable[[Outcome], bool] = lambda _so_far: True,
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
    reading: Reading, outcome: Outcome, file: RejectsFile | None, take: Callable[[list[Incoming]], Taken],
    progress: Callable[[Outcome], bool],
) -> None:  # fmt: skip
    while batch := list(islice(reading, BATCH)):
        fresh = [row for row in batch if isinstance(row, Incoming)]
        taken = take(fresh) if fresh else Taken()
        outcome.received += taken.received
        outcome.known += len(fresh) - taken.received
        outcome.old += taken.old
        outcome.differing += [fresh[place].row_number for place in taken.differing]
        _account(batch, outcome, file)
        outcome.blank, outcome.share = reading.blank_rows, reading.share_read
        if not progress(outcome):
            outcome.cancelled = True
            break


def _checking_only(work: Work) -> Taken:
    may_import(work)
    return Taken()


def _taking(run: Run) -> Callable[[list[Incoming]], Taken]:
    return lambda rows: run(lambda work: take_in(work, rows))


def _counting(run: Run) -> Callable[[list[Incoming]], Taken]:
    """What a dry run counts as new, over all batches of the file."""
    before: dict[Number, str] = {}

    def take(rows: list[Incoming]) -> Taken:
        found: list[Sorted] = []

        def count(work: Work) -> Taken:
            found[:] = [sort_out(work, rows, before)]  # a second try counts anew
            return found[0].taken

        taken = run(count)
        before.update({number: said(row) for number, row in found[0].fresh.items()})
        return taken

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
