"""How far the start has come, written down for whoever measures it: ``COMMANDCENTER_TRACE=FILE``.

Each line holds a moment of the machine's monotonic clock in seconds and what was reached then: ``window`` (it
was painted), ``first`` and ``then`` (the picture's two helpings are in), ``list N`` (a list was painted with N
rows that can be selected).
"""

import os
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

from commandcenter import clock
from ui.backstage import Backstage

ASKED_BY = "COMMANDCENTER_TRACE"


class Milestones(QObject):
    """Looks on while the program starts, and writes."""

    def __init__(self, file: Path, app: QApplication, backstage: Backstage) -> None:
        super().__init__(app)
        self._file, self._app = file, app
        self._painted = False
        backstage.loaded.connect(self.reached)
        app.installEventFilter(self)

    def reached(self, what: str) -> None:
        """Write down that ``what`` is reached now."""
        with self._file.open("a", encoding="ascii") as lines:
            lines.write(f"{clock.ticks():.6f} {what}\n")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            # What is about to be painted has been once everything that is due now is done.
            if isinstance(watched, QMainWindow) and not self._painted:
                self._painted = True
                QTimer.singleShot(0, lambda: self.reached("window"))
            elif isinstance(view := watched.parent(), QTableView) and (rows := _usable(view)):
                self._app.removeEventFilter(self)
                QTimer.singleShot(0, lambda: self.reached(f"list {rows}"))
        return False


def _usable(view: QTableView) -> int:
    """How many rows there are, if the first can be selected."""
    model = view.model()
    first = model.index(0, 0)
    return model.rowCount() if Qt.ItemFlag.ItemIsSelectable in model.flags(first) else 0


def watch(app: QApplication, backstage: Backstage) -> None:
    """Write milestones down if somebody asked for it."""
    if file := os.environ.get(ASKED_BY):
        Milestones(Path(file), app, backstage)
