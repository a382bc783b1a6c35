"""Which moves a person may make on a case now, on which of its records, and with which letter."""

from collections.abc import Iterator
from dataclasses import dataclass

from commandcenter.domain.assignments import Assignment, Part
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Promise, PromiseState
from commandcenter.domain.moves import MOVES, Move, Subject, why_not
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rulings import RequestState
from commandcenter.domain.wording import word
from commandcenter.errors import Refused
from commandcenter.i18n import _
from commandcenter.queries.history import Life
from ui.room import Room

LETTERS: dict[str, str] = {
    "dispatch": "D", "accept": "A", "agree": "Y", "refuse": "N", "approve": "Y", "send_back": "N", "visit": "V",
    "take_visit": "",
    "contact": "C", "report": "R", "resolve": "E", "resume": "U", "promise": "P", "keep": "K", "break_promise": "B",
    "attach_photo": "F", "ask_extension": "X", "ask_suspension": "Z", "ask_return": "T", "hand_over": "H",
    "assist": "I", "remark": "M", "chase": "J", "supervise": "S", "circulate": "L", "reopen": "O",
    "name_conflict": "Q", "merge": "G", "split": "W", "cancel": "",
    "seal": "", "unseal": "",
}  # fmt: skip
"""The moves of the bar in their order, forward ones first, each with its letter."""
_BESIDE_PERSON = frozenset({"reveal"})
"""Offered where the person stands, not in the bar."""
_ORDER = {name: place for place, name in enumerate(LETTERS)}
_FORWARD = frozenset({"dispatch", "accept", "agree", "approve", "visit", "contact", "report", "resume", "keep"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A move on a record. ``of`` tells apart what is offered more than once: whom, which promise."""

    move: Move
    record: Record
    of: str = ""

    @property
    def label(self) -> str:
        """The words of its button."""
        return f"{_(self.move.label)} · {self.of}" if self.of else _(self.move.label)

    @property
    def id(self) -> str:
        """What tells it from the others: the move and the record's key."""
        return f"{self.move.name}:{self.record.id}"


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be done now, in order, and why the rest may not."""

    legal: tuple[Offer, ...]
    others: tuple[tuple[Offer, Refused], ...]

    @property
    def first(self) -> Offer | None:
        """The move that carries the case forward."""
        return next((offer for offer in self.legal if offer.move.name in _FORWARD), None)


def offered(life: Life, room: Room) -> Offered:
    """Every move on this life's records, judged by the same rules as the operation will."""
    person, now, rules = room.person, room.now(), room.picture.rules
    legal: list[Offer] = []
    others: list[tuple[Offer, Refused]] = []
    for offer in _every(life, person):
        refusal = why_not(offer.move, life.scene(offer.record, person, now, rules))
        if refusal is None:
            legal.append(offer)
        elif offer.move.by & person.rights:
            others.append((offer, refusal))
    legal.sort(key=lambda offer: _ORDER[offer.move.name])
    return Offered(tuple(legal), tuple(others))


def _every(life: Life, person: Person) -> Iterator[Offer]:
    """Each move of the bar with the records it could be made on."""
    by_subject: dict[Subject, list[tuple[Record, str]]] = {
        Subject.CASE: [(life.case, "")],
        Subject.ASSIGNMENT: [(a, "") for a in [own_assignment(life, person.squad_id)] if a is not None],
        Subject.REQUEST: [(r, word(r.ask)) for r in life.requests if r.state == RequestState.ASKED],
        Subject.PROMISE: _told_apart([(p, _short(p)) for p in life.promises if p.state == PromiseState.OPEN]),
        Subject.COMPLAINT: _told_apart([(c, c.number) for c in life.complaints if waits(c)]),
    }
    for move in MOVES:
        if move.name in LETTERS:
            yield from (Offer(move, record, of) for record, of in by_subject.get(move.subject, ()))


def waits(complaint: Complaint) -> bool:
    """Whether a complaint of a case still waits for its end."""
    return complaint.state in {ComplaintState.LINKED, ComplaintState.VISIT_DUE, ComplaintState.DISPUTED}


def _short(promise: Promise) -> str:
    return promise.what if len(promise.what) <= 10 else promise.what[:9] + "…"


def _told_apart(records: list[tuple[Record, str]]) -> list[tuple[Record, str]]:
    return records if len(records) > 1 else [(record, "") for record, _of in records]


def own_assignment(life: Life, squad_id: Key | None) -> Assignment | None:
    """The running assignment of that squad; for people of the centre the lead's. None where none runs."""
    running = [a for a in life.at_work if not a.over and squad_id in (None, a.squad_id)]
    return min(running, key=lambda a: a.part != Part.LEAD, default=None)
