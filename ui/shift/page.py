"""Ctrl+Ctrl+F11: the shift 值班 – who is on now, the roster, leave and swaps, the roll-call, and handing over."""

import datetime as dt
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from commandcenter.domain.attendance import Attendance
from commandcenter.domain.handover import Handover, HandoverState
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.domain.shifts import Leave, RosterEntry, Swap, shifts_of
from commandcenter.domain.units import Squad, Workstation
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.operations.rostering import may_roster
from commandcenter.queries.shifts import KINDS, Board, Standing, Told, ToldBrief, board, brief_now, brief_of
from ui.page import Page
from ui.room import Room
from ui.shift import deeds
from ui.shift.aside import Aside
from ui.shift.load import LoadList, LoadRow
from ui.shift.pieces import Pieces
from ui.shift.rows import TIPS, TITLES, Row, Rows, View, count_words
from ui.tables.column import Column, Paint
from ui.tables.grouped import Group, Grouped, GroupedTable, GroupedView, Heading
from ui.theme import mark, theme
from ui.widgets.columns import Columns
from ui.widgets.plain_label import PlainLabel, tip
from ui.widgets.section_heading import HEIGHT
from ui.wording import moment

WIDTHS = (620, 600)  # px of the design
LOOK_EVERY_S, BRIEF_EVERY_S = 60, 15
"""Seconds after which what changes with time alone, and the brief, are looked at again."""
MANY = 40
"""From so many things to hand over on their groups begin folded: the headings tell how many there are."""
SOON_MS = 150
"""Changes that come within this time are shown together."""


