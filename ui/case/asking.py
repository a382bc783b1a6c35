"""The form of a move below the case: inline, never over it. What was typed stays until the move is made."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip
from shiboken6 import isValid

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.people import Role
from commandcenter.domain.record import Record
from commandcenter.errors import Refused
from commandcenter.i18n import _
from commandcenter.queries.history import Life
from ui.case.drafts import FormDrafts
from ui.case.offers import Offer, own_assignment, waits
from ui.case.photos import AFTER, BEFORE
from ui.move_sheet import read_file
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.move_form import MoveForm
from ui.widgets.plain_label import PlainLabel

HIDDEN: dict[str, tuple[str, ...]] = {"dispatch": ("assisting",), "attach_photo": ("side",)}
"""What is asked elsewhere."""
WIDE = 640  # px of the design, from which two answers stand side by side
SHARE = 0.55
"""Of the page's height a form takes at most; longer ones scroll."""


class Side(QWidget):
    """Which side of a pair the picture shows."""

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(14))
        words = (_("Before"), _("After"), _("Neither"))
        for place, (side, word) in enumerate(zip((BEFORE, AFTER, ""), words, strict=True)):
            button = QRadioButton(word)
            button.setObjectName(f"side.{side or 'neither'}")
            self._group.addButton(button, place)
            row.addWidget(button)
        row.addStretch()
        self.choose("")

    def choose(self, side: str) -> None:
        """Choose before, after, or neither (empty)."""
        self._group.button((BEFORE, AFTER, "").index(side)).setChecked(True)

    @property
    def side(self) -> str:
        """Before, after, or empty."""
        return (BEFORE, AFTER, "")[self._group.checkedId()]


