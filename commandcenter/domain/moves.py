"""The table of moves: everything a person may do in the life of a complaint and a case, declared once.

The operations take their checks from it, the window its buttons and forms, the help page its text and the
tests their cases. Source: DOMAIN sections 3 and 4.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from commandcenter.domain import guards as g
from commandcenter.domain.assignments import AssignmentState as A
from commandcenter.domain.cases import AT_SQUAD, Disposition
from commandcenter.domain.cases import CaseState as C
from commandcenter.domain.complaints import Channel, Complainant, Complaint, DeclineCode
from commandcenter.domain.complaints import ComplaintState as P
from commandcenter.domain.contacts import ContactMeans, ContactOutcome, Photo, PromiseState, VisitOutcome
from commandcenter.domain.fields import Field, Sort, width
from commandcenter.domain.matters import Urgency
from commandcenter.domain.people import Right
from commandcenter.domain.rulings import RequestState
from commandcenter.domain.scene import Scene
from commandcenter.errors import IllegalMove, NotAllowed, Refused
from commandcenter.i18n import N_, translate


class Subject(StrEnum):
    """The kind of record a move starts from."""

    NOTHING = ""
    COMPLAINT = "complaint"
    CASE = "case_file"
    ASSIGNMENT = "assignment"
    REQUEST = "request"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing a person may do.

    ``by`` are the rights of which one is needed; ``from_`` the states it starts in (empty: a new record);
    ``to`` the state it leads to (empty: unchanged); ``guards`` the rules that remain.
    """

    name: str
    label: str
    help: str
    subject: Subject
    by: frozenset[Right]
    from_: frozenset[str]
    to: str = ""
    needs: tuple[Field, ...] = ()
    guards: tuple[Callable[[Scene], Refused | None], ...] = ()
    danger: bool = False
    keepable: bool = False
    """Whether it is taken while the database is away, and sent later: it says what somebody said, saw or did, which
    stays true whatever others do meanwhile. Everything else decides, and has to know what was decided before."""


REASON = Field("reason", N_("Reason"))
REMARK = Field("remark", N_("Remark"))
_PLACE = (
    Field("place_words", N_("Place"), Sort.LINE),
    Field("point", N_("Point on the map"), Sort.POINT, required=False),
    Field("place_source", N_("How the place was found"), Sort.LINE, required=False, most=width(Complaint.place_source)),
)
_MATTER = Field("matter", N_("Matter"), Sort.MATTER)
_MATTER_IF_NONE = Field("matter", N_("Matter"), Sort.MATTER, required=False,
                        help=N_("Needed where none is known yet; else the one there is stays."))
_URGENCY = Field("urgency", N_("Urgency"), Sort.CHOICE, choices=Urgency)
_AMOUNT = Field("amount", N_("How long"), Sort.LIMIT, help=N_("For instance “3 wd” (working days) or “5 d” (days)."))
_SPOKE = ("outcome", str(VisitOutcome.REACHED))
"""Only somebody who was reached can answer."""
_COMPLAINT_DETAILS = (
    Field("words", N_("What was said")),
    Field("caller_phone", N_("Phone"), Sort.LINE, required=False, most=width(Complainant.phone)),
    Field("caller_name", N_("Name"), Sort.LINE, required=False),
    Field("place_words", N_("Place"), Sort.LINE, required=False),
    _PLACE[1],
    _PLACE[2],
    Field("matter", N_("Matter"), Sort.MATTER, required=False),
    _URGENCY,
    Field("confidential", N_("Confidential"), Sort.FLAG, required=False),
)


def _rights(*rights: Right) -> frozenset[Right]:
    return frozenset(rights)


def _states(*states: StrEnum) -> frozenset[str]:
    return frozenset(str(s) for s in states)


_WORKING = _states(*g.WORKING)
_LIVE_CASE = _states(C.OPEN, *AT_SQUAD, C.RESOLVED, C.VISITING)

