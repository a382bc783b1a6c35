"""What can be done about the shift: each deed with what it asks for and the operation that does it.

A deed's form is made as a move's is; whether it may be done, the operation says.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from commandcenter.domain.attendance import Attendance, Found, Position, RollCall
from commandcenter.domain.fields import Field, Sort
from commandcenter.domain.handover import Handover
from commandcenter.domain.moves import Move, Subject
from commandcenter.domain.record import Key
from commandcenter.domain.shifts import Leave, LeaveSort, RosterEntry, Shift, Swap
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete
from commandcenter.i18n import N_
from commandcenter.operations import attending, handing_over, leaving, rostering

Answers = Mapping[str, Any]
Unit = tuple[float, float] | None
"""The point of somebody's workstation or squad; None for who belongs to the room."""
A_DAY = dt.timedelta(days=1)

_POINT = Field("point", N_("Where you are"), Sort.POINT, required=False)
_ACCURACY = Field("accuracy", N_("Exact to how many metres"), Sort.NUMBER, required=False)
_AT_UNIT = Field("at_unit", N_("At my own workstation or squad"), Sort.FLAG, required=False)
_AT_STATION = Field("at_station", N_("At this station of the command centre"), Sort.FLAG, required=False)
_RULING = Field("ruling", N_("Ruling in a sentence"))
UNIT_ACCURACY_M = 50.0
"""How exact it is, in metres, that somebody is at their unit."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do: its form, and what does it with the answers given."""

    form: Move
    run: Callable[[Work, Answers], Any]
    given: Mapping[str, Any] | None = None
    done: str = ""
    """What is said once it is done; an English msgid."""

    @property
    def name(self) -> str:
        """Its word, which the journal has for it."""
        return self.form.name


def _form(name: str, label: str, help_: str, *needs: Field, danger: bool = False) -> Move:
    return Move(name, label, help_, Subject.NOTHING, frozenset(), frozenset(), "", needs, danger=danger)


# ---------------------------------------------------------------------- coming and going


def clock_in(unit: Unit) -> Deed:
    """Come, at a place."""
    form = _form("clock_in", N_("Clock in"), N_("You are on duty from now on. A place that cannot be true is kept, and"
                 " told to whoever holds the roster."), *_place(unit))  # fmt: skip
    return Deed(form, lambda work, said: attending.clock_in(work, position(said, unit)), _beforehand(unit),
                N_("Clocked in."))


def clock_out(unit: Unit) -> Deed:
    """Go, from a place."""
    form = _form("clock_out", N_("Clock out"), N_("You are off duty from now on. Return visits that are yours go to"
                 " those who stay."), *_place(unit))  # fmt: skip
    return Deed(form, lambda work, said: attending.clock_out(work, position(said, unit)), _beforehand(unit),
                N_("Clocked out."))


def _place(unit: Unit) -> tuple[Field, ...]:
    return (_AT_UNIT if unit is not None else _AT_STATION, _POINT, _ACCURACY)


def _beforehand(unit: Unit) -> dict[str, Any]:
    return {"at_unit" if unit is not None else "at_station": True}


def position(said: Answers, unit: Unit) -> Position:
    """Where somebody says they are: on the map where they picked a point, else at their unit, else nowhere."""
    point, exact = said.get("point"), said.get("accuracy")
    if point:
        return Position(point[0], point[1], accuracy=float(exact) if exact else None, found=Found.MAP)
    if said.get("at_unit") and unit is not None:
        return Position(*unit, accuracy=UNIT_ACCURACY_M, found=Found.UNIT)
    return Position(found=Found.STATION) if said.get("at_station") else Position()


def judge(row: Attendance, believe: bool) -> Deed:
    """Look into a doubtful place."""
    remark = Field("remark", N_("Remark"))
    form = (
        _form("judge_attendance", N_("Believe it"), N_("Say why the place is true after all."), remark) if believe else
        _form("judge_attendance", N_("Do not believe it"), N_("Say what was found. The clock-in stays, marked."),
              remark, danger=True)
    )  # fmt: skip
    return Deed(form, lambda work, said: attending.judge_attendance(work, row.id, believe, said["remark"], row.version))


# ---------------------------------------------------------------------- the roster


def _named(what: str, words: Sequence[str]) -> type[StrEnum]:
    """The choices of this moment, each called by its own words."""
    return StrEnum(what, {f"c{place}": word for place, word in enumerate(words)})  # type: ignore[return-value]


def roster(shifts: Sequence[Shift], people: Sequence[Key] = ()) -> Deed:
    """Put people on a shift."""
    form = _form(
        "roster", N_("Put on the roster"), N_("Who is on which shift, from the first to the last day."),
        Field("people", N_("Who"), Sort.READERS, many=True),
        Field("shift", N_("Shift"), Sort.CHOICE, choices=_named("Shifts", [one.words for one in shifts])),
        Field("first_day", N_("First day"), Sort.DAY), Field("last_day", N_("Last day"), Sort.DAY),
    )  # fmt: skip

    def run(work: Work, said: Answers) -> Any:
        first, last = said["first_day"], said["last_day"]
        if last < first:
            raise Incomplete(N_("The last day lies before the first one."), field="last_day")
        shift = next(one.code for one in shifts if one.words == said["shift"])
        days = [first + n * A_DAY for n in range(min((last - first).days, rostering.LONGEST) + 1)]
        return rostering.roster(work, said["people"], shift, days)

    return Deed(form, run, {"people": list(people)} if people else None, N_("The roster is changed."))


