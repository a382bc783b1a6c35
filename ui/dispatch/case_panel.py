"""The middle: the case that is to be sent – its clocks, what was said, what is known around it, and the map."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.i18n import _, ngettext
from ui.actions import why_not_now
from ui.dispatch import clocks
from ui.dispatch.around import Around, asking, near_words
from ui.dispatch.popover import Popover
from ui.dispatch.said import ComplaintBlock, heading
from ui.onlookers import OnlookersBadge
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.badge import Badge
from ui.widgets.chip import Chip
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.facts import Fact, FactsRow
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import PlainLabel, tip
from ui.widgets.section_heading import HEIGHT
from ui.wording import moment, name_of

BADGE = 24  # px of the design: no badge is higher
WORDS_AT_MOST = 168  # px of the design; longer words scroll


class CaseHead(QFrame):
    """Title, urgency, number, when it was opened."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, ground="surface", line="bottom")
        self.title, self.urgency, self.number = ElidedLabel(), Badge(), PlainLabel()
        mark(self.title, face="title")
        mark(self.number, face="small")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.title)
        row.addWidget(self.urgency)
        row.addStretch(1)
        row.addWidget(self.number)
        self._measure()
        theme.changed.connect(self._measure)

    def _measure(self) -> None:
        self.setFixedHeight(theme.px(HEIGHT))

    def show_case(self, case: Case | None, opened: str) -> None:
        """Another case; None: nothing."""
        self.title.setText(case.title if case is not None else _("No case is chosen"))
        self.urgency.show_value(case.urgency if case is not None else "")
        self.number.setText(_("Case {number} · opened {at}", number=case.number, at=opened) if case else "")


