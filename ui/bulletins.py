"""Bulletins by a command of the window: where to, then made beside everything else, with how far it is."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog

from commandcenter.documents.periods import Every, Period, finished
from commandcenter.documents.publishing import PDF, XLSX, file_name, publish
from commandcenter.domain.people import Right
from commandcenter.i18n import N_, _
from ui.actions import Action
from ui.room import Room
from ui.tickets import Errand
from ui.wording import local

_TEXTS = {
    Every.DAILY: N_("Daily bulletin…"), Every.WEEKLY: N_("Weekly bulletin…"), Every.MONTHLY: N_("Monthly bulletin…"),
}  # fmt: skip
_WORDS = {
    Every.DAILY: ("report daily", "日报", "通报"), Every.WEEKLY: ("report weekly", "周报", "通报"),
    Every.MONTHLY: ("report monthly", "月报", "通报"),
}  # fmt: skip
TOLD_EVERY = 0.1
"""How much has to be done until it is said again."""


def bulletin_actions() -> list[Action]:
    """One action for each kind of bulletin; offered to who may read cases."""
    return [
        Action(
            f"report.{every}", _TEXTS[every], "mdi6.file-chart-outline", partial(_ask_where, every),
            help=N_("Writes the figures of the last day, week or month that has ended as a PDF or a workbook."),
            by=frozenset({Right.READ_CASES}), words=_WORDS[every],
        )
        for every in Every
    ]  # fmt: skip


def _ask_where(every: Every, room: Room) -> None:
    period = finished(every, local(room.now()).date())
    kinds = {f"{_('PDF document')} (*{PDF})": PDF, f"{_('Workbook')} (*{XLSX})": XLSX}
    said, kind = QFileDialog.getSaveFileName(
        QApplication.activeWindow(), _("Write the bulletin to…"), file_name(period, PDF), ";;".join(kinds)
    )
    if said:
        path = Path(said)
        Publishing(room).begin(period, path if path.suffix else path.with_suffix(kinds.get(kind, PDF)))


class Publishing(QObject):
    """One bulletin on its way. It belongs to the room, and goes when it is done."""

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._room, self._path, self._said = room, Path(), 0.0
        self.errand = Errand("report")

    def begin(self, period: Period, path: Path) -> None:
        """Make the bulletin of ``period`` in ``path``, a PDF or a workbook by its ending."""
        self._path = path
        person, station = self._room.person, self._room.backstage.station

        def work(books: Any, tell: Any) -> None:
            publish(books, person, station, period, [path], lambda share: bool(tell(share)))

        self.errand.progressed.connect(self._progressed)
        self.errand.done.connect(self._done)
        self.errand.refused.connect(self._over)
        self.errand.failed.connect(self._over)
        self._room.say(_("The bulletin is being made: {share}", share="0 %"))
        self._room.backstage.run_errand(self.errand, work)

    def _progressed(self, share: float) -> None:
        if share - self._said >= TOLD_EVERY:
            self._said = share
            self._room.say(_("The bulletin is being made: {share}", share=f"{share:.0%}"))

    def _done(self, _nothing: object) -> None:
        self._room.say(_("The bulletin is in {path}.", path=self._path))
        self._over()

    def _over(self, _why: object = None) -> None:
        self.deleteLater()
