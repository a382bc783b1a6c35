"""The bar of a case: the moves that are legal now as buttons, and on demand why the others are not."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from commandcenter.domain.record import Key
from commandcenter.i18n import _
from ui.case.offers import LETTERS, Offer, Offered
from ui.theme import mark, theme
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import PlainLabel

RARE = frozenset({"name_conflict", "merge", "split", "cancel", "hand_over", "assist", "remark"})
"""Moves that stand back: seldom needed, and no step of the case itself."""


class MoveBar(QFrame):
    """Only what may be done now. Buttons that are there stay there, so that none jumps under the pointer."""

    chosen = Signal(object)
    """A move was chosen: its :class:`~ui.case.offers.Offer`."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, ground="surface", line="top")
        self.buttons: dict[str, QPushButton] = {}
        self._offers: dict[str, Offer] = {}
        self._order: list[str] = []
        self._others: Offered = Offered((), ())
        self._flow_box = QWidget()
        self._flow_box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._flow = FlowLayout(self._flow_box, gap=8)
        self._nothing = PlainLabel()
        mark(self._nothing, face="small")
        self.ask_why = QPushButton(_("Why not …"))
        self.ask_why.setCheckable(True)
        self.ask_why.setToolTip(_("What else could be done with this case, and why it is not possible now."))
        mark(self.ask_why, tone="link", face="beside")
        self.ask_why.toggled.connect(lambda _on: self._say_why())
        self.why = PlainLabel()
        self.why.setWordWrap(True)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        mark(self.why, face="small")
        self.why.hide()
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self._flow_box, 1)
        row.addWidget(self._nothing, 1)
        row.addWidget(self.ask_why, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        column.setSpacing(theme.px(6))
        column.addWidget(self.why)
        column.addLayout(row)

    def show_offers(self, offered: Offered) -> None:
        """Exactly these moves."""
        self._others = offered
        order = [offer.id for offer in offered.legal]
        self._offers = {offer.id: offer for offer in offered.legal}
        if order != self._order:
            self._arrange(order)
        letters = self.letters()
        for id_, button in self.buttons.items():
            offer = self._offers[id_]
            letter = next((key for key, known in letters.items() if known is offer), "")
            button.setText(f"{offer.label}  {letter}" if letter else offer.label)
            button.setToolTip(_(offer.move.help))
            button.setAccessibleName(offer.label)
            first = offer is offered.first
            rare = offer.move.name in RARE
            mark(button, tone="primary" if first else "quiet" if rare else "danger" if offer.move.danger else "")
        self._nothing.setText("" if order else _("Nothing here is yours to do now."))
        self._nothing.setVisible(not order)
        self._flow_box.setVisible(bool(order))
        self.ask_why.setVisible(bool(offered.others))
        self._say_why()

    def _arrange(self, order: Sequence[str]) -> None:
        for id_ in set(self.buttons) - set(order):
            gone = self.buttons.pop(id_)
            self._flow.removeWidget(gone)
            gone.deleteLater()
        for id_ in order:
            button = self.buttons.get(id_)
            if button is None:
                button = self.buttons[id_] = QPushButton()
                button.setObjectName(f"move.{id_.partition(':')[0]}")
                button.clicked.connect(lambda _checked=False, id_=id_: self.chosen.emit(self._offers[id_]))
            else:
                self._flow.removeWidget(button)
            self._flow.addWidget(button)
            button.show()
        self._order = list(order)
        self._flow_box.updateGeometry()

    def letters(self) -> dict[str, Offer]:
        """Which letter makes which move now. Where two would share one, the first has it."""
        found: dict[str, Offer] = {}
        for offer in self._offers.values():
            letter = LETTERS[offer.move.name]
            if letter and letter not in found:
                found[letter] = offer
        return found

    def moves(self) -> list[str]:
        """The names of the moves offered, in order."""
        return [self._offers[id_].move.name for id_ in self._order]

    def offer(self, move: str, key: Key | None = None) -> Offer | None:
        """The offer of that move, on that record where it is offered on several."""
        return next((o for o in self._offers.values() if o.move.name == move and key in (None, o.record.id)), None)

    def _say_why(self) -> None:
        on = self.ask_why.isChecked() and bool(self._others.others)
        self.why.setText("\n".join(f"{offer.label}: {refusal}" for offer, refusal in self._others.others) if on else "")
        self.why.setVisible(on)
