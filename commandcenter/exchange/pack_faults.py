"""What is wrong with a district pack: every fault at once, with file, row, column and reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from commandcenter.errors import Refused
from commandcenter.i18n import N_, translate

_SHOWN = 80  # characters of a faulty value that are repeated to the reader


class Wrong(Exception):
    """A value that does not do, with the reason as message and parameters; becomes a :class:`Fault`."""

    def __init__(self, reason: str, /, **params: object) -> None:
        super().__init__(reason, params)
        self.reason = reason
        self.params = params

    @classmethod
    def since(cls, refused: Refused) -> "Wrong":
        """The same reason as a refusal that a lower layer gave."""
        return cls(refused.message, **refused.params)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a pack. ``row`` is the line of its file, from 1; None for the whole file."""

    file: str
    row: int | None
    column: str
    value: str
    reason: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The reason in the language spoken now."""
        return translate(self.reason, **self.params)

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.row, self.column) if part not in (None, ""))
        return f"{where}: {self.words}" + (f" [{self.value}]" if self.value else "")


class PackFaulty(Refused):
    """The pack cannot be used, and nothing of it was loaded. ``faults`` says everything that is wrong."""

    sentence = N_("The district pack “{pack}” was not loaded. Faults found: {n}. The first: {first}")

    def __init__(self, pack: str, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: (fault.file, fault.row or 0))
        super().__init__(self.sentence, pack=pack, n=len(self.faults), first=str(self.faults[0]))


class CalendarFaulty(PackFaulty):
    """The same of a calendar that came by itself."""

    sentence = N_("The calendar “{pack}” was not imported. Faults found: {n}. The first: {first}")


class FaultList:
    """Collects the faults of one reading."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(
        self, file: str, row: int | None, column: str, value: object, reason: str, /, **params: object
    ) -> None:
        """Note one fault; the value is shortened and made printable."""
        text = "".join(c if c.isprintable() else "·" for c in str(value))
        shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
        self.faults.append(Fault(file, row, column, shown, reason, params))

    def file(self, name: str, reason: str, /, **params: object) -> None:
        """Note a fault of a whole file."""
        self.add(name, None, "", "", reason, **params)
