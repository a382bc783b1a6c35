"""The actions of the window itself: language, look, help, preferences, signing out."""

from typing import TYPE_CHECKING

from commandcenter.domain.people import Right
from commandcenter.domain.walls import TURNS_WALLS
from commandcenter.i18n import N_, _
from ui.actions import Action
from ui.bulletins import bulletin_actions
from ui.room import Room

if TYPE_CHECKING:
    from ui.main_window import MainWindow

_OTHER = {"zh_CN": "en", "en": "zh_CN"}


def shell_actions(window: "MainWindow") -> list[Action]:
    """What may be done with the window; offered to everybody."""
    preferences = window.preferences

    def switch_language(_room: Room) -> None:
        preferences.language = _OTHER[preferences.language]

    def switch_theme(_room: Room) -> None:
        preferences.theme = "day" if _room.theme.name != "day" else "night"

    def scale_by(step: float) -> None:
        preferences.scale = preferences.scale + step

    def show_help(room: Room) -> None:
        from ui.help_page import HelpPage

        if window.shell is not None:
            window.shell.sheet.show_content("shell.help", _("Help"), HelpPage(room))

    def show_preferences(_room: Room) -> None:
        from ui.preferences.panel import PreferencesPanel

        if window.shell is not None:
            window.shell.sheet.show_content("shell.preferences", _("Preferences"), PreferencesPanel(preferences))

    def show_commands(_room: Room) -> None:
        if window.shell is not None:
            window.shell.commands.ask()

    def show_kept(_room: Room) -> None:
        if window.shell is not None and window.shell.kept is not None:
            window.shell.kept.show_sheet()

    return [
        *bulletin_actions(),
        Action("shell.commands", N_("Command bar"), "mdi6.console-line", show_commands, "Ctrl+K / /",
               N_("Finds and does everything by name, number or pinyin initials.")),
        Action("shell.help", N_("Help"), "mdi6.help-circle-outline", show_help, "F1",
               N_("What can be done here, by whom, and with which keys.")),
        Action("shell.preferences", N_("Preferences"), "mdi6.cog-outline", show_preferences, "Ctrl+,",
               N_("Language, look and text size of this station.")),
        Action("shell.who_is_here", N_("Who is here"), "mdi6.account-group-outline",
               lambda room: _show_who_is_here(window, room),
               help=N_("Who is signed in at which station, since when, on which page, and what they have claimed."),
               words=("stations", "presence", "在岗", "席位")),
        Action("shell.wall", N_("Walls"), "mdi6.monitor-dashboard", lambda room: _show_walls(window, room),
               help=N_("What the walls of the room show, and how light they are."), by=TURNS_WALLS,
               words=("wall", "screen", "大屏")),
        Action("shell.past", N_("Look at the past…"), "mdi6.history", lambda room: _show_past(window, room),
               help=N_("Lists, map and cases as they were at any past minute; a minute at a time, or playing."),
               by=frozenset({Right.READ_CASES}), words=("time machine", "past", "回看", "时光机")),
        Action("shell.kept", N_("Kept at this station"), "mdi6.tray-full", show_kept,
               help=N_("What was typed while the database was away and is not sent yet."), words=("spool", "暂存")),
        Action("shell.language", N_("Switch language"), "mdi6.translate", switch_language, "Ctrl+Shift+L",
               N_("简体中文 or English, at once."), words=("language", "语言", "english", "中文")),
        Action("shell.theme", N_("Switch day and night"), "mdi6.theme-light-dark", switch_theme, "Ctrl+Shift+D",
               words=("theme", "dark", "night", "夜间")),
        Action("shell.larger", N_("Larger text"), "mdi6.format-font-size-increase", lambda _r: scale_by(0.1),
               "Ctrl++ / Ctrl+="),
        Action("shell.smaller", N_("Smaller text"), "mdi6.format-font-size-decrease", lambda _r: scale_by(-0.1),
               "Ctrl+-"),
        Action("shell.full_screen", N_("Full screen"), "mdi6.fullscreen",
               lambda _r: window.toggle_full_screen(), "F11"),
        Action("shell.lock", N_("Lock now"), "mdi6.lock-outline", lambda _r: window.lock(), "Ctrl+L",
               N_("Hides what citizens said until your password is typed. Nothing that was typed is lost.")),
        Action("shell.password", N_("Change my password…"), "mdi6.key-outline", lambda _r: _show_own_password(window),
               help=N_("Your old password, and a new one that only you know. It signs you out everywhere else."),
               words=("password", "密码", "口令")),
        Action("shell.sign_out_everywhere", N_("End my sessions elsewhere"), "mdi6.lock-reset",
               lambda _r: window.end_other_sessions(), "",
               N_("Signs you out at all other stations, as when one was left open somewhere.")),
        Action("shell.sign_out", N_("Sign out"), "mdi6.logout", lambda _r: window.sign_out(), "Ctrl+Shift+Q",
               N_("Leave the place to the next person.")),
    ]  # fmt: skip


def _show_own_password(window: "MainWindow") -> None:
    from ui.own_password import show

    show(window)


def _show_walls(window: "MainWindow", room: Room) -> None:
    from ui.wall_console import WallConsole

    if window.shell is not None:
        window.shell.sheet.show_content("shell.wall", _("Walls"), WallConsole(room))


def _show_past(window: "MainWindow", room: Room) -> None:
    from ui.past.window import open_past

    if window.shell is not None:
        open_past(room, window.shell)


def _show_who_is_here(window: "MainWindow", room: Room) -> None:
    from ui.who_is_here import WhoIsHere

    if window.shell is not None:
        window.shell.sheet.show_content("shell.who_is_here", _("Who is here"), WhoIsHere(room))
