"""One officer or one squad: on duty or not, where they were last seen, this week's figures, everything they hold."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.units import Squad
from commandcenter.i18n import N_, _
from commandcenter.live.owing import Owed, owing
from commandcenter.queries.week import Share, Week, begin_of_week, last_fixes, week
from ui.followup.groups import By, Wording
from ui.room import Room
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import mark, theme
from ui.widgets.facts import Fact, FactsRow
from ui.widgets.plain_label import PlainLabel
from ui.widgets.section_heading import SectionHeading
from ui.wording import ago, moment, name_of

FIXES = 5


def share_words(share: Share) -> str:
    """``7 of 9 · 78 %``; a share of nothing is no share."""
    if share.of_one is None:
        return "–"
    return _("{part} of {n} · {percent} %", part=share.part, n=share.n, percent=round(100 * share.of_one))


class HolderPanel(QFrame):
    """Shown while the heading of a person or a squad is selected."""

    case_asked = Signal(str)
    """One of their cases should be shown; its key."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room, self._wording = room, Wording(room)
        self._wording.by = By.OFFICER
        self._person: Key | None = None
        self._squad: Key | None = None
        self._held: dict[str, Owed] = {}
        self.heading = SectionHeading("")
        self.facts, self.figures = FactsRow(room.pulse), FactsRow(room.pulse)
        self._since, self.fixes = PlainLabel(), PlainLabel()
        for label in (self._since, self.fixes):
            label.setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(8))
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        mark(self._since, face="caption")
        mark(self.fixes, face="small")
        self._on_map = QPushButton(_("Show on the map"))
        mark(self._on_map, tone="link")
        self._on_map.clicked.connect(self._show_on_map)
        self.heading.add(self._on_map)
        self.table: RecordTable[Any] = RecordTable(
            cast(Any, Owed), self._wording.columns(), self._held, order=lambda one: one.rank, now=room.now, parent=self
        )
        self.view = RecordView(
            self.table, room.pulse, two_line=True, headings=False,
            empty=(N_("Nothing is owed"), N_("What is theirs to do will appear here by itself.")),
        )  # fmt: skip
        self.view.activated_key.connect(self._open)
        self._held_heading = SectionHeading(_("Everything they hold"))
        self._lay_out()
        room.pulse.ticked.connect(self._tick)

    def _lay_out(self) -> None:
        mark(self, ground="surface")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        widgets: Sequence[QWidget] = (
            self.heading, self.facts, self.fixes, self._since, self.figures, self._held_heading)
        for widget in widgets:
            column.addWidget(widget)
        column.addWidget(self.view, 1)

    # ------------------------------------------------------------------ whom

    def show_person(self, key: Key) -> None:
        """Somebody's page."""
        self._person, self._squad = key, None
        self._show()

    def show_squad(self, key: Key) -> None:
        """A squad's page."""
        self._person, self._squad = None, key
        self._show()

    def _show(self) -> None:
        self.fixes.setText("")
        self.figures.show_facts([])
        self.follow()
        now, calendar = self._room.now(), self._room.picture.rules.calendar
        since, officer, squad = begin_of_week(calendar, now), self._person, self._squad
        ask = self._room.backstage.ask
        ask(lambda s: week(s, since, now, officer=officer, squad=squad), self._show_week, owner=self, latest="week")
        if officer:
            ask(lambda s: last_fixes(s, officer, FIXES), self._show_fixes, owner=self, latest="fixes")
        self.fixes.setVisible(officer is not None)
        self._on_map.setVisible(officer is not None and officer in self._room.picture.fixes)

    def follow(self) -> None:
        """What they hold has changed, or may have."""
        kept = owing(self._room.picture)
        ids = kept.concerning(self._person or self._squad or "")
        if self._person:
            ids = {id_ for id_ in ids if kept.all[id_].holder_id == self._person}
        held = {id_: kept.all[id_] for id_ in ids}
        touched = {id_ for id_ in {*held, *self._held} if held.get(id_) is not self._held.get(id_)}
        self._held.clear()
        self._held.update(held)
        if touched:
            self.table.recheck(touched)
        self._tell()

    def _tick(self, _now: object) -> None:
        if self.isVisible():
            self._tell()

    def _tell(self) -> None:
        now, picture = self._room.now(), self._room.picture
        person, squad = picture.get(Person, self._person), picture.get(Squad, self._squad)
        late = sum(one.over(now) for one in self._held.values())
        cases = len({one.case_id for one in self._held.values()})
        facts = [Fact(_("Cases"), str(cases)), Fact(_("Owed"), str(len(self._held))),
                 Fact(_("Late"), str(late), tone="urgent" if late else "")]  # fmt: skip
        if person is not None:
            self.heading.say(person.name, name_of(picture, Squad, person.squad_id, ""))
            fix = picture.fixes.get(person.id)
            facts = [Fact(_("Duty"), _("on duty") if person.on_duty else _("off duty"),
                          tone="ok" if person.on_duty else "quiet"),
                     Fact(_("Last fix"), ago(fix.seen_at, now) if fix else _("none")), *facts]  # fmt: skip
        elif squad is not None:
            self._wording.by = By.SQUAD
            title, line = self._wording.title(f"squad:{squad.id}", now)
            self.heading.say(title, line)
        self._wording.by = By.OFFICER if self._person else By.SQUAD
        self.facts.show_facts(facts)
        self._held_heading.show_count(len(self._held))

    # ------------------------------------------------------------------ answers

    def _show_week(self, done: Week) -> None:
        self._since.setText(_("This week, since {moment}", moment=moment(done.since_at)))
        self.figures.show_facts([
            Fact(_("Contacts that reached"), share_words(done.reached)), Fact(_("Cases resolved"), str(done.resolved)),
            Fact(_("Resolved on time"), share_words(done.on_time)), Fact(_("Promises kept"), share_words(done.kept)),
        ])  # fmt: skip

    def _show_fixes(self, fixes: tuple[Sighting, ...]) -> None:
        now = self._room.now()
        self.fixes.setText("\n".join(self._fix(fix, now) for fix in fixes) or _("No position was ever reported."))

    def _fix(self, fix: Sighting, now: dt.datetime) -> str:
        area = self._room.picture.get(Squad, self._room.picture.geography.area_at(fix.lon, fix.lat))
        where = _("in the area of {squad}", squad=area.name) if area else _("outside every area")
        exact = _("± {metres} m", metres=round(fix.accuracy)) if fix.accuracy is not None else ""
        facts = (ago(fix.seen_at, now), where, f"{fix.lon:.4f}, {fix.lat:.4f}", exact)
        return " · ".join(part for part in facts if part)

    def _open(self, id_: str) -> None:
        self.case_asked.emit(self._held[id_].case_id)

    def _show_on_map(self) -> None:
        if self._person:
            self._room.show_on_map(Person.kind(), self._person)
