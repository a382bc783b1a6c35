"""Who is here: every session that is signed in now, at which station, since when, on which page, with what in hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.people import Person
from commandcenter.domain.presence import Presence
from commandcenter.domain.record import Key
from commandcenter.domain.wording import word
from commandcenter.i18n import _, ngettext
from ui.actions import why_not_now
from ui.onlookers import LOOKING, TYPING, name_of
from ui.pages import PAGES
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.badge import Badge
from ui.widgets.plain_label import PlainLabel
from ui.wording import moment

_TITLES = {entry.name: entry.title for entry in PAGES}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is said of one session."""

    name: str
    role: str
    where: str
    what: str
    doing: tuple[str, str]
    """A word and its tone: typing, or ourselves."""
    claims: tuple[tuple[Key, str], ...]
    """Complaints this person has claimed: key and number."""


class WhoIsHere(QWidget):
    """One block a session, those signed in longest first. Drawn anew only where something is different."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.setObjectName("who_is_here")
        self._room = room
        self.shown: list[Shown] | None = None
        """What is on the screen."""
        self._count = PlainLabel()
        mark(self._count, face="small")
        self._blocks = QVBoxLayout()
        self._blocks.setSpacing(theme.px(8))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self._count)
        column.addLayout(self._blocks)
        column.addStretch(1)
        room.pulse.ticked.connect(self._tell)
        self._tell()

    def _tell(self, _now: object = None) -> None:
        claims = self._claims()
        shown = [self._of(sign, claims.get(sign.person_id, ())) for sign in self._room.backstage.company.here]
        if shown == self.shown:
            return
        self.shown = shown
        self._count.setText(ngettext("{n} station is signed in", "{n} stations are signed in", len(shown)))
        while (item := self._blocks.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.deleteLater()
        for one in shown:
            self._blocks.addWidget(self._block(one))

    # ------------------------------------------------------------------ what is said

    def _of(self, sign: Presence, claims: Iterable[tuple[Key, str]]) -> Shown:
        room = self._room
        person = room.picture.get(Person, sign.person_id)
        where = _("Station {station} · since {at}", station=sign.station, at=moment(sign.signed_in_at, room.now()))
        ours = sign.session_id == room.backstage.company.session
        doing = (_("this station"), "quiet") if ours else (_("typing"), TYPING) if sign.editing else ("", LOOKING)
        roles = " · ".join(word(role) for role in person.roles) if person is not None else ""
        return Shown(name_of(room, sign), roles, where, self._what(sign), doing, tuple(claims))

    def _what(self, sign: Presence) -> str:
        page = _(_TITLES[sign.page]) if sign.page in _TITLES else ""
        kinds: dict[str, type[Case] | type[Complaint]] = {Case.kind(): Case, Complaint.kind(): Complaint}
        held = self._room.picture.get(kinds[sign.kind], sign.key) if sign.kind in kinds else None
        return " · ".join(part for part in (page, held.number if held is not None else "") if part)

    def _claims(self) -> dict[Key, list[tuple[Key, str]]]:
        """Complaints that are claimed, by who has claimed them."""
        found: dict[Key, list[tuple[Key, str]]] = {}
        for one in self._room.picture.of(Complaint).values():
            if one.claimed_by_id is not None:
                found.setdefault(one.claimed_by_id, []).append((one.id, one.number))
        return found

    # ------------------------------------------------------------------ how it is shown

    def _block(self, one: Shown) -> QFrame:
        block = QFrame()
        mark(block, line="bottom")
        name, role, doing = PlainLabel(one.name), PlainLabel(one.role), Badge(*one.doing)
        mark(name, face="strong")
        mark(role, face="small")
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        for widget in (name, role):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(doing)
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, theme.px(8))
        column.setSpacing(theme.px(2))
        column.addLayout(head)
        for words in (one.where, one.what):
            line = PlainLabel(words)
            line.setWordWrap(True)
            mark(line, face="small")
            line.setVisible(bool(words))
            column.addWidget(line)
        for key, number in one.claims:
            column.addWidget(self._claim(key, number))
        return block

    def _claim(self, key: Key, number: str) -> QWidget:
        """What somebody has claimed, and for a supervisor the way to take it over."""
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        label = PlainLabel(_("has claimed {number}", number=number))
        mark(label, face="small", tone="accent")
        row.addWidget(label)
        row.addStretch(1)
        move, complaint = BY_NAME["take_over"], self._room.picture.get(Complaint, key)
        if move.by & self._room.person.rights and why_not_now(move, self._room, complaint) is None:
            button = QPushButton(f"{_(move.label)}…")
            button.setObjectName(f"take_over.{key}")
            mark(button, tone="link")
            button.clicked.connect(lambda: self._room.make("take_over", self._room.picture.get(Complaint, key)))
            row.addWidget(button)
        return line
