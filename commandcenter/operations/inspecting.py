"""Inspection 纠察: samples are drawn, cases checked, findings followed until they are put right.

An inspector changes nothing but these records; the squad whose finding it is says how it was put right.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Visit
from commandcenter.domain.inspection import CaseCheck, Check, Finding, FindingState, Sample, Severity, Target, draw
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key, new_key
from commandcenter.domain.words import clean
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete, NotAllowed
from commandcenter.i18n import N_

LARGEST_SAMPLE = 500
"""Nobody looks at more cases by hand; a larger number is a slip."""


def draw_sample(
    work: Work, *, size: int, since_at: dt.datetime, until_at: dt.datetime, target: str = Target.ALL,
    squad: Key | None = None, seed: str = "",
) -> Key:  # fmt: skip
    """Draw closed cases to look at. Without a ``seed`` one is made; with it the draw can be made again.

    Refused where there is nothing to draw from. Returns the key of the sample.
    """
    _inspects(work)
    if not 1 <= size <= LARGEST_SAMPLE:
        raise Incomplete(N_("A sample has from 1 to {most} cases."), field="size", most=LARGEST_SAMPLE)
    if since_at >= until_at:
        raise Incomplete(N_("The period ends before it begins."), field="until_at")
    found = work.session.scalars(candidates(Target(target), since_at, until_at, squad)).all()
    if not found:
        raise Incomplete(N_("No case was closed in that period that meets this: nothing to draw from."), field="target")
    seed = clean(seed)[:64] or new_key()[-6:]
    return work.add(Sample(
        drawn_by_id=work.actor.id, drawn_at=work.now, seed=seed, target=str(target), since_at=since_at,
        until_at=until_at, squad_id=squad, size=size, population=len(found), cases=draw(seed, found, size),
    )).id  # fmt: skip


def candidates(target: Target, since_at: dt.datetime, until_at: dt.datetime, squad: Key | None) -> Select[Any]:
    """The keys of the closed cases a sample of that target is drawn from, as a question."""
    where = [Case.state == str(CaseState.CLOSED), Case.historic.is_(False), Case.closed_at >= since_at,
             Case.closed_at < until_at, *_MEETING[target]]  # fmt: skip
    if squad is not None:
        where.append(exists().where(Assignment.id == Case.lead_id, Assignment.squad_id == squad))
    return select(Case.id).where(*where)


_LEAD = Assignment.id == Case.lead_id
_COMPLAINED = Complaint.case_id == Case.id
_MEETING: Mapping[Target, tuple[ColumnElement[bool], ...]] = {
    Target.ALL: (),
    Target.REDONE: (Case.round > 1,),
    Target.LATE: (exists().where(_LEAD, Assignment.resolved_at > Assignment.resolve_due_at),),
    Target.UNHAPPY: (
        exists().where(_COMPLAINED, Visit.complaint_id == Complaint.id,
                       or_(Visit.solved.is_(False), Visit.satisfied <= 2)),
    ),
    Target.RETURNED: (Case.hops > 0,),
    Target.UNREACHED: (
        exists().where(_COMPLAINED),
        ~exists().where(_COMPLAINED, Complaint.state != str(ComplaintState.UNREACHABLE)),
    ),
}  # fmt: skip


def check_case(
    work: Work, case: Key, *, answers: Mapping[str, bool], remark: str = "", sample: Key | None = None,
    words: Mapping[str, str] | None = None, severity: str = Severity.MINOR,
) -> Key:  # fmt: skip
    """Fill in the check sheet of a closed case. Each "no" is a finding, with the ``words`` said to it.

    Refused for who handled the case, where nothing was answered, and where the same sample has its sheet already.
    Returns the key of the sheet.
    """
    _inspects(work)
    looked_at = _visible(work, case)
    answered = {str(Check(name)): bool(said) for name, said in answers.items()}
    if not answered:
        raise Incomplete(N_("Please answer at least one question of the sheet."), field="answers")
    wrong = [name for name, right in answered.items() if not right]
    said = {name: clean((words or {}).get(name) or "") for name in wrong}
    missing = next((name for name in wrong if not said[name]), None)
    if missing:
        raise Incomplete(N_("Please say what was found wrong."), field=missing)
    if sample is not None:
        _still_to_check(work, sample, case)
    lead = work.session.get(Assignment, looked_at.lead_id) if looked_at.lead_id else None
    if wrong and lead is None:
        raise IllegalMove(N_("No squad handled this case: nobody can be asked to put it right."))
    sheet = work.add(CaseCheck(
        case_id=case, sample_id=sample, squad_id=lead.squad_id if lead else None, checked_by_id=work.actor.id,
        checked_at=work.now, answers=answered, remark=clean(remark),
    ))  # fmt: skip
    for name in wrong:
        if lead is not None:
            _find(work, lead.squad_id, looked_at, name, said[name], Severity(severity), lead.officer_id, sheet.id)
    return sheet.id


def add_finding(
    work: Work, case: Key, *, about: str, words: str, severity: str = Severity.MINOR, squad: Key | None = None,
    officer: Key | None = None,
) -> Key:  # fmt: skip
    """Something found without a check sheet, as in a complaint about conduct. The squad is the lead's unless named."""
    _inspects(work)
    looked_at = _visible(work, case)
    lead = work.session.get(Assignment, looked_at.lead_id) if looked_at.lead_id else None
    whose = work.get(Person, officer).squad_id if officer else None
    asked = squad or whose or (lead.squad_id if lead else None)
    if asked is None:
        raise Incomplete(N_("Please say which squad has to put it right."), field="squad")
    if not clean(words):
        raise Incomplete(N_("Please say what was found wrong."), field="words")
    return _find(work, asked, looked_at, about, clean(words), Severity(severity), officer, None)


