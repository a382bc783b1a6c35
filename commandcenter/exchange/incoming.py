"""Files to complaints: every row of a file becomes an :class:`Incoming` or a :class:`Rejected`, never nothing.

The file is read while it is asked for, row by row, so it may be of any length; giving up half-way is closing.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple, Self

from commandcenter import clock
from commandcenter.domain import words
from commandcenter.domain.sentences import Sentence
from commandcenter.errors import Refused
from commandcenter.exchange import values
from commandcenter.exchange.profiles import (
    CODES,
    NUMBERS,
    TIMES,
    Binding,
    ColumnRule,
    Profile,
    bind,
    code_of,
    profile_named,
    suggest_profile,
)
from commandcenter.exchange.rows import Cell, Row, Sheet
from commandcenter.exchange.sheets import open_sheet
from commandcenter.i18n import N_

TITLES = 3
"""Rows above the header that may be titles, notes or anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One row understood: what one person said once. Times are aware UTC, positions WGS-84 degrees."""

    row_number: int
    source: str
    source_number: str
    """With ``source`` the row's name for ever: the same pair again is already known."""
    channel: str
    arrived_at: dt.datetime
    """The moment of import where the source has no times."""
    title: str
    words: str
    urgency: str
    caller_name: str = ""
    caller_phone: str = ""
    place_words: str = ""
    lon: float | None = None
    lat: float | None = None
    town: str = ""
    label: str = ""
    matter_hint: str = ""
    answer: str = ""
    answered_at: dt.datetime | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Whether this is a case of the archive: it has its answer and the time of it."""
        return self.answered_at is not None


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was not taken: where, what and why. ``column`` is empty where the whole row is at fault."""

    row_number: int
    """As a spreadsheet counts, the header being row 1."""
    line: int
    """As a text editor counts; differs in CSV once a cell holds a line break."""
    column: str
    value: str
    reason: Sentence
    cells: tuple[Cell, ...]


class _Step(NamedTuple):
    """How one field is read from a row."""

    field: str
    place: int
    read: Callable[[Cell], Any]
    required: bool


class Reading:
    """A file being read through a profile: an iterator that also tells how far it is. Close it, or use ``with``."""

    def __init__(self, path: Path, profile: Profile, now: dt.datetime) -> None:
        self.profile = profile
        self.rows_read = 0
        self._sheet = open_sheet(path)
        try:
            self.binding = _bound(profile, self._sheet)
            _refuse_twins(self.binding, path)
        except BaseException:
            self._sheet.close()
            raise
        self._now = now
        self._steps = _steps(profile, self.binding, values.Times(profile.zone, profile.forms, now))
        self._rows = iter(self._sheet)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file."""
        return self._sheet.columns

    @property
    def share_read(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return self._sheet.share_read

    @property
    def blank_rows(self) -> int:
        """Rows with nothing in them, passed over so far."""
        return self._sheet.blank_rows

    def close(self) -> None:
        """Let go of the file."""
        self._sheet.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Incoming | Rejected]:
        return self

    def __next__(self) -> Incoming | Rejected:
        try:
            row = next(self._rows)
        except StopIteration:
            self.close()
            raise
        self.rows_read += 1
        return self._rejected(row, "", "", row.fault) if row.fault is not None else self._understood(row)

    def _understood(self, row: Row) -> Incoming | Rejected:
        found: dict[str, Any] = {**self.profile.constants}
        cells = row.cells
        for step in self._steps:
            cell = cells[step.place]
            try:
                value = step.read(cell)
            except values.Unfit as unfit:
                return self._rejected(row, self.columns[step.place], cell, _said(unfit))
            if value is None or value == "":
                if step.required:
                    return self._rejected(row, self.columns[step.place], cell, Sentence(_EMPTY))
                continue
            found[step.field] = value
        try:
            return self._completed(row, found)
        except _AtColumn as at:
            place = self.binding.fields[at.field]
            return self._rejected(row, self.columns[place], cells[place], _said(at.unfit))

    def _completed(self, row: Row, found: dict[str, Any]) -> Incoming:
        """What follows from several cells together."""
        if "lon" in found or "lat" in found:
            self._place(found)
        if "answer" in found or "answered_at" in found:
            _check_answer(found)
        if "source_number" not in found:
            found["source_number"] = values.fingerprint(found.get(name) for name in self.profile.number_from)
        if "title" not in found:
            found["title"] = words.title(found["words"])
        found.setdefault("source", self.profile.source)
        found.setdefault("arrived_at", self._now)
        extra = {name: values.text(row.cells[place]) for name, place in self.binding.extra.items()}
        return Incoming(row_number=row.number, extra=extra, **found)

    def _place(self, found: dict[str, Any]) -> None:
        lon, lat = found.get("lon"), found.get("lat")
        try:
            point = values.position(lon, lat, self.profile.datum)
        except values.Unfit as unfit:
            wrong = "lat" if lon is not None and abs(lon) <= 180 else "lon"
            raise _AtColumn(wrong if wrong in self.binding.fields else min(found.keys() & {*NUMBERS}), unfit) from None
        if point is not None:
            found["lon"], found["lat"] = point

    def _rejected(self, row: Row, column: str, cell: Cell, reason: Sentence) -> Rejected:
        return Rejected(row.number, row.line, column, values.shortened(cell), reason, row.cells)


def _bound(profile: Profile, sheet: Sheet) -> Binding:
    """The profile laid over the sheet's header. Workbooks often carry a title or two above it."""
    try:
        return bind(profile, sheet.columns)
    except Refused as refusal:
        for _ in range(TITLES):
            with suppress(Refused):
                if sheet.take_header():
                    return bind(profile, sheet.columns)
        raise refusal from None


