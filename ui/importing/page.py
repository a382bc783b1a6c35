"""Import a file: choose it, see what each column becomes, try it, bring it in, save what was rejected."""

from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from commandcenter.errors import Refused
from commandcenter.exchange.importing import Outcome
from commandcenter.exchange.incoming import Incoming
from commandcenter.exchange.profiles import CODES, profiles
from commandcenter.i18n import _
from commandcenter.logs import Report
from ui.backstage import Errand
from ui.importing.reading import Look, Progress, bring_in, field_word, look_at, rejects_of, save_rejects
from ui.importing.text_table import TextTable, TextView
from ui.page import Page
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.empty_state import EmptyState
from ui.widgets.message_line import MessageLine
from ui.widgets.picker import Combo
from ui.widgets.plain_label import PlainLabel
from ui.widgets.section_heading import SectionHeading
from ui.wording import choice, moment

_WIDEST, _COLUMN, _LONG_COLUMN = 1180, 150, 320  # px of the design
_LONG = frozenset({"words", "answer"})


class ImportPage(Page):
    """One column. Everything that takes long is done beside the window and can be called off."""

    name: ClassVar[str] = "import"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self.look: Look | None = None
        self.errand: Errand | None = None
        self.last: Progress | None = None
        self._dry = False
        self.path = QLineEdit()
        self.path.setObjectName("import.path")
        self.path.setPlaceholderText(_("A CSV or XLSX file: type its path, choose it, or drop it here"))
        self.path.setAccessibleName(_("File"))
        self.choose = QPushButton(_("Choose…"))
        self.profile = Combo()
        self.profile.setObjectName("import.profile")
        self.profile.setAccessibleName(_("Import profile"))
        self.profile.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.profile.setMinimumContentsLength(10)  # large text must not make the page wider than the window
        self.message = MessageLine()
        self.columns = PlainLabel()
        self.columns.setWordWrap(True)
        mark(self.columns, face="small")
        self.table = TextTable(self)
        self.view = TextView(self.table)
        self.try_it = QPushButton(_("Try without writing"))
        self.bring = QPushButton(_("Import"))
        self.stop = QPushButton(_("Stop"))
        self.save = QPushButton(_("Save the rejected rows…"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.says = ElidedLabel()
        self.says.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.says.setObjectName("import.says")
        self._faces = QStackedWidget()
        self._lay_out()
        self._connect()
        self._offer_profiles()
        self._show_state()
        self.setAcceptDrops(True)

    # ------------------------------------------------------------------ layout

    def _lay_out(self) -> None:
        sheet = QFrame()
        mark(sheet, ground="surface")
        sheet.setMaximumWidth(theme.px(_WIDEST))
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(SectionHeading(_("Import a file"), remark=_("Importing the same file again does no harm.")))
        column.addWidget(self._choosing())
        column.addWidget(self.message)
        self._empty = EmptyState(
            _("No file yet"),
            _("Its first rows appear here, with what each column becomes. Nothing is written before you say so."),
            "mdi6.file-table-outline",
        )
        shown = QWidget()
        inside = QVBoxLayout(shown)
        inside.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        inside.setSpacing(theme.px(8))
        inside.addWidget(self.columns)
        inside.addWidget(self.view, 1)
        self._faces.addWidget(self._empty)
        self._faces.addWidget(shown)
        column.addWidget(self._faces, 1)
        column.addWidget(self._doing())
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(sheet)

    def _choosing(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        row.setSpacing(theme.px(8))
        row.addWidget(self.path, 3)
        row.addWidget(self.choose)
        row.addSpacing(theme.px(8))
        label = PlainLabel(_("Profile"))
        mark(label, face="caption")
        label.setBuddy(self.profile)
        row.addWidget(label)
        row.addWidget(self.profile, 2)
        return box

    def _doing(self) -> QFrame:
        foot = QFrame()
        mark(foot, line="top")
        column = QVBoxLayout(foot)
        column.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(8))
        column.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        mark(self.bring, tone="primary")
        for button, name in ((self.bring, "bring"), (self.try_it, "try"), (self.stop, "stop"), (self.save, "save"),
                             (self.choose, "choose")):  # fmt: skip
            button.setObjectName(f"import.{name}")
        for part in (self.bring, self.try_it, self.stop):
            row.addWidget(part)
        row.addWidget(self.says, 1)
        row.addWidget(self.save)
        column.addLayout(row)
        return foot

    def _connect(self) -> None:
        self.path.returnPressed.connect(self._read_typed)
        self.choose.clicked.connect(self._choose)
        self.profile.activated.connect(lambda _place: self._look(str(self.profile.currentData() or "")))
        self.try_it.clicked.connect(lambda: self.begin(dry_run=True))
        self.bring.clicked.connect(lambda: self.begin(dry_run=False))
        self.stop.clicked.connect(self.call_off)
        self.save.clicked.connect(self._choose_where)

    def entered(self) -> None:
        """The cursor stands where the path is typed."""
        self.path.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ the file

    def _offer_profiles(self) -> None:
        self.profile.addItem(_("the one that fits"), "")
        try:
            for name, profile in profiles().items():
                self.profile.addItem(f"{profile.heading} ({name})", name)
        except Refused as refusal:
            self.message.say(str(refusal), "urgent")

    def _choose(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self, _("Import a file"), self.path.text(),
            f"{_('Tables')} (*.csv *.tsv *.txt *.xlsx);;{_('All files')} (*)")  # fmt: skip
        if path:
            self.open(Path(path))

    def _read_typed(self) -> None:
        if self.path.text().strip():
            self.open(Path(self.path.text().strip()).expanduser())

    def open(self, path: Path) -> None:
        """Look at a file through the profile that fits it."""
        if self.errand is not None:
            return
        self.path.setText(str(path))
        self.profile.setCurrentIndex(0)
        self._look("")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.errand is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.open(Path(files[0]))

    def _look(self, profile: str) -> None:
        path = Path(self.path.text().strip()).expanduser()
        self.look = self.last = None
        self.message.say(_("Reading the beginning of the file…"), "quiet")
        self._show_state()
        self.room.backstage.aside(
            partial(look_at, path, profile, self.room.now()), self._looked, owner=self, latest="look",
            otherwise=self._refused)

    def _looked(self, look: Look) -> None:
        self.look = look
        place = self.profile.findData(look.preview.profile.name)
        self.profile.setCurrentIndex(place)
        self.message.say(look.warnings(), "late")
        self._show_preview(look)
        self._show_state()

    def _refused(self, refusal: Refused) -> None:
        self.message.say(str(refusal), "urgent")
        self._show_state()

    def _show_preview(self, look: Look) -> None:
        binding, profile = look.preview.binding, look.preview.profile
        fields = list(binding.fields)
        headings = [_("Row"), *(f"{binding.columns[binding.fields[f]]} → {field_word(f)}" for f in fields)]
        rows, tones = [], []
        for item in look.preview.items:
            if isinstance(item, Incoming):
                rows.append([str(item.row_number), *(self._cell(item, f) for f in fields)])
                tones.append("")
            else:
                rows.append([str(item.row_number), f"▲ {item.column}: {item.reason} – {item.value}"])
                tones.append("urgent")
        self.table.show_rows(headings, rows, tones)
        self.view.fit([56, *(_LONG_COLUMN if f in _LONG else _COLUMN for f in fields)])
        told = [_("Preview of {n} rows", n=len(rows))]
        always = _(", ").join(f"{field_word(name)} = {choice(value)}" for name, value in profile.constants.items())
        told += [_("always: {what}", what=always)] if always else []
        told += [_("kept beside: {columns}", columns=_(", ").join(binding.extra))] if binding.extra else []
        told += [_("not used: {columns}", columns=_(", ").join(binding.ignored))] if binding.ignored else []
        told += [_("closed cases of an archive, with their real times")] if profile.historic else []
        self.columns.setText(" · ".join(told))

    def _cell(self, item: Incoming, name: str) -> str:
        value: Any = getattr(item, name)
        if name in CODES:
            return choice(value)
        if name in {"arrived_at", "answered_at"}:
            return moment(value, self.room.now()) if value else ""
        return "" if value is None else f"{value:.5f}" if isinstance(value, float) else str(value)

    # ------------------------------------------------------------------ bringing it in

    def begin(self, *, dry_run: bool) -> None:
        """Read the whole file; ``dry_run`` only counts what would happen."""
        if self.look is None or self.errand is not None:
            return
        self._dry = dry_run
        errand = Errand("import")
        self._follow(errand)
        self.last = None
        self.message.say("")
        self.says.setText(_("Beginning…"))
        self.bar.setValue(0)
        work = bring_in(self.look, self.room.person, self.room.backstage.station, self.room.now(), dry_run=dry_run)
        self.room.backstage.run_errand(errand, work)
        self._show_state()

    def _follow(self, errand: Errand) -> None:
        errand.progressed.connect(self._progressed)
        errand.then(self._done).otherwise(self._stopped)
        errand.failed.connect(self._failed)
        self.errand = errand

    def call_off(self) -> None:
        """Stop after the batch that is on its way."""
        if self.errand is not None:
            self.errand.call_off()
            self.stop.setEnabled(False)
            self.says.setText(_("Stopping…"))

    def _progressed(self, progress: Progress) -> None:
        self.bar.setValue(round(progress.outcome.share * 1000))
        if self.errand is not None and not self.errand.called_off:
            self.says.setText(f"{self._counts(progress)} · {_('{n} rows/s', n=progress.speed)}")

    def _counts(self, progress: Progress) -> str:
        return progress.outcome.counts(dry_run=self._dry)

    def _done(self, progress: Progress) -> None:
        self.errand = None
        self.last = progress
        self._progressed(progress)
        said = self._counts(progress)
        if trouble := progress.outcome.trouble:
            said = _("{trouble} Before that: {counts}. What was received stays; import the file again to go on.",
                     trouble=trouble, counts=said)  # fmt: skip
        elif progress.outcome.cancelled:
            said = _("Stopped. {counts}. Import the file again to go on from here.", counts=said)
        elif self._dry:
            said = _("Nothing was written. {counts}.", counts=said)
        else:
            said = f"{said}. " + _("{n} rows/s", n=progress.speed)
        self.message.say(" ".join([said, *progress.outcome.remarks()]), self._tone(progress.outcome))
        self.says.setText("")
        self._show_rejections(progress)
        self._show_state()

    @staticmethod
    def _tone(outcome: Outcome) -> str:
        late = outcome.cancelled or outcome.rejected or outcome.remarks()
        return "urgent" if outcome.trouble is not None else "late" if late else "ok"

    def _show_rejections(self, progress: Progress) -> None:
        kept, total = progress.outcome.rejections, progress.outcome.rejected
        if not kept:
            return
        headings = [_("Row"), _("Column"), _("Value"), _("Why it was rejected")]
        self.table.show_rows(headings, [(str(r.row_number), r.column, r.value, str(r.reason)) for r in kept],
                             ["urgent"] * len(kept))  # fmt: skip
        self.view.fit([56, 180, 260])
        shown = _("{total} rejected rows, the first {n} shown; saving writes all of them.", total=total, n=len(kept))
        self.columns.setText(_("{n} rejected rows", n=total) if len(kept) == total else shown)

    def _stopped(self, refusal: Refused) -> None:
        self.errand = None
        self.says.setText("")
        self.message.say(str(refusal), "urgent")
        self._show_state()

    def _failed(self, _report: Report) -> None:
        self.errand = None
        self.says.setText("")
        self.message.say(_("The program made a mistake. What was received before stays received."), "urgent")
        self._show_state()

    def _show_state(self) -> None:
        running = self.errand is not None
        self._faces.setCurrentIndex(0 if self.look is None else 1)
        for widget in (self.path, self.choose, self.profile):
            widget.setEnabled(not running)
        self.bring.setVisible(not running)
        self.try_it.setVisible(not running)
        self.stop.setVisible(running)
        self.stop.setEnabled(running)
        self.bar.setVisible(running)
        self.bring.setEnabled(self.look is not None)
        self.try_it.setEnabled(self.look is not None)
        self.save.setVisible(not running and self.last is not None and self.last.outcome.rejected > 0)
        if running:
            self.stop.setFocus()

    # ------------------------------------------------------------------ rejects

    def _choose_where(self) -> None:
        if self.look is None:
            return
        kept = rejects_of(self.look.path)
        path, _filter = QFileDialog.getSaveFileName(
            self, _("Save the rejected rows…"), str(self.look.path.with_name(kept.name)), "CSV (*.csv)"
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Save the rejected rows of the last reading: to be corrected, and imported again."""
        if self.look is not None:
            work = partial(save_rejects, self.look, path)
            self.room.backstage.aside(work, self._saved, owner=self, otherwise=self._refused)

    def _saved(self, path: Path) -> None:
        self.message.say(_("The rejected rows are in {path}: correct them and import that file.", path=path), "ok")

    # ------------------------------------------------------------------ rebuilding

    def draft(self) -> dict[str, Any] | None:
        """The file that is looked at, and the import that runs: it goes on while the page is built anew."""
        if self.look is None:
            return None
        return {"path": self.look.path, "look": self.look, "errand": self.errand, "dry": self._dry}

    def resume(self, draft: Any) -> None:
        """Go on with what the page before this one did."""
        errand: Errand | None = draft["errand"]
        if errand is None or errand.settled:
            self.open(draft["path"])
            return
        self.path.setText(str(draft["path"]))
        self.look, self._dry = draft["look"], draft["dry"]
        self._follow(errand)
        self._show_preview(draft["look"])
        self._show_state()
