"""The head of a case: number, title, state; its clocks, who owns it and who is responsible; and why each is due."""

import datetime as dt
from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import ComplaintState
from commandcenter.domain.people import Person
from commandcenter.domain.timing import Timed, clocks_of, most_pressing, running
from commandcenter.domain.units import Squad
from commandcenter.i18n import _, ngettext
from commandcenter.queries.history import Life
from ui.onlookers import OnlookersBadge
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.badge import Badge
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.facts import Fact, FactsRow
from ui.widgets.plain_label import PlainLabel, tip
from ui.widgets.section_heading import HEIGHT
from ui.wording import Running, moment, name_of

OWNER, OFFICER = "owner", "officer"
_NARROW = 760  # px of the design, below which the title needs the room


class TitleLine(QFrame):
    """Title, badges, and at the right the number and when it was opened."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        mark(self, ground="surface", line="bottom")
        self._room = room
        self.onlookers = OnlookersBadge(room)
        self._title, self._number = ElidedLabel(), PlainLabel()
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        mark(self._title, face="title")
        mark(self._number, face="small")
        self._badges = [Badge() for _n in range(6)]
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._title, 1)
        row.addWidget(self.onlookers)
        for badge in self._badges:
            row.addWidget(badge)
        row.addSpacing(theme.px(8))
        row.addWidget(self._number)
        self._measure()
        theme.changed.connect(self._measure)

    def _measure(self) -> None:
        self.setFixedHeight(theme.px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.onlookers.be_short(event.size().width() < theme.px(_NARROW))
        super().resizeEvent(event)

    def show_case(self, case: Case, now: dt.datetime) -> None:
        """Say which case it is and how it stands."""
        self.onlookers.show_of(Case.kind(), case.id)
        self._title.setText(case.title)
        self._title.setToolTip(tip(case.title))
        self._number.setText(_("Case {number} · opened {moment}", number=case.number,
                               moment=moment(case.opened_at, now)))  # fmt: skip
        urgency, state, rung, again, confidential, sealed = self._badges
        urgency.show_value(case.urgency)
        state.show_value(case.state)
        rung.show_value(case.rung)
        again.say(_("round {n}", n=case.round) if case.round > 1 else "", "late")
        confidential.say(_("confidential") if case.confidential else "", "late")
        sealed.say(_("sealed") if case.sealed_for is not None else "", "urgent")
        sealed.setToolTip(tip(self._whom(case.sealed_for)) if case.sealed_for is not None else "")

    def _whom(self, sealed_for: Iterable[str]) -> str:
        people = (self._room.picture.get(Person, key) for key in sealed_for)
        return _("Only {people} may see this case.", people=_(", ").join(p.name for p in people if p is not None))

    @property
    def state(self) -> str:
        """The word of the state shown."""
        return self._badges[1].text()


class Head(QWidget):
    """Title, facts, and the lines that explain a clock, unfolded under it."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self._clocks: dict[str, Timed] = {}
        self._why = ""
        self.title = TitleLine(room)
        self.facts = FactsRow(room.pulse)
        self.facts.link_pressed.connect(self._press)
        self.explanation = PlainLabel()
        self.explanation.setWordWrap(True)
        self.explanation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.explanation.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(10))
        mark(self.explanation, face="small", ground="raised")
        self.explanation.hide()
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.title, self.facts, self.explanation, line):
            column.addWidget(widget)

    def show_life(self, life: Life) -> None:
        """Another state of a case, or another case."""
        now = self._room.now()
        self.title.show_case(life.case, now)
        clocks = list(_clocks(life))
        self._clocks = {timed.clock.key: timed for timed in clocks}
        self.facts.show_facts([*(self._of_clock(timed, now) for timed in clocks), *self._people(life)])
        self._explain(self._why)

    def fold(self) -> None:
        """Close the explanation, as for another case."""
        self._explain("")

    def _of_clock(self, timed: Timed, now: dt.datetime) -> Fact:
        caption = _(timed.clock.label)
        caption = caption[:1].upper() + caption[1:]
        if timed.stopped_at is not None:
            was_due = _("late: was due {moment}", moment=moment(timed.due_at, now))
            return Fact(caption, moment(timed.stopped_at, now), _("in time") if timed.in_time else was_due,
                        "ok" if timed.in_time else "late")  # fmt: skip
        due = _("by {moment}", moment=moment(timed.due_at, now))
        return Fact(caption, note=due, clock=Running(timed.started_at, timed.due_at, timed.standing_still),
                    link=_("why"), name=timed.clock.key)  # fmt: skip

    def _people(self, life: Life) -> Iterator[Fact]:
        case, lead, picture = life.case, life.lead, self._room.picture
        known = life.people.get(case.owner_id or "")
        owner = name_of(picture, Person, case.owner_id, known.name if known else _("nobody"))
        n = len(life.complaints)
        many = ngettext("{n} complaint", "{n} complaints", n) if n else _("found by ourselves")
        yield Fact(_("Owner to the end"), owner, many, name=OWNER)
        officer = life.people.get(lead.officer_id or "") if lead else None
        squad = name_of(picture, Squad, lead.squad_id, "") if lead else ""
        nobody = _("not accepted yet") if lead else _("not dispatched yet")
        yield Fact(_("Responsible officer"), officer.name if officer else nobody, squad,
                   "" if officer else "quiet", name=OFFICER)  # fmt: skip

    # ------------------------------------------------------------------ why

    def _press(self, name: str) -> None:
        self._explain("" if name == self._why else name)

    def _explain(self, name: str) -> None:
        timed = self._clocks.get(name)
        self._why = name if timed is not None else ""
        lines = timed.explain(self._room.picture.rules, self._room.now()) if timed is not None else []
        self.explanation.setText("\n".join([*lines, *(self._source(timed) if timed else [])]))
        self.explanation.setVisible(timed is not None)

    @staticmethod
    def _source(timed: Timed) -> list[str]:
        return [_("Source: {source}", source=_(timed.clock.source))]


def _clocks(life: Life) -> Iterator[Timed]:
    """The clocks that matter where the case stands: those of the squad, then what the citizens wait for."""
    case, lead = life.case, life.lead
    if case.state == CaseState.OPEN or lead is None:
        yield from clocks_of(case)
    if lead is not None:
        yield from clocks_of(lead)
    waiting = [timed for said in life.complaints for timed in running(said) if timed.clock.name != "receive"]
    visits = [t for t in waiting if t.clock.name == "visit" and t.record.__dict__["state"] == ComplaintState.VISIT_DUE]
    chosen = most_pressing(visits or [t for t in waiting if t.clock.name == "progress"])
    if chosen is not None:
        yield chosen

