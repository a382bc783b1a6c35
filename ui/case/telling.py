"""The timeline in words: each operation of a case's life as who, what, the evidence, and what it changed."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Contact, Note, Photo, Promise, Visit
from commandcenter.domain.inspection import CaseCheck, Finding
from commandcenter.domain.journal import HIDDEN, JournalLine
from commandcenter.domain.limits import Limit
from commandcenter.domain.matters import Matter
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rulings import Directive, Request
from commandcenter.domain.sentences import measured_length
from commandcenter.domain.units import Squad
from commandcenter.domain.wording import WORDS
from commandcenter.i18n import N_, _
from commandcenter.live.picture import Picture
from commandcenter.queries.history import Entry, Life
from ui.widgets.timeline import Entry as Line
from ui.wording import choice, moment, name_of, station_name

TONES = {
    "send_back": "urgent", "break_promise": "urgent", "decline": "urgent", "cancel": "urgent", "reopen": "urgent",
    "ask_return": "late", "ask_suspension": "late", "ask_extension": "late", "chase": "late", "supervise": "urgent",
    "circulate": "urgent", "refuse": "late", "name_conflict": "late", "seal": "urgent", "unseal": "late",
    "add_finding": "urgent", "recheck": "late", "rectify": "ok", "check_case": "quiet",
    "keep": "ok", "approve": "ok", "resolve": "ok", "visit": "ok", "agree": "ok",
    "reveal": "quiet", "remark": "quiet", "amend": "quiet", "attach_photo": "quiet", "make_document": "quiet",
}  # fmt: skip

BY_RULE = "climb_by_rule"
"""What a rule of the district does at a station is nobody's own deed."""
_OTHER_DEEDS = {
    "import": N_("Imported from a file"), "sign_in": N_("Signed in"), "make_document": N_("Document made"),
    BY_RULE: N_("Pressed by rule"),
    "check_case": N_("Checked by inspection"), "add_finding": N_("Found by inspection"), "rectify": N_("Put right"),
    "recheck": N_("Looked at again"), "withdraw_finding": N_("Finding withdrawn"),
    "dismiss_sign": N_("Sign put aside"), "inform_all": N_("A word is owed to everybody"),
}  # fmt: skip

LABELS: dict[str, str] = {
    "state": N_("State"), "urgency": N_("Urgency"), "matter_id": N_("Matter"), "place_words": N_("Place"),
    "title": N_("Title"), "owner_id": N_("Owner"), "rung": N_("Ladder"), "round": N_("Round"),
    "officer_id": N_("Responsible officer"), "squad_id": N_("Squad of the area"),
    "resolve_due_at": N_("Resolve by"), "contact_due_at": N_("First contact by"), "accept_due_at": N_("Accept by"),
    "extension": N_("Extensions in all"), "suspended_until": N_("Suspended until"), "enforced": N_("Enforced"),
    "named": N_("About"), "confidential": N_("Confidential"), "words": N_("Words"), "caller_mask": N_("Caller"),
    "due_at": N_("By when"), "outcome": N_("Outcome"), "ruling": N_("Ruling"), "disposition": N_("Disposition"),
    "closing_text": N_("Closing text"), "cancel_reason": N_("Reason"), "answer": N_("Answer"),
    "sealed_for": N_("Seen only by"),
    "rectification": N_("How it was put right"), "verdict": N_("What was seen"),
}  # fmt: skip
"""The fields whose changes are worth a line, in the order of their lines; the others follow or are bookkeeping."""
_PLACE = {name: place for place, name in enumerate(LABELS)}
_KINDS = tuple(kind.kind() for kind in (Case, Complaint, Assignment, Request, Promise))
"""Whose change of a field is told first."""
_TOLD_ELSEWHERE = frozenset({
    "closing_text", "ruling", "outcome", "answer", "cancel_reason", "rectification", "verdict",
})  # fmt: skip
_OWN_STATE = frozenset({"finding", "case_file", "promise", "request", "complaint"})


