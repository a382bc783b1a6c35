"""The people of the district: who they are and what they may, for administrators."""

from typing import Any

from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout
from shiboken6 import isValid

from commandcenter.domain.logins import fresh_password
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad, Workstation
from commandcenter.domain.words import folded
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.logs import Report
from commandcenter.operations.enrolling import Belonging, Newcomer, Office
from ui.backstage import Ticket
from ui.page import Page
from ui.people.form import PersonForm
from ui.room import Room
from ui.tables.column import Column, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import mark, theme
from ui.widgets.columns import Columns
from ui.widgets.empty_state import EmptyState
from ui.widgets.scrolled import Scrolled
from ui.widgets.search_line import SearchLine
from ui.widgets.section_heading import SectionHeading
from ui.wording import choice

WIDTHS = (760, 480)  # px of the design


class PeoplePage(Page):
    """Everybody at the left, one of them at the right. A password is made here and shown once."""

    name = "people"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._sought = ""
        self.line = SearchLine(_("Name, login, role or squad"))
        self.line.setObjectName("people.line")
        self.line.setAccessibleName(_("Search the people"))
        self.gone = QCheckBox(_("Also those out of use"))
        self.gone.setObjectName("people.gone")
        picture = room.picture
        self.table: RecordTable[Person] = RecordTable(
            Person, self._columns(), picture.of(Person), order=lambda p: (p.disabled, p.login), keep=self._keeps,
            now=room.now, parent=self,
        )  # fmt: skip
        self.view = RecordView(
            self.table, room.pulse, two_line=True, name="people", memory=room.preferences, person=room.person.id,
            empty=(N_("Nobody found"), N_("Fewer words find more.")),
        )  # fmt: skip
        self.heading = SectionHeading(_("People"))
        self.add = QPushButton(_("Add a person…"))
        self.add.setObjectName("people.add")
        mark(self.add, tone="link")
        self.heading.add(self.add)
        stations = sorted(((s.id, s.name) for s in picture.of(Workstation).values()), key=lambda choice: choice[1])
        self.form = PersonForm(room.choices.squads(), stations)
        self._aside = QStackedWidget()
        self._lay_out()
        self._connect()
        self._count()

    def _lay_out(self) -> None:
        empty = EmptyState(_("Choose a person"), _("Roles, squad and password stand here."), "mdi6.account-outline")
        self._aside.addWidget(empty)
        self._aside.addWidget(Scrolled(self.form))
        left, narrowing = QFrame(), QFrame()
        mark(left, ground="surface")
        mark(narrowing, ground="surface", line="bottom")
        row = QHBoxLayout(narrowing)
        row.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(10))
        row.setSpacing(theme.px(12))
        row.addWidget(self.line, 1)
        row.addWidget(self.gone)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.heading, narrowing):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        self.columns = Columns("people")
        self.columns.add(left, _("People"), WIDTHS[0], 420, 1)
        self.columns.add(self._aside, _("The person"), WIDTHS[1], 360, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.columns)

    def _connect(self) -> None:
        self.line.sought.connect(self._seek)
        self.gone.toggled.connect(lambda _on: self._narrow())
        self.view.selected.connect(self._selected)
        self.add.clicked.connect(self.begin)
        self.room.backstage.changed.connect(self._changed)
        form = self.form
        form.left.connect(self._leave)
        form.added.connect(self._add)
        form.changed.connect(self._change)
        form.reset.connect(self._reset)
        form.signed_out.connect(lambda: self._do("sign_out_everywhere", lambda office, who: office.sign_out(who.id)))
        form.disabled.connect(lambda: self._do("disable_person", lambda office, who: office.disable(who.id)))
        form.enabled.connect(lambda: self._do("enable_person", lambda office, who: office.enable(who.id)))

    def _columns(self) -> tuple[Column[Person], ...]:
        return (
            Column[Person]("name", N_("Name"), lambda p: p.name or p.login, paint=Paint.TWO_LINE, width=180,
                           subtitle=lambda p: p.login),
            Column[Person]("roles", N_("Roles"), _roles, paint=Paint.TWO_LINE, width=0, subtitle=self._unit),
            Column[Person]("state", N_("State"), _state, paint=Paint.BADGE, width=96,
                           tone=lambda p: "late" if p.disabled else "ok" if p.on_duty else "quiet"),
        )  # fmt: skip

    def _unit(self, person: Person) -> str:
        picture = self.room.picture
        station, squad = picture.get(Workstation, person.workstation_id), picture.get(Squad, person.squad_id)
        return station.name if station else squad.name if squad else ""

    # ------------------------------------------------------------------ who is listed

    def _keeps(self, person: Person) -> bool:
        if person.disabled and not self.gone.isChecked():
            return False
        words = folded(" ".join((person.login, person.name_zh, person.name_en, _roles(person), self._unit(person))))
        return all(word in words for word in folded(self._sought).split())

    def _seek(self, text: str) -> None:
        self._sought = text
        self._narrow()

    def _narrow(self) -> None:
        self.table.set_keep(self._keeps)
        self._count()

    def _count(self) -> None:
        self.heading.show_count(self.table.count)

    def _changed(self, delta: Delta) -> None:
        self.table.apply(delta)
        self._count()
        shown = self.form.person
        now = self.room.picture.get(Person, shown.id) if shown is not None else None
        if now is not None and shown is not None and now.version != shown.version and not self.form.kept_as_it_is:
            self.form.show_person(now)

    # ------------------------------------------------------------------ one of them

    def begin(self) -> None:
        """An empty form for somebody new."""
        self.view.select(None)
        self.form.show_person(None)
        self.form.set_busy(False)
        self._aside.setCurrentIndex(1)
        self.columns.bring(self.form)
        self.form.login.setFocus()

    def _leave(self) -> None:
        self.form.show_person(None)
        self._aside.setCurrentIndex(0)
        self.line.setFocus()

    def _selected(self, key: Key | None) -> None:
        person = self.room.picture.get(Person, key)
        if person is not None:
            if self.form.person is None or self.form.person.id != person.id:
                self.form.set_busy(False)  # what is under way is about somebody else
            self.form.show_person(person)
            self._aside.setCurrentIndex(1)

    def _add(self, newcomer: Newcomer) -> None:
        password = fresh_password()

        def shown(key: Key) -> None:
            self.form.show_person(self.room.picture.get(Person, key))
            self.form.set_busy(False)
            self.view.select(key)
            self.form.once.show_password(newcomer.login.strip(), password)

        self._carry_out("add_person", lambda office: office.add(newcomer, password), shown)

    def _change(self, belonging: Belonging) -> None:
        self._do("change_roles", lambda office, who: office.change_roles(who.id, belonging, who.version))

    def _reset(self) -> None:
        password, person = fresh_password(), self.form.person

        def shown(_key: Key) -> None:
            if person is not None:
                self.form.once.show_password(person.login, password)

        self._do("reset_password", lambda office, who: office.reset_password(who.id, password), shown)

    def _do(self, name: str, deed: Any, then: Any = None) -> None:
        """Do something about the person shown. Once another one is, the answer is not about the form any more."""
        if (person := self.form.person) is not None:
            self._carry_out(name, lambda office: deed(office, person), then or self._done, person.id)

    def _carry_out(self, name: str, deed: Any, then: Any, about: Key | None = None) -> None:
        actor, station = self.room.person, self.room.backstage.station
        form = self.form

        def ended(act: Any, answer: Any, whoever: bool = False) -> None:
            if not isValid(form):
                return  # the page is gone, with whoever looked at it
            shown = form.person.id if form.person is not None else None
            if shown == about:
                form.set_busy(False)
            if whoever or shown == about:
                act(answer)

        ticket = Ticket(name)
        ticket.done.connect(lambda key: ended(then, key, whoever=about is None))  # a new password is shown once
        ticket.refused.connect(lambda refusal: ended(form.say, refusal))
        ticket.failed.connect(lambda report: ended(self._failed, report))
        form.say(None)
        form.set_busy(True)
        self.room.backstage.carry_out(ticket, lambda database: deed(Office(database, actor, station)))

    def _done(self, key: Key) -> None:
        if (person := self.room.picture.get(Person, key)) is not None:
            self.form.show_person(person)
            self.room.say(_("Saved: {person}", person=person.name))

    def _failed(self, _report: Report) -> None:
        self.form.message.say("")

    # ------------------------------------------------------------------ what the shell asks

    def entered(self) -> None:
        self.line.setFocus()

    def select(self, kind: str, key: Key) -> bool:
        return kind == Person.kind() and self.view.select(key)


def _roles(person: Person) -> str:
    return _(", ").join(choice(role) for role in person.roles)


def _state(person: Person) -> str:
    return _("out of use") if person.disabled else _("on duty") if person.on_duty else ""
