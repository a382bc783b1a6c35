"""What a fact of the journal says, in words: who saw, took out, missed, was given or lost what."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from commandcenter.domain.journal import HIDDEN
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad, Workstation
from commandcenter.i18n import N_, _, ngettext
from commandcenter.live.picture import Picture
from commandcenter.operations.signing import waiting
from commandcenter.queries.oversight import CHANGE_PASSWORD, Fact, Sort
from ui.wording import choice, local, name_of

SORTS: dict[Sort, str] = {
    Sort.REVEAL: N_("Identity shown"), Sort.EXPORT: N_("Export"), Sort.REFUSAL: N_("Sign-in refused"),
    Sort.RIGHTS: N_("Rights"), Sort.NUMBERS: N_("Numbers tried"), Sort.SIGN_OUT: N_("Signed out"),
    Sort.SEAL: N_("Seal"),
}  # fmt: skip
TONES: dict[Sort, str] = {
    Sort.REVEAL: "accent", Sort.EXPORT: "accent", Sort.REFUSAL: "urgent", Sort.RIGHTS: "late", Sort.NUMBERS: "urgent",
    Sort.SIGN_OUT: "quiet", Sort.SEAL: "late",
}  # fmt: skip
LISTS = {
    "archive": N_("the archive"), "figures": N_("the figures"), "security": N_("the security list"),
    "inspection": N_("the quarterly sheet"), "bulletin": N_("a bulletin"), "document": N_("a document of a case"),
}  # fmt: skip
"""What may be taken out, as it is called in a sentence."""
A_MOMENT = dt.timedelta(microseconds=1)
_MARK = 8
"""Characters of a login's hash that tell it from another one in a list."""


