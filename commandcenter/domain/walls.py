"""Walls 大屏: the screens of the room that visitors see, and what a console tells them to show.

A wall only reads. It is told what to show by a record that a console writes and the wall follows, as it follows
everything else.
"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.people import Right
from commandcenter.domain.record import Code, Record
from commandcenter.i18n import N_

TURNS_WALLS = frozenset({Right.SUPERVISE, Right.ADMINISTER})
"""The rights of which one is needed to tell a wall what to show."""
NAME = "wall"
"""What a wall is called whose file gives it no name."""


class SceneSort(StrEnum):
    """What a scene of a wall shows."""

    MAP = "map"
    QUEUE = "queue"
    SQUADS = "squads"
    FIGURES = "figures"


SCENES: Mapping[str, str] = {
    SceneSort.MAP: N_("Map"), SceneSort.QUEUE: N_("Queue"), SceneSort.SQUADS: N_("Squads"),
    SceneSort.FIGURES: N_("Figures of the day"),
}  # fmt: skip
"""What each scene is called, as msgids."""


class Look(StrEnum):
    """How light a wall is: dark, light, or light by day and dark by night."""

    NIGHT = "night"
    DAY = "day"
    HOURS = "hours"


class Wall(Record):
    """What a console has told the walls of one name. A wall that was told nothing does as its file says."""

    __tablename__ = "wall"
    __table_args__ = (UniqueConstraint("name"),)

    name: Mapped[Code]
    scene: Mapped[str] = mapped_column(String(16), default="")
    """The :class:`SceneSort` it is to stay at; empty: its scenes turn by themselves."""
    look: Mapped[str] = mapped_column(String(16), default="")
    """The :class:`Look` it is to have; empty: that of its file."""
    turned_at: Mapped[dt.datetime]
