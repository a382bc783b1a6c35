"""F7: the figures of a period, each with its n and its interval, told apart, over time, and the records behind them.

Everything is counted beside the window. While it is, what stood there stays, and the heading says so.
"""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.cases import Case
from commandcenter.domain.record import Key
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.queries.archive import Hit
from commandcenter.queries.figures import CLOCKS, DEFINITIONS, Answer, By, Figure, Sought, Told
from ui.case.page import CasePage
from ui.charts.heat import weekdays
from ui.exporting import take_out, where
from ui.figures import asking
from ui.figures.board import Board
from ui.figures.exports import KINDS, Shown, tables, told, write_csv, write_png, write_xlsx
from ui.figures.filters import Filters
from ui.figures.listed import Listed
from ui.figures.saying import OUTCOMES, Keys
from ui.figures.standing import Standing
from ui.page import Page
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.columns import Columns
from ui.widgets.scrolled import Scrolled
from ui.widgets.section_heading import SectionHeading
from ui.wording import choice, local, moment

WIDTHS = (700, 380, 540)  # px of the design
LEAST = 160
"""Px of the design: in a window so low that less of the figures would be seen, the page scrolls as a whole."""
LATE_MS = 120
"""What takes longer than this is said to be counted; what is quicker would only flicker."""
AGAIN_MS = 30_000
"""After something has changed the figures are counted again within so long, if somebody looks."""
_PARTS = {
    asking.Part.COUNTED: "", asking.Part.FOR: N_("for it"), asking.Part.AGAINST: N_("against it"),
    asking.Part.LEFT_OUT: N_("left out"),
}  # fmt: skip