class Saying:
    """Words for facts, with the names the picture knows."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture

    def who(self, fact: Fact) -> str:
        """Who did it. Nobody knows who typed a password that was refused."""
        if fact.sort is Sort.NUMBERS:
            return self.person(fact.subject_id)
        return "" if fact.sort is Sort.REFUSAL else self.person(fact.actor_id)

    def person(self, key: Key | None) -> str:
        """Somebody's name; what is nobody's is the program's own doing."""
        person = self._picture.get(Person, key)
        return person.name or person.login if person is not None else _("the program")

    def what(self, fact: Fact) -> str:
        """What was done, in one sentence."""
        match fact.sort:
            case Sort.REVEAL:
                return _("Saw who called, on {number}", number=fact.number)
            case Sort.EXPORT:
                return _("{n} rows of {list} into {file}", n=_after(fact, "row_count"), file=_after(fact, "file"),
                         list=_(LISTS[_after(fact, "what")]))  # fmt: skip
            case Sort.REFUSAL:
                return self._missed(fact)
            case Sort.NUMBERS:
                return _("Tried {n} telephone numbers", n=_after(fact, "tried"))
            case Sort.SEAL:
                return self._sealed(fact)
            case Sort.SIGN_OUT:
                return _("{person} was signed out everywhere", person=self.person(fact.subject_id))
        return _("{person}: {changes}", person=self.person(fact.subject_id), changes=" · ".join(self._given(fact)))

    def _sealed(self, fact: Fact) -> str:
        number, people = fact.number or _("a case"), _after(fact, "sealed_for")
        if people is None:
            return _("Opened the seal of {number}", number=number)
        return _("Sealed {number}, for {people}", number=number, people=_(", ").join(map(self.person, people)))

    def why(self, fact: Fact) -> str:
        """The reason somebody gave, or what a list was narrowed by."""
        if fact.sort is Sort.NUMBERS:
            return _("in files, or beyond what calls bring")
        if _after(fact, "tries"):
            by = _("written down in the name of {person}", person=self.person(fact.actor_id))
            return f"{_span(_after(fact, 'since_at'), _after(fact, 'refused_at'))} · {by}"
        return self._sought(_after(fact, "sought") or {}) if fact.sort is Sort.EXPORT else fact.reason

    def _missed(self, fact: Fact) -> str:
        n = _after(fact, "failures")
        if n:
            seconds = waiting(n, fact.at, fact.at)
            said = _("Wrong password of {person}, {n} in a row", person=self.person(fact.subject_id), n=n)
            return f"{said} · {_('locked out for {seconds} s', seconds=seconds)}" if seconds else said
        if _after(fact, "tries"):
            return self._refused_by_server(fact)
        if fact.subject_id:
            return _("{person} is out of use and was not let in", person=self.person(fact.subject_id))
        return _("A login that is nobody's ({mark})", mark=str(_after(fact, "login_hash"))[:_MARK])

    def _refused_by_server(self, fact: Fact) -> str:
        n, mark = _after(fact, "tries"), str(_after(fact, "login_hash"))[:_MARK]
        if fact.subject_id:
            return ngettext("{n} sign-in of {person} was refused", "{n} sign-ins of {person} were refused", n,
                            person=self.person(fact.subject_id))  # fmt: skip
        if mark:
            return ngettext("{n} sign-in with a login that is nobody's was refused ({mark})",
                            "{n} sign-ins with a login that is nobody's were refused ({mark})", n, mark=mark)
        return ngettext("{n} sign-in with other logins was refused", "{n} sign-ins with other logins were refused", n)

    def _given(self, fact: Fact) -> Iterator[str]:
        changes = fact.changes
        if "password_hash" in changes:
            yield _("first password") if fact.first else _("new password")
        if fact.first and "login" in changes:
            yield _("added")
        if "roles" in changes:
            yield self._turned(_("roles"), *(self._roles(said) for said in changes["roles"]))
        if "squad_id" in changes:
            yield self._turned(_("squad"), *(self._squad(key) for key in changes["squad_id"]))
        if "disabled" in changes and not fact.first:
            yield _("put out of use") if changes["disabled"][1] else _("may sign in again")
        if fact.operation == CHANGE_PASSWORD:
            yield _("chose a password of their own")
        elif _after(fact, "password_given_at"):
            yield _("was given a password")
        if "failures" in changes and "password_hash" not in changes:
            yield _("misses forgotten")

    @staticmethod
    def _turned(what: str, before: str, after: str) -> str:
        return f"{what} {before} → {after}" if before else f"{what} {after}"

    @staticmethod
    def _roles(said: list[str] | None) -> str:
        return _(", ").join(choice(role) for role in said or ()) or ("" if said is None else _("none"))

    def _squad(self, key: Key | None) -> str:
        return name_of(self._picture, Squad, key, _("none") if key is None else "?")

    def _sought(self, sought: Mapping[str, Any]) -> str:
        names: dict[str, Any] = {
            "squad_id": self._squad, "person_id": self.person, "officer_id": self.person, "channel": choice,
            "workstation_id": lambda key: getattr(self._picture.get(Workstation, key), "name", "?"),
            "matter_id": lambda key: getattr(self._picture.get(Matter, key), "name", "?"),
            "state": choice, "sort": lambda sort: _(SORTS[Sort(sort)]),
            "since_at": lambda at: _("from {day}", day=_day(at)),
            "until_at": lambda at: _("to {day}", day=_day(at, before=A_MOMENT)),
        }  # fmt: skip
        return " · ".join(str(names.get(name, str)(value)) for name, value in sought.items())


def _day(at: str, before: dt.timedelta = dt.timedelta()) -> str:
    return f"{local(dt.datetime.fromisoformat(at) - before):%Y-%m-%d}"


def _span(since: str, until: str) -> str:
    begin, end = (local(dt.datetime.fromisoformat(at)) for at in (since, until))
    said = f"{begin:%Y-%m-%d %H:%M}"
    if end - begin < dt.timedelta(minutes=1):
        return said
    return f"{said} – {end:%H:%M}" if begin.date() == end.date() else f"{said} – {end:%Y-%m-%d %H:%M}"


def _after(fact: Fact, name: str) -> Any:
    """What a line says a field holds since; a secret's mark is no value."""
    value = fact.changes.get(name, (None, None))[1]
    return None if value == HIDDEN else value