MOVES: tuple[Move, ...] = (
    # ------------------------------------------------------------------ complaints (section 3)
    Move("receive", N_("Receive a complaint"),
         N_("Take down what one person said: words, caller, place, matter. The receive clock starts at arrival."),
         Subject.NOTHING, _rights(Right.RECEIVE), frozenset(), P.RECEIVED,
         (Field("channel", N_("Channel"), Sort.CHOICE, choices=Channel), *_COMPLAINT_DETAILS,
          Field("claim", N_("Claim it at once"), Sort.FLAG, required=False)), keepable=True),
    Move("claim_next", N_("Next complaint"),
         N_("Claim the most pressing complaint that nobody has: urgent ones first, then by time limit. Nobody else"
            " is given it."),
         Subject.NOTHING, _rights(Right.RECEIVE), frozenset()),
    Move("claim", N_("Claim"),
         N_("This complaint is yours to settle, until you do, give it back, sign out or are gone for long."),
         Subject.COMPLAINT, _rights(Right.RECEIVE), _states(P.RECEIVED), "", (), (g.not_anothers, g.not_mine_yet)),
    Move("give_back", N_("Give back"),
         N_("A complaint you have claimed waits for anybody again, in its old place."),
         Subject.COMPLAINT, _rights(Right.RECEIVE), _states(P.RECEIVED), "", (), (g.mine,)),
    Move("take_over", N_("Take over"),
         N_("Take a complaint from whoever has claimed it. Where you may not settle it yourself, it waits for anybody"
            " again."),
         Subject.COMPLAINT, _rights(Right.RULE), _states(P.RECEIVED), "", (REASON,), (g.claimed_by_another,)),
    Move("amend", N_("Amend"),
         N_("Correct or complete a complaint that is not settled yet. The journal keeps what stood there before."),
         Subject.COMPLAINT, _rights(Right.RECEIVE), _states(P.RECEIVED), "", _COMPLAINT_DETAILS, (g.not_anothers,)),
    Move("open_case", N_("Open a case"),
         N_("Open a new case for this complaint. The first operator owns it to its end."),
         Subject.COMPLAINT, _rights(Right.RECEIVE), _states(P.RECEIVED), P.LINKED,
         (_MATTER, *_PLACE, _URGENCY, Field("title", N_("Title"), Sort.LINE, required=False)), (g.not_anothers,)),
    Move("attach", N_("Attach to a case"),
         N_("Hang this complaint on a case that is already there; its complainant still gets an answer and a visit."),
         Subject.COMPLAINT, _rights(Right.RECEIVE), _states(P.RECEIVED), P.LINKED,
         (Field("case", N_("Case"), Sort.CASE),), (g.not_anothers,)),
    Move("answer", N_("Answer at once"),
         N_("Answer the complainant directly; no case is opened."),
         Subject.COMPLAINT, _rights(Right.RECEIVE), _states(P.RECEIVED), P.ANSWERED,
         (Field("answer", N_("Answer")),), (g.not_anothers,)),
    Move("decline", N_("Decline"),
         N_("Not taken up: with the reason, the words said, and where to go instead."),
         Subject.COMPLAINT, _rights(Right.RECEIVE), _states(P.RECEIVED), P.DECLINED,
         (Field("code", N_("Why"), Sort.CHOICE, choices=DeclineCode), Field("words", N_("Words to the complainant")),
          Field("refer_to", N_("Where to go instead"), Sort.LINE, required=False)),
         (g.not_anothers,), danger=True),
    Move("reveal", N_("Show the caller"),
         N_("Show name and phone of the complainant, for a reason. Every look is journalled."),
         Subject.COMPLAINT, _rights(Right.REVEAL, Right.HANDLE), _states(*P), "", (REASON,),
         (g.may_see_caller,)),
    Move("visit", N_("Record a return visit"),
         N_("Two questions apart: solved? satisfied? Three tries without reaching anybody end it."),
         Subject.COMPLAINT, _rights(Right.VISIT), _states(P.VISIT_DUE), "",
         (Field("outcome", N_("Reached?"), Sort.CHOICE, choices=VisitOutcome),
          Field("solved", N_("Solved?"), Sort.YES_NO, required=False, needed_with=_SPOKE),
          Field("satisfied", N_("Satisfied (1–5)"), Sort.RATING, required=False, needed_with=_SPOKE),
          Field("words", N_("What the citizen said"), required=False)), (g.not_handler, g.not_named)),
    Move("take_visit", N_("Take the return visit"),
         N_("You make this return visit from now on, and nobody else has it in their list."),
         Subject.COMPLAINT, _rights(Right.VISIT), _states(P.VISIT_DUE), "", (),
         (g.not_handler, g.not_named, g.visit_not_mine)),
    Move("split", N_("Split off"),
         N_("Take this complaint off its case into a case of its own; the two stay linked."),
         Subject.COMPLAINT, _rights(Right.COMBINE), _states(P.LINKED), "",
         (REASON, _MATTER_IF_NONE), (g.case_has_others,)),
    # ------------------------------------------------------------------ cases (section 4)
    Move("find", N_("Open a case found by ourselves"),
         N_("A find of a patrol or a workstation, before anyone complained."),
         Subject.NOTHING, _rights(Right.FIND, Right.RECEIVE), frozenset(), C.OPEN,
         (Field("words", N_("What was found")), _MATTER, *_PLACE, _URGENCY)),
    Move("dispatch", N_("Dispatch"),
         N_("Hand the case to a lead squad, with any assisting squads. Why this squad stays with the assignment."),
         Subject.CASE, _rights(Right.DISPATCH), _states(C.OPEN), C.DISPATCHED,
         (Field("squad", N_("Lead squad"), Sort.SQUAD), Field("why", N_("Why this squad"), Sort.LINE),
          Field("note", N_("Instruction"), required=False),
          Field("recommended", N_("What was recommended"), Sort.TEXT, required=False, found=True),
          Field("assisting", N_("Assisting squads"), Sort.SQUAD, required=False, many=True)), (g.not_named,)),
    Move("assist", N_("Add an assisting squad"),
         N_("Ask a further squad to help. The case cannot be resolved before its part is done."),
         Subject.CASE, _rights(Right.DISPATCH), _states(*AT_SQUAD), "",
         (Field("squad", N_("Assisting squad"), Sort.SQUAD), Field("why", N_("Why this squad"), Sort.LINE),
          Field("note", N_("Instruction"), required=False)), (g.not_named,)),
    Move("cancel", N_("Cancel the case"),
         N_("Void a case opened by mistake. Its complaints must have been attached elsewhere or answered."),
         Subject.CASE, _rights(Right.DISPATCH, Right.RULE), _states(C.OPEN, C.DISPATCHED), C.CANCELLED,
         (REASON,), (g.not_named,), danger=True),
    Move("remark", N_("Remark"),
         N_("Write a remark of the centre into the case file."),
         Subject.CASE, _rights(Right.REMARK), _LIVE_CASE, "", (Field("words", N_("Remark")),), keepable=True),
    Move("name_conflict", N_("Record a conflict of interest"),
         N_("Name the people or squads the case is about: they can neither handle nor review it. Who works on it"
            " stops at once; where that was the lead, the case is dispatched anew."),
         Subject.CASE, _rights(Right.SUPERVISE, Right.REMARK), _LIVE_CASE, "",
         (Field("named", N_("People or squads named"), Sort.PEOPLE, many=True), REASON)),
    Move("seal", N_("Seal"),
         N_("From now on only you and the people you name see this case, what was merged into it, and all that hangs"
            " on them. Who named others before names all of them anew."),
         Subject.CASE, _rights(Right.INSPECT), _states(*C), "",
         (Field("people", N_("Who else may see it"), Sort.READERS, required=False, many=True), REASON), danger=True),
    Move("unseal", N_("Open the seal"),
         N_("Everybody who may read cases sees this one again, what was merged into it, and all that was written"
            " meanwhile."),
         Subject.CASE, _rights(Right.INSPECT), _states(*C), "", (REASON,), (g.sealed,)),
    Move("approve", N_("Approve"),
         N_("Sign off a resolved case. Its complainants are visited next; without any it is closed."),
         Subject.CASE, _rights(Right.REVIEW), _states(C.RESOLVED), C.VISITING, (REMARK,),
         (g.not_handler, g.not_dispatcher, g.not_named, g.promises_settled)),
    Move("send_back", N_("Send back"),
         N_("Not good enough: back to the responsible officer, with remarks."),
         Subject.CASE, _rights(Right.REVIEW), _states(C.RESOLVED), C.HANDLING, (REMARK,),
         (g.not_handler, g.not_dispatcher, g.not_named), danger=True),
    Move("reopen", N_("Reopen"),
         N_("Within the days of grace the case is done again; later a new case is opened and linked."),
         Subject.CASE, _rights(Right.DISPATCH, Right.RULE), _states(C.CLOSED), "", (REASON, _MATTER_IF_NONE),
         (g.not_named,)),
    Move("chase", N_("Chase"),
         N_("First rung: ask the squad where it stands. A document is made."),
         Subject.CASE, _rights(Right.SUPERVISE), _states(*AT_SQUAD), "", (Field("words", N_("Words to the squad")),)),
    Move("supervise", N_("Supervise"),
         N_("Second rung: the case is put under supervision."),
         Subject.CASE, _rights(Right.SUPERVISE), _states(*AT_SQUAD), "", (Field("words", N_("Words to the squad")),),
         (g.chased_before,)),
    Move("circulate", N_("Circulate"),
         N_("Third rung: the case is circulated to all squads."),
         Subject.CASE, _rights(Right.SUPERVISE), _states(*AT_SQUAD), "", (Field("words", N_("Words to all squads")),),
         (g.supervised_before,)),
    Move("merge", N_("Merge into another case"),
         N_("Two cases about one thing become one; the complaints follow and the two stay linked."),
         Subject.CASE, _rights(Right.COMBINE), _states(C.OPEN, *AT_SQUAD), C.MERGED,
         (Field("case", N_("Case that stays"), Sort.CASE), REASON), (g.not_named,), danger=True),
    Move("promise", N_("Promise"),
         N_("A word given: to whom, what, by when. It has a clock of its own."),
         Subject.CASE, _rights(Right.PROMISE), _states(C.OPEN, *AT_SQUAD), "",
         (Field("to_whom", N_("To whom"), Sort.LINE), Field("what", N_("What is promised")),
          Field("due_at", N_("By when"), Sort.TIME),
          Field("complaint", N_("Complaint"), Sort.COMPLAINT, required=False)), (g.operator_or_responsible,)),
    Move("keep", N_("Promise kept"),
         N_("The promise was kept: say how."),
         Subject.PROMISE, _rights(Right.PROMISE), _states(PromiseState.OPEN), PromiseState.KEPT,
         (Field("outcome", N_("How it was kept")),), (g.operator_or_responsible,)),
    Move("break_promise", N_("Promise broken"),
         N_("The promise could not be kept: say why."),
         Subject.PROMISE, _rights(Right.PROMISE), _states(PromiseState.OPEN), PromiseState.BROKEN,
         (Field("outcome", N_("Why it was not kept")),), (g.operator_or_responsible,), danger=True),
    # ------------------------------------------------------------------ assignments (section 4)
    Move("accept", N_("Accept"),
         N_("The squad takes the case and names the responsible officer."),
         Subject.ASSIGNMENT, _rights(Right.ACCEPT), _states(A.DISPATCHED), A.ACCEPTED,
         (Field("officer", N_("Responsible officer"), Sort.OFFICER),), (g.in_squad, g.not_named)),
    Move("hand_over", N_("Hand over"),
         N_("Another officer of the squad becomes responsible."),
         Subject.ASSIGNMENT, _rights(Right.ACCEPT), _WORKING, "",
         (Field("officer", N_("Responsible officer"), Sort.OFFICER), REASON), (g.captain_or_responsible, g.not_named)),
    Move("ask_return", N_("Ask to return"),
         N_("The squad holds the case is not its own: reason and basis, within the limit."),
         Subject.ASSIGNMENT, _rights(Right.ASK_RETURN), _states(A.DISPATCHED), A.RETURN_ASKED,
         (REASON, Field("basis", N_("Basis (rule or fact)"))),
         (g.captain, g.not_named, g.not_enforced, g.return_in_time)),
    Move("contact", N_("Record a contact"),
         N_("A call, a message or a visit with its evidence: when, how long, what came of it. A click is no contact."),
         Subject.ASSIGNMENT, _rights(Right.HANDLE), _WORKING, A.CONTACTED,
         (Field("means", N_("How"), Sort.CHOICE, choices=ContactMeans),
          Field("contacted_at", N_("When"), Sort.TIME, required=False),
          Field("duration_s", N_("Duration in seconds"), Sort.NUMBER, required=False),
          Field("outcome", N_("Outcome"), Sort.CHOICE, choices=ContactOutcome),
          Field("words", N_("What was talked about")),
          Field("complaint", N_("Complaint"), Sort.COMPLAINT, required=False)), (g.responsible, g.not_named),
         keepable=True),
    Move("report", N_("Report progress"),
         N_("A word on how it goes. The first one after the contact starts the handling."),
         Subject.ASSIGNMENT, _rights(Right.HANDLE), _WORKING, A.HANDLING,
         (Field("words", N_("Progress")), Field("joint", N_("Joint action"), Sort.FLAG, required=False)),
         (g.in_squad, g.not_named), keepable=True),
    Move("attach_photo", N_("Attach a photo or file"),
         N_("Evidence for the file; before and after pairs when resolving."),
         Subject.ASSIGNMENT, _rights(Right.HANDLE), _WORKING, "",
         (Field("file", N_("File"), Sort.FILE),
          Field("side", N_("Before or after"), Sort.LINE, required=False, most=width(Photo.side))),
         (g.in_squad, g.not_named)),
    Move("ask_suspension", N_("Ask to suspend"),
         N_("Something outside holds it up: the clocks stand still once a supervisor agrees."),
         Subject.ASSIGNMENT, _rights(Right.HANDLE), _WORKING, "", (REASON, _AMOUNT),
         (g.responsible, g.not_named, g.nothing_asked)),
    Move("ask_extension", N_("Ask to extend"),
         N_("Ask before the deadline has passed; at most ten working days in all."),
         Subject.ASSIGNMENT, _rights(Right.HANDLE), _WORKING, "", (REASON, _AMOUNT),
         (g.responsible, g.not_named, g.nothing_asked, g.before_expiry)),
    Move("resume", N_("Resume"),
         N_("The reason for the suspension is gone; the clocks run on."),
         Subject.ASSIGNMENT, _rights(Right.HANDLE, Right.RULE), _states(A.SUSPENDED), A.HANDLING, (REASON,),
         (g.responsible_or_supervisor, g.not_named)),
    Move("resolve", N_("Resolve"),
         N_("Put right: disposition and closing text. Every complainant was contacted, or tried often enough; every"
            " assisting squad is done; every promise is kept or broken."),
         Subject.ASSIGNMENT, _rights(Right.HANDLE), _WORKING, A.RESOLVED,
         (Field("disposition", N_("Disposition"), Sort.CHOICE, choices=Disposition),
          Field("closing_text", N_("Closing text"))),
         (g.responsible, g.not_named, g.assists_done, g.promises_settled)),
    # ------------------------------------------------------------------ requests (section 4)
    Move("agree", N_("Agree"),
         N_("Agree to what the squad asks: the return, the extension or the suspension."),
         Subject.REQUEST, _rights(Right.RULE, Right.DISPATCH), _states(RequestState.ASKED), RequestState.AGREED,
         (Field("ruling", N_("Ruling in a sentence")),), (g.may_rule_on, g.not_handler, g.not_named, g.request_stands)),
    Move("refuse", N_("Refuse / enforce"),
         N_("Refuse what the squad asks. A refused return is enforced: the squad keeps the case for good."),
         Subject.REQUEST, _rights(Right.RULE), _states(RequestState.ASKED), RequestState.REFUSED,
         (Field("ruling", N_("Ruling in a sentence")),), (g.not_handler, g.not_named), danger=True),
)  # fmt: skip

BY_NAME: dict[str, Move] = {move.name: move for move in MOVES}


def why_not(move: Move, scene: Scene) -> Refused | None:
    """Why this move cannot be made now, in words; None when it can."""
    if scene.actor.disabled or not (move.by & scene.actor.rights):
        return NotAllowed(
            N_("{person} has no right to: {move}."), person=scene.actor.name, move=translate(move.label)
        )
    if (sealed := g.for_the_actor(scene)) is not None:
        return sealed
    state = g.state_of(move.subject, scene)
    if state is not None and state not in move.from_:
        return IllegalMove(
            N_("“{move}” is not possible now: the state is “{state}”, and would have to be “{states}”."),
            move=translate(move.label),
            state=g.state_word(move.subject, state),
            states=" / ".join(g.state_word(move.subject, s) for s in sorted(move.from_)),
        )
    return next((refusal for guard in move.guards if (refusal := guard(scene)) is not None), None)


def legal(subject: Subject, scene: Scene) -> list[Move]:
    """The moves that start from this kind of record and that the actor may make now."""
    return [move for move in MOVES if move.subject == subject and why_not(move, scene) is None]
