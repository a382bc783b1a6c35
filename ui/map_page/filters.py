"""Which cases the map and its list show: by urgency, state and squad."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout

from commandcenter.domain.cases import AT_SQUAD, Case, CaseState
from commandcenter.domain.matters import Urgency
from commandcenter.domain.record import Key
from commandcenter.i18n import N_, _
from commandcenter.live.picture import Picture
from ui.map.feeding import LATE
from ui.map_page.details import squad_of
from ui.theme import mark, theme
from ui.widgets.picker import Combo
from ui.widgets.plain_label import PlainLabel
from ui.wording import choice

URGENCIES = ("", *(str(urgency) for urgency in Urgency))
STATES: dict[str, tuple[str, frozenset[str]]] = {
    "": (N_("Every state"), frozenset()),
    "open": (N_("To dispatch"), frozenset({CaseState.OPEN})),
    "dispatched": (N_("Not yet accepted by its squad"), frozenset({CaseState.DISPATCHED})),
    "working": (N_("With a squad"), frozenset(AT_SQUAD - {CaseState.DISPATCHED})),
    "ending": (N_("To review or to visit"), frozenset({CaseState.RESOLVED, CaseState.VISITING})),
    "late": (N_("Late or nearly late"), frozenset()),
}

Choice = tuple[str, str]


class Filters(QFrame):
    """Three choices, all of them "everything" at first."""

    changed = Signal()

    def __init__(self, picture: Picture, squads: Callable[[], Sequence[Choice]]) -> None:
        super().__init__()
        self.setObjectName("map.filters")
        mark(self, ground="surface", line="bottom")
        self._picture, self._squads = picture, squads
        self.urgency, self.state, self.squad = Combo(), Combo(), Combo()
        grid = QGridLayout(self)
        grid.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(12))
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(4))
        for column, (words, box) in enumerate(
            ((_("Urgency"), self.urgency), (_("State"), self.state), (_("Squad"), self.squad))
        ):
            label = PlainLabel(words)
            label.setBuddy(box)
            mark(label, face="caption")
            box.setAccessibleName(words)
            box.setMinimumContentsLength(4)
            box.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.currentIndexChanged.connect(lambda _index: self.changed.emit())
            grid.addWidget(label, 0, column)
            grid.addWidget(box, 1, column)
            grid.setColumnStretch(column, 1)
        self.fill()

    def fill(self) -> None:
        """Offer what there is now; what was chosen stays."""
        offers = (
            (self.urgency, [(value, choice(value) if value else _("All")) for value in URGENCIES]),
            (self.state, [(value, _(words)) for value, (words, _states) in STATES.items()]),
            (self.squad, [("", _("All")), *self._squads()]),
        )
        for box, offered in offers:
            kept = box.currentData()
            box.blockSignals(True)
            box.clear()
            for value, words in offered:
                box.addItem(words, value)
            box.setCurrentIndex(max(0, box.findData(kept)))
            box.blockSignals(False)

    @property
    def on(self) -> bool:
        """Whether anything is filtered away."""
        return any(box.currentData() for box in (self.urgency, self.state, self.squad))

    def clear(self) -> None:
        """Everything again."""
        for box in (self.urgency, self.state, self.squad):
            box.setCurrentIndex(0)

    def keep(self, case: Case, status: str) -> bool:
        """Whether a case passes, drawn in that manner on the map."""
        urgency, state, squad = (box.currentData() or "" for box in (self.urgency, self.state, self.squad))
        if urgency and case.urgency != urgency:
            return False
        if state == "late" and status not in LATE:
            return False
        states = STATES[state][1]
        return (not states or case.state in states) and (not squad or self._belongs(case, squad))

    def _belongs(self, case: Case, squad: Key) -> bool:
        held = squad_of(case, self._picture)
        return held is not None and held.id == squad
