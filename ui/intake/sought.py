"""What the filter of the incoming complaints looks in: their words, made ready for it before anybody types."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, QTimer

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.record import Key
from commandcenter.domain.words import folded

AT_A_TIME = 1000
"""So many complaints are made ready between two things the window has to do: some 10 ms."""


class Sought(QObject):
    """The words of complaints, their letters levelled once: comparing is all that is left to do at a key."""

    def __init__(self, source: Mapping[Key, Complaint], parent: QObject) -> None:
        super().__init__(parent)
        self._source = source
        self._words: dict[Key, str] = {}
        self._due: deque[Key] = deque()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._go_on)

    def take(self, keys: Iterable[Key]) -> None:
        """These complaints came or were changed."""
        for key in keys:
            self._words.pop(key, None)
            self._due.append(key)
        if self._due and not self._soon.isActive():
            self._soon.start()

    def drop(self, key: Key) -> None:
        """This one is no longer looked for."""
        self._words.pop(key, None)

    def _go_on(self) -> None:
        for _n in range(min(AT_A_TIME, len(self._due))):
            self._of(self._due.popleft())
        if self._due:
            self._soon.start()

    def _of(self, key: Key) -> str:
        words = self._words.get(key)
        if words is None:
            c = self._source.get(key)
            words = "" if c is None else folded(f"{c.number} {c.title} {c.words} {c.place_words}")
            self._words[key] = words
        return words

    def fitting(self, parts: Sequence[str], keys: Collection[Key]) -> Collection[Key]:
        """Those of ``keys`` whose complaints say every one of ``parts``, which are folded."""
        try:
            return self._ready(parts, keys)
        except KeyError:  # somebody types before all of them are ready
            for key in keys:
                self._of(key)
            return self._ready(parts, keys)

    def _ready(self, parts: Sequence[str], keys: Collection[Key]) -> Collection[Key]:
        words, found = self._words, keys
        for part in parts:
            found = [key for key in found if part in words[key]]
        return found
