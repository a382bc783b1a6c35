"""What a command says: its answer on standard output, how far it is on standard error."""

import argparse
import json
import sys
from typing import Any

from commandcenter import clock

_IN_PLACE_S, _BY_LINES_S = 0.2, 10.0


def tell(arguments: argparse.Namespace, document: dict[str, Any], text: str) -> None:
    """The answer: one JSON document for a script that asked for it, else the text."""
    asked = getattr(arguments, "json", False)
    sys.stdout.write((json.dumps(document, ensure_ascii=False, indent=2) if asked else text) + "\n")


class Ticker:
    """How far a long command is: in one line of a terminal, a line every ten seconds in a file or pipe."""

    def __init__(self) -> None:
        self._in_place = sys.stderr is not None and sys.stderr.isatty()
        self._every = _IN_PLACE_S if self._in_place else _BY_LINES_S
        self._last = clock.ticks()

    def tell(self, text: str) -> None:
        """Say it, unless something was said just now."""
        now = clock.ticks()
        if sys.stderr is None or now - self._last < self._every:
            return
        self._last = now
        sys.stderr.write(f"\r\x1b[K{text}" if self._in_place else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Give the terminal's line free for the answer."""
        if self._in_place and sys.stderr is not None:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def share(self, share: float) -> None:
        """Say how much is done, 0 to 1."""
        self.tell(f"{share:.0%}")

    def __enter__(self) -> "Ticker":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.end()
