"""What hangs on a case beside its timeline: place, matter, squads, promises, requests, links, closing."""

from collections.abc import Iterator
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.cases import Case
from commandcenter.domain.contacts import PromiseState
from commandcenter.domain.limits import Limit
from commandcenter.domain.matters import Matter
from commandcenter.domain.units import Squad, Workstation
from commandcenter.i18n import N_, _
from commandcenter.queries.history import Life
from ui.case.citizens import Citizens
from ui.case.photos import PhotoWall
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.mini_map import MiniMap
from ui.widgets.plain_label import PlainLabel, RichLabel
from ui.wording import choice, moment, name_of

LINKS = {"merged": N_("merged with"), "split": N_("split, the other part is"), "reopened": N_("reopened as")}


class Section(QWidget):
    """A caption and what stands under it; gone while there is nothing."""

    def __init__(self, caption: str, *content: QWidget) -> None:
        super().__init__()
        head = PlainLabel(caption)
        mark(head, face="caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.px(14))
        column.setSpacing(theme.px(4))
        column.addWidget(head)
        for widget in content:
            column.addWidget(widget)


class Lines(PlainLabel):
    """Lines of plain words that can be selected."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def say(self, lines: Iterator[str]) -> bool:
        """Say these; whether there is anything to say."""
        text = "\n".join(line for line in lines if line)
        self.setText(text)
        return bool(text)


class Particulars(QWidget):
    """The right-hand column of the case."""

    case_asked = Signal(str)
    """Another case, tied to this one, should be shown; its key."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self._life: Life | None = None
        self.citizens, self.photos = Citizens(room), PhotoWall(room)
        self._place, self._squads, self._promises, self._requests, self._closing = (Lines() for _n in range(5))
        self._found = Lines()
        self._links = RichLabel()
        self._links.setWordWrap(True)
        self._links.linkActivated.connect(self.case_asked)
        self.on_map = QPushButton(_("Show on the map"))
        mark(self.on_map, tone="link")
        self.on_map.clicked.connect(self._show_on_map)
        self.map = MiniMap(room, picks=False)
        self.map.asked.connect(self._show_on_map)
        self._sections = {
            "citizens": Section(_("What was said"), self.citizens),
            "found": Section(_("What was found"), self._found),
            "place": Section(_("Place and matter"), self._place, self.map, _at_left(self.on_map)),
            "squads": Section(_("Squads"), self._squads),
            "promises": Section(_("Promises"), self._promises),
            "requests": Section(_("Requests of the squad"), self._requests),
            "photos": Section(_("Pictures"), self.photos),
            "closing": Section(_("How it ended"), self._closing),
            "links": Section(_("Tied to other cases"), self._links),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(8))
        column.setSpacing(0)
        for section in self._sections.values():
            column.addWidget(section)
        column.addStretch()

    def show_life(self, life: Life) -> None:
        """Another state of a case, or another case."""
        self._life = life
        self.citizens.show_life(life)
        self.photos.show_photos(life.photos)
        self._links.setText("<br>".join(self._tied(life)))
        shown = {
            "citizens": bool(life.complaints), "found": self._found.say(w for w in (life.case.words,) if w),
            "place": self._place.say(self._whereabouts(life.case)),
            "squads": self._squads.say(self._at_work(life)), "promises": self._promises.say(self._promised(life)),
            "requests": self._requests.say(self._asked(life)), "photos": bool(life.photos),
            "closing": self._closing.say(_ended(life.case)), "links": bool(life.links),
        }  # fmt: skip
        for name, section in self._sections.items():
            section.setVisible(shown[name])
        self._show_point(life.case)

    def _show_point(self, case: Case) -> None:
        for widget in (self.map, self.on_map):
            widget.setVisible(case.point is not None)
        if case.point is not None and self.map.pin is None:
            self.map.load_areas()
        self.map.show_point(case.point)

    def _whereabouts(self, case: Case) -> Iterator[str]:
        picture = self._room.picture
        station, area = picture.get(Workstation, case.workstation_id), picture.get(Squad, case.squad_id)
        yield case.place_words or _("no place in words")
        if station is not None:
            yield station.name  # which says itself that it is a workstation
        yield _("Area of {squad}", squad=area.name) if area is not None else _("Outside every area")
        matter = picture.get(Matter, case.matter_id)
        yield f"{matter.name} · {matter.code}" if matter is not None else _("no matter")

    def _at_work(self, life: Life) -> Iterator[str]:
        for work in life.assignments:
            officer = life.people.get(work.officer_id or "")
            names = (name_of(self._room.picture, Squad, work.squad_id), officer.name if officer else "")
            again = _("round {n}", n=work.round) if work.round > 1 else ""
            facts = (names[0], choice(work.part), choice(work.state, work.kind()), names[1], again)
            yield " · ".join(part for part in facts if part)

    def _promised(self, life: Life) -> Iterator[str]:
        now = self._room.now()
        for promise in life.promises:
            by = _("To {whom}, by {moment}", whom=promise.to_whom, moment=moment(promise.due_at, now))
            state = "" if promise.state == PromiseState.OPEN else f"{choice(promise.state)} · "
            yield f"{state}{promise.what} – {by}"

    def _asked(self, life: Life) -> Iterator[str]:
        for request in life.requests:
            amount = Limit.parse(request.amount).words() if request.amount else ""
            facts = (choice(request.ask), amount, choice(request.state), request.ruling or request.reason)
            yield " · ".join(part for part in facts if part)

    def _tied(self, life: Life) -> Iterator[str]:
        for link in life.links:
            other = life.linked.get(link.other_id if link.case_id == life.case.id else link.case_id)
            if other is not None:
                yield f'{escape(_(LINKS.get(link.sort, link.sort)))} <a href="{other.id}">{escape(other.number)}</a>'

    def _show_on_map(self) -> None:
        if self._life is not None:
            self._room.show_on_map(Case.kind(), self._life.case.id)


def _at_left(widget: QWidget) -> QWidget:
    """A widget no wider than it needs to be."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(widget)
    row.addStretch()
    return box


def _ended(case: Case) -> Iterator[str]:
    if case.disposition:
        yield choice(case.disposition)
    yield case.closing_text
    if case.cancel_reason:
        yield _("Cancelled: {reason}", reason=case.cancel_reason)