def rectify(work: Work, finding: Key, *, words: str, seen: int | None = None) -> Key:
    """The squad says how it was put right. Its captain or political instructor only."""
    row = work.get(Finding, finding, seen)
    if Right.RECTIFY not in work.actor.rights or work.actor.squad_id != row.squad_id:
        raise NotAllowed(N_("Only the captain or the political instructor of that squad says how it was put right."))
    _in_state(row, FindingState.TO_RECTIFY)
    if not clean(words):
        raise Incomplete(N_("Please say how it was put right."), field="words")
    row.state, row.rectification = str(FindingState.TO_RECHECK), clean(words)
    row.rectified_at, row.rectified_by_id = work.now, work.actor.id
    row.recheck_limit = work.rules.text("inspection.recheck")
    row.recheck_due_at = work.rules.after(work.now, row.recheck_limit)
    return finding


def recheck(work: Work, finding: Key, *, settled: bool, words: str, seen: int | None = None) -> Key:
    """Look at it again: settled, or to be put right once more, with its whole limit anew."""
    _inspects(work)
    row = work.get(Finding, finding, seen)
    _in_state(row, FindingState.TO_RECHECK)
    if not clean(words):
        raise Incomplete(N_("Please say what was seen."), field="words")
    row.verdict, row.rechecked_at, row.rechecked_by_id = clean(words), work.now, work.actor.id
    row.recheck_limit, row.recheck_due_at = "", None
    if settled:
        row.state = str(FindingState.SETTLED)
    else:
        row.state, row.round = str(FindingState.TO_RECTIFY), row.round + 1
        row.rectified_at = row.rectified_by_id = None
        _clock(work, row)
    return finding


def withdraw_finding(work: Work, finding: Key, *, reason: str, seen: int | None = None) -> Key:
    """It was no finding: the inspector takes it back and says why. It stays in the books."""
    _inspects(work)
    row = work.get(Finding, finding, seen)
    if not row.open:
        raise IllegalMove(N_("The finding is settled already."))
    if not clean(reason):
        raise Incomplete(N_("Please give a reason."), field="words")
    row.state, row.verdict = str(FindingState.WITHDRAWN), clean(reason)
    row.rechecked_at, row.rechecked_by_id, row.recheck_due_at = work.now, work.actor.id, None
    work.reason = row.verdict
    return finding


def _inspects(work: Work) -> None:
    if Right.INSPECT not in work.actor.rights:
        raise NotAllowed(N_("{person} has no right to inspect."), person=work.actor.name)


def _visible(work: Work, key: Key) -> Case:
    """The case as an inspector may look at it: not a sealed one that names others, not one about themselves."""
    case = work.get(Case, key)
    if not case.is_for(work.actor.id):
        raise NotAllowed(N_("The case is sealed: it is there for the people named alone."))
    if work.actor.id in case.named:
        raise NotAllowed(N_("The case is about you: somebody else looks at it."))
    return case


def _still_to_check(work: Work, sample: Key, case: Key) -> None:
    if case not in work.get(Sample, sample).cases:
        raise IllegalMove(N_("The case was not drawn in this sample."))
    done = work.all(CaseCheck, CaseCheck.sample_id == sample, CaseCheck.case_id == case)
    if done:
        person = work.session.get(Person, done[0].checked_by_id)
        raise IllegalMove(N_("{person} has checked this case already."), person=person.name if person else "?")


def _find(
    work: Work, squad: Key, case: Case, about: str, words: str, severity: Severity, officer: Key | None,
    sheet: Key | None,
) -> Key:  # fmt: skip
    row = Finding(
        id=new_key(), case_id=case.id, case_check_id=sheet, about=str(Check(about)), severity=str(severity),
        state=str(FindingState.TO_RECTIFY), words=words, squad_id=squad, officer_id=officer,
        found_by_id=work.actor.id, found_at=work.now, round=1,
    )  # fmt: skip
    _clock(work, row)
    return work.add(row).id


def _clock(work: Work, row: Finding) -> None:
    """What is to be put right has its whole limit, from now."""
    serious = row.severity == Severity.SERIOUS
    row.rectify_from_at = work.now
    row.rectify_limit = work.rules.text("inspection.rectify_serious" if serious else "inspection.rectify")
    row.rectify_due_at = work.rules.after(work.now, row.rectify_limit)


def _in_state(row: Finding, state: FindingState) -> None:
    if row.state != state:
        raise IllegalMove(N_("Somebody has done that already: look at the finding again."))
