"""Import profiles: declarative files that say which column of a source means what.

A profile is a TOML file; ``resources/profiles/letters.toml`` explains every key. It decides nothing about
values: what is a date or a position is known in :mod:`commandcenter.exchange.values`.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from commandcenter import i18n
from commandcenter.domain import words
from commandcenter.domain.complaints import Channel
from commandcenter.domain.matters import Urgency
from commandcenter.errors import Refused
from commandcenter.exchange.rows import reading
from commandcenter.exchange.values import FORMS, LIMITS, WIDTHS
from commandcenter.i18n import N_

PROFILES = Path(__file__).resolve().parent.parent.parent / "resources" / "profiles"

TEXTS = tuple(LIMITS)
TIMES = ("arrived_at", "answered_at")
NUMBERS = ("lon", "lat")
CODES: Mapping[str, frozenset[str]] = {"channel": frozenset(Channel), "urgency": frozenset(Urgency)}
FIELDS = (*TEXTS, *TIMES, *NUMBERS, *CODES)
DATUMS = ("wgs84", "gcj02")

_KEYS = frozenset({
    "name", "title", "source", "historic", "number_from", "extra",
    "columns", "constants", "times", "place", "limits",
})  # fmt: skip
_COLUMN_KEYS = frozenset({"names", "required", "values", "starts", "otherwise"})


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """Where one field comes from: the column's names, the first that the file has."""

    names: tuple[str, ...]
    required: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    """For fields of codes: what is written in the file → our code."""
    starts: Mapping[str, str] = field(default_factory=dict)
    """For fields of codes: how the cell begins → our code."""
    otherwise: str = ""
    """For fields of codes: what any other text means; empty: any other text is rejected."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the columns of one source mean. ``source`` and the source's number together name a row for ever."""

    name: str
    title: Mapping[str, str]
    source: str
    columns: Mapping[str, ColumnRule]
    constants: Mapping[str, str]
    zone: ZoneInfo
    forms: tuple[str, ...] = FORMS
    datum: str = "wgs84"
    limits: Mapping[str, int] = field(default_factory=lambda: LIMITS)
    number_from: tuple[str, ...] = ()
    """Fields that make up the number of a row whose source gives none."""
    extra: tuple[str, ...] = ()
    """Columns kept as they are, beside the fields."""
    historic: bool = False
    """Closed cases of an archive, with answer and time of answer."""

    @property
    def heading(self) -> str:
        """The profile's title in the language spoken now."""
        return self.title.get(i18n.language(), self.title["en"])

    def known_columns(self) -> frozenset[str]:
        """Every column name this profile can use, in the form in which names are compared."""
        names = [name for rule in self.columns.values() for name in rule.names]
        return frozenset(map(_level, (*names, *self.extra)))


@dataclass(frozen=True, slots=True)
class Binding:
    """A profile laid over the columns of one file: which field or extra stands at which place."""

    columns: tuple[str, ...]
    fields: Mapping[str, int]
    extra: Mapping[str, int]
    ignored: tuple[str, ...]
    """Columns of the file that the profile does not use."""


def _level(name: str) -> str:
    return "".join(words.folded(name).split())


def bind(profile: Profile, columns: Sequence[str]) -> Binding:
    """Find the profile's columns by name. Raises :class:`Refused` with all that are missing."""
    places: dict[str, int] = {}
    for place, name in enumerate(columns):
        places.setdefault(_level(name), place)
    fields: dict[str, int] = {}
    missing: list[str] = []
    for field_name, rule in profile.columns.items():
        known = [places[_level(name)] for name in rule.names if _level(name) in places]
        if known:
            fields[field_name] = known[0]
        elif rule.required:
            missing.append(rule.names[0])
    if missing:
        raise Refused(
            N_("The file lacks columns of the profile “{profile}”: {missing}. It has: {found}"),
            profile=profile.name, missing=", ".join(missing), found=", ".join(columns))  # fmt: skip
    extra = {name: places[_level(name)] for name in profile.extra if _level(name) in places}
    used = {*fields.values(), *extra.values()}
    ignored = tuple(name for place, name in enumerate(columns) if place not in used)
    return Binding(tuple(columns), fields, extra, ignored)


def suggest_profile(columns: Sequence[str], among: Mapping[str, Profile] | None = None) -> Profile | None:
    """The profile that fits these columns: none of its required ones is missing, most of them are used."""
    fitting = []
    for profile in (profiles() if among is None else among).values():
        try:
            binding = bind(profile, columns)
        except Refused:
            continue
        fitting.append((len(columns) - len(binding.ignored), -len(profile.known_columns()), profile))
    return max(fitting, key=lambda fit: fit[:2], default=(0, 0, None))[2]


def profiles(folder: Path = PROFILES) -> dict[str, Profile]:
    """The profiles in ``folder`` by name. A faulty one is refused with its fault."""
    return {found.name: found for found in map(load_profile, sorted(folder.glob("*.toml")))}


