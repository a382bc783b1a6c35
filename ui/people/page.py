"""The people of the district: who they are and what they may, for administrators."""

from typing import Any, NamedTuple

from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout
from shiboken6 import isValid

from commandcenter.domain.logins import fresh_password
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad, Workstation
from commandcenter.domain.words import folded
from commandcenter.errors import Conflict, Refused
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.logs import Report
from commandcenter.operations.enrolling import Belonging, Newcomer, Office
from ui.backstage import Ticket
from ui.page import Page
from ui.people.form import FormDraft, PersonForm
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
from ui.wording import choice, name_of

WIDTHS = (760, 480)  # px of the design


class Giving(NamedTuple):
    """A password that is being given: it is shown once it counts, and lies nowhere else."""

    ticket: Ticket
    login: str
    password: str


class PageDraft(NamedTuple):
    """What is done here, for when the page is built anew."""

    sought: str
    gone: bool
    form: FormDraft | None
    giving: list[Giving]
    unseen: dict[Key, Giving]


class PeoplePage(Page):
    """Everybody at the left, one of them at the right. A password is made here and shown once."""

    name = "people"
    draft_ends = True  # no password outlives the session of whoever made it

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._sought = ""
        self._giving: list[Giving] = []
        self._unseen: dict[Key, Giving] = {}  # made while somebody else was shown, by the person's key
        self._conflict: Refused | None = None
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
        mark(self._aside, ground="surface")
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
        station = picture.get(Workstation, person.workstation_id)
        return station.name if station else name_of(picture, Squad, person.squad_id, "")

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
        if now is None or shown is None or now.version == shown.version:
            return
        if self._conflict is not None:
            self._catch_up()
        elif not self.form.kept_as_it_is:
            self.form.show_person(now)

    # ------------------------------------------------------------------ one of them

    def begin(self) -> None:
        """An empty form for somebody new."""
        self.view.select(None)
        self._show(None)
        self.form.set_busy(False)
        self.columns.bring(self.form)
        self.form.login.setFocus()

    def _leave(self) -> None:
        self._show(None)
        self._aside.setCurrentIndex(0)
        self.line.setFocus()

    def _show(self, person: Person | None) -> None:
        """Show somebody, with the password that was made for them and nobody has seen, or an empty form."""
        self._conflict = None
        self.form.show_person(person)
        self._aside.setCurrentIndex(1)
        if person is not None and (giving := self._unseen.pop(person.id, None)) is not None:
            self.form.once.show_password(giving.login, giving.password)

    def _selected(self, key: Key | None) -> None:
        person = self.room.picture.get(Person, key)
        if person is not None:
            if self.form.person is None or self.form.person.id != person.id:
                self.form.set_busy(False)  # what is under way is about somebody else
            self._show(person)

    # ------------------------------------------------------------------ passwords

    def _add(self, newcomer: Newcomer) -> None:
        giving = Giving(Ticket("add_person"), newcomer.login.strip(), fresh_password())
        self._carry_out(giving.ticket, lambda office: office.add(newcomer, giving.password), about=None)
        self._give(giving)

    def _reset(self) -> None:
        person = self.form.person
        if person is not None:
            giving = Giving(Ticket("reset_password"), person.login, fresh_password())
            self._carry_out(giving.ticket, lambda office: office.reset_password(person.id, giving.password), person.id)
            self._give(giving)

    def _give(self, giving: Giving) -> None:
        """A password is under way: whoever is shown when it is there, and on whichever page, it is not lost."""
        self._giving.append(giving)
        giving.ticket.done.connect(lambda key: self._given(giving, key))

    def _given(self, giving: Giving, key: Key) -> None:
        if not isValid(self):
            return  # the page that was built in its place is told too
        self._giving.remove(giving)
        shown = self.form.person
        adding = shown is None and self._aside.currentIndex() == 1 and self.form.login.text().strip() == giving.login
        if not adding and (shown is None or shown.id != key):
            self._unseen[key] = giving
            said = _("The password of {login} is made: it is shown when they are chosen in the list.",
                     login=giving.login)  # fmt: skip
            self.room.say(said, "late")
            return
        if adding:
            self._show(self.room.picture.get(Person, key))
            self.view.select(key)
        self.form.once.show_password(giving.login, giving.password)

    # ------------------------------------------------------------------ what else is done about them

    def _change(self, belonging: Belonging) -> None:
        self._do("change_roles", lambda office, who: office.change_roles(who.id, belonging, who.version))

    def _do(self, name: str, deed: Any) -> None:
        """Do something about the person shown. Once another one is, the answer is not about the form any more."""
        if (person := self.form.person) is not None:
            ticket = Ticket(name)
            self._carry_out(ticket, lambda office: deed(office, person), person.id, self._done)

    def _carry_out(self, ticket: Ticket, deed: Any, about: Key | None, then: Any = None) -> None:
        actor, station = self.room.person, self.room.backstage.station

        def ended(act: Any, answer: Any) -> None:
            if not isValid(self):
                return  # the page is gone, with whoever looked at it
            shown = self.form.person.id if self.form.person is not None else None
            if shown == about:
                self.form.set_busy(False)
            if act is not None:
                act(answer, shown == about)

        ticket.done.connect(lambda key: ended(then, key))
        ticket.refused.connect(lambda refusal: ended(self._refused, refusal))
        ticket.failed.connect(lambda report: ended(self._failed, report))
        self._conflict = None
        self.form.say(None)
        self.form.set_busy(True)
        self.room.backstage.carry_out(ticket, lambda database: deed(Office(database, actor, station)))

    def _done(self, key: Key, here: bool) -> None:
        if (person := self.room.picture.get(Person, key)) is not None:
            if here:
                self._show(person)
            self.room.say(_("Saved: {person}", person=person.name))

    def _refused(self, refusal: Refused, here: bool) -> None:
        if not here:
            return  # the message bar says it
        self.form.say(refusal)
        if isinstance(refusal, Conflict):
            self._conflict = refusal
            self._catch_up()

    def _catch_up(self) -> None:
        """Somebody else changed the person first: say what, once it is here, and let what was chosen be saved on it."""
        why, shown = self._conflict, self.form.person
        now = self.room.picture.get(Person, shown.id) if shown is not None else None
        if why is None or shown is None or now is None or now.version == shown.version:
            return  # it is on its way
        self._conflict = None
        changes = self.form.bring_up_to_date(now) or _("nothing that stands here")
        said = _("{why} Changed meanwhile: {changes}. What you chose stands here still; Save puts it in force.",
                 why=why, changes=changes)  # fmt: skip
        self.form.message.say(said, "late")

    def _failed(self, _report: Report, here: bool) -> None:
        if here:
            self.form.message.say("")

    # ------------------------------------------------------------------ what the shell asks

    def entered(self) -> None:
        self.line.setFocus()

    def draft(self) -> PageDraft:
        form = self.form.draft() if self._aside.currentIndex() else None
        giving = [one for one in self._giving if not one.ticket.settled]
        return PageDraft(self.line.text(), self.gone.isChecked(), form, giving, dict(self._unseen))

    def resume(self, draft: PageDraft) -> None:
        self.line.setText(draft.sought)
        self.line.ask_now()
        self.gone.setChecked(draft.gone)
        if draft.form is not None:
            self.view.select(draft.form.person.id if draft.form.person is not None else None)
            self.form.take_up(draft.form)
            self._aside.setCurrentIndex(1)
        self._unseen = dict(draft.unseen)
        for giving in draft.giving:
            self._give(giving)

    def select(self, kind: str, key: Key) -> bool:
        return kind == Person.kind() and self.view.select(key)


def _roles(person: Person) -> str:
    return _(", ").join(choice(role) for role in person.roles)


def _state(person: Person) -> str:
    return _("out of use") if person.disabled else _("on duty") if person.on_duty else ""
