"""Actions: everything a person may do in the window, declared once.

Menus, shortcuts, the command bar and the help page are made from them. The moves of a case's life are
actions too, taken from the table of moves.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from commandcenter.domain.assignments import Assignment, Part
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.moves import MOVES, Move, Subject, why_not
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rulings import Request
from commandcenter.errors import NotAllowed, Refused
from commandcenter.i18n import N_, _
from ui.room import Room

GROUP_PAGES = N_("Pages")
GROUP_SHELL = N_("Window")
GROUP_MOVES = N_("Moves")
GROUP_PAGE = N_("On this page")


def _always(_room: Room) -> Refused | None:
    return None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    ``why_not`` says in words why it cannot be done now, or None; ``by`` are the rights of which one is
    needed for it to be offered at all (empty: everybody).
    """

    id: str
    text: str
    icon: str
    run: Callable[[Room], None]
    shortcut: str = ""
    help: str = ""
    group: str = GROUP_SHELL
    by: frozenset[Right] = frozenset()
    why_not: Callable[[Room], Refused | None] = _always
    words: tuple[str, ...] = ()
    """Further words it answers to in the command bar, in any language."""

    def may(self, person: Person) -> bool:
        """Whether it is offered to ``person`` at all."""
        return not self.by or bool(self.by & person.rights)


class Actions(QObject):
    """The actions there are. Pages add theirs when they are built."""

    changed = Signal()
    """An action was added or taken away."""

    def __init__(self) -> None:
        super().__init__()
        self._actions: dict[str, Action] = {}

    def add(self, *actions: Action) -> None:
        """Declare actions; one with a known id takes the place of the former (a page built anew)."""
        for action in actions:
            self._actions[action.id] = action
        self.changed.emit()

    def drop(self, *ids: str) -> None:
        """Take actions away."""
        for id_ in ids:
            self._actions.pop(id_, None)
        self.changed.emit()

    def get(self, id_: str) -> Action:
        """The action of that id. KeyError where there is none."""
        return self._actions[id_]

    def __iter__(self) -> Iterator[Action]:
        return iter(list(self._actions.values()))

    def offered(self, person: Person) -> list[Action]:
        """Those offered to ``person``."""
        return [action for action in self if action.may(person)]

    def trigger(self, id_: str, room: Room) -> bool:
        """Do it; or say in the message bar why it cannot be done now. True where it was done."""
        action = self.get(id_)
        refusal: Refused | None = None if action.may(room.person) else NotAllowed(
            N_("{person} has no right to: {move}."), person=room.person.name, move=_(action.text)
        )
        refusal = refusal or action.why_not(room)
        if refusal is not None:
            room.refuse(refusal)
            return False
        action.run(room)
        return True

    def attach(self, widget: QWidget, room: Room, ids: Iterable[str]) -> list[QAction]:
        """Give ``widget`` Qt's actions for those ids, with text, shortcut and tip, to be put into menus too."""
        return [self._made(widget, room, self.get(id_)) for id_ in ids]

    def _made(self, widget: QWidget, room: Room, action: Action) -> QAction:
        made = QAction(_(action.text), widget)
        made.setObjectName(action.id)
        if action.shortcut:
            made.setShortcuts([QKeySequence(keys) for keys in action.shortcut.split(" / ")])
        if action.help:
            made.setToolTip(_(action.help))
        made.triggered.connect(lambda: self.trigger(action.id, room))
        widget.addAction(made)
        return made


# ---------------------------------------------------------------------- the moves as actions

_KINDS: dict[Subject, type[Record]] = {
    Subject.COMPLAINT: Complaint,
    Subject.CASE: Case,
    Subject.ASSIGNMENT: Assignment,
    Subject.REQUEST: Request,
    Subject.PROMISE: Promise,
}
_ICONS = {
    "receive": "mdi6.phone-incoming", "find": "mdi6.magnify-plus-outline", "dispatch": "mdi6.send",
    "accept": "mdi6.check", "contact": "mdi6.phone", "report": "mdi6.text-box-plus-outline",
    "resolve": "mdi6.check-all", "approve": "mdi6.check-decagram", "visit": "mdi6.account-voice",
}  # fmt: skip


def subject_of(move: Move, room: Room, record: Record | None) -> Record | None:
    """The record the move starts from, seen from the record looked at; None where there is none.

    From a case that is the person's own squad's assignment (else the lead's), the request that waits, the
    first open promise, the first complaint that waits for its end.
    """
    kind = _KINDS.get(move.subject)
    if kind is None or record is None or isinstance(record, kind):
        return record if kind is not None else None
    case_id = record.id if isinstance(record, Case) else getattr(record, "case_id", None)
    if not case_id:
        return None
    return next(iter(_children(kind, room, case_id)), None)


def _children(kind: type[Record], room: Room, case_id: Key) -> Sequence[Record]:
    picture, mine = room.picture, room.person.squad_id
    if kind is Assignment:
        running = [a for a in picture.assignments_of(case_id) if not a.over]
        return sorted(running, key=lambda a: (a.squad_id != mine, a.part != Part.LEAD))
    if kind is Case:
        return [case for case in (picture.get(Case, case_id),) if case]
    if kind is Request:
        return picture.requests_of(case_id)
    return picture.promises_of(case_id) if kind is Promise else picture.complaints_of(case_id)


def why_not_now(move: Move, room: Room, record: Record | None) -> Refused | None:
    """Why ``move`` cannot be made now on (or from) ``record``, in words; None when it can."""
    subject = subject_of(move, room, record)
    if subject is None and move.subject is not Subject.NOTHING:
        return Refused(N_("Choose first what “{move}” is about."), move=_(move.label))
    return why_not(move, room.scene(subject))


def of_move(move: Move) -> Action:
    """The action that makes a move on the record looked at."""
    return Action(
        id=f"move.{move.name}",
        text=move.label,
        icon=_ICONS.get(move.name, "mdi6.arrow-right-thin"),
        run=lambda room: room.make(move.name, subject_of(move, room, room.selection)),
        help=move.help,
        group=GROUP_MOVES,
        by=move.by,
        why_not=lambda room: why_not_now(move, room, room.selection),
        words=(move.name,),
    )


def of_moves() -> list[Action]:
    """Every move of the table, as an action."""
    return [of_move(move) for move in MOVES]
