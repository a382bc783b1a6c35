"""The chapters of the tour, in the order of a case's life."""

from collections.abc import Callable

from ui.tour.chapters import door, intake
from ui.tour.journey import Journey

Chapter = Callable[[Journey], None]

LIFE: tuple[Chapter, ...] = (
    door.language_and_look,
    door.wrong_password,
    door.operator,
    intake.somebody_elsewhere,
    intake.call,
    intake.duplicate,
)
