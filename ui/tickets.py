"""Tickets: what a panel holds while the backstage works on what it asked for."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from commandcenter.domain.record import Key, new_key
from commandcenter.errors import Refused
from commandcenter.logs import Report
from commandcenter.spool import Kept


class Ticket(QObject):
    """One operation on its way. Exactly one of its signals is emitted, once, on the GUI thread.

    ``done`` comes after the picture holds what the operation wrote, so a receiver may look it up at once.
    """

    done = Signal(object)
    """What the operation returned: for a move, the key of the record it made or moved."""
    refused = Signal(object)
    """The :class:`~commandcenter.errors.Refused`, in words for the person."""
    kept = Signal(object)
    """The database is away: it is kept at this station as a :class:`~commandcenter.spool.Kept` and sent later."""
    failed = Signal(object)
    """A bug; its :class:`~commandcenter.logs.Report`. The shell shows it."""

    def __init__(self, name: str, subject: Key | None = None, given: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.name = name
        self.subject = subject
        self.given: Mapping[str, Any] = dict(given or {})
        self.operation_id: Key = new_key()
        self.settled = False

    def then(self, receiver: Callable[[Any], None]) -> "Ticket":
        """Call ``receiver`` with the result once it is done. Returns the ticket, so that calls chain."""
        self.done.connect(receiver)
        return self

    def otherwise(self, receiver: Callable[[Refused], None]) -> "Ticket":
        """Call ``receiver`` with the refusal, if it comes to that."""
        self.refused.connect(receiver)
        return self

    def settle(self, result: Any) -> None:
        """It was done."""
        self.settled = True
        self.done.emit(result)

    def refuse(self, refusal: Refused) -> None:
        """It was not done, and nothing was changed."""
        self.settled = True
        self.refused.emit(refusal)

    def keep(self, entry: Kept) -> None:
        """It was not done yet, and will be."""
        self.settled = True
        self.kept.emit(entry)

    def fail(self, report: Report) -> None:
        """It was not done, because of a bug of ours."""
        self.settled = True
        self.failed.emit(report)


class Errand(Ticket):
    """A long piece of work on a thread of its own. It tells how far it is, and can be called off."""

    progressed = Signal(object)
    """How far it is, in whatever form the work tells it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.called_off = False
        """Whether somebody wants it to stop; the work sees it when it next tells how far it is."""

    def call_off(self) -> None:
        """Have it stop as soon as it can; what it has done by then stays."""
        self.called_off = True
