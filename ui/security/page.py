"""F10: who saw an identity, took a list out, was not let in, and whose rights changed – from the journal, newest first.

For administrators and inspectors. The list can be taken out too, and that is a line in it.
"""

from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget, QVBoxLayout

from commandcenter.domain.people import Right
from commandcenter.domain.record import Key
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.operations.overseeing import note_numbers_tried
from commandcenter.queries.oversight import KINDS, SHOWN, Fact, Overseen, Trail, trail
from ui.case.page import CasePage
from ui.exporting import export, where
from ui.following import LOST, OPENING
from ui.page import Page
from ui.room import Room
from ui.security.details import Details
from ui.security.filters import Filters
from ui.security.saying import SORTS, TONES, Saying
from ui.tables.column import Column, Falling, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.tables.widths import badge_width
from ui.theme import mark
from ui.tickets import Ticket
from ui.widgets.columns import Columns
from ui.widgets.empty_state import EmptyState
from ui.widgets.section_heading import SectionHeading
from ui.wording import local, moment, station_name

WIDTHS = (820, 520)  # px of the design
LEAST, LEAST_ALONE = (600, 400), (600, 260)
"""Px of the design, of the list and of what stands beside it: a case, or for who may not read cases one line."""
CALM_MS = 1000
"""New lines of the journal are looked for this long after the last change, not at each."""


