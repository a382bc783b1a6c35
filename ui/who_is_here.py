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
from ui.onlookers import LOOKING, TYPING
from ui.pages import PAGES
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.badge import Badge
from ui.widgets.plain_label import PlainLabel
from ui.wording import moment, name_of

_TITLES = {entry.name: entry.title for entry in PAGES}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is said of one session."""

    session: Key
    name: str
    role: str
    where: str
    what: str
    doing: tuple[str, str]
    """A word and its tone: typing, or ourselves."""
    claims: tuple[tuple[Key, str], ...]
    """Complaints this person has claimed: key and number."""


class WhoIsHere(QWidget):
    """One block a session, those signed in longest first. Whatever is the same stays as it is, cursor included."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.setObjectName("who_is_here")
        self._room = room
        self.shown: list[Shown] | None = None
        """What is on the screen."""
        self.blocks: dict[Key, Block] = {}
        """By session."""
        self._count = PlainLabel()
        mark(self._count, face="small")
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.px(8))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self._count)
        column.addLayout(self._column)
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
        for gone in self.blocks.keys() - {one.session for one in shown}:
            _take_away(self._column, self.blocks.pop(gone))
        for place, one in enumerate(shown):
            if one.session not in self.blocks:
                self.blocks[one.session] = Block(self._room)
            block = self.blocks[one.session]
            if self._column.indexOf(block) != place:
                self._column.insertWidget(place, block)
            block.show_session(one)

    # ------------------------------------------------------------------ what is said

    def _of(self, sign: Presence, claims: Iterable[tuple[Key, str]]) -> Shown:
        room = self._room
        person = room.picture.get(Person, sign.person_id)
        where = _("Station {station} · since {at}", station=sign.station, at=moment(sign.signed_in_at, room.now()))
        ours = sign.session_id == room.backstage.company.session
        doing = (_("this station"), "quiet") if ours else (_("typing"), TYPING) if sign.editing else ("", LOOKING)
        roles = " · ".join(word(role) for role in person.roles) if person is not None else ""
        name = name_of(room.picture, Person, sign.person_id)
        return Shown(sign.session_id, name, roles, where, self._what(sign), doing, tuple(claims))

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


class Block(QFrame):
    """One session."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        mark(self, line="bottom")
        self._name, self._role, self._doing = PlainLabel(), PlainLabel(), Badge()
        self._where, self._what = PlainLabel(), PlainLabel()
        self.claims: dict[Key, ClaimLine] = {}
        mark(self._name, face="strong")
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self._name)
        head.addWidget(self._role)
        head.addStretch(1)
        head.addWidget(self._doing)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, theme.px(8))
        self._column.setSpacing(theme.px(2))
        self._column.addLayout(head)
        for line in (self._role, self._where, self._what):
            mark(line, face="small")
        for line in (self._where, self._what):
            line.setWordWrap(True)
            self._column.addWidget(line)

    def show_session(self, one: Shown) -> None:
        """Show it as it is now."""
        self._name.setText(one.name)
        self._role.setText(one.role)
        self._doing.say(*one.doing)
        self._where.setText(one.where)
        self._what.setText(one.what)
        self._what.setVisible(bool(one.what))
        for gone in self.claims.keys() - {key for key, _number in one.claims}:
            _take_away(self._column, self.claims.pop(gone))
        for key, number in one.claims:
            if key not in self.claims:
                self.claims[key] = ClaimLine(self._room, key, number)
                self._column.addWidget(self.claims[key])


class ClaimLine(QWidget):
    """What somebody has claimed, and for a supervisor the way to take it over."""

    def __init__(self, room: Room, key: Key, number: str) -> None:
        super().__init__()
        self._room, self._key = room, key
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        label = PlainLabel(_("has claimed {number}", number=number))
        mark(label, face="small", tone="accent")
        row.addWidget(label)
        row.addStretch(1)
        move, complaint = BY_NAME["take_over"], room.picture.get(Complaint, key)
        if move.by & room.person.rights and why_not_now(move, room, complaint) is None:
            button = QPushButton(f"{_(move.label)}…")
            button.setObjectName(f"take_over.{key}")
            mark(button, tone="link")
            button.clicked.connect(self._take_over)
            row.addWidget(button)

    def _take_over(self) -> None:
        self._room.make("take_over", self._room.picture.get(Complaint, self._key))


def _take_away(column: QVBoxLayout, gone: QWidget) -> None:
    column.removeWidget(gone)
    gone.deleteLater()
