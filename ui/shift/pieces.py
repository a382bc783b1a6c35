"""Beside the fair-load view: one officer in words, and what the number that was chosen is made of."""

import datetime as dt
from functools import partial
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.burdens import DEFINITIONS, Measure
from commandcenter.domain.record import Key
from commandcenter.domain.rules import Rules
from commandcenter.i18n import N_, _
from commandcenter.queries.burdens import Piece, made_of
from ui.room import Room
from ui.shift.load import SHORT, LoadRow
from ui.shift.load_words import amount, piece_about, piece_title
from ui.tables.column import Column, Falling, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import mark, theme
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import tip, wrapped


class Pieces(QFrame):
    """Alt+1 2 3 4 choose the number; Enter on a case opens it."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        mark(self, ground="surface")
        self._room = room
        self._row: LoadRow | None = None
        self.measure = Measure.HOURS
        self._pieces: dict[Key, Piece] = {}
        self.title, self.words, self.formula = wrapped("title"), wrapped(""), wrapped("caption")
        for label in (self.title, self.words, self.formula):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons: dict[Measure, QPushButton] = {}
        self.table: RecordTable[Any] = RecordTable(
            cast(Any, Piece), self._columns(), self._pieces, order=lambda piece: (Falling(piece.at), piece.id),
            now=room.now, parent=self,
        )  # fmt: skip
        self.view = RecordView(
            self.table, room.pulse, two_line=True, headings=False,
            empty=(N_("Nothing to show"), N_("Choose somebody in the list, and one of the numbers.")),
        )  # fmt: skip
        self.view.setAccessibleName(_("What it is made of"))
        self._lay_out()
        self.view.activated_key.connect(self._open)
        self.show_row(None)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.px(16), 0, 0)
        column.setSpacing(theme.px(8))
        head = QWidget()
        inner = QVBoxLayout(head)
        inner.setContentsMargins(theme.px(20), 0, theme.px(20), 0)
        inner.setSpacing(theme.px(8))
        row = QWidget()
        flow = FlowLayout(row, gap=6)
        group = QButtonGroup(self)
        for place, measure in enumerate(Measure, 1):
            button = self.buttons[measure] = QPushButton(_(SHORT[measure]))
            button.setCheckable(True)
            button.setChecked(measure is self.measure)
            button.setShortcut(f"Alt+{place}")
            button.setToolTip(tip(f"{_(DEFINITIONS[measure].title)} (Alt+{place})"))
            button.clicked.connect(lambda _on=False, measure=measure: self.choose(measure))
            group.addButton(button)
            flow.addWidget(button)
        for widget in (self.title, self.words, row, self.formula):
            inner.addWidget(widget)
        column.addWidget(head)
        column.addWidget(self.view, 1)

    def _columns(self) -> tuple[Column[Any], ...]:
        return (
            Column[Any]("what", N_("What"), piece_title, paint=Paint.TWO_LINE, width=0, subtitle=piece_about),
            Column[Any]("amount", N_("How much"), lambda piece: amount(self.measure, piece.amount), align="right",
                        width=88, tone=lambda piece: "" if piece.amount and piece.why is None else "quiet"),
        )  # fmt: skip

    # ------------------------------------------------------------------ what is shown

    def show_row(self, row: LoadRow | None) -> None:
        """Somebody else is looked at, or what is known of them changed."""
        other = row is None or self._row is None or row.id != self._row.id
        same = row == self._row
        self._row = row
        self.title.setText(_("Load") if row is None else row.name)
        none = _("What officers have borne in the last weeks, beside the mean of those who were on duty.")
        self.words.setText(none if row is None else "\n".join(row.lines))
        officer = row is not None and not row.squad
        for button in self.buttons.values():
            button.setEnabled(officer)
        if other:
            self._fill([])
        if not same or other:
            self._ask()

    def choose(self, measure: Measure) -> None:
        """Another number."""
        self.measure = measure
        self.buttons[measure].setChecked(True)
        self._fill([])
        self._ask()

    def _ask(self) -> None:
        said = DEFINITIONS[self.measure]
        self.formula.setText(_("{formula} Left out: {left_out}", formula=_(said.formula), left_out=_(said.left_out)))
        row, room = self._row, self._room
        if row is None or row.squad:
            hint = _("Enter shows the officers of the squad.") if row is not None else ""
            self.view.set_empty(_("Nothing to show"), hint or _("Choose somebody in the list, and one of the numbers."))
            return
        self.view.set_empty(_("Nothing to show"), _("Nothing of the kind is known in these days."))
        question = partial(_made_of, rules=room.picture.rules, now=room.now(), person=row.id, measure=self.measure)
        room.backstage.ask(question, partial(self._answered, self.measure), owner=self, latest="pieces")

    def _answered(self, measure: Measure, pieces: list[Piece]) -> None:
        if measure is self.measure:
            self._fill(pieces)

    def _fill(self, pieces: list[Piece]) -> None:
        fresh = {piece.id: piece for piece in pieces}
        touched = {id_ for id_ in {*fresh, *self._pieces} if fresh.get(id_) != self._pieces.get(id_)}
        self._pieces.clear()
        self._pieces.update(fresh)
        self.table.recheck(touched)

    def _open(self, key: str) -> None:
        piece = self._pieces.get(key)
        if piece is not None and piece.case is not None:
            self._room.open_case(piece.case.case_id)

    def take_focus(self) -> None:
        """Where the keyboard goes on from a row of the list."""
        self.view.setFocus()
        if self.view.key is None:
            self.view.select_first()


def _made_of(session: Any, rules: Rules, now: dt.datetime, person: Key, measure: Measure) -> list[Piece]:
    return made_of(session, rules, now, person, measure)
