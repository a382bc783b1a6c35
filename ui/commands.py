"""Carrying out what the command bar understood: through the same actions and operations as every button."""

from typing import TYPE_CHECKING

from commandcenter.domain.cases import Case
from commandcenter.domain.moves import BY_NAME
from commandcenter.i18n import _
from ui.actions import subject_of, why_not_now
from ui.command_bar.grammar import (
    CASE,
    COMPLAINT,
    PERSON,
    PLACE,
    SQUAD,
    WORKSTATION,
    Callers,
    Command,
    Go,
    Make,
    Show,
    Trigger,
)
from ui.page import Page

if TYPE_CHECKING:
    from ui.shell import Shell

_SHOWN_ON = {
    CASE: ("followup", "dispatch", "map"),
    COMPLAINT: ("intake",),
    PERSON: ("followup", "map"),
    SQUAD: ("followup", "map"),
    WORKSTATION: ("map",),
    PLACE: ("map",),
}


def why_not(shell: "Shell", command: Command) -> str:
    """Why a command cannot be carried out now, in words; empty where it can."""
    room = shell.room
    match command:
        case Make():
            refusal = why_not_now(BY_NAME[command.move], room, room.picture.get(Case, command.case))
        case Trigger():
            refusal = room.actions.get(command.id).why_not(room)
        case _:
            return ""
    return str(refusal) if refusal is not None else ""


def carry_out(shell: "Shell", command: Command) -> None:
    """Do it."""
    match command:
        case Make():
            _make(shell, command)
        case Show():
            shell.show_record(command.kind, command.key, _SHOWN_ON[command.kind])
        case Trigger():
            shell.room.actions.trigger(command.id, shell.room)
        case Go():
            shell.go(command.page)
        case Callers():
            _show_caller(shell, command.phone)


def _make(shell: "Shell", command: Make) -> None:
    room = shell.room
    move, case = BY_NAME[command.move], room.picture.get(Case, command.case)
    subject = subject_of(move, room, case)
    if subject is not None:
        bar, line = shell.commands, shell.commands.entered
        ticket = room.backstage.do(move.name, subject=subject.id, seen_version=subject.version, **command.fields)
        ticket.otherwise(lambda _refusal: bar.put_back(line))
        ticket.failed.connect(lambda _report: bar.put_back(line))


def _show_caller(shell: "Shell", phone: str) -> None:
    for entry in shell.entries:
        page = shell.page_of(entry.name) if entry.name == "intake" else None
        if isinstance(page, Page) and page.ask_phone(phone):
            shell.go(entry.name)
            return
    shell.messages.say(_("There is no page here that could show it."), "late")
