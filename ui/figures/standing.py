"""The figure told apart: who stands where, in a table and in a chart beside it.

Shares are ranked by the lower end of their interval, by what is certain: who had one case, and did it well, does not
stand above who had a hundred and did ninety-nine of them well.
"""

from dataclasses import dataclass
from typing import Any, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from commandcenter.domain.record import Key
from commandcenter.i18n import N_, _
from commandcenter.queries.figures import Answer, By, Figure, Times, Told
from ui.charts.ranking import RankingChart
from ui.charts.shapes import Point
from ui.figures.cards import Cards
from ui.figures.saying import Keys, measure_of, point, said, span, value_of
from ui.room import Room
from ui.tables.column import Column, Falling
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import theme

NONE = "\0none"
"""The key of a row of which the records say nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One row: a key with its figure."""

    id: Key
    key: str | None
    name: str
    figure: Figure
    answer: Answer

    @property
    def value(self) -> float | None:
        """What it is ranked by."""
        return value_of(self.figure, self.answer)

    @property
    def point(self) -> Point:
        """As the chart takes it."""
        return point(self.figure, self.answer, self.id, self.name)


class Standings(QWidget):
    """The most certain first, what has no value last; a heading sorts otherwise. Enter on a row shows its records."""

    opened = Signal(object)
    """The records of a row are wanted; its :class:`Standing`."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._keys = Keys(room.picture)
        self._rows: dict[Key, Standing] = {}
        self._whole: float | None = None
        self._figure = Figure.RESPONSE
        self.table: RecordTable[Any] = RecordTable(
            cast(Any, Standing), self._columns(), self._rows, order=rank, now=room.now, parent=self
        )
        self.view = RecordView(
            self.table, room.pulse, name="figures.standing", memory=room.preferences, person=room.person.id,
            empty=(N_("Nothing to count"), N_("Nothing of the kind happened in this period.")),
        )  # fmt: skip
        self.view.setAccessibleName(_("Ranking"))
        self.chart = RankingChart(_("Ranking with 95 % intervals"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Cards(((self.view, self.chart),), least=330))
        for part in (self.view, self.chart):
            part.setMinimumSize(theme.px(280), theme.px(280))
        self.view.activated_key.connect(self._open)
        self.chart.pressed.connect(self._open)
        self.table.has_changed.connect(self._draw)

    @staticmethod
    def _columns() -> tuple[Column[Any], ...]:
        return (
            Column[Any]("name", N_("Who or what"), lambda one: one.name, width=0),
            Column[Any]("value", N_("Value"), lambda one: said(one.figure, one.answer), sort=lambda one: one.value,
                        width=72, align="right", strong=True),
            Column[Any]("n", N_("n"), lambda one: str(one.answer.n), sort=lambda one: one.answer.n, width=60,
                        align="right"),
            Column[Any]("span", N_("95 % or P90"), lambda one: span(one.figure, one.answer), width=112, align="right"),
            Column[Any]("left_out", N_("Left out"), lambda one: str(one.answer.left_out or ""),
                        sort=lambda one: one.answer.left_out, width=88, align="right"),
        )  # fmt: skip

    @property
    def rows(self) -> list[Standing]:
        """The rows, as they are sorted."""
        return [self._rows[key] for key in self.table.keys()]  # noqa: SIM118 – a model

    def show_told(self, figure: Figure, by: By, told: Told, whole: Answer | None) -> None:
        """Show a figure told apart; ``whole`` is that of all together."""
        fresh = {}
        for key, answer in told:
            row = Standing(NONE if key is None else key, key, self._keys.name(by, key), figure, answer)
            fresh[row.id] = row
        touched = {id_ for id_ in {*fresh, *self._rows} if fresh.get(id_) != self._rows.get(id_)}
        self._figure, self._whole = figure, value_of(figure, whole) if whole is not None else None
        self._rows.clear()
        self._rows.update(fresh)
        self.table.recheck(touched)
        self._draw()

    def _draw(self) -> None:
        self.chart.show_rows([one.point for one in self.rows], measure_of(self._figure), self._whole)

    def _open(self, id_: object) -> None:
        row = self._rows.get(str(id_))
        if row is not None:
            self.opened.emit(row)


def rank(one: Standing) -> tuple[bool, Any, str]:
    """What rows are sorted by."""
    value = one.value if isinstance(one.answer, Times) or one.answer.low is None else one.answer.low
    return (value is None, Falling(value or 0.0), one.name)
