"""The board of what is owed: by which person, squad or kind its rows are grouped, and what each row says."""

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.matters import Urgency
from commandcenter.domain.people import Person, Right, Role
from commandcenter.domain.units import Squad
from commandcenter.domain.wording import word
from commandcenter.i18n import N_, _
from commandcenter.live.owing import Debt, Owed, Owing
from commandcenter.live.picture import Picture
from ui.followup.calling import tries_words
from ui.map.standing import is_stale
from ui.onlookers import onlooker_tone
from ui.room import Room
from ui.tables.column import Column, Paint
from ui.tables.grouped import Group, Heading
from ui.wording import Running, ago, choice, name_of, tone_of


class By(StrEnum):
    """How the board is grouped."""

    OFFICER = "officer"
    SQUAD = "squad"
    MINE = "mine"
    VISITS = "visits"


TITLES = {By.OFFICER: N_("Officers"), By.SQUAD: N_("Squads"), By.MINE: N_("Mine"), By.VISITS: N_("Visits")}
TIPS = {
    By.OFFICER: N_("What each officer owes"), By.SQUAD: N_("What each squad owes"), By.MINE: N_("What concerns me"),
    By.VISITS: N_("The return visits that are due, and who makes them"),
}  # fmt: skip

DEBTS: dict[Debt, str] = {
    Debt.DISPATCH: N_("Dispatch"), Debt.ACCEPT: N_("Accept"), Debt.CONTACT: N_("First contact"),
    Debt.RESOLVE: N_("Resolve"), Debt.PROGRESS: N_("A word on progress"), Debt.VISIT: N_("Return visit"),
    Debt.PROMISE: N_("Promise"), Debt.RESUME: N_("Resume"), Debt.RULING: N_("Ruling"),
}  # fmt: skip
_ROOM: dict[Debt, str] = {
    Debt.DISPATCH: N_("Waiting for dispatch"), Debt.VISIT: N_("Return visits"), Debt.RULING: N_("Waiting for a ruling"),
}
"""What the whole room owes, under a heading of its own."""

PERSON, SQUAD, ROOM = "person:", "squad:", "room:"


def usual(person: Person) -> By:
    """How the board is grouped for somebody who never chose: their own, their squad's people, or all squads."""
    if person.has(Role.CAPTAIN) or person.has(Role.INSTRUCTOR):
        return By.OFFICER
    return By.MINE if person.has(Role.OPERATOR) or person.squad_id else By.SQUAD


def offered(person: Person) -> list[By]:
    """How the board can be grouped for somebody: by visits for who makes them or rules over those who do."""
    return [by for by in By if by is not By.VISITS or {Right.VISIT, Right.RULE} & person.rights]


def whose(by: By, person: Person, owing: Owing) -> set[str]:
    """Which rows the board shows: one's own, and for people of a squad never more than their squad's."""
    if by is By.VISITS:
        return owing.concerning(Debt.VISIT) if Right.RULE in person.rights else owing.visits_of(person)
    if by is By.MINE:
        return owing.of_person(person)
    if person.squad_id and Right.DISPATCH not in person.rights and Right.RULE not in person.rights:
        return owing.concerning(person.squad_id) | owing.of_person(person)
    return set(owing.all)


def group_of(by: By) -> Callable[[Owed], str]:
    """The group a row belongs to."""
    mine = lambda one: f"{ROOM}{one.debt}"  # noqa: E731
    return {By.OFFICER: _by_officer, By.SQUAD: _by_squad, By.MINE: mine, By.VISITS: _by_officer}[by]


def rank(picture: Picture) -> Callable[[Owed], Any]:
    """What comes first: what is due first, and of a visit that reached nobody, the moment of its next try."""
    def of(one: Owed) -> Any:
        said = picture.get(Complaint, one.key) if one.debt is Debt.VISIT else None
        still, at, id_ = one.rank
        return (still, max(at, said.visit_again_at) if said is not None and said.visit_again_at else at, id_)

    return of


def _by_officer(one: Owed) -> str:
    if one.holder_id:
        return f"{PERSON}{one.holder_id}"
    return f"{SQUAD}{one.squad_id}" if one.squad_id else f"{ROOM}{one.debt}"


def _by_squad(one: Owed) -> str:
    if one.squad_id:
        return f"{SQUAD}{one.squad_id}"
    return f"{PERSON}{one.holder_id}" if one.holder_id else f"{ROOM}{one.debt}"


