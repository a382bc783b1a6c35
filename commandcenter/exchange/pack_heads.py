"""Reads the TOML files of a pack: ``pack.toml`` (who the district is) and ``limits.toml`` (its rules)."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commandcenter.domain.calendar import DutyHours
from commandcenter.domain.limits import CLOCKS
from commandcenter.domain.matters import Urgency
from commandcenter.domain.rules import DEFAULTS, RED, WITH_CARD, WORDED, check_rule, is_switch, largest, least
from commandcenter.errors import Refused
from commandcenter.exchange import pack_cells as cells
from commandcenter.exchange.pack_faults import FaultList, Wrong
from commandcenter.exchange.pack_parts import PackHead, PackLimit, PackRule, PackShift, PackSource
from commandcenter.exchange.pack_sheets import read_text
from commandcenter.i18n import N_

FORMAT = 1
"""The version of the pack format that this program reads; see ``resources/packs/README.md``."""
HEAD, LIMITS = "pack.toml", "limits.toml"

_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_TIME = re.compile(r"\d\d:\d\d", re.ASCII)
_PREFIX = re.compile(r"[A-Z0-9]{0,4}", re.ASCII)
_LONGEST_NOTES = 20_000  # characters
_EVERY_URGENCY = "any"
_SOURCE = "source"


class NewerFormat(Exception):
    """The pack was written for a later program; nothing else in it can be judged."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A TOML table whose entries are taken one by one, so that what nobody took is told as unknown."""

    file: str
    path: str
    held: dict[str, Any]
    faults: FaultList

    def named(self, key: str) -> str:
        """The full name of an entry, as it is told in a fault."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key: str, value: object, reason: str, /, **params: object) -> None:
        """Note a fault of one entry."""
        self.faults.add(self.file, None, self.named(key), value, reason, **params)

    def text(self, key: str, parse: cells.Parse = cells.name, empty: str | None = None) -> str:
        """A string; ``empty`` is what a missing or empty one means, None that it is needed."""
        value = self.held.pop(key, "")
        if not isinstance(value, str):
            self.wrong(key, value, N_("Write this as text in quotation marks."))
        elif not value.strip():
            if empty is None:
                self.wrong(key, "", N_("The entry is missing."))
        else:
            try:
                return str(parse(value.strip()))
            except Wrong as wrong:
                self.wrong(key, value, wrong.reason, **wrong.params)
        return empty or ""

    def truth(self, key: str) -> bool:
        """True or false; needed."""
        value = self.held.pop(key, None)
        if not isinstance(value, bool):
            self.wrong(key, "" if value is None else value, N_("Write true or false."))
        return value is True

    def table(self, key: str) -> "Entries":
        """A table inside this one; an empty one where it is missing, so that its entries are told as such."""
        return self._entries(key, self.held.pop(key, {}))

    def tables(self, key: str) -> list["Entries"]:
        """The tables of an array ``[[key]]``."""
        value = self.held.pop(key, [])
        if not isinstance(value, list):
            self.wrong(key, value, N_("Write this as [[{key}]] tables."), key=key)
            return []
        return [self._entries(f"{key}[{number}]", table) for number, table in enumerate(value, 1)]

    def _entries(self, key: str, value: object) -> "Entries":
        if not isinstance(value, dict):
            self.wrong(key, value, N_("Write this as a table."))
            value = {}
        return Entries(self.file, self.named(key), dict(value), self.faults)

    def done(self) -> None:
        """Nothing more is taken: what is left is unknown."""
        for key, value in self.held.items():
            self.wrong(key, value, N_("This entry is not known here."))


def _document(folder: Path, file: str, faults: FaultList) -> Entries | None:
    text = read_text(folder, file, faults)
    if text is None:
        return None
    try:
        return Entries(file, "", tomllib.loads(text), faults)
    except RecursionError:
        faults.file(file, N_("This is no readable TOML: {error}."), error="nested too deeply")
    except ValueError as error:
        line = _LINE.search(str(error))
        faults.add(file, int(line[1]) if line else None, "", "",
                   N_("This is no readable TOML: {error}."), error=error)  # fmt: skip
    return None


def read_head(folder: Path, faults: FaultList) -> PackHead | None:
    """``pack.toml``, or None when it cannot be read. :class:`NewerFormat` ends the reading of the pack."""
    entries = _document(folder, HEAD, faults)
    if entries is None:
        return None
    _check_format(entries)
    demonstration = entries.truth("demonstration")
    password = entries.text("demonstration_password", empty="")
    if password and not demonstration:
        entries.wrong("demonstration_password", "", N_("Only a demonstration district may carry a password."))
    district, duty = entries.table("district"), entries.table("duty")
    head = PackHead(
        code=entries.text("code", cells.code),
        version=entries.text("version", cells.text_of(32)),
        demonstration=demonstration,
        demonstration_password=password,
        name_zh=district.text("name_zh"),
        name_en=district.text("name_en"),
        centre_zh=district.text("centre_zh"),
        centre_en=district.text("centre_en"),
        timezone=district.text("timezone", _timezone),
        number_prefix=district.text("number_prefix", _number_prefix, empty=""),
        hours=_hours(duty),
        shifts=tuple(_shift(shift) for shift in entries.tables("shifts")),
        notes=entries.text("notes", _notes, empty=""),
        sources=tuple(_source(source) for source in entries.tables("sources")),
    )
    for taken in (entries, district, duty):
        taken.done()
    return head


def _check_format(entries: Entries) -> None:
    value = entries.held.pop("format", None)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        entries.wrong("format", "" if value is None else value,
                      N_("Write the format's version: format = {known}."), known=FORMAT)  # fmt: skip
    elif value > FORMAT:
        entries.wrong("format", value,
                      N_("The pack is of the newer format {format}; this program reads up to {known}. "
                         "Update the program."), format=value, known=FORMAT)  # fmt: skip
        raise NewerFormat


def _timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(N_("This time zone is not known; write one like Asia/Shanghai.")) from None
    return text


def _number_prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise Wrong(N_("A prefix of case numbers has at most 4 capital letters or digits."))
    return text


def _notes(text: str) -> str:
    if len(text) > _LONGEST_NOTES:
        raise Wrong(N_("This text has {n} characters; at most {most} fit."), n=len(text), most=_LONGEST_NOTES)
    return text


def _local_time(text: str) -> str:
    try:
        if _TIME.fullmatch(text):
            return f"{time() if text == '24:00' else time.fromisoformat(text):%H:%M}"
    except ValueError:
        pass
    raise Wrong(N_("This is no time of day; write it like 08:00."))


def _shift(entries: Entries) -> PackShift:
    shift = PackShift(
        entries.text("name_zh"),
        entries.text("name_en"),
        entries.text("start", _local_time),
        entries.text("end", _local_time),
    )
    entries.done()
    return shift


def _source(entries: Entries) -> PackSource:
    source = PackSource(
        entries.text("what", cells.words), entries.text("origin", cells.words), entries.text("licence")
    )
    entries.done()
    return source


def _hours(duty: Entries) -> tuple[tuple[str, str], ...]:
    """The duty spans; which ones make sense is a rule of the working calendar."""
    written = duty.text("hours", cells.words)
    if not written:
        return ()
    try:
        spans = DutyHours.parse(written).spans
    except Refused as refused:
        duty.wrong("hours", written, refused.message, **refused.params)
        return ()
    return tuple((f"{start:%H:%M}", f"{end:%H:%M}") for start, end in spans)


def read_limits(folder: Path, faults: FaultList) -> tuple[tuple[PackLimit, ...], tuple[PackRule, ...]]:
    """``limits.toml``: the limits of the clocks, and the other rules. What is left out keeps its default."""
    entries = _document(folder, LIMITS, faults)
    if entries is None:
        return (), ()
    clocks, rules = entries.table("clocks"), entries.table("rules")
    found = tuple(
        limit for clock in CLOCKS if clock.limits and clock.name in clocks.held
        for limit in _clock(clock.name, clocks.table(clock.name))
    )  # fmt: skip
    ruled = tuple(_rule(name, default, rules.table(name))
                  for name, default in DEFAULTS.items() if name in rules.held)  # fmt: skip
    for taken in (entries, clocks, rules):
        taken.done()
    return found, ruled


def _clock(clock: str, entries: Entries) -> list[PackLimit]:
    source = entries.text(_SOURCE, cells.words)
    found = []
    for urgency in (None, *Urgency):
        key = _EVERY_URGENCY if urgency is None else urgency.value
        if key in entries.held:
            found.append(PackLimit(clock, urgency, entries.text(key, cells.limit), source))
    if not found:
        entries.wrong(_EVERY_URGENCY, "", N_("The entry is missing."))
    entries.done()
    return found


def _rule(name: str, default: str, entries: Entries) -> PackRule:
    """A rule is written as its default is: a whole number, a switch, or a time limit; or it is words."""
    if name in WORDED:
        written: Callable[[str], str] = cells.text_of(WORDED[name])
    else:
        written = partial(_whole, least(name), largest(name)) if default.isdigit() else partial(_other, name)
    rule = PackRule(name, entries.text("value", written), entries.text(_SOURCE, cells.words))
    entries.done()
    return rule


def _other(name: str, text: str) -> str:
    """A switch, or what a rule says instead of a limit; else a limit."""
    if is_switch(name) or (text == RED and name in WITH_CARD):
        try:
            check_rule(name, text)
        except Refused as refused:
            raise Wrong(refused.message, **refused.params) from refused
        return text
    return cells.limit(text)


def _whole(fewest: int, most: int, text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text, re.ASCII) or not fewest <= int(text) <= most:
        raise Wrong(N_("This is no whole number from {least} to {most}; write it like \"{least}\"."),
                    least=fewest, most=most)  # fmt: skip
    return text


