"""F8: search everything there ever was. The newest are shown, the case beside them; what is shown can be exported."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
)

from commandcenter.domain.cases import Case
from commandcenter.domain.matters import Matter
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.queries.archive import Found, Hit, Sought, search
from ui.archive.filters import Filters
from ui.case.page import CasePage
from ui.exporting import export, where
from ui.page import Page
from ui.room import Room
from ui.tables.column import Column, Falling, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import mark, theme
from ui.widgets.columns import Columns
from ui.widgets.plain_label import PlainLabel
from ui.widgets.section_heading import SectionHeading
from ui.wording import choice, local, moment, name_of, tone_of

WIDTHS = (560, 780)  # px of the design


class ArchivePage(Page):
    """Type two characters; the newest fifty stand there. Enter or ↓ goes into the list, Ctrl+F back to the line."""

    name = "archive"
    draft_ends = True

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._sought = Sought()
        self._hits: dict[Key, Hit] = {}
        self._waiting = False  # for the answer to what is typed
        self._anew = False  # it is the first answer to other words: nothing of it was chosen yet
        self._into: QLineEdit | None = None  # where Enter was pressed before the answer was there
        self.filters = Filters(room)
        self.table: RecordTable[Any] = RecordTable(
            cast(Any, Hit), self._columns(), self._hits, order=lambda hit: (Falling(hit.at), hit.id), now=room.now,
            parent=self,
        )  # fmt: skip
        self.view = RecordView(
            self.table, room.pulse, two_line=True, name="archive", memory=room.preferences, person=room.person.id,
            empty=(N_("Nothing found"), N_("Fewer words find more. Two characters are enough.")),
        )  # fmt: skip
        self.heading = SectionHeading(_("Archive"))
        self.export = QPushButton(_("Export what is shown…"))
        mark(self.export, tone="link")
        self.heading.add(self.export)
        self.case = CasePage(room, scope=self, empty=(
            _("Choose what was found"), _("Open and closed cases are here, and complaints that never became one.")))
        self.alone = PlainLabel()
        self._aside = QStackedWidget()
        self._lay_out()
        self._connect()
        self.filters.sought.emit(self._sought)

    def _lay_out(self) -> None:
        self.alone.setWordWrap(True)
        self.alone.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.alone.setMargin(theme.px(16))
        mark(self.alone, ground="surface")
        self.alone.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._aside.addWidget(self.case)
        self._aside.addWidget(self.alone)
        left = QFrame()
        mark(left, ground="surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.heading, self.filters):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        self.columns = Columns("archive")
        self.columns.add(left, _("Archive"), WIDTHS[0], 380, 0)
        self.columns.add(self._aside, _("The case"), WIDTHS[1], 400, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.columns)

    def _connect(self) -> None:
        self.filters.sought.connect(self._sought_anew)
        for line in (self.filters.line, self.filters.place):
            line.returnPressed.connect(partial(self._entered_in, line))
            line.textEdited.connect(lambda _text: self._stop_waiting())
        self.view.selected.connect(self._selected)
        self.export.clicked.connect(self._ask_where)
        self.room.backstage.changed.connect(self._changed)
        back = QShortcut(QKeySequence.StandardKey.Find, self)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self.filters.line.setFocus)

    def _columns(self) -> tuple[Column[Any], ...]:
        return (
            Column[Any]("number", N_("Number"), lambda hit: hit.number, width=128),
            Column[Any]("title", N_("What and where"), lambda hit: hit.title, paint=Paint.TWO_LINE, width=0,
                        subtitle=self._about),
            Column[Any]("state", N_("State"), lambda hit: choice(hit.state), paint=Paint.BADGE, width=104,
                        tone=lambda hit: tone_of(hit.state)),
            Column[Any]("at", N_("Opened"), lambda hit: moment(hit.at, self.room.now()), sort=lambda hit: hit.at,
                        width=104, align="right"),
        )  # fmt: skip

    def _about(self, hit: Hit) -> str:
        return " · ".join(part for part in (hit.place, *self._matter_and_squad(hit)) if part)

    def _matter_and_squad(self, hit: Hit) -> tuple[str, str]:
        picture = self.room.picture
        return name_of(picture, Matter, hit.matter_id, ""), name_of(picture, Squad, hit.squad_id, "")

    # ------------------------------------------------------------------ searching

    def _sought_anew(self, sought: Sought) -> None:
        """Somebody looks for something else: what is chosen belongs to what was looked for before."""
        self._waiting = self._anew = True
        self._seek(sought)

    def _seek(self, sought: Sought) -> None:
        self._sought = sought
        person = self.room.person
        self.room.backstage.ask(
            lambda session: search(session, person, sought), self._answer, owner=self, latest="archive",
            otherwise=self._no_answer,
        )  # fmt: skip

    def _answer(self, found: Found) -> None:
        self._waiting = False
        self._show(found)
        if self._into is not None and self._into.hasFocus():
            self._into_list()
        self._stop_waiting()

    def _no_answer(self, refusal: Refused) -> None:
        """Nothing may stand there that answers other words than those in the line."""
        self._waiting = False
        self._show(Found((), more=False))
        self._stop_waiting()
        self.room.backstage.refused.emit(refusal)

    def _show(self, found: Found) -> None:
        fresh = {hit.id: hit for hit in found.hits}
        touched = {id_ for id_ in {*fresh, *self._hits} if fresh.get(id_) != self._hits.get(id_)}
        self._hits.clear()
        self._hits.update(fresh)
        self.table.recheck(touched)
        n = len(found.hits)
        self.heading.say(_("Archive"), _("{n} shown, more exist", n=n) if found.more else _("{n} found", n=n))
        self.export.setEnabled(n > 0)

    def _changed(self, delta: Delta) -> None:
        """What is shown and has changed is looked up again."""
        if any(hit.case_id in delta.cases for hit in self._hits.values()):
            self._seek(self._sought)

    def _entered_in(self, line: QLineEdit) -> None:
        """Enter goes to the answer to what stands in the lines, at once or as soon as it is there."""
        self.filters.ask_now()
        if self._waiting:
            self._into = line
            self.heading.say(_("Archive"), _("Looking… the first one opens when it is found"))
        else:
            self._into_list()

    def _stop_waiting(self) -> None:
        self._into = None

    def _into_list(self) -> None:
        if not self._hits:
            return
        if self.view.key is None or self._anew:
            self.view.select_first()
        self._anew = False
        self.view.setFocus()

    def _selected(self, id_: Key | None) -> None:
        self._anew = False  # somebody chose in what stands there
        hit = self._hits.get(id_ or "")
        if hit is None:
            return
        if hit.case_id is not None:
            self.show_case(hit.case_id)
        else:
            parts = (f"{hit.number} · {choice(hit.state)} · {moment(hit.at)}", hit.title, hit.words,
                     _("Answer: {answer}", answer=hit.answer) if hit.answer else "")  # fmt: skip
            self.alone.setText("\n\n".join(part for part in parts if part))
            self._aside.setCurrentWidget(self.alone)

    def show_case(self, key: Key) -> None:
        """Show a case, open or archived."""
        self._aside.setCurrentWidget(self.case)
        self.case.show_case(key)
        self.room.choose(self.room.picture.get(Case, key))

    # ------------------------------------------------------------------ exporting

    def _ask_where(self) -> None:
        path = where(self, _("archive"))
        if path is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write the rows that are shown, as they are shown."""
        rows = [self._cells(self._hits[key]) for key in self.table.keys()]  # noqa: SIM118
        export(self, path, self._headings(), rows, self._sought.told())

    @staticmethod
    def _headings() -> list[str]:
        return [_(name) for name in (N_("Number"), N_("Title"), N_("Place"), N_("State"), N_("Urgency"), N_("Matter"),
                                     N_("Squad of the area"), N_("Opened"), N_("Closed"))]  # fmt: skip

    def _cells(self, hit: Hit) -> Sequence[str]:
        closed = f"{local(hit.closed_at):%Y-%m-%d %H:%M}" if hit.closed_at else ""
        return (hit.number, hit.title, hit.place, choice(hit.state), choice(hit.urgency),
                *self._matter_and_squad(hit), f"{local(hit.at):%Y-%m-%d %H:%M}", closed)  # fmt: skip

    # ------------------------------------------------------------------ what the shell asks

    def entered(self) -> None:
        self.filters.line.setFocus()

    def select(self, kind: str, key: Key) -> bool:
        if kind != Case.kind():
            return False
        self.show_case(key)
        return True

    def draft(self) -> Any:
        """What was being looked for, so that it is there again in another language."""
        return {"line": self.filters.line.text(), "place": self.filters.place.text()}

    def resume(self, draft: Any) -> None:
        if isinstance(draft, dict):
            self.filters.line.setText(str(draft.get("line", "")))
            self.filters.place.setText(str(draft.get("place", "")))
