"""What can be done on the intake page, declared once: for shortcuts, command bar and help."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from commandcenter.domain.people import Right
from commandcenter.i18n import N_
from ui.actions import GROUP_PAGE, Action
from ui.intake.suggesting import MOST
from ui.room import Room

if TYPE_CHECKING:
    from ui.intake.page import IntakePage

_RECEIVE = frozenset({Right.RECEIVE})
_ANYBODY = frozenset({Right.RECEIVE, Right.FIND})


def declare(page: "IntakePage") -> None:
    """Declare the page's actions and give them their keys. No key types anything."""
    actions = page.room.actions
    declared = [*_taking(page), *_known(page), *_moving(page), *_suggested(page)]
    actions.add(*declared)
    ids = [action.id for action in declared if action.may(page.room.person)]
    for made in actions.attach(page, page.room, ids):
        made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        if made.objectName() == "intake.accept":
            page.panel.asking_changed.connect(made.setDisabled)


def _act(
    page: "IntakePage", id_: str, text: str, icon: str, run: Callable[[], object], keys: str, tip: str = "",
    by: frozenset[Right] = _RECEIVE, words: tuple[str, ...] = (),
) -> Action:  # fmt: skip
    def do(room: Room) -> None:
        if not page.isVisible():
            room.go(page.name)
        run()

    return Action(f"intake.{id_}", text, icon, do, keys, tip, GROUP_PAGE, by, words=words)


def _taking(page: "IntakePage") -> list[Action]:
    return [
        _act(page, "new", N_("New call"), "mdi6.phone-plus-outline", page.begin, "Ctrl+N",
             N_("Begin with an empty form; what was typed is laid aside, not lost."), _ANYBODY, ("call", "电话")),
        _act(page, "next", N_("Next complaint"), "mdi6.hand-front-right-outline", page.claiming.next, "Alt+N",
             N_("Claim the most pressing complaint that nobody has, and put it on the form."), words=("claim", "认领")),
        _act(page, "claim", N_("Claim what is on the form"), "mdi6.hand-front-right-outline",
             partial(page.claiming.move, "claim"), "Alt+C"),
        _act(page, "give_back", N_("Give back what is on the form"), "mdi6.undo",
             partial(page.claiming.move, "give_back"), "Alt+G"),
        _act(page, "accept", N_("Accept: open a case"), "mdi6.check-bold", page.accept, "Ctrl+Return / Ctrl+Enter",
             N_("Receive the call and open a case; its number is shown to be read out."), _ANYBODY),
        _act(page, "receive", N_("Receive only"), "mdi6.tray-arrow-down", page.receive, "Ctrl+S",
             N_("Take the complaint down; what becomes of it is decided later.")),
        _act(page, "answer", N_("Answer at once…"), "mdi6.message-reply-text-outline",
             partial(page.settle, "answer"), "Alt+W", N_("Answer the complainant directly; no case is opened.")),
        _act(page, "decline", N_("Decline…"), "mdi6.cancel", partial(page.settle, "decline"), "Alt+D",
             N_("Not taken up: with the reason, the words said, and where to go instead.")),
        _act(page, "reveal", N_("Show the caller…"), "mdi6.eye-outline", partial(page.settle, "reveal"), "Alt+V",
             N_("Show name and phone of the complainant, for a reason. Every look is journalled.")),
    ]  # fmt: skip


def _known(page: "IntakePage") -> list[Action]:
    known = page.known
    return [
        _act(page, "attach", N_("Attach to the case shown"), "mdi6.link-variant", known.attach_asked.emit, "Alt+A",
             N_("Hang the call on the case of the earlier complaint that is marked under “What we know”.")),
        _act(page, "known_next", N_("Next of what we know"), "mdi6.chevron-down", partial(known.list.step, 1),
             "Alt+Down"),
        _act(page, "known_before", N_("Previous of what we know"), "mdi6.chevron-up", partial(known.list.step, -1),
             "Alt+Up"),
        _act(page, "known_show", N_("Show the case of what we know"), "mdi6.open-in-app", known.ask_show, "Alt+O"),
    ]  # fmt: skip


def _moving(page: "IntakePage") -> list[Action]:
    return [
        _act(page, "pick", N_("Pick the point on the small map"), "mdi6.crosshairs-gps", page.pick, "Alt+M",
             N_("Arrows move the cross, + and − zoom, Enter picks, Esc goes back."), _ANYBODY),
        _act(page, "pick_large", N_("Pick the point on the large map"), "mdi6.map-marker-plus-outline",
             page.pick_large, "Alt+Shift+M", by=_ANYBODY),
        _act(page, "incoming", N_("To the incoming complaints"), "mdi6.format-list-bulleted", page.to_list, "Alt+L"),
        _act(page, "filter", N_("Filter the incoming complaints"), "mdi6.filter-outline", page.to_filter, "Ctrl+F"),
    ]  # fmt: skip


def _suggested(page: "IntakePage") -> list[Action]:
    names = (N_("Take the first suggested matter"), N_("Take the second suggested matter"),
             N_("Take the third suggested matter"))  # fmt: skip
    take = page.form.matter.take_suggested
    return [
        _act(page, f"suggested_{n}", names[n - 1], "mdi6.shape-outline", partial(take, n - 1), f"Alt+{n}", by=_ANYBODY)
        for n in range(1, MOST + 1)
    ]
