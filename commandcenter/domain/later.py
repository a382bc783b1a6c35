"""A sequence that is fetched when somebody first looks at it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar, overload

T_co = TypeVar("T_co", covariant=True)


class Later(Sequence[T_co]):
    """What ``fetch()`` brings, once and then kept. Most rules look at little of what could be known."""

    __slots__ = ("_fetch", "_things")

    def __init__(self, fetch: Callable[[], Iterable[T_co]]) -> None:
        self._fetch = fetch
        self._things: tuple[T_co, ...] | None = None

    @property
    def _here(self) -> tuple[T_co, ...]:
        if self._things is None:
            self._things = tuple(self._fetch())
        return self._things

    @overload
    def __getitem__(self, index: int) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T_co]: ...
    def __getitem__(self, index: int | slice) -> T_co | Sequence[T_co]:
        return self._here[index]

    def __len__(self) -> int:
        return len(self._here)
