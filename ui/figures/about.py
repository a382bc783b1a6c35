"""What the chosen figure means: its formula, what it leaves out, and the way to every record behind it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from commandcenter.i18n import _, ngettext
from commandcenter.queries.figures import DEFINITIONS, Answer, Figure, Times, Unit
from ui.figures.asking import Part
from ui.theme import mark, theme
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import wrapped


class About(QWidget):
    """Words first, then the numbers: each is a button that shows its records."""

    asked = Signal(object)
    """Whose records are wanted, a :class:`~ui.figures.asking.Part`."""

    def __init__(self) -> None:
        super().__init__()
        self.formula = wrapped("")
        self.left_out = wrapped("caption")
        self.all, self.good, self.other, self.aside = (QPushButton() for _part in Part)
        box = QWidget()
        row = FlowLayout(box, gap=4, line_gap=2)
        for button, part in zip((self.all, self.good, self.other, self.aside), Part, strict=True):
            mark(button, tone="link")
            button.setProperty("part", str(part))
            button.clicked.connect(self._asked)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        for widget in (self.formula, self.left_out, box):
            column.addWidget(widget)
        column.addStretch()

    def _asked(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.asked.emit(Part(sender.property("part")))

    def show_figure(self, figure: Figure, answer: Answer | None) -> None:
        """Be about that figure; ``answer`` is None while it is being counted."""
        said = DEFINITIONS[figure]
        self.formula.setText(_(said.formula))
        self.left_out.setText(_("Left out: {what}", what=_(said.left_out)))
        n = answer.n if answer is not None else 0
        share = said.unit is Unit.SHARE and answer is not None and not isinstance(answer, Times)
        part = answer.part if share and not isinstance(answer, Times) and answer is not None else 0
        self._offer(self.all, n, ngettext("Show the one counted", "Show all {n} counted", n))
        self._offer(self.good, part, ngettext("{n} for it", "{n} for it", part))
        self._offer(self.other, n - part if share else 0, ngettext("{n} against it", "{n} against it", n - part))
        out = answer.left_out if answer is not None else 0
        self._offer(self.aside, out, ngettext("{n} left out in this period", "{n} left out in this period", out))

    @staticmethod
    def _offer(button: QPushButton, n: int, words: str) -> None:
        button.setText(words)
        button.setVisible(n > 0)