class Asking(QFrame):
    """Holds the form of the move that is being made, if any."""

    made = Signal(str, object)
    """A move was made: its name, and what the operation returned. Its form is still there: :meth:`put_away`."""
    opened = Signal()
    closed = Signal()

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self.form: MoveForm | None = None
        self.offer: Offer | None = None
        self.side: Side | None = None
        self.drafts = FormDrafts(room, self)
        self._files: list[Path] = []
        self._over = False
        mark(self, ground="raised", line="top")
        self._about = PlainLabel()
        mark(self._about, face="title")
        self._content: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(10), theme.px(8), theme.px(8))
        column.setSpacing(theme.px(4))
        column.addWidget(self._about)
        self.hide()

    def ask(self, offer: Offer, life: Life, files: Sequence[Path] = ()) -> None:
        """Open the form of this move; one that asks for nothing is made at once."""
        self.close_form()
        self.offer, self._files = offer, list(files)
        if not offer.move.needs:
            self._make({})
            return
        given, hidden = self._given(offer, life), HIDDEN.get(offer.move.name, ())
        if "complaint" in given:  # there is only one: nothing to ask
            hidden = (*hidden, "complaint")
        self.form = form = MoveForm(
            offer.move, self._room.choices, given=given, hidden=hidden,
            squad_id=_squad_of(offer.record, life), case_id=life.case.id, now=self._room.now(),
            title=False, wide=self.width() >= theme.px(WIDE), keys=False,
        )  # fmt: skip
        self.drafts.begin(offer.id, form)
        form.submitted.connect(self._make)
        form.cancelled.connect(self.close_form)
        self._content = content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, theme.px(8), 0)
        column.setSpacing(theme.px(8))
        if offer.move.name == "attach_photo":
            self.side = Side()
            column.addWidget(self.side)
        column.addWidget(form)
        self._about.setText(offer.label)
        cast(QVBoxLayout, self.layout()).addWidget(content)
        content.installEventFilter(self)
        self.show()
        self._fit()
        form.setFocus()
        self.opened.emit()

    def _given(self, offer: Offer, life: Life) -> dict[str, Any]:
        """What can be answered beforehand: the one complaint there is, oneself as the officer, a dropped file."""
        given: dict[str, Any] = {}
        waiting = [c for c in life.complaints if waits(c)]
        if offer.move.name in {"contact", "promise"} and len(waiting) == 1:
            given["complaint"] = waiting[0].id
        if offer.move.name == "accept" and not self._room.person.has(Role.CAPTAIN):
            given["officer"] = self._room.person.id
        if offer.move.name == "seal":
            given["people"] = life.case.readers_besides(self._room.person.id)
        if self._files:
            given["file"] = self._files[0]
        return given

    # ------------------------------------------------------------------ making the move

    def _make(self, answers: dict[str, Any]) -> None:
        if self.offer is None:
            return
        if self.form is not None:
            self.form.set_busy(True)
        if isinstance(answers.get("file"), Path):
            self._read(answers)
        else:
            self._do(self.offer, answers)

    def _read(self, answers: dict[str, Any]) -> None:
        offer, path, side = self.offer, answers["file"], self.side.side if self.side else ""

        def then(file: Any) -> None:
            if offer is not None:
                self._do(offer, {**answers, "file": file, **({"side": side} if side else {})})

        self._room.backstage.aside(partial(read_file, path), then, owner=self, otherwise=self._refused(offer))

    def _do(self, offer: Offer, answers: dict[str, Any]) -> None:
        ticket = self._room.backstage.do(
            offer.move.name, subject=offer.record.id, seen_version=offer.record.version, **answers
        )
        ticket.done.connect(lambda result: self._done(offer, result))
        ticket.kept.connect(lambda _entry: self._kept(offer))
        ticket.refused.connect(self._refused(offer))
        ticket.failed.connect(lambda _report: self._failed())

    def _failed(self) -> None:
        if isValid(self) and self.form is not None:
            self.form.set_busy(False)

    def _done(self, offer: Offer, result: Any) -> None:
        self.drafts.done(offer.id)
        if not isValid(self):
            return  # the page was built anew meanwhile
        if self.offer is not None and self.offer.id == offer.id:
            if len(self._files) > 1 and self.form is not None:  # the next of the files that were dropped
                self._files.pop(0)
                self.form.set_busy(False)
                self.form.set_value("file", self._files[0])
            else:
                self._over = True
        self.made.emit(offer.move.name, result)

    def _kept(self, offer: Offer) -> None:
        """It lies in the spool; the message bar says so, and the form is free for the next."""
        self.drafts.done(offer.id)
        if isValid(self) and self.offer is not None and self.offer.id == offer.id:
            self.close_form()

    def _refused(self, offer: Offer | None) -> Callable[[Refused], None]:
        def refuse(refusal: Refused) -> None:
            if not isValid(self) or self.form is None or self.offer is None or offer is None:
                return
            if self.offer.id == offer.id:
                self.form.refuse(refusal)

        return refuse

    def follow(self, life: Life, offers: dict[str, Offer]) -> None:
        """The case has changed under the form: the move is about what is on the screen now."""
        if self.offer is None:
            return
        look = self.offer.move.name == "reveal"
        self.offer = (reveal_offer(life, self.offer.record.id) if look else offers.get(self.offer.id)) or self.offer

    def take_focus(self) -> bool:
        """Put the cursor back where it was in the form that is open. False where none is."""
        if self.form is None:
            return False
        at = cast(QWidget | None, self.focusWidget())
        (self.form if at is None else at).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def put_away(self) -> None:
        """The move was made, and is on the screen: its form is needed no longer."""
        if self._over:
            self.close_form()

    def close_form(self) -> None:
        """Put the form away. What was typed stands there again when it is opened again, unless the move was made."""
        self._over = False
        self.drafts.end()
        was_open = self.form is not None
        at = cast(QWidget | None, self.focusWidget())
        inside = at is not None and self.window().focusWidget() is at  # also while another window is in front
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._content = None
        self.form = self.offer = self.side = None
        self.hide()
        page = self.parentWidget()
        if inside and page is not None:
            page.setFocus()  # else the cursor lands anywhere, and the letters of the moves mean nothing
        if was_open:
            self.closed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        self.drafts.keep()
        super().hideEvent(event)

    # ------------------------------------------------------------------ height

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        content, page = self._content, self.parentWidget()
        if content is None or page is None:
            return
        wanted = max(content.sizeHint().height(), content.heightForWidth(max(content.width(), 1)))
        content.setMaximumHeight(min(wanted, int(page.height() * SHARE)))


def _squad_of(record: Record, life: Life) -> str | None:
    work = record if isinstance(record, Assignment) else own_assignment(life, None)
    return work.squad_id if work is not None else None


def reveal_offer(life: Life, key: str) -> Offer | None:
    """The move that shows a caller, on that complaint."""
    said = next((c for c in life.complaints if c.id == key), None)
    return Offer(BY_NAME["reveal"], said, said.caller_mask) if said is not None else None