class Teller:
    """Puts the entries of one life into words of the language spoken now."""

    def __init__(self, life: Life, picture: Picture, *, documents: bool = False) -> None:
        """``documents``: whoever reads it may make documents that are missing."""
        self._life, self._picture, self._documents = life, picture, documents
        self._complaints = {c.id: c for c in life.complaints}

    def lines(self) -> list[Line]:
        """Every entry as a line of the timeline."""
        return [self.line(entry) for entry in self._life.timeline]

    def line(self, entry: Entry) -> Line:
        """One entry."""
        details = list(dict.fromkeys([*self._evidence(entry), *self._changes(entry)]))
        said = "\n".join(details)
        if entry.reason and entry.reason not in said:
            details.append(_("Reason: {reason}", reason=entry.reason))
        return Line(
            key=entry.operation_id, at=entry.at, who=self._who(entry), what=deed(entry.operation),
            detail="\n".join(details), tone=TONES.get(entry.operation, "accent"),
            link=self._link(entry),
        )  # fmt: skip

    def _link(self, entry: Entry) -> str:
        """What can be opened, or made, from this entry."""
        if self._life.document_of(entry) is not None:
            return _("Show the document")
        if any(isinstance(record, Photo) for record in entry.evidence):
            return _("Show the picture")
        return _("Make the document") if self._documents and self._life.lacks_document(entry) else ""

    def _who(self, entry: Entry) -> str:
        name = entry.actor.name if entry.actor else _("the system")
        if entry.operation == BY_RULE:
            return name if entry.actor is None else _("the system, at the station of {person}", person=name)
        squad = name_of(self._picture, Squad, entry.actor.squad_id, "") if entry.actor else ""
        return " · ".join(part for part in (name, squad, station_name(entry.station)) if part)

    def person(self, key: Key | None, otherwise: str = "?") -> str:
        """Somebody's name."""
        known = self._life.people.get(key or "")
        return known.name if known else name_of(self._picture, Person, key, otherwise)

    def squad(self, key: Key | None) -> str:
        """A squad's name."""
        return name_of(self._picture, Squad, key)

    # ------------------------------------------------------------------ evidence

    def _evidence(self, entry: Entry) -> Iterator[str]:
        for record in entry.evidence:
            yield from (part for part in _EVIDENCE[type(record)](self, record) if part)
        for line in entry.lines:
            if line.kind == Complaint.kind() and line.version == 1 and line.key in self._complaints:
                said = self._complaints[line.key]
                yield from (part for part in (f"{said.number} · {choice(said.channel)} {said.caller_mask}".strip(),
                                              said.words) if part)  # fmt: skip
            if line.version > 1 and line.kind != Assignment.kind():
                told = (line.changes[name] for name in sorted(_TOLD_ELSEWHERE) if name in line.changes)
                yield from (str(after) for _before, after in told if after)

    def _of_assignment(self, work: Assignment) -> list[str]:
        why = _("Why: {why}", why=work.reason) if work.reason else ""
        return [f"{choice(work.part)} · {self.squad(work.squad_id)}", why, work.note]

    def _of_contact(self, contact: Contact) -> list[str]:
        said = self._complaints.get(contact.complaint_id or "")
        whom = said.caller_mask or said.number if said else ""
        lasted = measured_length(contact.duration_s)
        facts = (choice(contact.means), choice(contact.outcome), lasted, whom, moment(contact.contacted_at))
        return [" · ".join(part for part in facts if part), contact.words]

    def _of_promise(self, promise: Promise) -> list[str]:
        return [_("To {whom}, by {moment}", whom=promise.to_whom, moment=moment(promise.due_at)), promise.what]

    def _of_note(self, note: Note) -> list[str]:
        return [note.words]

    def _of_photo(self, photo: Photo) -> list[str]:
        return [" · ".join(part for part in (side_word(photo.side), photo.name) if part)]

    def _of_visit(self, visit: Visit) -> list[str]:
        facts = [choice(visit.outcome)]
        if visit.solved is not None:
            facts.append(_("solved") if visit.solved else _("not solved"))
        if visit.satisfied is not None:
            facts.append(_("satisfied: {n} of 5", n=visit.satisfied))
        return [" · ".join(facts), visit.words]

    def _of_request(self, request: Request) -> list[str]:
        amount = Limit.parse(request.amount).words() if request.amount else ""
        return [" · ".join(part for part in (choice(request.ask), amount) if part), request.reason,
                _("Basis: {basis}", basis=request.basis) if request.basis else ""]  # fmt: skip

    def _of_check(self, sheet: CaseCheck) -> list[str]:
        return [_("{yes} of {n} in order", yes=sum(sheet.answers.values()), n=len(sheet.answers)), sheet.remark]

    def _of_finding(self, one: Finding) -> list[str]:
        return [f"{self.squad(one.squad_id)} · {choice(one.severity)}", one.words]

    def _of_directive(self, directive: Directive) -> list[str]:
        made = directive.number is None or any(photo.directive_id == directive.id for photo in self._life.photos)
        return [directive.number or "", directive.said, "" if made else _("Its document is not made yet.")]

    # ------------------------------------------------------------------ before → after

    def _changes(self, entry: Entry) -> Iterator[str]:
        moved = {line.kind for line in entry.lines if line.version > 1 and "state" in line.changes}
        told = [(line, name) for line in entry.lines if line.version > 1 for name in line.changes if name in LABELS]
        for line, name in sorted(told, key=_in_order):
            before, after = line.changes[name]
            if name == "state" and line.kind not in _OWN_STATE and Case.kind() in moved:
                continue  # the case's state follows its lead's: said once
            if name not in _TOLD_ELSEWHERE and not (before in _EMPTY and after in _EMPTY):
                yield self._change(line, name, before, after)

    def _change(self, line: JournalLine, name: str, before: Any, after: Any) -> str:
        label = _(LABELS[name])
        if name == "state" and line.kind == Complaint.kind() and line.key in self._complaints:
            label = f"{label} · {self._complaints[line.key].number}"
        if HIDDEN in (before, after):
            return _("{label}: changed", label=label)
        return _("{label}: {before} → {after}", label=label, before=self.value(name, before, line.kind),
                 after=self.value(name, after, line.kind))  # fmt: skip

    def value(self, name: str, value: Any, kind: str = "") -> str:
        """A value of the journal, of that kind of record, in words."""
        if value in _EMPTY:
            return "–"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if name.endswith("_at") or name == "suspended_until":
            return moment(dt.datetime.fromisoformat(value))
        if name == "extension":
            return Limit.parse(value).words()
        if name in ("named", "sealed_for"):
            return _(", ").join(self._anybody(key) for key in value)
        if name.endswith("_id"):
            return self._anybody(value)
        return choice(value, kind) if value in WORDS else str(value)

    def _anybody(self, key: Key) -> str:
        matter = name_of(self._picture, Matter, key)
        return self.person(key, name_of(self._picture, Squad, key, matter))


def _in_order(told: tuple[JournalLine, str]) -> tuple[int, int]:
    """The databases give the changes of a line, and the lines of a deed, in orders of their own."""
    line, name = told
    return _PLACE[name], _KINDS.index(line.kind) if line.kind in _KINDS else len(_KINDS)


_EMPTY: tuple[Any, ...] = (None, "", [], {})

_EVIDENCE: dict[type[Record], Callable[[Teller, Any], list[str]]] = {
    Assignment: Teller._of_assignment, Contact: Teller._of_contact, Promise: Teller._of_promise,
    Note: Teller._of_note, Photo: Teller._of_photo, Visit: Teller._of_visit, Request: Teller._of_request,
    Directive: Teller._of_directive, CaseCheck: Teller._of_check, Finding: Teller._of_finding,
}  # fmt: skip


def deed(operation: str) -> str:
    """What was done, in words."""
    move = BY_NAME.get(operation)
    if move is not None:
        return _(move.label)
    return _(_OTHER_DEEDS[operation]) if operation in _OTHER_DEEDS else operation


def side_word(side: str) -> str:
    """Which side of a pair a picture shows."""
    return {"before": _("before"), "after": _("after")}.get(side, side)

