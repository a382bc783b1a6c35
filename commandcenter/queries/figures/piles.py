"""Parts of an answer, from wherever they come, and the answer they make together."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from commandcenter.queries.figures.definitions import DEFINITIONS, Figure, Unit
from commandcenter.queries.figures.values import Times, Value

Answer = Value | Times


@dataclass(slots=True)
class Pile:
    """What was counted so far for one key."""

    part: int = 0
    n: int = 0
    left_out: int = 0
    seconds: "array[int]" = field(default_factory=lambda: array("I"))

    def add(self, part: int, n: int, left_out: int) -> None:
        """More of a share, a mean or a count."""
        self.part += part
        self.n += n
        self.left_out += left_out

    def add_times(self, seconds: Sequence[int] | bytes, left_out: int) -> None:
        """More times of a clock."""
        if isinstance(seconds, bytes):
            self.seconds.frombytes(seconds)
        else:
            self.seconds.extend(seconds)
        self.left_out += left_out

    def answer(self, figure: Figure) -> Answer:
        """What it all comes to."""
        unit = DEFINITIONS[figure].unit
        if unit is Unit.SECONDS:
            return Times.of(self.seconds, self.left_out)
        return Value(self.part, self.n, self.left_out, unit)

    @property
    def empty(self) -> bool:
        """Whether nothing was counted, nor left out."""
        return not (self.n or self.left_out or self.seconds)