class Wording:
    """What the rows of the board say."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.by = By.MINE

    @property
    def _picture(self) -> Picture:
        return self._room.picture

    # ------------------------------------------------------------------ headings

    def heading(self, group: Group, now: dt.datetime) -> Heading:
        """What the row of a group says at ``now``."""
        title, subtitle = self.title(group.id, now)
        return Heading(title, subtitle, len(group.members), sum(one.over(now) for one in group.members))

    def title(self, group: str, now: dt.datetime) -> tuple[str, str]:
        """The name of a group, and a line about it."""
        sort, _colon, key = group.partition(":")
        if f"{sort}:" == ROOM:
            debt = Debt(key)
            if self.by is By.VISITS:
                return _("Nobody's visits"), _("anybody may make them who did not handle the case")
            return (_(DEBTS[debt]) if self.by is By.MINE else _(_ROOM.get(debt, DEBTS[debt]))), ""
        if f"{sort}:" == SQUAD:
            name = name_of(self._picture, Squad, key)
            return (name, self._squad_line(key)) if self.by is By.SQUAD else (
                _("{squad} · nobody yet", squad=name), _("waits for somebody to accept"))
        person = self._picture.get(Person, key)
        return (person.name, self.person_line(person, now)) if person else ("?", "")

    def _squad_line(self, key: str) -> str:
        people = [p for p in self._picture.of(Person).values() if p.squad_id == key and Right.HANDLE in p.rights]
        return _("{n} of {all} on duty", n=sum(p.on_duty for p in people), all=len(people))

    def person_line(self, person: Person, now: dt.datetime) -> str:
        """Squad, on duty or not, and how old the last fix is."""
        parts = [name_of(self._picture, Squad, person.squad_id, ""), _("on duty") if person.on_duty else _("off duty")]
        fix = self._picture.fixes.get(person.id)
        if fix is not None:
            old = is_stale(fix, now)
            seen = _("fix {age}", age=ago(fix.seen_at, now))
            parts.append(f"◆ {seen}" if old else seen)
        elif person.squad_id and person.on_duty:
            parts.append(_("no fix"))
        return " · ".join(part for part in parts if part)

    # ------------------------------------------------------------------ rows

    def columns(self) -> tuple[Column[Any], ...]:
        """The columns of the board. Rows that head a group pass through them without a clock."""
        return (
            Column[Any]("clock", N_("Time left"), paint=Paint.CLOCK, width=138, clock=running),
            Column[Any]("what", N_("What is owed"), self._what, paint=Paint.TWO_LINE, width=0, subtitle=self._about,
                        mark=self._others),
            Column[Any]("urgency", N_("Urgency"), _urgency, paint=Paint.BADGE, align="right", width=80,
                         tone=lambda one: tone_of(one.urgency)),
        )  # fmt: skip

    def _others(self, one: Owed | Group) -> str:
        return "" if isinstance(one, Group) else onlooker_tone(self._room, Case.kind(), one.case_id)

    def _what(self, one: Owed | Group) -> str:
        if isinstance(one, Group):
            return ""
        said = _(DEBTS[one.debt])
        if one.debt is Debt.RULING:
            said = f"{said} · {word(one.what)}"
        if self.by in {By.MINE, By.VISITS} and one.debt not in {Debt.PROMISE, Debt.RULING}:
            return one.title  # what is owed stands in the heading of the group
        return f"{said} · {one.what}" if one.debt is Debt.PROMISE else f"{said} · {one.title}"

    def _about(self, one: Owed | Group) -> str:
        if isinstance(one, Group):
            return ""
        case = self._picture.get(Case, one.case_id)
        parts = [one.number, case.place_words if case else ""]
        said = self._picture.get(Complaint, one.key) if one.debt is Debt.VISIT else None
        if said is not None and said.visit_tries:
            tries = self._picture.rules.number("visit.tries")
            parts.insert(1, tries_words(said, tries, self._room.now()))
        if self.by not in {By.OFFICER, By.VISITS} and one.holder_id:
            parts.insert(1, name_of(self._picture, Person, one.holder_id, ""))
        if self.by is By.MINE and one.squad_id and not one.holder_id:
            parts.insert(1, name_of(self._picture, Squad, one.squad_id, ""))
        return " · ".join(part for part in parts if part)


def _urgency(one: Owed | Group) -> str:
    return choice(one.urgency) if isinstance(one, Owed) and one.urgency == Urgency.URGENT else ""


def running(one: Owed | Group) -> Running | None:
    """The clock of a row; None for a heading, and where no moment is set."""
    if isinstance(one, Group) or one.due_at is None:
        return None
    return Running(one.since_at, one.due_at, one.standing_still)
