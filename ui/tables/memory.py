"""Where a list keeps what a person set up."""

from typing import Any, Protocol

from commandcenter.domain.record import Key


class Memory(Protocol):
    """Where a view keeps what a person set up: :class:`ui.preferences.memory.Preferences`."""

    def keep(self, name: str, value: Any, person: Key | None = None) -> object:
        """Remember ``value`` (anything JSON can hold)."""

    def recall(self, name: str, default: Any, person: Key | None = None) -> Any:
        """What was remembered, or ``default``."""