def profile_named(name: str, folder: Path = PROFILES) -> Profile:
    """The profile of this name, or in the file of this path. Raises :class:`Refused` naming those there are."""
    if name.endswith(".toml"):
        return load_profile(Path(name))
    known = [path.stem for path in sorted(folder.glob("*.toml"))]
    if name not in known:
        raise Refused(N_("There is no import profile “{name}”; there are: {known}"),
                      name=name, known=", ".join(known))
    return load_profile(folder / f"{name}.toml")


def load_profile(path: Path) -> Profile:
    """The profile in a TOML file. Raises :class:`Refused` with what is wrong in it."""
    try:
        with reading(path), path.open("rb") as file:
            return _profile(tomllib.load(file))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, _Faulty) as fault:
        raise Refused(N_("The import profile “{file}” is faulty: {reason}"),
                      file=path.name, reason=str(fault)) from fault


class _Faulty(Exception):
    """What is wrong in a profile, in English like the keys it speaks of."""


def _need(holds: object, what: str) -> None:
    if not holds:
        raise _Faulty(what)


def _profile(said: dict[str, Any]) -> Profile:
    _need(not said.keys() - _KEYS, f"unknown keys: {', '.join(sorted(said.keys() - _KEYS))}")
    for key, kind in (("name", str), ("source", str), ("title", dict), ("columns", dict)):
        _need(isinstance(said.get(key), kind) and said[key], f"{key} is missing or not a {kind.__name__}")
    _need("en" in said["title"], "title.en is missing")
    _need(len(said["source"]) <= LIMITS["source"], "source is too long")
    columns = {name: _column(name, rule) for name, rule in said["columns"].items()}
    constants = said.get("constants", {})
    for name, value in constants.items():
        _need(value in CODES.get(name, ()), f"constants.{name} = {value!r} is not known")
    _need({*columns, *constants} >= {"words", "channel", "urgency"}, "words, channel and urgency must be given")
    number_from = tuple(said.get("number_from", ()))
    _need("source_number" in columns or number_from, "a row needs a number: source_number or number_from")
    _need(set(number_from) <= columns.keys(), "number_from names fields that have no column")
    historic = bool(said.get("historic", False))
    _need(not historic or {"answer", "answered_at"} <= columns.keys(), "historic needs answer and answered_at")
    times = said.get("times", {})
    return Profile(
        name=said["name"], title=said["title"], source=said["source"], columns=columns, constants=constants,
        zone=_zone(times.get("zone", "Asia/Shanghai")), forms=_forms(times.get("forms", FORMS)),
        datum=_datum(said.get("place", {}).get("datum", "wgs84")), limits=_limits(said.get("limits", {})),
        number_from=number_from, extra=tuple(said.get("extra", ())), historic=historic,
    )  # fmt: skip


def _column(name: str, said: Any) -> ColumnRule:
    _need(name in FIELDS, f"columns.{name} is no field; fields are: {', '.join(FIELDS)}")
    _need(isinstance(said, dict) and said.get("names"), f"columns.{name}.names is missing")
    _need(not said.keys() - _COLUMN_KEYS, f"columns.{name}: unknown keys {sorted(said.keys() - _COLUMN_KEYS)}")
    rule = ColumnRule(
        names=tuple(said["names"]), required=bool(said.get("required", False)),
        values={_level(text): code for text, code in said.get("values", {}).items()},
        starts=said.get("starts", {}), otherwise=said.get("otherwise", ""),
    )  # fmt: skip
    codes = [*rule.values.values(), *rule.starts.values(), *filter(None, [rule.otherwise])]
    _need(set(codes) <= CODES.get(name, frozenset()), f"columns.{name}: unknown code among {codes}")
    return rule


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise _Faulty(f"times.zone = {name!r} is no time zone") from None


def _forms(forms: Sequence[str]) -> tuple[str, ...]:
    for form in forms:
        _need(form in FORMS or "%" in form, f"times.forms: {form!r} is neither {FORMS} nor a pattern with %")
    return tuple(forms)


def _datum(datum: str) -> str:
    _need(datum in DATUMS, f"place.datum = {datum!r} is not one of {DATUMS}")
    return datum


def _limits(said: dict[str, int]) -> dict[str, int]:
    _need(said.keys() <= LIMITS.keys() - WIDTHS.keys(), "limits names fields that have none")
    return {**LIMITS, **said}


def code_of(rule: ColumnRule, field_name: str, said: str) -> str | None:
    """Our code for what a cell of a field of codes says; None where the profile does not know it."""
    levelled = _level(said)
    if levelled in CODES[field_name]:
        return levelled
    if (code := rule.values.get(levelled)) is not None:
        return code
    return next((code for start, code in rule.starts.items() if said.startswith(start)), rule.otherwise or None)
