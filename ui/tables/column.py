"""What a list shows in one column: declared once, for the table, its painting and its sorting."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from commandcenter.domain.record import Record
from commandcenter.i18n import translate
from ui.widgets.plain_label import tip
from ui.wording import Running

R = TypeVar("R", bound=Record)


class Paint(Enum):
    """How a cell is drawn."""

    TEXT = "text"
    TWO_LINE = "two-line"
    CLOCK = "clock"
    BADGE = "badge"
    BAR = "bar"


@dataclass(frozen=True)  # no slots: Column[Case](…) would not work with them in Python 3.11
class Column(Generic[R]):
    """One column of a list of records.

    ``heading`` is an English msgid. ``value`` gives the text of a cell (a clock column needs none: it shows
    the time left of ``clock``). ``sort`` gives what is compared when this column is sorted by; without it the
    text is, or a clock's due moment. ``subtitle`` is the second line of a two-line cell, ``tone`` the tone of
    a badge or a text (a name of :data:`ui.theme.TONES`; empty: plain). ``width`` is in px at 100 % text
    scale; 0 takes what the others leave. ``timed`` says that the text changes with time alone, such as the
    age of a fix: then it is looked at again every second while it is in sight. Clocks always are. ``mark`` gives
    the tone of a dot before the text (empty: none). ``share``, from 0 to 1, is how long the bar below a bar cell's text
    is; None: no bar.
    """

    name: str
    heading: str
    value: Callable[[R], str] | None = None
    sort: Callable[[R], Any] | None = None
    paint: Paint = Paint.TEXT
    align: str = "left"
    tooltip: Callable[[R], str] | None = None
    width: int = 120
    subtitle: Callable[[R], str] | None = None
    clock: Callable[[R], Running | None] | None = None
    tone: Callable[[R], str] | None = None
    strong: bool = False
    timed: bool = False
    mark: Callable[[R], str] | None = None
    share: Callable[[R], float | None] | None = None

    def title(self) -> str:
        """The heading in the language spoken now."""
        return translate(self.heading)

    def text(self, record: R, now: datetime) -> str:
        """What the cell says at ``now``, as plain text."""
        if self.clock is not None:
            running = self.clock(record)
            return running.text(now) if running else ""
        return self.value(record) if self.value is not None else ""

    def tip(self, record: R, now: datetime) -> str:
        """What the cell's tool tip says; both lines of a two-line cell where nothing else is declared."""
        if self.tooltip is not None:
            return tip(self.tooltip(record))
        second = self.subtitle(record) if self.subtitle is not None else ""
        return tip("\n".join(part for part in (self.text(record, now), second) if part))

    def rank(self, record: R) -> Any:
        """What is compared when the list is sorted by this column; records without it come last."""
        if self.sort is not None:
            return blank_last(self.sort(record))
        if self.clock is not None:
            running = self.clock(record)
            return blank_last(running.due_at if running else None)
        return blank_last(self.value(record) if self.value is not None else "")


def blank_last(value: Any) -> tuple[bool, Any]:
    """A sort key that puts None and the empty text behind everything else."""
    return (True, 0) if value is None or value == "" else (False, value)


class Falling:
    """A sort key turned round: the greatest comes first."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: "Falling") -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Falling) and bool(other.value == self.value)

    __hash__ = None  # type: ignore[assignment]