class CasePanel(QWidget):
    """Shows one case and keeps what it shows true; the page says when something changed."""

    squad_asked = Signal(str)

    def __init__(self, room: Room, popover: Popover) -> None:
        super().__init__()
        self.room, self.popover = room, popover
        self.setObjectName("dispatch.case")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        mark(self, ground="surface")
        self._case: Case | None = None
        self._around: Around | None = None
        self._clocks: dict[str, clocks.ShownClock] = {}
        self.head = CaseHead()
        self.facts = FactsRow(room.pulse)
        mark(self.facts, ground="surface", line="bottom")
        self.facts.link_pressed.connect(self._explain)
        self._caption = PlainLabel()
        mark(self._caption, face="caption")
        self.onlookers = OnlookersBadge(room)
        self.blocks: list[ComplaintBlock] = []
        self._words = QWidget()
        self._column = QVBoxLayout(self._words)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(16))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._area.setWidget(self._words)
        self._chips = QWidget()
        self._chip_row = FlowLayout(self._chips, gap=8)
        self.place, self.matter, self.history, self.near = (Chip() for _n in range(4))
        for chip in (self.near, self.history, self.place, self.matter):
            self._chip_row.addWidget(chip)
        self._lay_out()
        self._connect()
        self.show_case(None)

    def _lay_out(self) -> None:
        self.body = QFrame()
        mark(self.body, ground="surface", line="bottom")
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        inner.setSpacing(theme.px(8))
        above = QHBoxLayout()
        self._caption.setMinimumHeight(theme.px(BADGE))  # nothing moves where somebody comes to look
        above.addWidget(self._caption, 1)
        above.addWidget(self.onlookers)
        inner.addLayout(above)
        for widget in (self._area, self._chips):
            inner.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.head, self.facts, self.body):
            column.addWidget(widget)
        self._all = column

    def add(self, widget: QWidget) -> None:
        """What takes the room that is left: the map."""
        self._all.addWidget(widget, 1)

    def _connect(self) -> None:
        self.place.clicked.connect(self._show_place)
        self.near.clicked.connect(self._open_near)
        for fact in (self.history, self.matter):  # nothing happens where they are pressed
            fact.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            fact.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _show_place(self) -> None:
        if self._case is not None:
            self.room.show_on_map(Case.kind(), self._case.id)

    # ------------------------------------------------------------------ the case

    @property
    def case(self) -> Case | None:
        """The case that is shown."""
        return self._case

    def show_case(self, case: Case | None) -> None:
        """Another case, or the same one anew."""
        other = case is None or self._case is None or case.id != self._case.id
        self._case = case
        if other:
            self._around = None
            self.popover.shut()
        self.facts.setVisible(case is not None)
        self.body.setVisible(case is not None)
        self.onlookers.show_of(Case.kind(), case.id if case is not None else None)
        self.head.show_case(case, moment(case.opened_at, self.room.now()) if case else "")
        if case is not None:
            self.tick()
            self._show_words(case)
            self._show_chips(case)
            if other:
                self._ask(case)

    def tick(self) -> None:
        """Time went by: what would be due if it were sent now."""
        case = self._case
        if case is None:
            return
        now = self.room.now()
        self._clocks = {clock.name: clock for clock in clocks.shown(case, self.room.picture, now)}
        facts = [clocks.fact(clock, now) for clock in self._clocks.values()]
        self.facts.show_facts([*facts, self._owner(case)])

    def _owner(self, case: Case) -> Fact:
        owner = name_of(self.room.picture, Person, case.owner_id, _("nobody yet"))
        held = ngettext("{n} complaint", "{n} complaints", case.complaints)
        note = held if case.complaints else _("nobody complained yet")
        return Fact(_("Owner to the end"), owner, note)

    # ------------------------------------------------------------------ what was said

    def complaints(self) -> Sequence[Complaint]:
        """The complaints on the case."""
        return self.room.picture.complaints_of(self._case.id) if self._case is not None else []

    def _show_words(self, case: Case) -> None:
        complaints = self.complaints()
        self._caption.setText(heading(case, len(complaints)))
        while len(self.blocks) < max(len(complaints), 1):
            block = ComplaintBlock()
            block.reveal_asked.connect(self._reveal)
            self.blocks.append(block)
            self._column.addWidget(block)
        for place, block in enumerate(self.blocks):
            block.setVisible(place < max(len(complaints), 1))
            if place < len(complaints):
                block.show_complaint(complaints[place], self._may_reveal(complaints[place]))
        if not complaints:
            self.blocks[0].show_find(case)
        self._fit_words()

    def _fit_words(self) -> None:
        for block in self.blocks:
            block.measure_anew()
        self._column.invalidate()
        width = max(self.width() - theme.px(32), theme.px(200))
        wanted = self._column.totalHeightForWidth(width) if self._column.hasHeightForWidth() else 0
        wanted = max(wanted, self._column.totalMinimumSize().height())
        self._area.setFixedHeight(min(wanted, theme.px(WORDS_AT_MOST)))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit_words()

    def _may_reveal(self, complaint: Complaint) -> bool:
        return why_not_now(BY_NAME["reveal"], self.room, complaint) is None

    def _reveal(self, key: Key) -> None:
        complaint = self.room.picture.get(Complaint, key)
        if complaint is not None:
            self.room.make("reveal", complaint)

    # ------------------------------------------------------------------ what is known around it

    def _ask(self, case: Case) -> None:
        complaints = self.complaints()
        question = asking(case, complaints[0] if complaints else None, self.room.picture.rules, self.room.now())
        self.room.backstage.ask(question, self._take_in, owner=self, latest="around")

    def _take_in(self, around: Around) -> None:
        if self._case is not None and around.case_id == self._case.id:
            self._around = around
            self._show_chips(self._case)

    def _show_chips(self, case: Case) -> None:
        picture, around = self.room.picture, self._around
        matter = picture.get(Matter, case.matter_id)
        domain = next((d.name for d in picture.of(MatterDomain).values() if matter and d.code == matter.domain), "")
        self.matter.say(" · ".join(part for part in (matter.name if matter else "", domain) if part))
        self.matter.setVisible(matter is not None)
        self.place.say(case.place_words or _("no words for the place"))
        self.place.setToolTip(_("Show it on the map"))
        self.place.setVisible(case.point is not None or bool(case.place_words))
        history = around.history if around is not None else 0
        self.history.say(ngettext("caller: {n} earlier", "caller: {n} earlier", history))
        self.history.setVisible(history > 0)
        near = around.nearest if around is not None else None
        if near is not None and around is not None:
            more = ngettext("+ {n} more", "+ {n} more", len(around.alike) - 1) if len(around.alike) > 1 else ""
            self.near.say(f"◆ {near_words(near, case, self.room.now())}", more, "late")
            self.near.setToolTip(tip(near.complaint.words))
        self.near.setVisible(near is not None)
        self._chips.updateGeometry()

    def _open_near(self) -> None:
        near = self._around.nearest if self._around is not None else None
        if near is not None and near.complaint.case_id:
            self.room.open_case(near.complaint.case_id)

    # ------------------------------------------------------------------ why

    def _explain(self, name: str) -> None:
        clock = self._clocks.get(name)
        if clock is not None:
            title = _("{clock}: why this moment", clock=_(clocks.CAPTIONS[name]))
            cell = self.facts.width() // (len(self._clocks) + 1)
            x = list(self._clocks).index(name) * cell
            self.popover.toggle(f"clock.{name}", title, clock.lines, self.facts, x=x)
