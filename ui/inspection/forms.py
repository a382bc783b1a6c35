"""What inspection asks for, as forms: made from fields as the forms of moves are."""

from collections.abc import Iterable
from typing import Any

from commandcenter.domain.fields import Field, Sort
from commandcenter.domain.inspection import ASKED, Check, Severity, Target
from commandcenter.domain.moves import Move, Subject
from commandcenter.domain.people import Right
from commandcenter.i18n import N_
from ui.room import Room
from ui.widgets.move_form import MoveForm

_INSPECTING = frozenset({Right.INSPECT})
_SEVERITY = Field("severity", N_("How serious"), Sort.CHOICE, choices=Severity)


def _form(name: str, label: str, help_: str, needs: Iterable[Field], by: frozenset[Right] = _INSPECTING) -> Move:
    return Move(name, label, help_, Subject.NOTHING, by, frozenset(), needs=tuple(needs))


def _words_of(check: Check) -> str:
    return f"{check}_words"


DRAW = _form(
    "draw_sample", N_("Draw a sample"),
    N_("Closed cases are drawn by the seed: with the same seed the same cases are drawn again."),
    (
        Field("target", N_("From which cases"), Sort.CHOICE, choices=Target),
        Field("size", N_("How many"), Sort.NUMBER),
        Field("since_at", N_("Closed from"), Sort.TIME),
        Field("until_at", N_("Closed before"), Sort.TIME),
        Field("squad", N_("Only of this squad"), Sort.SQUAD, required=False),
        Field("seed", N_("Seed"), Sort.LINE, required=False, most=64),
    ),
)  # fmt: skip
CHECK = _form(
    "check_case", N_("Save the check sheet"),
    N_("Answer what applies. Each no becomes a finding that the squad has to put right."),
    (
        *(field for check, asked in ASKED.items() for field in (
            Field(check, asked, Sort.YES_NO, required=False),
            Field(_words_of(check), N_("What was found wrong"), Sort.LINE, required=False, needed_with=(check, False)),  # type: ignore[arg-type]
        )),
        Field("severity", N_("How serious"), Sort.CHOICE, choices=Severity),
        Field("remark", N_("Remark"), required=False),
    ),
)  # fmt: skip
FINDING = _form(
    "add_finding", N_("Add a finding"),
    N_("Something found without a check sheet, as in a complaint about conduct."),
    (Field("about", N_("About"), Sort.CHOICE, choices=Check), _SEVERITY, Field("words", N_("What was found wrong")),
     Field("squad", N_("Which squad puts it right"), Sort.SQUAD, required=False),
     Field("officer", N_("Whose work it was"), Sort.OFFICER, required=False)),
)  # fmt: skip
RECTIFY = _form(
    "rectify", N_("Say it is put right"),
    N_("How it was put right. Inspection looks at it again then."),
    (Field("words", N_("How it was put right")),), frozenset(),
)  # fmt: skip
RECHECK = _form(
    "recheck", N_("Save what was seen"),
    N_("Settled, or to be put right once more with its whole time anew."),
    (Field("settled", N_("Is it put right?"), Sort.YES_NO), Field("words", N_("What was seen"))),
)  # fmt: skip
WITHDRAW = _form(
    "withdraw_finding", N_("Withdraw the finding"),
    N_("It was no finding. It stays in the books with your reason."),
    (Field("reason", N_("Reason")),),
)  # fmt: skip


def form_of(room: Room, asked: Move, **given: Any) -> MoveForm:
    """The form, with what is known already."""
    form = MoveForm(asked, room.choices, given=given, now=room.now(), title=False)
    if asked is CHECK:
        form.changed.connect(lambda: _show_wanted(form))
        _show_wanted(form)
    return form


def _show_wanted(form: MoveForm) -> None:
    """What was wrong is asked only where something was."""
    for check in Check:
        form.rows[_words_of(check)].setVisible(form.value(check) is False)


def sheet(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of the check sheet, as the operation takes them."""
    said = {str(check): answers.pop(check, None) for check in Check}
    words = {str(check): answers.pop(_words_of(check), None) or "" for check in Check}
    return {**answers, "answers": {name: yes for name, yes in said.items() if yes is not None}, "words": words}