def unroster(entry: RosterEntry) -> Deed:
    """Take somebody off a shift."""
    form = _form("unroster", N_("Take off the roster"), N_("The duty is withdrawn, and stays in the books."),
                 Field("reason", N_("Reason")), danger=True)  # fmt: skip
    return Deed(form, lambda work, said: rostering.unroster(work, entry.id, said["reason"], entry.version))


def ask_swap(own: Sequence[tuple[RosterEntry, str]], other: RosterEntry) -> Deed:
    """Ask somebody to swap that shift for one of one's own."""
    form = _form("ask_swap", N_("Ask to swap"), N_("They have to agree, and then somebody who holds the roster."),
                 Field("mine", N_("My shift"), Sort.CHOICE, choices=_named("Mine", [words for _e, words in own])),
                 Field("reason", N_("Reason")))  # fmt: skip

    def run(work: Work, said: Answers) -> Any:
        mine = next(entry.id for entry, words in own if words == said["mine"])
        return leaving.ask_swap(work, mine, other.id, said["reason"])

    return Deed(form, run, None, N_("Asked."))


# ---------------------------------------------------------------------- leave and swaps


def ask_leave() -> Deed:
    """Ask to be away."""
    form = _form("ask_leave", N_("Ask for leave"),
                 N_("Whole days, both included. Whoever holds your roster rules on it."),
                 Field("sort", N_("Kind"), Sort.CHOICE, choices=LeaveSort),
                 Field("first_day", N_("First day"), Sort.DAY), Field("last_day", N_("Last day"), Sort.DAY),
                 Field("reason", N_("Reason")))  # fmt: skip
    return Deed(form, lambda work, said: leaving.ask_leave(work, said["sort"], said["first_day"], said["last_day"],
                                                           said["reason"]), None, N_("Asked."))  # fmt: skip


def of_leave(row: Leave, mine: bool) -> list[Deed]:
    """What can be done about a leave."""
    if mine:
        back = _form("withdraw_leave", N_("Take back"), "")
        return [Deed(back, lambda work, _said: leaving.withdraw_leave(work, row.id, row.version))]
    return [Deed(form, lambda work, said, yes=yes: leaving.rule_leave(  # type: ignore[misc]
        work, row.id, yes, said["ruling"], row.version)) for form, yes in _rulings("rule_leave")]  # fmt: skip


def of_swap(row: Swap, person: Key) -> list[Deed]:
    """What can be done about a swap, by that person."""
    back = Deed(_form("withdraw_swap", N_("Take back"), ""),
                lambda work, _said: leaving.withdraw_swap(work, row.id, row.version))  # fmt: skip
    if person == row.person_id:
        return [back]
    if person == row.other_person_id:
        return [_answer(row, N_("Agree"), True), _answer(row, N_("Refuse"), False)] if row.state == "asked" else [back]
    return [Deed(form, lambda work, said, yes=yes: leaving.rule_swap(  # type: ignore[misc]
        work, row.id, yes, said["ruling"], row.version)) for form, yes in _rulings("rule_swap")]  # fmt: skip


def _answer(row: Swap, label: str, agree: bool) -> Deed:
    form = _form("answer_swap", label, "", danger=not agree)
    return Deed(form, lambda work, _said: leaving.answer_swap(work, row.id, agree, row.version))


def _rulings(name: str) -> list[tuple[Move, bool]]:
    return [(_form(name, N_("Approve"), "", _RULING), True),
            (_form(name, N_("Refuse"), "", _RULING, danger=True), False)]  # fmt: skip


# ---------------------------------------------------------------------- the roll and the handover


def call_roll(squad: Key | None, minutes: int) -> Deed:
    """Call the roll."""
    form = _form("call_roll", N_("Call the roll"), N_("Everybody on duty or on shift answers at their station, or is"
                 " ticked by you. Who has not answered when the time is over stands there as missing."),
                 Field("minutes", N_("Minutes"), Sort.NUMBER))  # fmt: skip
    return Deed(form, lambda work, said: attending.call_roll(work, squad, said["minutes"]), {"minutes": minutes},
                N_("The roll is being called."))


def tick(call: RollCall, person: Key) -> Deed:
    """Tick somebody who is there."""
    form = _form("answer_roll", N_("Is here"), "")
    return Deed(form, lambda work, _said: attending.answer_roll(work, call.id, person))


def offer_handover() -> Deed:
    """Sign as the outgoing supervisor."""
    form = _form("offer_handover", N_("Sign and hand over"),
                 N_("The brief of this moment is kept as it is. Whoever takes over signs it too, at any station."),
                 Field("words", N_("What you add"), required=False))  # fmt: skip
    return Deed(form, lambda work, said: handing_over.offer_handover(work, said.get("words") or ""), None,
                N_("Signed: the handover waits for its second signature."))


def of_handover(row: Handover, person: Key) -> list[Deed]:
    """What can be done about a handover that waits, by that person."""
    if person == row.outgoing_by_id:
        form = _form("withdraw_handover", N_("Take the handover back"), "")
        return [Deed(form, lambda work, _said: handing_over.withdraw_handover(work, row.id, row.version))]
    form = _form("sign_handover", N_("Sign and take over"), "")
    return [Deed(form, lambda work, _said: handing_over.sign_handover(work, row.id, row.version), None,
                 N_("Signed by both: the shift is yours."))]  # fmt: skip
