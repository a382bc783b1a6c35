"""The help, made from the actions and the table of moves: it cannot say anything else than the program does."""

import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from commandcenter.domain.moves import MOVES, Move, Subject
from commandcenter.domain.people import RIGHTS, Role
from commandcenter.domain.wording import word
from commandcenter.domain.words import folded
from commandcenter.i18n import N_, _, everywhere, language
from ui.actions import GROUP_MOVES, Action
from ui.command_bar.grammar import VERBS
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel
from ui.widgets.search_line import SearchLine

TEXTS = Path(__file__).resolve().parent.parent / "resources" / "help"

_SUBJECTS = {
    Subject.NOTHING: N_("Moves that begin something"),
    Subject.COMPLAINT: N_("Moves on a complaint"),
    Subject.CASE: N_("Moves on a case"),
    Subject.ASSIGNMENT: N_("Moves on a squad's assignment"),
    Subject.REQUEST: N_("Moves on a request"),
    Subject.PROMISE: N_("Moves on a promise"),
}


class Entry(NamedTuple):
    """One thing that the help explains: under which heading, as HTML, and the words it is found by."""

    heading: str
    html: str
    words: str


def entries(actions: Iterable[Action]) -> Iterator[Entry]:
    """Everything there is to explain, in the language spoken now."""
    for action in actions:
        if action.group != GROUP_MOVES:
            yield _of_action(action)
    for example, text in VERBS:
        html = f"<p><code>{escape(example)}</code><br>{escape(_(text))}</p>"
        yield Entry(_("Command bar"), html, f"{example} {' '.join(everywhere(text))}")
    for move in MOVES:
        yield _of_move(move)


def _of_action(action: Action) -> Entry:
    keys = "".join(f" <code>{escape(key)}</code>" for key in action.shortcut.split(" / ") if key)
    more = f"<br>{escape(_(action.help))}" if action.help else ""
    words = " ".join((*everywhere(action.text), *(everywhere(action.help) if action.help else ()), action.shortcut))
    heading = _("Keys: {group}", group=_(action.group))
    return Entry(heading, f"<p><b>{escape(_(action.text))}</b>{keys}{more}</p>", words)


def roles_for(move: Move) -> list[str]:
    """The roles that hold a right the move asks for, in words."""
    return [word(role) for role in Role if RIGHTS[role] & move.by]


def _of_move(move: Move) -> Entry:
    lines = [f"<b>{escape(_(move.label))}</b>", escape(_(move.help))]
    lines.append(_line(_("Who"), roles_for(move)))
    lines.append(_line(_("Needs"), [_(f.label) if f.required else _("{field} (may be empty)", field=_(f.label))
                                    for f in move.needs if not f.found]))
    lines.append(_line(_("From"), [word(s) for s in sorted(move.from_)] if len(move.from_) < 8 else []))
    lines.append(_line(_("Leads to"), [word(move.to)] if move.to else []))
    words = " ".join((*everywhere(move.label), *everywhere(move.help), move.name, *roles_for(move)))
    return Entry(_(_SUBJECTS[move.subject]), f"<p>{'<br>'.join(line for line in lines if line)}</p>", words)


def _line(title: str, what: list[str]) -> str:
    said = escape(_(", ").join(what))
    return str(_("{title}: {what}", title=f"<i>{escape(title)}</i>", what=said)) if what else ""


def shown(found: Iterable[Entry], sought: str) -> str:
    """The entries that hold every word sought, under their headings, as HTML."""
    parts = folded(sought).split()
    html, heading = [], ""
    for entry in found:
        if all(part in folded(entry.words) for part in parts):
            if entry.heading != heading:
                heading = entry.heading
                html.append(f"<h3>{escape(heading)}</h3>")
            html.append(entry.html)
    return "".join(html)


def introduction() -> str:
    """How a day goes, as Markdown, in the language spoken now."""
    return (TEXTS / f"{language()}.md").read_text("utf-8")


class HelpPage(QWidget):
    """What can be done here, by whom, and with which keys; searched while typing."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._entries = _together(entries(room.actions))
        self.search = SearchLine(_("Search the help"))
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._nothing = PlainLabel(_("Nothing in the help holds these words."))
        mark(self._nothing, tone="quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addWidget(self.text, 1)
        self.search.textChanged.connect(self.show_found)
        theme.changed.connect(self._dress)
        self.show_found("")
        self.setFocusProxy(self.search)

    def _dress(self) -> None:
        self.show_found(self.search.text())

    def show_found(self, sought: str) -> None:
        """Show what holds the words sought; everything, with how a day goes, where nothing is sought."""
        html = shown(self._entries, sought)
        if not sought.strip():
            first = QTextDocument()
            first.setMarkdown(introduction())
            html = f"{_body(first.toHtml())}{html}"
        self._nothing.setVisible(not html)
        self.text.setVisible(bool(html))
        self.text.setHtml(html)


def _body(html: str) -> str:
    """What stands between the body tags, without the fonts and colours of an unstyled document."""
    body = html.partition("<body")[2].partition(">")[2].rpartition("</body>")[0]
    return re.sub(r"<(p|h\d) style=\"[^\"]*\"", r"<\1", body)


def _together(found: Iterable[Entry]) -> list[Entry]:
    """The entries of one heading stand together; the headings in the order in which they first come."""
    under: dict[str, list[Entry]] = {}
    for entry in found:
        under.setdefault(entry.heading, []).append(entry)
    return [entry for together in under.values() for entry in together]
