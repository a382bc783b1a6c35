"""The right column: likely duplicates and the caller's history, what can be done with them, and where it all is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from commandcenter.domain.cases import Case
from commandcenter.i18n import _
from commandcenter.queries.likeness import Known
from ui.intake.known_list import NUMBERED, Item, KnownList
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.empty_state import EmptyState
from ui.widgets.mini_map import MiniMap
from ui.widgets.section_heading import SectionHeading


class KnownPanel(QFrame):
    """Nothing in it takes the cursor by itself."""

    attach_asked = Signal()
    """The call is to be attached to the case of the line that is meant."""
    show_asked = Signal(object)
    """This Case is to be shown."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self.known = Known()
        self.list = KnownList()
        self.list.setObjectName("intake.known")
        self.map = MiniMap(room)
        self.heading = SectionHeading(_("What we know"))
        self._empty = EmptyState(
            _("Nothing known yet"),
            _("Earlier complaints of the same caller, and those about the same thing, appear here while you type."),
            "mdi6.account-search-outline",
        )
        self.attach, self.look = QPushButton(), QPushButton()
        self.attach.setObjectName("intake.attach")
        self.look.setObjectName("intake.show")
        self._faces = QStackedWidget()
        self._lay_out()
        self.attach.clicked.connect(self.attach_asked)
        self.look.clicked.connect(self.ask_show)
        self.list.selectionModel().currentChanged.connect(lambda _now, _before: self._say_buttons())
        self.list.doubleClicked.connect(lambda _index: self.ask_show())
        self.show_known(Known())

    def _lay_out(self) -> None:
        keys = QHBoxLayout()
        keys.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        keys.setSpacing(theme.px(8))
        for button in (self.attach, self.look):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keys.addWidget(self.attach, 1)
        keys.addWidget(self.look)
        self._keys = QFrame()
        self._keys.setLayout(keys)
        mark(self._keys, line="top")
        above = QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._faces.addWidget(self._empty)
        self._faces.addWidget(self.list)
        column.addWidget(self._faces, 1)
        column.addWidget(self._keys)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("known")
        split.setChildrenCollapsible(False)
        split.addWidget(above)
        split.addWidget(self.map)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([theme.px(440), theme.px(260)])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.heading)
        whole.addWidget(split, 1)
        mark(self, ground="surface")

    # ------------------------------------------------------------------ showing

    def show_known(self, known: Known) -> None:
        """Show what is known of the call as it stands on the form now."""
        self.known = known
        self.list.show_known(known, self._room.now())
        found = bool(known.alike or known.caller)
        self._faces.setCurrentWidget(self.list if found else self._empty)
        self._keys.setVisible(found)
        self.heading.show_count(known.alike_total + known.caller_total if found else None)
        self._say_buttons()
        self.show_point(self.map.pin)

    def show_point(self, point: tuple[float, float] | None) -> None:
        """Pin the call's point on the small map, beside those of likely duplicates in the order of the list."""
        placed = [(p, like.complaint.number) for like in self.known.alike if (p := like.complaint.point) is not None]
        self.map.show_point(point, placed[:NUMBERED])

    @property
    def current(self) -> Item | None:
        """The line that is meant."""
        return self.list.current

    @property
    def attachable(self) -> Case | None:
        """The case the call would be attached to; None where the line that is meant has none, or it has ended."""
        item = self.current
        return item.case if item is not None and item.case is not None and not item.case.ended else None

    def _say_buttons(self) -> None:
        item, case = self.current, self.attachable
        self.attach.setEnabled(case is not None)
        if case is not None:
            self.attach.setText(_("Attach to {number}", number=case.number) + "   Alt+A")
        elif item is not None and item.case is not None:
            self.attach.setText(_("{number} has ended", number=item.case.number))
        else:
            self.attach.setText(_("No case yet"))
        self.look.setText(_("Show it") + "   Alt+O")
        self.look.setEnabled(item is not None and item.case is not None)

    # ------------------------------------------------------------------ asking

    def ask_show(self) -> None:
        """Show the case of the line that is meant."""
        item = self.current
        if item is not None and item.case is not None:
            self.show_asked.emit(item.case)
