"""The records behind a number, beside the figures; Enter opens the case."""

from collections.abc import Sequence
from typing import Any, cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from commandcenter.domain.record import Key
from commandcenter.i18n import N_, _, ngettext
from commandcenter.queries.archive import Hit
from ui.room import Room
from ui.tables.column import Column, Falling, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import mark, theme
from ui.widgets.plain_label import wrapped
from ui.widgets.section_heading import SectionHeading
from ui.wording import choice, moment


class Listed(QFrame):
    """The newest first. Esc puts the list away."""

    case_chosen = Signal(str)
    """A case is looked at; its key."""
    closed = Signal()
    """The list is put away."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        mark(self, ground="surface")
        self._room = room
        self._hits: dict[Key, Hit] = {}
        self.table: RecordTable[Any] = RecordTable(
            cast(Any, Hit), self._columns(), self._hits, order=lambda hit: (Falling(hit.at), hit.id), now=room.now,
            parent=self,
        )  # fmt: skip
        self.view = RecordView(
            self.table, room.pulse, two_line=True, name="figures.records", memory=room.preferences,
            person=room.person.id, empty=(N_("Nothing to show"), N_("What you may not see is not listed.")),
        )  # fmt: skip
        self.view.setAccessibleName(_("Records"))
        self.heading = SectionHeading(_("Records"))
        self.what = wrapped("caption")
        self.what.setContentsMargins(theme.px(16), theme.px(6), theme.px(16), theme.px(6))
        self.away = QPushButton(_("Close (Esc)"))
        mark(self.away, tone="link")
        self.heading.add(self.away)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.heading, self.what):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        self.away.clicked.connect(self.closed)
        self.view.selected.connect(self._selected)
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.setContext(escape.context().WidgetWithChildrenShortcut)
        escape.activated.connect(self.closed)

    def _columns(self) -> tuple[Column[Any], ...]:
        return (
            Column[Any]("title", N_("What and where"), lambda hit: hit.title, paint=Paint.TWO_LINE, width=0,
                        subtitle=lambda hit: " · ".join(filter(None, (hit.number, choice(hit.state), hit.place)))),
            Column[Any]("at", N_("Counted"), lambda hit: moment(hit.at, self._room.now()), sort=lambda hit: hit.at,
                        width=96, align="right"),
        )  # fmt: skip

    def begin(self, what: str) -> None:
        """Say whose records are being looked up; the list of before is empty until they are there."""
        self.what.setText(what)
        self.heading.say(_("Records"), _("Looking…"))
        self._fill([])

    def show_hits(self, hits: Sequence[Hit], n: int | None) -> None:
        """Show these; ``n`` is how many the figure counts, where that is known."""
        self._fill(hits)
        many = ngettext("{n} record", "{n} records", len(hits))
        more = n is not None and n > len(hits)
        self.heading.say(_("Records"), _("{n} shown of {all}", n=len(hits), all=n) if more else many)

    def _fill(self, hits: Sequence[Hit]) -> None:
        fresh = {hit.id: hit for hit in hits}
        touched = {id_ for id_ in {*fresh, *self._hits} if fresh.get(id_) != self._hits.get(id_)}
        self._hits.clear()
        self._hits.update(fresh)
        self.table.recheck(touched)

    def _selected(self, id_: Key | None) -> None:
        hit = self._hits.get(id_ or "")
        if hit is not None and hit.case_id is not None:
            self.case_chosen.emit(hit.case_id)