class FiguresPage(Page):
    """Tiles, charts, ranking; a number that is pressed opens its records beside them, and a record its case."""

    name = "figures"
    draft_ends = True

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self.filters = Filters(room)
        self.board = Board(room)
        self.listed = Listed(room)
        self.case = CasePage(room, empty=(_("Choose a record"), _("Its case stands here then.")))
        self.heading = SectionHeading(_("Figures"))
        self.export = QPushButton(_("Export what is shown…"))
        mark(self.export, tone="link")
        self.heading.add(self.export)
        self._keys = Keys(room.picture)
        self.figure, self.by = Figure.RESPONSE, By.SQUAD
        self.shown = Shown()
        self.sought: Sought | None = None
        self._asked_at: dt.datetime | None = None
        self._line: asking.Wanted | None = None  # whose records are listed
        self._open: set[str] = set()  # questions that are not answered yet
        self._came_from: QWidget | None = None
        self._late, self._again = self._timer(LATE_MS), self._timer(AGAIN_MS)
        self._lay_out()
        self._connect()
        self.board.show_figure(self.figure)

    def _timer(self, length: int) -> QTimer:
        made = QTimer(self, singleShot=True)
        made.setInterval(length)
        return made

    def _lay_out(self) -> None:
        left = QFrame()
        mark(left, ground="ground")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.heading, self.filters):
            column.addWidget(widget)
        self.scrolled = Scrolled(self.board)
        self.scrolled.setMinimumHeight(theme.px(LEAST))
        column.addWidget(self.scrolled, 1)
        self.columns = Columns("figures")
        self.columns.add(left, _("Figures"), WIDTHS[0], 440, 1)
        self.columns.add(self.listed, _("Records"), WIDTHS[1], 320, 0)
        self.columns.add(self.case, _("The case"), WIDTHS[2], 440, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.columns)
        self.listed.hide()
        self.case.hide()

    def _connect(self) -> None:
        self.filters.changed.connect(self.count_anew)
        board = self.board
        board.tiles.chosen.connect(self.choose_figure)
        board.tiles.opened.connect(self._open_tile)
        board.about.asked.connect(self._open_part)
        board.standings.opened.connect(self._open_row)
        board.trend.pressed.connect(self._open_step)
        board.ground.pressed.connect(self._open_town)
        board.stages.pressed.connect(self._open_stage)
        board.heat.pressed.connect(self._open_cell)
        board.flow.pressed.connect(self._open_way)
        board.by.currentIndexChanged.connect(self._by_chosen)
        self.listed.case_chosen.connect(self._show_case)
        self.listed.view.activated_key.connect(self._to_case)
        self.listed.closed.connect(self.put_away)
        self.export.clicked.connect(self._ask_where)
        self._late.timeout.connect(self._say_state)
        self._again.timeout.connect(self._count_again)
        self.room.backstage.changed.connect(self._changed)
        self.room.backstage.loaded.connect(self._loaded)
        self.room.backstage.bug.connect(self._broke)

    # ------------------------------------------------------------------ counting

    def count_anew(self) -> None:
        """Count everything, for what the filters say now."""
        self.sought, self._asked_at = self.filters.sought(), self.room.now()
        sought, self.shown = self.sought, replace(self.shown, before=None)
        person = self.room.person
        before = self._before(sought)
        self._ask("whole", lambda session: asking.whole(session, person, sought), self._whole)
        self._ask_apart()
        self._ask("before", lambda session: asking.whole(session, person, before), self._whole_before)
        self._ask_along()
        self._ask("comings", lambda session: asking.comings(session, person, sought), self._comings)
        if self._line is not None:
            self._ask_behind(self._line)
        self._again.stop()

    @property
    def counting(self) -> bool:
        """Whether something asked for is not answered yet."""
        return bool(self._open)

    def _before(self, sought: Sought) -> Sought:
        """The same question of the period before, as much of it as has passed of this one."""
        days = self.filters.before()
        since_at, until_at = days.moments(self.room.picture.rules.calendar)
        if sought.until_at > sought.ended_at:
            until_at = min(until_at, since_at + (sought.ended_at - sought.since_at))
        return replace(sought, since_at=since_at, until_at=until_at)

    def _ask_apart(self) -> None:
        sought, person, figure, by = self.sought, self.room.person, self.figure, self.by
        if sought is None:
            return
        self._ask("apart", lambda session: asking.apart(session, person, sought, figure, by),
                  lambda told: self._apart(figure, by, told))  # fmt: skip
        self._ask("towns", lambda session: asking.apart(session, person, sought, figure, By.TOWN),
                  lambda told: self.board.show_towns(figure, told))  # fmt: skip

    def _ask_along(self) -> None:
        sought, person, figure, step = self.sought, self.room.person, self.figure, self.filters.days.step
        if sought is None:
            return
        before = self._before(sought)
        self._ask("along", lambda session: asking.along(session, person, (sought, before), figure, step),
                  lambda found: self._along(figure, step, *found))  # fmt: skip

    def _ask(self, name: str, question: Any, then: Any) -> None:
        """Ask in the page's turn: an answer to what is no longer asked is dropped."""
        self._open.add(name)
        if not self._late.isActive():
            self._late.start()

        def answered(found: Any) -> None:
            self._open.discard(name)
            then(found)
            self._say_state()

        def refused(refusal: Refused) -> None:
            self._open.discard(name)
            self._say_state()
            self.room.backstage.refused.emit(refusal)

        self.room.backstage.ask(question, answered, owner=self, latest=f"figures.{name}", otherwise=refused)

    def _whole(self, sheet: asking.Sheet) -> None:
        self.shown.sheet = sheet
        self.board.show_sheet(sheet, self.shown.before)
        self.board.show_figure(self.figure, sheet[self.figure])

    def _whole_before(self, sheet: asking.Sheet) -> None:
        self.shown.before = sheet
        if self.shown.sheet is not None:
            self.board.show_sheet(self.shown.sheet, sheet)

    def _apart(self, figure: Figure, by: By, told: Told) -> None:
        whole = self._whole_of(figure)
        self.shown.told = (figure, by, [(self._keys.name(by, key), answer) for key, answer in told])
        self.board.standings.show_told(figure, by, told, whole)

    def _along(self, figure: Figure, step: By, found: asking.Steps, before: asking.Steps) -> None:
        self.shown.along = (figure, step, found)
        self.board.show_along(figure, step, found, before)

    def _comings(self, found: asking.Comings) -> None:
        self.shown.comings = found
        self.board.show_comings(found)

    def _whole_of(self, figure: Figure) -> Answer | None:
        return self.shown.sheet[figure] if self.shown.sheet is not None else None

    def _say_state(self) -> None:
        """What is shown, and whether it is being counted."""
        days = self.filters.days
        shown = f"{days.first:%Y-%m-%d}" + (f" – {days.last:%Y-%m-%d}" if days.count > 1 else "")
        if self._open and not self._late.isActive():
            self.heading.say(_("Figures"), _("{days} · counting…", days=shown))
        elif not self._open:
            self._late.stop()
            at = self.sought.ended_at if self.sought is not None else self.room.now()
            before = self.filters.before()
            written = "%m-%d" if before.first.year == local(self.room.now()).year else "%Y-%m-%d"
            self.heading.say(_("Figures"), _(
                "{days} · as of {time} · before: {first} – {last}", days=shown, time=moment(at, self.room.now()),
                first=f"{before.first:{written}}", last=f"{before.last:{written}}"))  # fmt: skip

    def _broke(self, _report: object) -> None:
        """Somewhere a mistake of ours ended a question: nothing is waited for that may never come."""
        self._open.clear()
        self._say_state()

    # ------------------------------------------------------------------ what changes meanwhile

    def _changed(self, delta: Delta) -> None:
        if delta.changes and self.isVisible() and not self._again.isActive():
            self._again.start()

    def _loaded(self, _stage: str) -> None:
        if self.isVisible():
            self._again.start()

    def _count_again(self) -> None:
        if self.isVisible():
            self.count_anew()

    # ------------------------------------------------------------------ what is looked at

    def choose_figure(self, figure: Figure) -> None:
        """Have the charts and the ranking be about that figure."""
        self.figure = figure
        self.board.tiles.choose(figure)
        self.board.show_figure(figure, self._whole_of(figure))
        self._ask_apart()
        self._ask_along()

    def _by_chosen(self, _place: int) -> None:
        self.by = By(self.board.by.currentData())
        self._ask_apart()

    def _open_tile(self, figure: Figure) -> None:
        whole = self._whole_of(figure)
        nothing_else = whole is not None and not whole.n and whole.left_out
        self.open_records(asking.Line(figure, asking.Part.LEFT_OUT if nothing_else else asking.Part.COUNTED))

    def _open_part(self, part: asking.Part) -> None:
        self.open_records(asking.Line(self.figure, part))

    def _open_stage(self, figure: object) -> None:
        if isinstance(figure, Figure):
            self.choose_figure(figure)
            self.open_records(asking.Line(figure))

    def _open_row(self, row: Standing) -> None:
        self.open_records(asking.Line(row.figure, by=self.by, key=row.key), row.answer)

    def _open_step(self, key: object) -> None:
        self.open_records(asking.Line(self.figure, by=self.filters.days.step, key=str(key)))

    def _open_town(self, key: object) -> None:
        self.open_records(asking.Line(self.figure, by=By.TOWN, key=str(key)))

    def _open_cell(self, cell: object) -> None:
        if isinstance(cell, tuple):
            self.open_records(asking.Cell(*cell))

    def _open_way(self, way: object) -> None:
        if isinstance(way, asking.Way):
            self.open_records(way)

    def open_records(self, line: asking.Wanted, answer: Answer | None = None) -> None:
        """List the records behind a number beside the figures."""
        self._came_from, self._line = self.focusWidget(), line
        self.listed.begin(self._told(line))
        self.listed.show()
        self.case.show()
        self.columns.bring(self.listed)
        self.listed.view.setFocus()
        self._ask_behind(line, answer.n if answer is not None else None)

    def _ask_behind(self, line: asking.Wanted, n: int | None = None) -> None:
        sought, person = self.sought, self.room.person
        if sought is not None:
            self._ask("behind", lambda session: asking.behind(session, person, sought, line),
                      lambda hits: self._list(line, hits, n))  # fmt: skip

    def _n_of(self, line: asking.Wanted) -> int | None:
        """How many a number counts, where that is known without asking."""
        came = self.shown.comings
        if isinstance(line, asking.Cell):
            return came.heat[line.weekday][line.hour] if came is not None else None
        if isinstance(line, asking.Way):
            ways = came.flow if came is not None else ()
            return next((one.n for one in ways if (one.channel, one.outcome) == (line.channel, line.outcome)), None)
        whole = self._whole_of(line.figure) if line.by is None else None
        known = {asking.Part.COUNTED: whole.n, asking.Part.LEFT_OUT: whole.left_out} if whole is not None else {}
        return known.get(line.part)

    def _told(self, line: asking.Wanted) -> str:
        """Which records they are, in words."""
        if isinstance(line, asking.Cell):
            return f"{weekdays()[line.weekday]} · {line.hour:02d}:00 – {line.hour + 1:02d}:00"
        if isinstance(line, asking.Way):
            return f"{choice(line.channel)} → {_(OUTCOMES[line.outcome])}"
        sort = _(_PARTS[line.part]) if _PARTS[line.part] else ""
        of = self._keys.name(line.by, line.key) if line.by is not None else ""
        return " · ".join(part for part in (_(DEFINITIONS[line.figure].title), of, sort) if part)

    def _list(self, line: asking.Wanted, hits: list[Hit], n: int | None) -> None:
        if line == self._line:
            self.listed.show_hits(hits, self._n_of(line) if n is None else n)

    def put_away(self) -> None:
        """Put the list of records away; the cursor goes back to the number it came from."""
        if self.listed.isHidden():
            return
        self._line = None
        self.listed.hide()
        self.case.hide()
        (self._came_from or self.board.tiles).setFocus()

    def _show_case(self, key: Key) -> None:
        self.case.show_case(key)
        self.room.choose(self.room.picture.get(Case, key))

    def _to_case(self, _id: str) -> None:
        self.columns.bring(self.case)
        self.case.setFocus()

    # ------------------------------------------------------------------ exporting

    def _ask_where(self) -> None:
        path = where(self, _("figures"), KINDS)
        if path is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write what is shown into a file of the sort its ending says: tables, or a picture of the page."""
        if self.sought is None:
            return
        found, asked = tables(self.shown, self._keys), told(self.sought)
        n = sum(len(table.rows) for table in found)
        if path.suffix.lower() == ".png":
            picture = self.board.grab().toImage()
            take_out(self, path, n, asked, lambda: write_png(path, picture), N_("The picture is in {path}."))
        else:
            put = write_xlsx if path.suffix.lower() == ".xlsx" else write_csv
            take_out(self, path, n, asked, lambda: put(path, found), N_("{n} rows are in {path}."))

    # ------------------------------------------------------------------ what the shell asks

    def entered(self) -> None:
        if self._asked_at is None or self.room.now() - self._asked_at > dt.timedelta(milliseconds=AGAIN_MS):
            self.count_anew()
        self.board.tiles.take_focus()

    def draft(self) -> Any:
        """What was looked at, so that it is there again in another language."""
        return {"filters": self.filters.state(), "figure": str(self.figure), "by": str(self.by)}

    def resume(self, draft: Any) -> None:
        if isinstance(draft, dict):
            self.figure, self.by = Figure(draft["figure"]), By(draft["by"])
            self.board.by.setCurrentIndex(max(0, self.board.by.findData(str(self.by))))
            self.board.tiles.choose(self.figure if self.figure not in CLOCKS else None)
            self.filters.restore(draft["filters"])
