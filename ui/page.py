"""What the shell knows of a page: its entry in the rail, when it may be seen, what it has to do."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, ClassVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.live.picture import Picture
from ui.room import Room
from ui.widgets.move_form import MoveForm


class Page(QWidget):
    """A page of the window. It is built when it is first shown, from the room alone.

    Splitters with an object name are remembered per person by the shell. A page says which record is looked
    at with ``room.choose(record)`` and shows one when :meth:`select` is called.
    """

    name: ClassVar[str]
    """The page's own word, as in ``g intake`` and in what is remembered: ``intake``."""

    draft_ends: ClassVar[bool] = False
    """Whether its draft need not outlive the session: it lies in a file anyway, or only says what was looked for."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.room = room
        self.setObjectName(self.name)

    @classmethod
    def count(cls, picture: Picture, person: Person) -> int:  # noqa: ARG003 – the signature pages fill in
        """How much ``person`` has to do here now: a to-do count, never a total. Cheap: it is asked often."""
        return 0

    @classmethod
    def oldest(cls, picture: Picture, person: Person) -> dt.datetime | None:  # noqa: ARG003 – as above
        """Since when what :meth:`count` counts has waited longest, aware UTC; None where nobody asks that here."""
        return None

    @classmethod
    def to_do(cls, picture: Picture, person: Person) -> tuple[int, dt.datetime | None]:
        """Count and age together, as the rail shows them."""
        return cls.count(picture, person), cls.oldest(picture, person)

    def select(self, kind: str, key: Key) -> bool:  # noqa: ARG002 – the signature pages fill in
        """Show that record here. False where this page does not show such a one."""
        return False

    def bring_selected(self) -> None:
        """Bring what :meth:`select` shows into sight, where a narrow window hides it. The page is at the front now."""

    def ask_phone(self, phone: str) -> bool:  # noqa: ARG002 – the signature pages fill in
        """Show what is known of a caller. False where this page cannot."""
        return False

    def pick_point(self, then: Callable[[float, float], None], owner: QObject) -> bool:  # noqa: ARG002 – as above
        """Let a point be picked here for ``owner``, as long as that is there; ``then`` gets longitude and latitude.

        False where this page has no map.
        """
        return False

    def draft(self) -> Any:
        """What was typed and not yet sent: taken before the page is built anew in another language."""
        return None

    def resume(self, draft: Any) -> None:
        """Take up a :meth:`draft` again."""

    def typing(self) -> bool:
        """Whether something is typed here that is not saved yet. Cheap: it is asked every second."""
        return any(form.isVisible() and form.typed() for form in self.findChildren(MoveForm))

    def called(self) -> None:
        """Somebody pressed the page's own key, whether it was at the front already or not."""

    def entered(self) -> None:
        """The page has just come to the front."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as the rail knows it, before its module is imported.

    ``where`` is ``module:class``; ``by`` are the rights of which one is needed (empty: everybody).
    """

    name: str
    title: str
    icon: str
    shortcut: str
    where: str
    by: frozenset[Right] = frozenset()
    loud: bool = True
    """Whether its count calls for action now (red) or only says how much there is (grey)."""
    counts: bool = True
    """Whether it has a to-do count at all; a page without one is not imported before it is shown."""
    ahead: str = ""
    """A module it stands on that takes long to import: it is fetched beside the window, before anybody comes."""
    in_rail: bool = True
    """Whether it stands in the rail; a page that is needed seldom is opened from the menu."""

    def may(self, person: Person) -> bool:
        """Whether ``person`` may use this page."""
        return not self.by or bool(self.by & person.rights)

    def uncounted(self) -> "Entry":
        """The same entry without its count."""
        return replace(self, counts=False)

    def load(self) -> type[Page]:
        """The page's class; its module is imported at the first call."""
        module, _colon, name = self.where.partition(":")
        page: type[Page] = getattr(import_module(module), name)
        return page