class SecurityPage(Page):
    """The newest hundred stand there; older ones when asked for. A look at a caller opens its case."""

    name = "security"
    draft_ends = True

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._sought = Overseen()
        self._facts: dict[Key, Fact] = {}
        self._saying = Saying(room.picture)
        self.filters = Filters(room)
        self.table: RecordTable[Any] = RecordTable(
            cast(Any, Fact), self._columns(), self._facts, order=lambda fact: (Falling(fact.at), Falling(fact.seq)),
            now=room.now, parent=self,
        )  # fmt: skip
        self.view = RecordView(
            self.table, room.pulse, two_line=True, name="security", memory=room.preferences, person=room.person.id,
            empty=(N_("Nothing found"), N_("Nothing of the kind stands in the journal.")),
        )  # fmt: skip
        self.view.setAccessibleName(_("Security"))
        self.heading = SectionHeading(_("Security"))
        self.export = QPushButton(_("Export what is shown…"))
        self.export.setObjectName("security.export")
        self.older = QPushButton(_("Show older ones"))
        self.older.setObjectName("security.older")
        for button in (self.export, self.older):
            mark(button, tone="link")
        self.heading.add(self.export)
        self.details = Details(self._headings())
        self.nothing = EmptyState(
            _("Choose what was done"), _("What was done, by whom and why stands here."), "mdi6.shield-search")
        self.case = self._case_page()
        self._aside = QStackedWidget()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(CALM_MS)
        self._soon.timeout.connect(self._look_again)
        self._lay_out()
        self._connect()

    def _case_page(self) -> CasePage | None:
        if Right.READ_CASES not in self.room.person.rights:
            return None
        return CasePage(self.room, scope=self, empty=(
            _("Choose what was done"), _("A look at a caller opens its case.")))  # fmt: skip

    def _lay_out(self) -> None:
        for shown in (self.case or self.nothing, self.details):
            self._aside.addWidget(shown)
        mark(self._aside, ground="surface")
        left = QFrame()
        mark(left, ground="surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.filters)
        column.addWidget(self.view, 1)
        column.addWidget(self.older)
        self.columns = Columns("security")
        least = LEAST if self.case else LEAST_ALONE
        self.columns.add(left, _("Security"), WIDTHS[0], least[0], 1)
        self.columns.add(self._aside, _("The case") if self.case else _("Details"), WIDTHS[1], least[1], 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.columns)

    def _connect(self) -> None:
        self.filters.sought.connect(self._seek)
        self.view.selected.connect(self._selected)
        self.view.activated_key.connect(lambda _id: self.columns.bring(self._aside))
        self.older.clicked.connect(self._more)
        self.export.clicked.connect(self._ask_where)
        self.room.backstage.changed.connect(self._changed)
        self.room.backstage.loaded.connect(self._look_soon)  # everything anew, lines we did not read among it

    def _columns(self) -> tuple[Column[Any], ...]:
        now, saying = self.room.now, self._saying
        return (
            Column[Any]("at", N_("When"), lambda fact: moment(fact.at, now()), sort=lambda fact: fact.at, width=104),
            Column[Any]("sort", N_("What"), lambda fact: _(SORTS[fact.sort]), paint=Paint.BADGE,
                        width=badge_width([_(said) for said in SORTS.values()]), tone=lambda fact: TONES[fact.sort]),
            Column[Any]("what", N_("What was done"), saying.what, paint=Paint.TWO_LINE, width=0, subtitle=saying.why),
            Column[Any]("who", N_("By whom and where"), lambda fact: saying.who(fact) or "–", paint=Paint.TWO_LINE,
                        width=160, subtitle=lambda fact: station_name(fact.station)),
        )  # fmt: skip

    # ------------------------------------------------------------------ asking the journal

    def _seek(self, sought: Overseen) -> None:
        self._sought = sought
        self._ask(None, SHOWN)

    def _look_again(self) -> None:
        """What came in meanwhile stands above what is shown."""
        self._ask(None, max(SHOWN, len(self._facts)))

    def _more(self) -> None:
        oldest = min(self._facts.values(), key=lambda fact: (fact.at, fact.seq), default=None)
        self._ask(oldest, SHOWN)

    def _ask(self, before: Fact | None, limit: int) -> None:
        person, sought = self.room.person, self._sought
        self.room.backstage.ask(
            lambda session: trail(session, person, sought, before, limit),
            lambda found: self._show(found, keep=before is not None),
            owner=self, latest="security", otherwise=self._no_answer,
        )  # fmt: skip

    def _show(self, found: Trail, *, keep: bool) -> None:
        fresh = {fact.id: fact for fact in found.facts}
        held = dict(self._facts)
        if not keep:
            self._facts.clear()
        self._facts.update(fresh)
        self.table.recheck(id_ for id_ in {**held, **fresh} if held.get(id_) != self._facts.get(id_))
        n = len(self._facts)
        self.heading.say(_("Security"), _("{n} lines, and older ones", n=n) if found.more else _("{n} lines", n=n))
        self.older.setVisible(found.more)
        self.export.setEnabled(n > 0)

    def _no_answer(self, refusal: Refused) -> None:
        """Nothing may stand there that answers another question."""
        self._show(Trail(), keep=False)
        self.room.backstage.refused.emit(refusal)

    def _changed(self, delta: Delta) -> None:
        if delta.kinds & KINDS or delta.sealed:
            self._look_soon()

    def _look_soon(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    # ------------------------------------------------------------------ what is chosen

    def _selected(self, id_: Key | None) -> None:
        fact = self._facts.get(id_ or "")
        if fact is None:
            if self.case is None:
                self._aside.setCurrentWidget(self.nothing)
            return
        if fact.case_id is not None and self.case is not None:
            self._aside.setCurrentWidget(self.case)
            self.case.show_case(fact.case_id)
            return
        self.details.show_parts(self._cells(fact))
        self._aside.setCurrentWidget(self.details)

    # ------------------------------------------------------------------ exporting

    def _ask_where(self) -> None:
        path = where(self, _("security"))
        if path is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write the rows that are shown, as they are shown; the next row is this export."""
        rows = [self._cells(self._facts[key]) for key in self.table.keys()]  # noqa: SIM118 – a model
        export(self, path, self._headings(), rows, self._sought.told())

    @staticmethod
    def _headings() -> list[str]:
        """What :meth:`_cells` are called."""
        return [_("When"), _("What"), _("What was done"), _("Reason"), _("By whom"), _("Station")]

    def _cells(self, fact: Fact) -> tuple[str, ...]:
        saying = self._saying
        return (f"{local(fact.at):%Y-%m-%d %H:%M:%S}", _(SORTS[fact.sort]), saying.what(fact), saying.why(fact),
                saying.who(fact), station_name(fact.station))  # fmt: skip

    # ------------------------------------------------------------------ what the shell asks

    def entered(self) -> None:
        if self.room.backstage.state not in {OPENING, LOST}:
            self.room.backstage.carry_out(Ticket("note_numbers_tried"), self._note_numbers_tried)
        self._look_again()
        self.view.setFocus()

    def _note_numbers_tried(self, database: Any) -> None:
        """Where people sign in with the database, it has counted them."""
        if database.logins is not None:
            room = self.room
            database.run("note_numbers_tried", room.person, room.backstage.station, note_numbers_tried)

    def draft(self) -> Any:
        """What was looked for, so that it is there again in another language."""
        return {"sort": self.filters.sort.currentData(), "person": self.filters.person.key}

    def resume(self, draft: Any) -> None:
        if isinstance(draft, dict):
            self.filters.sort.setCurrentIndex(max(0, self.filters.sort.findData(draft.get("sort"))))
            self.filters.person.choose(draft.get("person"))
