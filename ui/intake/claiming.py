"""Claims 认领 on the intake page: whose a complaint is while it waits, in words, and how it is claimed there."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.record import Key
from commandcenter.i18n import _
from commandcenter.live.delta import Delta
from ui.actions import why_not_now
from ui.onlookers import sentences
from ui.room import Room
from ui.tables.record_table import RecordTable
from ui.widgets.message_line import MessageLine
from ui.wording import moment

if TYPE_CHECKING:
    from ui.intake.page import IntakePage

_LABELS = {"claim": "Alt+C", "give_back": "Alt+G", "take_over": ""}
"""What may be done about a claim, and its key."""


def stands(room: Room, complaint: Complaint) -> bool:
    """Whether somebody holds the complaint now."""
    claim = room.picture.claim_on(complaint)
    return claim is not None and (_mine(room, complaint) or claim.stands(room.picture.rules, room.now()))


def holder(room: Room, complaint: Complaint) -> str:
    """``yours`` or ``claimed by Kong Juanhan``; empty where nobody holds it."""
    claim = room.picture.claim_on(complaint)
    if claim is None or not stands(room, complaint):
        return ""
    return _("yours") if _mine(room, complaint) else _("claimed by {person}", person=claim.holder.name)


def _mine(room: Room, complaint: Complaint) -> bool:
    return complaint.claimed_by_id == room.person.id


def only_claimed(before: Complaint, after: Complaint) -> bool:
    """Whether somebody claimed it or let it go, and nothing else is new: what is typed about it still fits."""
    was, now = before.values(), after.values()
    return {name for name in was if was[name] != now[name]} <= {"version", "claimed_by_id", "claimed_at"}


class ClaimLine(MessageLine):
    """Whose the complaint on the form is, who else looks at it, and what may be done about that."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.setObjectName("intake.claim")
        self._room = room
        self._key: Key | None = None
        self._said: tuple[str, str, str] = ("", "quiet", "")
        self.offer_taken.connect(self._take)
        room.backstage.company.changed.connect(self._tell)
        room.backstage.changed.connect(self._tell)
        room.pulse.ticked.connect(self._tell)

    def show_of(self, complaint: Complaint | None) -> None:
        """Another complaint; None for a call that is none yet."""
        self._key = complaint.id if complaint is not None else None
        self._tell()

    @property
    def offer(self) -> str:
        """The move that is offered; empty for none."""
        return self._said[2]

    def _tell(self, _what: object = None) -> None:
        complaint = self._room.picture.get(Complaint, self._key)
        said = ("", "quiet", "") if complaint is None else (*self._words(complaint), self._offered(complaint))
        if said != self._said:  # else nothing is drawn anew, second after second
            self._said = said
            words, tone, move = said
            keys = _LABELS.get(move, "")
            self.say(words, tone, f"{_(BY_NAME[move].label)}   {keys}".strip() if move else "")

    def _words(self, complaint: Complaint) -> tuple[str, str]:
        claim, others = self._room.picture.claim_on(complaint), sentences(self._room, Complaint.kind(), complaint.id)
        if claim is None or not stands(self._room, complaint):
            whose, tone = _("Nobody has claimed it"), "quiet"
        else:
            since = moment(claim.since, self._room.now())
            whose, tone = (
                (_("You have claimed it, since {at}", at=since), "accent") if _mine(self._room, complaint)
                else (_("{person} has claimed it, since {at}", person=claim.holder.name, at=since), "late")
            )  # fmt: skip
        return " · ".join(part for part in (whose, *others.splitlines()) if part), tone

    def _offered(self, complaint: Complaint) -> str:
        room = self._room
        may = (name for name in _LABELS if BY_NAME[name].by & room.person.rights)
        return next((name for name in may if why_not_now(BY_NAME[name], room, complaint) is None), "")

    def _take(self) -> None:
        self._room.make(self.offer, self._room.picture.get(Complaint, self._key))


class Claimed(QObject):
    """Has the rows of the list looked at again when a claim ends by itself, or its holder is back."""

    def __init__(self, room: Room, table: RecordTable[Complaint]) -> None:
        super().__init__(table)
        self._room, self._table = room, table
        self._stood: dict[Key, bool] = {}
        for complaint in room.picture.of(Complaint).values():
            self._note(complaint.id, complaint)
        room.backstage.changed.connect(self._changed)
        room.pulse.ticked.connect(self._tick)

    def _changed(self, delta: Delta) -> None:
        for change in delta.of(Complaint):
            self._note(change.key, self._room.picture.get(Complaint, change.key))

    def _note(self, key: Key, complaint: Complaint | None) -> None:
        if complaint is not None and complaint.claimed_by_id is not None:
            self._stood[key] = stands(self._room, complaint)
        else:
            self._stood.pop(key, None)

    def _tick(self, _now: object) -> None:
        picture = self._room.picture
        turned = [key for key, stood in self._stood.items()
                  if (held := picture.get(Complaint, key)) is not None and stands(self._room, held) != stood]
        for key in turned:
            self._note(key, picture.get(Complaint, key))
        if turned:
            self._table.recheck(turned)


class Claiming(QObject):
    """Between the page and the moves: what was claimed comes onto the form."""

    def __init__(self, page: "IntakePage") -> None:
        super().__init__(page)
        self._page = page
        page.room.backstage.finished.connect(self._finished)

    def next(self) -> None:
        """Claim the next complaint."""
        self._page.room.make("claim_next")

    def move(self, name: str) -> None:
        """Claim the complaint on the form, or give it back."""
        room = self._page.room
        room.make(name, room.picture.get(Complaint, self._page.form.call().complaint))

    def _finished(self, name: str, key: object) -> None:
        if name == "claim_next" and isinstance(key, str) and self._page.select(Complaint.kind(), key):
            self._page.form.words.setFocus()
