"""The heading of a column of the page: a title, how many, and room at the right."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.theme import mark, theme
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.plain_label import PlainLabel

HEIGHT = 44  # px of the design


class SectionHeading(QFrame):
    """``待派单 9`` with a quiet remark or a widget at the right end."""

    def __init__(
        self, title: str, count: int | None = None, remark: str = "", line: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title, self._count, self._remark = PlainLabel(title), PlainLabel(), ElidedLabel(remark)
        mark(self._title, face="title")
        mark(self._count, face="title", tone="quiet")
        mark(self._remark, face="small")
        mark(self, ground="surface", line="bottom" if line else "")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        self._layout.setSpacing(theme.px(8))
        self._layout.addWidget(self._title)
        self._layout.addWidget(self._count)
        self._layout.addStretch()
        self._layout.addWidget(self._remark)
        self.show_count(count)
        self._measure()
        theme.changed.connect(self._measure)

    def _measure(self) -> None:
        self.setFixedHeight(theme.px(HEIGHT))

    def say(self, title: str, remark: str | None = None) -> None:
        """Another title; another remark where one is given."""
        self._title.setText(title)
        if remark is not None:
            self._remark.setText(remark)

    def show_count(self, count: int | None) -> None:
        """How many there are; None shows no number."""
        self._count.setText("" if count is None else str(count))
        self._count.setVisible(count is not None)

    @property
    def words(self) -> tuple[str, str]:
        """What it says: the title with its count, and the remark."""
        return f"{self._title.text()} {self._count.text()}".strip(), self._remark.text()

    def add(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self._layout.addWidget(widget)