def _refuse_twins(binding: Binding, path: Path) -> None:
    """Refused where a column that is used stands in the file twice: nobody knows which of them is meant."""
    for place in (*binding.fields.values(), *binding.extra.values()):
        name = binding.columns[place]
        if binding.columns.count(name) > 1:
            raise Refused(N_("The column “{column}” stands in “{file}” more than once: rename or remove the others"),
                          column=name, file=path.name)  # fmt: skip


_EMPTY = N_("This column must not be empty")


class _AtColumn(Exception):
    """A value is unfit beside the others; ``field`` names the one to be looked at."""

    def __init__(self, field_name: str, unfit: values.Unfit) -> None:
        super().__init__(field_name)
        self.field = field_name
        self.unfit = unfit


def _said(unfit: values.Unfit) -> Sentence:
    return Sentence(unfit.message, **unfit.params)


def _check_answer(found: Mapping[str, Any]) -> None:
    if "answered_at" not in found:
        raise _AtColumn("answer", values.Unfit(N_("There is an answer, but no time of the answer")))
    if "answer" not in found:
        raise _AtColumn("answered_at", values.Unfit(N_("There is a time of the answer, but no answer")))
    if "arrived_at" in found and found["answered_at"] < found["arrived_at"]:
        raise _AtColumn("answered_at", values.Unfit(
            N_("The answer is older than the question of {asked}"), asked=found["arrived_at"]))


def _steps(profile: Profile, binding: Binding, times: values.Times) -> list[_Step]:
    steps = []
    for name, place in binding.fields.items():
        rule = profile.columns[name]
        read: Callable[[Cell], Any]
        if name in TIMES:
            read = times.read
        elif name in NUMBERS:
            read = values.number
        elif name in CODES:
            read = lru_cache(1024)(partial(_code, rule, name))  # few different ones, many times
        else:
            read = partial(values.text_within, limit=profile.limits[name])
        steps.append(_Step(name, place, read, rule.required))
    return steps


def _code(rule: ColumnRule, name: str, cell: Cell) -> str | None:
    said = values.text(cell)
    if not said:
        return None
    if (code := code_of(rule, name, said)) is None:
        raise values.Unfit(N_("“{value}” is not known here; known are: {known}"),
                           value=values.shortened(cell), known=", ".join(sorted({*rule.values, *CODES[name]})))
    return code


def read_incoming(path: Path, profile: Profile | str, *, now: dt.datetime | None = None) -> Reading:
    """Begin reading a file through a profile. Header and columns are checked at once, rows as they are asked for.

    Raises :class:`~commandcenter.errors.Refused` when there is no such profile, the file is no table, or lacks
    columns. ``now`` (aware UTC) is the moment after which times lie in the future.
    """
    chosen = profile_named(profile) if isinstance(profile, str) else profile
    return Reading(path, chosen, now or clock.now())


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a file as a profile understands it."""

    profile: Profile
    binding: Binding
    items: tuple[Incoming | Rejected, ...]


def preview(path: Path, profile: Profile | str, n: int = 20, *, now: dt.datetime | None = None) -> Preview:
    """The first ``n`` rows, and which columns are used and which are not. Refuses as :func:`read_incoming`."""
    with read_incoming(path, profile, now=now) as rows:
        return Preview(rows.profile, rows.binding, tuple(item for item, _ in zip(rows, range(n), strict=False)))


def suggest_profile_for(path: Path) -> Profile | None:
    """The shipped profile that fits the columns of a file. Refuses what is no table."""
    with open_sheet(path) as sheet:
        found = suggest_profile(sheet.columns)
        for _ in range(TITLES):
            with suppress(Refused):
                if found is None and sheet.take_header():
                    found = suggest_profile(sheet.columns)
        return found
