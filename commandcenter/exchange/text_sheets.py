"""CSV files: the encodings and separators that offices write, decoded strictly, one line at a time.

A damaged character, a quotation mark never closed or a line without end spoils its own row and nothing else.
"""

import codecs
import csv
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from commandcenter.domain.sentences import Sentence
from commandcenter.errors import Refused
from commandcenter.exchange.rows import Row, Sheet, reading
from commandcenter.i18n import N_

LONGEST_LINE = 1_000_000
"""Characters of one physical line; a longer one is not a row of a table."""
LONGEST_RECORD = 5_000
"""Physical lines of one row before an open quotation mark counts as never closed."""

_SAMPLE = 250_000  # bytes that are not plain ASCII, to tell encodings apart
_CHUNK = 1 << 16
_TOO_DAMAGED = 0.2  # share of lines with damage beyond which this is no encoding we know
_CLEARLY = 4  # sound characters for each damaged one, to call a file with damage UTF-8
_SHOWN = 100_000  # characters kept of a line longer than any row
_DELIMITERS = ",;\t"
_UNDECODED = re.compile("[\udc80-\udcff]")
_DAMAGE = re.compile("[\udc80-\udcff\ufffd]")
_BEYOND_ASCII = re.compile("[^\\x00-\\x7f]")
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")
FORMULA_SIGNS = "=@＝＠"
"""What a formula begins with: spreadsheets take the full-width signs for the others."""
NUMBER_SIGNS = "+-＋－"
"""What begins a number or a formula."""
_FORMULA = re.compile(rf"'*[{re.escape(FORMULA_SIGNS + NUMBER_SIGNS)}\t\r]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_TOO_BINARY = 0.05  # share of bytes that no text has


def guarded(cell: str) -> str:
    """A cell that no spreadsheet will run: an apostrophe stands before what could be a formula.

    Plain numbers stay as they are. https://owasp.org/www-community/attacks/CSV_Injection
    """
    return "'" + cell if _FORMULA.match(cell) and not _PLAIN_NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """A cell as it was before it was guarded: what :func:`guarded` wrote comes back the same."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def encoding_of(file: BinaryIO, name: str) -> str:
    """The encoding of a text file: by its mark, else the one of UTF-8 and GB18030 that damages least.

    Raises :class:`Refused` for what is no text, and for text in neither encoding.
    """
    head = file.read(4)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if unmarked := _unmarked_utf16(file):
        return unmarked
    sample = _telling_bytes(file, name)
    file.seek(0)
    utf8 = _Decoded.of(sample, "utf-8")
    if not utf8.damaged or utf8.sound >= _CLEARLY * utf8.damaged or _plainly_utf8(file):
        return "utf-8-sig"
    gb18030 = _Decoded.of(sample, "gb18030")
    best = min(utf8, gb18030, key=lambda decoded: decoded.damaged)
    if best.damaged_lines > _TOO_DAMAGED * max(1, sample.count(b"\n")) and best.damaged_lines > 1:
        raise Refused(N_("“{file}” is written in an encoding that is neither UTF-8 nor GB18030:"
                         " save it as “CSV UTF-8” and try again"), file=name)
    return "utf-8-sig" if best is utf8 else "gb18030"


def _plainly_utf8(file: BinaryIO) -> bool:
    """Whether the first line is UTF-8 with Chinese in it: what other bytes the file has are damage in its rows.

    GB18030 makes a whole line that passes for this about as often as by accident, never with many characters.
    """
    first = file.readline(_CHUNK)
    file.seek(0)
    try:
        return any(character >= "\u0800" for character in first.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


def _unmarked_utf16(file: BinaryIO) -> str:
    """The byte order of UTF-16 that begins without its mark; empty for anything else."""
    head = file.read(_CHUNK)
    file.seek(0)
    for encoding in ("utf-16-le", "utf-16-be") if b"\0" in head else ():
        text = head[: len(head) // 2 * 2].decode(encoding, "replace")
        if "\n" in text and "\0" not in text and any(delimiter in text for delimiter in _DELIMITERS):
            return encoding
    return ""


class _Decoded(NamedTuple):
    """How a sample reads in one encoding: sound characters beyond ASCII, damaged ones, lines with damage."""

    sound: int
    damaged: int
    damaged_lines: int

    @classmethod
    def of(cls, sample: bytes, encoding: str) -> Self:
        text = codecs.getincrementaldecoder(encoding)("surrogateescape").decode(sample)
        damaged = len(_UNDECODED.findall(text))
        beyond = len(_BEYOND_ASCII.findall(text))
        return cls(beyond - damaged, damaged, sum(bool(_UNDECODED.search(line)) for line in text.split("\n")))


def _telling_bytes(file: BinaryIO, name: str) -> bytes:
    """The file's lines that are not plain ASCII, at most a sample of them. Refuses binary files."""
    telling = bytearray()
    _refuse_binary(file.read(_CHUNK), name)
    file.seek(0)
    while len(telling) < _SAMPLE and (chunk := file.read(_CHUNK)):
        if not chunk.isascii():
            telling += chunk
    return bytes(telling)


def _refuse_binary(chunk: bytes, name: str) -> None:
    strange = len(_BINARY.findall(chunk))
    if chunk.startswith((b"%PDF", b"\x89PNG", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")) or (
        strange > max(2, _TOO_BINARY * len(chunk))
    ):
        raise Refused(N_("“{file}” is not a table: it is neither a CSV file nor a workbook"), file=name)


class TextSheet(Sheet):
    """A CSV file, decoded strictly: a byte that is no character makes its row faulty, and nothing else."""

    def __init__(self, path: Path, file: BinaryIO, encoding: str) -> None:
        super().__init__(path)
        self.encoding = encoding
        self._file = file
        self._size = max(1, os.fstat(file.fileno()).st_size)
        file.seek(0)
        errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
        self._lines = _Lines(TextIOWrapper(file, encoding, errors, newline=""))
        self.delimiter = self._sniff()
        self._begin()

    @property
    def share_read(self) -> float:
        return 1.0 if self._file.closed else min(1.0, self._file.tell() / self._size)

    def close(self) -> None:
        self._lines.close()

    def _sniff(self) -> str:
        """The delimiter that the first line with anything in it uses most, outside quotation marks."""
        first = ""
        read = []
        for line in self._lines:
            read.append(line)
            first = re.sub(r'"[^"]*"', "", line).strip("\r\n\ufeff ")
            if first or line.strip() or len(read) > LONGEST_RECORD:
                break
        self._lines.again(read)
        return max(_DELIMITERS, key=first.count)

    def _records(self) -> Iterator[Row]:
        lines = self._lines
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        number = 0
        with reading(self.path):
            while True:
                lines.begin()
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except (csv.Error, _EndlessRecord):  # csv also gives up at 131 072 characters of one cell
                    yield self._given_up(number)
                    continue
                if lines.damage is None:
                    yield Row(number, lines.first, _cells(cells))
                else:
                    shown = [_DAMAGE.sub("\N{REPLACEMENT CHARACTER}", cell) for cell in cells]
                    yield Row(number, lines.first, _cells(shown), lines.damage)

    def _given_up(self, number: int) -> Row:
        """Give up only the line with the first quotation mark: the lines it swallowed are read again."""
        line, whole = self._lines.first, self._lines.take_back()
        cells = self._long_cells(_DAMAGE.sub("\N{REPLACEMENT CHARACTER}", whole))
        if '"' in whole:
            fault = Sentence(N_("A quotation mark in this row is not closed, or stands where none may: the row or"
                                " the file is cut off or damaged here"))
        else:
            fault = Sentence(N_("A cell has more than {limit} characters"), limit=csv.field_size_limit())
        return Row(number, line, _cells(cells), fault)

    def _long_cells(self, line: str) -> list[str]:
        """The cells of one line, however long: the parser's own limit is there against quotation marks not closed."""
        before = csv.field_size_limit(LONGEST_LINE)
        try:
            return next(csv.reader([line], delimiter=self.delimiter), [])
        finally:
            csv.field_size_limit(before)


def _cells(cells: list[str]) -> tuple[str, ...]:
    return tuple([unguarded(cell) if cell[:1] == "'" else cell for cell in cells])


class _EndlessRecord(Exception):
    """One record goes on over more lines than any row of a table does."""


class _Lines:
    """Physical lines for the CSV parser, which remembers those of the record in the making."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._pending: list[str] = []
        self._read = 0
        self._too_long: set[int] = set()
        self.damage: Sentence | None = None

    @property
    def first(self) -> int:
        """The number of the first line of this record."""
        return self._read - len(self._pending) + 1

    def begin(self) -> None:
        self._pending.clear()
        self.damage = None

    def again(self, lines: Iterable[str]) -> None:
        lines = list(lines)
        self._again.extendleft(reversed(lines))
        self._read -= len(lines)

    def take_back(self) -> str:
        """The first line of the record in the making; those after it will come once more."""
        first, *rest = self._pending
        self.again(rest)
        return first

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if len(self._pending) >= LONGEST_RECORD:
            raise _EndlessRecord
        line = self._again.popleft() if self._again else self._text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self._read += 1
        if len(line) >= LONGEST_LINE:
            line = self._cut(line)
        self._pending.append(line)
        if self.damage is None:
            self._look_for_damage(line)
        return line

    def _look_for_damage(self, line: str) -> None:
        if self._read in self._too_long:
            self.damage = Sentence(N_("Line {line} is longer than {limit} characters; only its first {kept} were read"),
                                   line=self._read, limit=LONGEST_LINE, kept=_SHOWN)
        elif not line.isascii() and (found := _DAMAGE.search(line)):
            self.damage = _damage(self._read, found)

    def _cut(self, line: str) -> str:
        """The beginning of an endless line, whose rest is read past."""
        self._too_long.add(self._read)
        rest = line
        while rest and not rest.endswith(("\n", "\r")):
            rest = self._text.readline(LONGEST_LINE)
        return line[:_SHOWN] + "\n"

    def close(self) -> None:
        self._text.close()


def _damage(line: int, found: re.Match[str]) -> Sentence:
    character = ord(found[0])
    if character == 0xFFFD:
        return Sentence(N_("Line {line}, character {place}: a character was already lost (�)"),
                       line=line, place=found.start() + 1)
    return Sentence(N_("Line {line}, character {place}: the byte {byte} is not text in the file's encoding"),
                   line=line, place=found.start() + 1, byte=f"0x{character - 0xDC00:02X}")
