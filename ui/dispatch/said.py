"""The words of one complaint on the case, with the channel and the masked caller under them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from commandcenter.domain.cases import Case, Origin
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.record import Key
from commandcenter.i18n import _
from ui.theme import theme
from ui.widgets.chip import Chip
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import PlainLabel
from ui.wording import choice


class ComplaintBlock(QWidget):
    """One complaint. Asking who the caller is begins the move that asks for a reason."""

    reveal_asked = Signal(str)
    """The key of the complaint whose caller somebody wants to see."""

    def __init__(self) -> None:
        super().__init__()
        self._key: Key = ""
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.caller = Chip()
        self.caller.clicked.connect(lambda: self.reveal_asked.emit(self._key))
        self._row = QWidget()
        self.chips = FlowLayout(self._row, gap=8)
        self.chips.addWidget(self.caller)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self.words)
        column.addWidget(self._row)

    def measure_anew(self) -> None:
        """Forget how high it was: what it shows has just changed, and Qt would notice only later."""
        self._column.invalidate()
        self.updateGeometry()

    def show_complaint(self, complaint: Complaint, may_reveal: bool) -> None:
        """Another complaint."""
        self._key = complaint.id
        self.words.setText(complaint.words)
        caller = complaint.caller_mask or _("anonymous")
        reveal = _("show") if may_reveal and complaint.complainant_id else ""
        said = [choice(complaint.channel), caller, reveal]
        self.caller.say(" · ".join(part for part in said if part))
        self.caller.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not reveal)
        self.caller.setFocusPolicy(Qt.FocusPolicy.TabFocus if reveal else Qt.FocusPolicy.NoFocus)
        self.caller.setToolTip(_("Show who it is: asks for a reason, and is journalled") if reveal else "")
        self._row.show()

    def show_find(self, case: Case) -> None:
        """A case nobody complained about: what was found."""
        self._key = ""
        self.words.setText(case.words or case.title)
        self._row.hide()


def heading(case: Case, complaints: int) -> str:
    """What stands over the words."""
    if complaints > 1:
        return str(_("What {n} people said", n=complaints))
    if complaints:
        return str(_("What was said"))
    return str(_("Found by a workstation") if case.origin == Origin.WORKSTATION else _("Found on patrol"))

