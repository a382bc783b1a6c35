"""Where what is kept counted is counted from, and where it is written; how whoever counts tells how far it is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy.orm import Session

Told = Callable[[float], object]
"""Is told how much is done, 0 to 1; where it says False, that was all for now."""


class Books(Protocol):
    """Two kinds of session, each for a short while."""

    @property
    def reading(self) -> Callable[[], AbstractContextManager[Session]]:
        """One consistent state, with everything in it."""

    @property
    def writing(self) -> Callable[[], AbstractContextManager[Session]]:
        """Committed at its end."""
