"""The fair-load view 负荷: who has borne how much beside the others, in a table with bars, squad by squad or in one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout

from commandcenter.domain.burdens import DEFINITIONS, Borne, Left, Means, Measure, Share
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import spoken_day
from commandcenter.domain.units import Squad
from commandcenter.i18n import N_, _
from commandcenter.live.fairness import fairness
from ui.fair_load import counted
from ui.room import Room
from ui.shift.load_words import amount, lines, shown
from ui.tables.column import Column, Falling, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import mark, theme
from ui.widgets.plain_label import wrapped
from ui.wording import name_of

SHORT: dict[Measure, str] = {
    Measure.HOURS: N_("Hours"), Measure.DISTANCE: N_("Distance"), Measure.HARD: N_("Hard cases"),
    Measure.NIGHTS: N_("Nights"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One officer beside the squad, or one squad beside the district."""

    id: Key
    name: str
    about: str
    values: Means
    means: Means
    most: Means
    """The largest value of each measure among the rows: how long a bar can be."""
    share: Share | None = None
    squad: bool = False
    left: dict[Left, int] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """All of it in words."""
        return list(lines(self.values, self.means, self.left, district=self.squad))


class LoadList(QFrame):
    """Squads at first, for who holds the roster of all; Enter on a squad shows its officers. A heading sorts."""

    selected = Signal(object)
    """Another row is looked at: a :class:`LoadRow`, or None."""
    measure_asked = Signal(object)
    """Somebody pressed a number: its measure."""
    activated = Signal(object)
    """Enter on an officer."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        mark(self, ground="surface")
        self._room = room
        self._rows: dict[Key, LoadRow] = {}
        self.squads = QComboBox()
        self.squads.setAccessibleName(_("Squad"))
        self.about = wrapped("caption")
        self.table: RecordTable[Any] = RecordTable(
            cast(Any, LoadRow), self._columns(), self._rows, order=_rank, now=room.now, parent=self
        )
        self.view = RecordView(
            self.table, room.pulse, two_line=True, name="shift.load", memory=room.preferences, person=room.person.id,
            empty=(N_("Nothing is known yet"), N_("What officers have borne stands here once they clock in.")),
        )  # fmt: skip
        self.view.setAccessibleName(_("Load"))
        self._lay_out()
        self._offer()
        self.squads.currentIndexChanged.connect(self._refill)
        self.view.selected.connect(self._select)
        self.view.activated_key.connect(self._open)
        self.view.clicked.connect(self._press)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(16), theme.px(8), theme.px(12), theme.px(8))
        head.setSpacing(theme.px(12))
        head.addWidget(self.about, 1)
        head.addWidget(self.squads)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)

    @staticmethod
    def _columns() -> tuple[Column[Any], ...]:
        def of(measure: Measure) -> Column[Any]:
            return Column[Any](
                str(measure), SHORT[measure], lambda row: amount(measure, row.values.get(measure)),
                sort=lambda row: row.values.get(measure), paint=Paint.BAR, align="right", width=80,
                share=lambda row: _part(row, measure), tooltip=lambda _row: _(DEFINITIONS[measure].title),
            )  # fmt: skip

        return (
            Column[Any]("name", N_("Squad or officer"), lambda row: row.name, paint=Paint.TWO_LINE, width=0,
                        subtitle=lambda row: row.about),
            *map(of, Measure),
        )  # fmt: skip

    def _offer(self) -> None:
        """A squad's own people see their squad; who belongs to none sees all, squad by squad."""
        own, picture = self._room.person.squad_id, self._room.picture
        every = sorted((s for s in picture.of(Squad).values() if not s.disabled and own in (None, s.id)),
                       key=lambda squad: squad.code)  # fmt: skip
        if own is None:
            self.squads.addItem(_("All squads"), "")
        for squad in every:
            self.squads.addItem(squad.name, squad.id)
        self.squads.setVisible(self.squads.count() > 1)

    # ------------------------------------------------------------------ asking

    def ask(self) -> None:
        """Count anew; what is known already stands there meanwhile."""
        self._refill()
        room = self._room
        question = partial(counted, rules=room.picture.rules, now=room.now())
        room.backstage.ask(question, self._answered, owner=self, latest="load")

    def _answered(self, borne: Borne) -> None:
        fairness(self._room.picture).learn(borne)
        self._refill()

    def _refill(self, _place: int = 0) -> None:
        borne = fairness(self._room.picture).borne
        fresh = {} if borne is None else {row.id: row for row in self._made(borne)}
        touched = {id_ for id_ in {*fresh, *self._rows} if fresh.get(id_) != self._rows.get(id_)}
        self._rows.clear()
        self._rows.update(fresh)
        self.table.recheck(touched)
        if borne is not None:
            self.about.setText(_("{first} – {last}; who did not clock in is in no mean", first=spoken_day(borne.first),
                                 last=spoken_day(borne.last)))  # fmt: skip
        self._select(self.view.key)

    def _made(self, borne: Borne) -> Iterator[LoadRow]:
        squad = self.squads.currentData()
        fair = fairness(self._room.picture)
        if not squad:
            most = _most(borne.squads.values())
            for key, means in borne.squads.items():
                there = [one.there for one in borne.officers.values() if one.squad_id == key]
                share = fair.squads.get(key)
                said = [_("{n} of {all} officers clocked in", n=sum(there), all=len(there)), _over(share)]
                yield LoadRow(key, name_of(self._room.picture, Squad, key), " · ".join(filter(None, said)), means,
                              borne.district, most, share, squad=True)  # fmt: skip
            return
        mine = [one for one in borne.officers.values() if one.squad_id == squad]
        most = _most(one.values for one in mine)
        for one in mine:
            share = fair.officers.get(one.person_id)
            about = _over(share) if one.there else _("no hours on duty are known")
            yield LoadRow(one.person_id, name_of(self._room.picture, Person, one.person_id), about, one.values,
                          borne.squads[squad], most, share, left=dict(one.left))  # fmt: skip

    # ------------------------------------------------------------------ what is looked at

    @property
    def row(self) -> LoadRow | None:
        """The row that is looked at."""
        return self._rows.get(self.view.key or "")

    def _select(self, _key: object) -> None:
        self.selected.emit(self.row)

    def _open(self, key: str) -> None:
        row = self._rows.get(key)
        if row is not None and row.squad:
            self.squads.setCurrentIndex(self.squads.findData(key))
            self.view.select_first()
        elif row is not None:
            self.activated.emit(row)

    def _press(self, index: QModelIndex) -> None:
        if index.column() > 0:
            self.measure_asked.emit(list(Measure)[index.column() - 1])


def _part(row: LoadRow, measure: Measure) -> float | None:
    value, most = row.values.get(measure), row.most.get(measure)
    return None if value is None else value / most if most else 0.0


def _most(rows: Any) -> Means:
    values = list(rows)
    return {one: max((v for row in values if (v := row.get(one)) is not None), default=None) for one in Measure}


def _over(share: Share | None) -> str:
    if share is None:
        return ""
    percent = round(abs(share.over) * 100)
    if not percent:
        return str(_("as much as the mean"))
    return str(_("{percent} % above the mean", percent=percent) if share.over > 0 else
               _("{percent} % below the mean", percent=percent))  # fmt: skip


def _rank(row: LoadRow) -> tuple[bool, Any, str]:
    """Who bears most first; who is not known last."""
    hours = row.values.get(Measure.HOURS)
    over = row.share.over if row.share is not None else shown(Measure.HOURS, hours or 0.0)
    return row.share is None, Falling(over), row.name
