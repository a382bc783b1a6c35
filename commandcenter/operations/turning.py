"""Telling a wall what to show, from a console: the wall itself only reads."""

from sqlalchemy import select

from commandcenter.domain.record import Key
from commandcenter.domain.walls import TURNS_WALLS, Look, SceneSort, Wall
from commandcenter.domain.words import clean
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete, NotAllowed
from commandcenter.i18n import N_

LONGEST_NAME = 64


def turn_wall(work: Work, name: str, scene: str = "", look: str = "") -> Key:
    """Tell the walls of that name to stay at a scene, or (empty) to turn by themselves, and how light to be.

    Refused for whoever neither supervises nor administers, and for a scene or look that there is not.
    """
    if not TURNS_WALLS & work.actor.rights:
        raise NotAllowed(N_("{person} has no right to turn a wall."), person=work.actor.name)
    name = clean(name)
    if not name or len(name) > LONGEST_NAME:
        raise Incomplete(N_("Please say which wall, in at most {most} characters."), field="name", most=LONGEST_NAME)
    _one_of("scene", scene, SceneSort)
    _one_of("look", look, Look)
    wall = work.session.scalars(select(Wall).where(Wall.name == name)).first()
    if wall is None:
        return work.add(Wall(name=name, scene=scene, look=look, turned_at=work.now)).id
    wall.scene, wall.look, wall.turned_at = scene, look, work.now
    return wall.id


def _one_of(field: str, said: str, known: type[SceneSort] | type[Look]) -> None:
    if said and said not in set(known):
        raise Incomplete(N_("A wall knows no “{said}”: it knows {known}."), field=field, said=said,
                         known=", ".join(known))  # fmt: skip