class ShiftPage(Page):
    """Ctrl+1 2 3 4 5 choose the list; Enter on a row leads to what can be done about it."""

    name = "shift"
    draft_ends = True

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self.found = Board()
        self.brief: ToldBrief | None = None
        self._rows, self._source = Rows(room), dict[str, Row]()
        self._looked_at = room.now()
        self._told_doubt: Key | None = None
        self._past: Handover | None = None
        self._another = True
        """Whether another list than before is asked for."""
        self.view_shown = View.NOW
        self.table = GroupedTable(self._grouped(), self._columns(), self._heading, room.now)
        self.view = GroupedView(
            self.table, room.pulse,
            empty=(N_("Nobody yet"), N_("Who is here, the roster and what is asked will appear here.")),
        )  # fmt: skip
        self.view.setAccessibleName(_("The shift"))
        self.aside, self.load, self.pieces = Aside(room), LoadList(room), Pieces(room)
        self._lists, self._sides = QStackedWidget(), QStackedWidget()
        self._own = PlainLabel()
        self.clock = QPushButton()
        self.away = QPushButton(_("Ask for leave…"))
        self.switches: dict[View, QPushButton] = {}
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._ask)
        self._lay_out()
        self._connect()
        self._ask()

    # ------------------------------------------------------------------ building

    def _offered(self) -> list[View]:
        rights = self.room.person.rights
        fair = Right.READ_CASES in rights and bool({Right.ROSTER, Right.INSPECT} & rights)
        may = {View.HANDOVER: Right.RULE in rights, View.LOAD: fair}
        return [view for view in View if may.get(view, True)]

    def _lay_out(self) -> None:
        left = QFrame()
        mark(left, ground="surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        for stack, usual, fair in ((self._lists, self.view, self.load), (self._sides, self.aside, self.pieces)):
            stack.addWidget(usual)
            stack.addWidget(fair)
        column.addWidget(self._lists, 1)
        column.addWidget(self._foot())
        self.columns = Columns("shift")
        self.columns.add(left, _("Shift"), WIDTHS[0], 380, 1)
        self.columns.add(self._sides, _("Details"), WIDTHS[1], 360, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.columns)

    def _head(self) -> QFrame:
        head = QFrame()
        mark(head, ground="surface", line="bottom")
        head.setFixedHeight(theme.px(HEIGHT))
        row = QHBoxLayout(head)
        row.setContentsMargins(theme.px(16), 0, theme.px(12), 0)
        row.setSpacing(theme.px(4))
        title = PlainLabel(_("Shift"))
        mark(title, face="title")
        row.addWidget(title)
        row.addStretch()
        group = QButtonGroup(self)
        for place, view in enumerate(self._offered(), 1):
            button = self.switches[view] = QPushButton(_(TITLES[view]))
            button.setCheckable(True)
            button.setChecked(view is self.view_shown)
            button.setToolTip(tip(f"{_(TIPS[view])} (Ctrl+{place})"))
            button.clicked.connect(lambda _checked=False, view=view: self.show_view(view))
            group.addButton(button)
            row.addWidget(button)
            shortcut = QShortcut(QKeySequence(f"Ctrl+{place}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        return head

    def _foot(self) -> QFrame:
        foot = QFrame()
        mark(foot, ground="raised", line="top")
        row = QHBoxLayout(foot)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(12), theme.px(8))
        row.setSpacing(theme.px(8))
        mark(self._own, face="small")
        self._own.setWordWrap(True)
        row.addWidget(self._own, 1)
        row.addWidget(self.away)
        row.addWidget(self.clock)
        return foot

    def _connect(self) -> None:
        self.room.backstage.changed.connect(self._changed)
        self.room.backstage.loaded.connect(self._look_soon)
        self.room.pulse.ticked.connect(self._tick)
        self.view.selected.connect(lambda _id: self._show_chosen())
        self.view.activated_key.connect(lambda _id: self._go_on())
        self.aside.done.connect(self._done)
        self.load.selected.connect(self._load_chosen)
        self.load.measure_asked.connect(self.pieces.choose)
        self.load.activated.connect(self._to_pieces)
        self.clock.clicked.connect(self._clock)
        self.away.clicked.connect(lambda: self._begin(_("Ask for leave"), deeds.ask_leave()))

    def _columns(self) -> tuple[Column[Any], ...]:
        return (
            Column[Any]("who", N_("Who"), lambda row: "" if isinstance(row, Group) else row.title, paint=Paint.TWO_LINE,
                        width=0, subtitle=lambda row: "" if isinstance(row, Group) else row.about),
            Column[Any]("state", N_("State"), lambda row: "" if isinstance(row, Group) else row.badge,
                        paint=Paint.BADGE, align="right", width=132,
                        tone=lambda row: "" if isinstance(row, Group) else row.tone),
        )  # fmt: skip

    def _heading(self, group: Group, _now: object) -> Heading:
        rows = self._rows
        return Heading(rows.headings.get(group.id, ""), rows.remarks.get(group.id, ""), len(group.members), 0)

    def _grouped(self) -> Grouped[Row]:
        few = self.view_shown is not View.HANDOVER or len(self._source) <= MANY
        return Grouped(self._source, group_of=lambda row: row.group, rank=lambda row: row.place, all_open=few)

    # ------------------------------------------------------------------ asking

    def show_view(self, view: View) -> None:
        """Another list."""
        if view is not self.view_shown or self._past is not None:
            self.view_shown, self._past = view, None
            self.switches[view].setChecked(True)
            self.brief, self._another = None, True
            self._source.clear()
            self.table.regroup(self._grouped())
            self._stack(view is View.LOAD)
            (self.load.view if view is View.LOAD else self.view).setFocus()
            self._show_chosen()
            self._ask()

    def _stack(self, fair: bool) -> None:
        """The fair-load view has a table and a side of its own."""
        self._lists.setCurrentIndex(int(fair))
        self._sides.setCurrentIndex(int(fair))

    def _ask(self) -> None:
        if self.view_shown is View.LOAD:
            self.load.ask()
        now, rules = self.room.now(), self.room.picture.rules
        today, shown = rules.calendar.local(now).date(), self.view_shown
        past, self._looked_at = self._past, now

        def question(session: Any) -> tuple[Board, ToldBrief | None]:
            found = board(session, now, today)
            if shown is not View.HANDOVER:
                return found, None
            which = past or found.offered
            return found, brief_of(session, rules, now, which) if which else brief_now(session, rules, now)

        self.room.backstage.ask(question, self._answered, owner=self, latest="shift")

    def _answered(self, answer: tuple[Board, ToldBrief | None]) -> None:
        self.found, self.brief = answer
        fresh = self._rows.of(self.view_shown, self.found, self.brief)
        touched = {id_ for id_ in {*fresh, *self._source} if fresh.get(id_) != self._source.get(id_)}
        self._source.clear()
        self._source.update(fresh)
        if self._another:
            self._another = False
            self.table.regroup(self._grouped())
        else:
            self.table.take(touched)
        self._tell_own()
        self._show_chosen()

    def _changed(self, delta: Delta) -> None:
        if delta.kinds & KINDS or any(True for _change in delta.of(Person)):
            self._look_soon()

    def _look_soon(self, _stage: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _tick(self, _now: object) -> None:
        every = BRIEF_EVERY_S if self.view_shown is View.HANDOVER else LOOK_EVERY_S
        if self.isVisible() and (self.room.now() - self._looked_at).total_seconds() >= every:
            self._ask()

    # ------------------------------------------------------------------ oneself

    @property
    def present(self) -> Attendance | None:
        """Since when one is here oneself; None while one has not clocked in."""
        return next((one for one in self.found.present if one.person_id == self.room.person.id), None)

    def _tell_own(self) -> None:
        here, now = self.present, self.room.now()
        self.clock.setText(_("Clock out…") if here is not None else _("Clock in…"))
        mark(self.clock, tone="" if here is not None else "primary")
        next_ = next((e for e in self.found.entries if e.person_id == self.room.person.id and e.ends_at > now), None)
        said = [_("You are here since {moment}", moment=moment(here.clocked_in_at, now)) if here is not None
                else _("You have not clocked in")]  # fmt: skip
        if next_ is not None:
            said.append(self._rows.entry_words(next_))
        self._own.setText(" · ".join(said))
        if here is not None and here.id == self._told_doubt and here.doubts:
            self._told_doubt = None
            self.room.say(_("Clocked in, but the place is doubtful: {why}", why=" ".join(
                line.removeprefix("◆ ") for line in self._rows.place(here) if line.startswith("◆"))), "late")

    def _unit(self) -> tuple[float, float] | None:
        person, picture = self.room.person, self.room.picture
        for unit in (picture.get(Workstation, person.workstation_id), picture.get(Squad, person.squad_id)):
            if unit is not None and unit.lon is not None and unit.lat is not None:
                return unit.lon, unit.lat
        return None

    def _clock(self) -> None:
        here = self.present is not None
        self._begin(_("Clock out") if here else _("Clock in"),
                    (deeds.clock_out if here else deeds.clock_in)(self._unit()))  # fmt: skip

    def _begin(self, title: str, deed: deeds.Deed) -> None:
        self.view.select(None)
        self._sides.setCurrentIndex(0)
        self.aside.show_words(title, (), ())
        self.columns.bring(self._sides)
        self.aside.begin(deed)

    def _done(self, name: str, result: object) -> None:
        if name == "clock_in" and isinstance(result, str):
            self._told_doubt = result
        self._ask()

    # ------------------------------------------------------------------ what is chosen

    @property
    def _chosen(self) -> Row | None:
        row = self.table.grouped.rows.get(self.view.key or "")
        return row if isinstance(row, Row) else None

    def _load_chosen(self, row: LoadRow | None) -> None:
        self.pieces.show_row(row)
        if self.view_shown is View.LOAD and self.aside.form is None:
            self._sides.setCurrentIndex(1)

    def _to_pieces(self, _row: object) -> None:
        self.columns.bring(self._sides)
        self.pieces.take_focus()

    def _go_on(self) -> None:
        self.columns.bring(self._sides)
        self.aside.take_focus()

    def _show_chosen(self) -> None:
        row = self._chosen
        if row is None:
            if self.aside.form is None:
                self._show_general()
            return
        person = row.of.person if isinstance(row.of, Standing) else None
        self.room.choose(person)
        more = self._more(row)
        if isinstance(row.of, Handover) and (self._past is None or self._past.id != row.of.id):
            self._past = row.of
            self._look_soon()
        if isinstance(row.of, Handover):
            self.aside.show_words(row.title, self._of_handover()[0], (), more)
            return
        self.aside.show_words(row.title, filter(None, (row.about, *row.details)), self._deeds(row), more)

    def _show_general(self) -> None:
        """Nothing is chosen: what can be done at any time."""
        person = self.room.person
        offers: list[deeds.Deed] = []
        lines: list[str] = []
        if self.view_shown is View.HANDOVER:
            lines, offers = self._of_handover()
        elif Right.ROSTER in person.rights:
            minutes = self.room.picture.rules.number("roll_call.minutes")
            offers = [deeds.call_roll(person.squad_id, minutes)]
            shifts = shifts_of(self.room.picture.district)
            if shifts:
                offers.insert(self.view_shown is not View.ROSTER, deeds.roster(shifts))
        self.aside.show_words(_(TITLES[self.view_shown]), lines or [_(TIPS[self.view_shown])], offers)

    def _of_handover(self) -> tuple[list[str], list[deeds.Deed]]:
        brief, now = self.brief, self.room.now()
        if brief is None:
            return [], []
        shown = brief.handover
        lines = [_("Since {moment}", moment=moment(brief.since_at, now)), count_words(brief.counts)]
        if shown is None:
            return [line for line in lines if line], [deeds.offer_handover()]
        lines = [self._signature(shown.outgoing_by_id, shown.drawn_at), shown.words, *lines]
        if shown.incoming_by_id and shown.signed_at:
            lines.append(self._signature(shown.incoming_by_id, shown.signed_at))
        lines.append(_("After the first signature: {come} new, {gone} settled", come=len(brief.come),
                       gone=len(brief.gone)))  # fmt: skip
        waits = shown.state == HandoverState.OFFERED
        return [line for line in lines if line], deeds.of_handover(shown, self.room.person.id) if waits else []

    def _signature(self, key: Key, at: dt.datetime) -> str:
        return str(_("Signed by {person} at {moment}", person=self._rows.name(key), moment=moment(at, self.room.now())))

    def _more(self, row: Row) -> list[tuple[str, Any]]:
        case = row.of.item.case_id if isinstance(row.of, Told) and not row.of.hidden else None
        return [(_("Open the case"), lambda: self.room.open_case(case))] if case else []

    def _deeds(self, row: Row) -> list[deeds.Deed]:
        """What the person at this station can do about a row. Whether they may, the operation says."""
        of, me = row.of, self.room.person
        holds = self._holds
        if isinstance(of, tuple):
            roll, key = of
            mine = key == me.id
            if roll.call.closed_at is None and key not in roll.answered() and (mine or holds(key)):
                return [deeds.tick(roll.call, key)]
        if isinstance(of, Attendance) and holds(of.person_id) and of.person_id != me.id:
            return [deeds.judge(of, True), deeds.judge(of, False)]
        if isinstance(of, Leave) and (of.person_id == me.id or holds(of.person_id)):
            return deeds.of_leave(of, of.person_id == me.id) if of.state == "asked" or of.person_id == me.id else []
        if isinstance(of, Swap) and (me.id in (of.person_id, of.other_person_id) or holds(of.person_id)):
            return deeds.of_swap(of, me.id)
        if isinstance(of, RosterEntry):
            return self._about_entry(of)
        if isinstance(of, Standing) and holds(of.person.id):
            shifts = shifts_of(self.room.picture.district)
            return [deeds.roster(shifts, [of.person.id])] if shifts else []
        return []

    def _about_entry(self, entry: RosterEntry) -> list[deeds.Deed]:
        me, now = self.room.person, self.room.now()
        own = [e for e in self.found.entries if e.person_id == me.id and e.begins_at > now]
        offers = [deeds.unroster(entry)] if self._holds(entry.person_id) and entry.ends_at > now else []
        if own and entry.person_id != me.id and entry.begins_at > now:
            offers.insert(0, deeds.ask_swap([(e, self._rows.entry_words(e)) for e in own], entry))
        return offers

    def _holds(self, key: Key) -> bool:
        person = self.room.picture.get(Person, key)
        return person is not None and may_roster(self.room.person, person)

    # ------------------------------------------------------------------ what the shell asks

    def entered(self) -> None:
        self._ask()
        if self.aside.form is None:
            (self.load.view if self.view_shown is View.LOAD else self.view).setFocus()
