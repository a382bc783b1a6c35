"""Frames: how sealed pieces stand one after the other in a file, so that damage to one is damage to that one only.

A frame is a mark of eight bytes, the length of what follows in four (big-endian), and the sealed piece. Only a frame
that opens counts; a mark that came about by chance opens nothing.
"""

from collections.abc import Callable
from typing import NamedTuple

MARK = b"\x00ccspl\xff\n"
HEAD = len(MARK) + 4
LONGEST = 1 << 22
"""Bytes of a piece: far more than the longest call, so that a broken length is known for one."""


class Span(NamedTuple):
    """Bytes from ``begin`` up to, not including, ``end``."""

    begin: int
    end: int


class Scan(NamedTuple):
    """What a file of frames holds: the opened pieces with their places, and the bytes that are none, in order."""

    pieces: list[tuple[Span, bytes]]
    damaged: list[Span]


def framed(sealed: bytes) -> bytes:
    """A sealed piece as it stands in the file."""
    if len(sealed) > LONGEST:
        raise ValueError("longer than any call")
    return MARK + len(sealed).to_bytes(4, "big") + sealed


def scan(raw: bytes, opened: Callable[[bytes], bytes | None]) -> Scan:
    """Find every frame that opens; everything else is damage."""
    pieces: list[tuple[Span, bytes]] = []
    damaged: list[Span] = []
    at, whole = 0, 0
    while at < len(raw):
        end, piece = _frame(raw, at, opened)
        if piece is None:
            found = raw.find(MARK, at + 1)
            at = len(raw) if found < 0 else found
            continue
        if whole < at:
            damaged.append(Span(whole, at))
        pieces.append((Span(at, end), piece))
        at = whole = end
    if whole < len(raw):
        damaged.append(Span(whole, len(raw)))
    return Scan(pieces, damaged)


def _frame(raw: bytes, at: int, opened: Callable[[bytes], bytes | None]) -> tuple[int, bytes | None]:
    if not raw.startswith(MARK, at) or at + HEAD > len(raw):
        return at, None
    length = int.from_bytes(raw[at + len(MARK) : at + HEAD], "big")
    end = at + HEAD + length
    if length > LONGEST or end > len(raw):
        return at, None
    return end, opened(raw[at + HEAD : end])
