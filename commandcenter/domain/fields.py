"""What a move asks for. Declared once: forms, checks, help and tests are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from commandcenter.errors import Incomplete
from commandcenter.i18n import N_, translate


class Sort(StrEnum):
    """What kind of answer a field wants, and so which input a form shows for it."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"
    """A mark that may be set. Not set is an honest "no"; where it would be a guess, the sort is YES_NO."""
    YES_NO = "yes_no"
    """A question with nothing answered beforehand: whoever forgets it has said neither yes nor no."""
    NUMBER = "number"
    RATING = "rating"
    TIME = "time"
    LIMIT = "limit"
    POINT = "point"
    MATTER = "matter"
    SQUAD = "squad"
    OFFICER = "officer"
    CASE = "case"
    COMPLAINT = "complaint"
    PEOPLE = "people"
    FILE = "file"


LONGEST = {Sort.LINE: 500, Sort.TEXT: 10_000}
"""Characters a typed field holds; a longer text is refused, never cut."""


_EMPTY = N_("Please fill in: {label}.")
_UNANSWERED = {Sort.YES_NO: N_("Please answer “{label}” with yes or no.")}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a move asks for."""

    name: str
    label: str
    sort: Sort = Sort.TEXT
    required: bool = True
    choices: type[StrEnum] | None = None
    help: str = ""
    many: bool = False
    """Whether the answer is a list of keys instead of one."""
    needed_with: tuple[str, str] | None = None
    """Another field and the answer to it that makes this one needed; otherwise it may be left open."""

    def needed(self, given: Mapping[str, Any]) -> bool:
        """Whether it has to be answered beside these answers."""
        return self.required or (self.needed_with is not None and given.get(self.needed_with[0]) == self.needed_with[1])


def checked(asked: tuple[Field, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, trimmed; refused with the first field that is missing, too long or not among its choices."""
    unknown = set(given) - {f.name for f in asked}
    if unknown:
        raise TypeError(f"a move was given fields it does not have: {sorted(unknown)}")
    return {
        f.name: _checked(f, given.get(f.name), needed)
        for f in asked if (needed := f.needed(given)) or f.name in given
    }  # fmt: skip


def _checked(field: Field, value: Any, needed: bool) -> Any:
    if isinstance(value, str):
        value = value.strip()
    if needed and (value is None or value == "" or value == []):
        raise Incomplete(_UNANSWERED.get(field.sort, _EMPTY), field=field.name, label=translate(field.label))
    if isinstance(value, str) and len(value) > LONGEST.get(field.sort, len(value)):
        raise Incomplete(
            N_("{label} is too long: {length} characters, at most {most}."),
            field=field.name, label=translate(field.label), length=len(value), most=LONGEST[field.sort],
        )  # fmt: skip
    if field.choices is not None and value not in (None, "") and value not in set(field.choices):
        raise Incomplete(
            N_("{label}: “{value}” is not one of the choices."),
            field=field.name, label=translate(field.label), value=value,
        )  # fmt: skip
    return value

