"""The chapters of the tour, in the order of a case's life."""

from collections.abc import Callable

from ui.tour.chapters import (
    dispatch,
    door,
    ending,
    intake,
    map,  # noqa: A004 – the map of the district
    shift,
    squad,
    supervisor,
    wall,
)
from ui.tour.journey import Journey

Chapter = Callable[[Journey], None]

LIFE: tuple[Chapter, ...] = (
    door.language_and_look,
    door.wrong_password,
    door.operator,
    intake.somebody_elsewhere,
    intake.call,
    intake.duplicate,
    dispatch.colleague_is_quicker,
    dispatch.dispatch,
    squad.accept,
    map.show,
    squad.contact,
    squad.promise,
    squad.resolve,
    supervisor.queues,
    ending.review,
    wall.stand,
    shift.hand_over,
    ending.visit,
    ending.archive,
)
