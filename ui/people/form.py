"""One person beside the list: who they are, their roles, squad and workstation, and what can be done about them."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.logins import LONGEST_LOGIN
from commandcenter.domain.people import Person, Role
from commandcenter.errors import Incomplete, Refused
from commandcenter.i18n import _
from commandcenter.operations.enrolling import Belonging, Newcomer
from ui.people.shown_once import ShownOnce
from ui.theme import mark, theme
from ui.widgets.badge import Badge
from ui.widgets.choices import Choice
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.message_line import MessageLine
from ui.widgets.picker import Picker
from ui.widgets.plain_label import PlainLabel
from ui.widgets.section_heading import HEIGHT
from ui.wording import choice


class FormDraft(NamedTuple):
    """What stands in the form, for when it is built anew: with the person as they were when it was shown."""

    person: Person | None
    newcomer: Newcomer
    once: tuple[str, str]
    """Login and password that are shown; two empty texts where none is."""


class PersonForm(QFrame):
    """Somebody who is there, or, where nobody is shown, somebody to be added."""

    added = Signal(object)
    """A :class:`~commandcenter.operations.enrolling.Newcomer` is to be added."""
    changed = Signal(object)
    """The person shown is to have another :class:`~commandcenter.operations.enrolling.Belonging`."""
    disabled = Signal()
    """The person shown is to be put out of use; it was asked whether that is meant."""
    enabled = Signal()
    reset = Signal()
    """The person shown is to have a new password; it was asked whether that is meant."""
    signed_out = Signal()
    """The person shown is to be signed out everywhere."""
    left = Signal()
    """Nobody is to be added after all."""

    def __init__(self, squads: Sequence[Choice], workstations: Sequence[Choice]) -> None:
        super().__init__()
        self.person: Person | None = None
        self._meant = self.reset
        self._units = dict((*squads, *workstations))
        self._title, self._badge = PlainLabel(), Badge()
        mark(self._title, face="title")
        self.login, self.name_zh, self.name_en = QLineEdit(), QLineEdit(), QLineEdit()
        self.login.setMaxLength(LONGEST_LOGIN + 1)  # one more, so that what was cut off is refused and not taken
        self.roles = {role: QCheckBox(choice(role)) for role in Role}
        self.squad, self.workstation = Picker(squads), Picker(workstations)
        self.message = MessageLine()
        self.once = ShownOnce()
        self.save, self.new_password, self.use = QPushButton(), QPushButton(_("New password…")), QPushButton()
        self.sign_out = QPushButton(_("Sign out everywhere"))
        self.cancel = QPushButton(_("Cancel"))
        for name in ("login", "name_zh", "name_en", "squad", "workstation", "save", "new_password", "sign_out", "use",
                     "cancel"):  # fmt: skip
            getattr(self, name).setObjectName(f"people.{name}")
        self._lay_out()
        self._connect()
        self.show_person(None)

    def _lay_out(self) -> None:
        mark(self, ground="surface")
        mark(self.save, tone="primary")
        above = QFrame()
        above.setFixedHeight(theme.px(HEIGHT))
        mark(above, line="bottom")
        head = QHBoxLayout(above)
        head.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        head.setSpacing(theme.px(8))
        head.addWidget(self._title)
        head.addWidget(self._badge)
        head.addStretch(1)
        roles = QWidget()
        flow = FlowLayout(roles, gap=14, line_gap=4)
        for box in self.roles.values():
            flow.addWidget(box)
        feet = QWidget()
        foot = FlowLayout(feet, gap=8, line_gap=8)
        for button in (self.save, self.cancel, self.new_password, self.sign_out, self.use):
            foot.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(above)
        column = QVBoxLayout()
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(16))
        column.setSpacing(theme.px(4))
        whole.addLayout(column)
        column.addWidget(self.once)
        for words, field in (
            (_("Login"), self.login), (_("Chinese name"), self.name_zh), (_("English name"), self.name_en),
            (_("Roles"), roles), (_("Squad"), self.squad), (_("Workstation"), self.workstation),
        ):  # fmt: skip
            label = PlainLabel(words)
            mark(label, face="caption")
            field.setAccessibleName(words)
            column.addWidget(label)
            column.addWidget(field)
            column.addSpacing(theme.px(6))  # a label stands nearer to its own field than to the one above
        column.addWidget(self.message)
        column.addWidget(feet)
        column.addStretch(1)

    def _connect(self) -> None:
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.left)
        self.new_password.clicked.connect(self._ask_about_password)
        self.sign_out.clicked.connect(self.signed_out)
        self.use.clicked.connect(self._ask_about_use)
        self.message.offer_taken.connect(self._do_as_meant)
        for line in (self.login, self.name_zh, self.name_en):
            line.returnPressed.connect(self._save)

    # ------------------------------------------------------------------ what is shown

    def show_person(self, person: Person | None) -> None:
        """Show somebody as they are, or an empty form for somebody new. What was typed before is gone."""
        self.person = person
        self.once.forget()
        self.say(None)
        said = (person.login, person.name_zh, person.name_en) if person else ("", "", "")
        for line, text in zip((self.login, self.name_zh, self.name_en), said, strict=True):
            line.setText(text)
            line.setReadOnly(person is not None)  # it can be read, and copied
        for role, box in self.roles.items():
            box.setChecked(person is not None and person.has(role))
        self.squad.choose(person.squad_id if person else None)
        self.workstation.choose(person.workstation_id if person else None)
        self._dress()

    def bring_up_to_date(self, now: Person) -> str:
        """Go on from the person as they are now, with what was chosen here and not saved. What is different, in words.

        What nobody touched here becomes as it is now: saving takes back nothing that was not even looked at.
        """
        seen, self.person = self.person, now
        if seen is None:
            return ""
        for role, box in self.roles.items():
            if box.isChecked() == seen.has(role):
                box.setChecked(now.has(role))
        for picker, before, after in (
            (self.squad, seen.squad_id, now.squad_id), (self.workstation, seen.workstation_id, now.workstation_id),
        ):  # fmt: skip
            if picker.key == before:
                picker.choose(after)
        self._dress()
        return "; ".join(
            _("{what}: {before} → {after}", what=what, before=before or "–", after=after or "–")
            for (what, before), (_what, after) in zip(self._told(seen), self._told(now), strict=True) if before != after
        )  # fmt: skip

    def _told(self, person: Person) -> list[tuple[str, str]]:
        """What can be changed of somebody, in words."""
        return [
            (_("Roles"), _(", ").join(choice(role) for role in person.roles)),
            (_("Squad"), self._units.get(person.squad_id or "", "")),
            (_("Workstation"), self._units.get(person.workstation_id or "", "")),
            (_("State"), _("out of use") if person.disabled else ""),
        ]

    def draft(self) -> FormDraft:
        """What stands here."""
        return FormDraft(self.person, self._newcomer(), (self.once.login, self.once.password.text()))

    def take_up(self, draft: FormDraft) -> None:
        """Have it stand here again."""
        self.show_person(draft.person)
        if draft.person is None:
            for line, text in zip((self.login, self.name_zh, self.name_en), draft.newcomer[:3], strict=True):
                line.setText(text)
        belonging = draft.newcomer.belonging
        for role, box in self.roles.items():
            box.setChecked(role in belonging.roles)
        self.squad.choose(belonging.squad_id)
        self.workstation.choose(belonging.workstation_id)
        if draft.once[1]:
            self.once.show_password(*draft.once)

    def _dress(self) -> None:
        person = self.person
        self._title.setText(person.name if person else _("Add a person"))
        self._badge.say(_("out of use") if person is not None and person.disabled else "", "late")
        self.save.setText(_("Save") if person else _("Add, and make a password"))
        self.cancel.setVisible(person is None)
        self.new_password.setVisible(person is not None)
        self.sign_out.setVisible(person is not None and not person.disabled)
        self.use.setVisible(person is not None)
        self.use.setText(_("Let sign in again") if person is not None and person.disabled else _("Put out of use…"))

    def say(self, refusal: Refused | None) -> None:
        """Why it was not done, at the field it is about; None: nothing is wrong."""
        self.message.say(str(refusal) if refusal else "", "urgent")
        about = refusal.field if isinstance(refusal, Incomplete) else ""
        fields = {"login": self.login, "name": self.name_zh, "squad": self.squad, "workstation": self.workstation}
        for name, field in fields.items():
            mark(field, wrong=name == about)
        at = fields.get(about)
        if at is not None and not (isinstance(at, QLineEdit) and at.isReadOnly()):
            at.setFocus()

    def set_busy(self, busy: bool) -> None:
        """While something is under way nothing else can be asked for."""
        for button in (self.save, self.new_password, self.sign_out, self.use, self.cancel):
            button.setEnabled(not busy)

    # ------------------------------------------------------------------ what is asked for

    @property
    def belonging(self) -> Belonging:
        """The roles, squad and workstation as they stand in the form."""
        roles = [str(role) for role, box in self.roles.items() if box.isChecked()]
        return Belonging(roles, self.squad.key, self.workstation.key)

    @property
    def kept_as_it_is(self) -> bool:
        """Whether something stands there that would be lost: a choice that is not saved, a password shown once."""
        person, (roles, *units) = self.person, self.belonging
        return self.once.password.text() != "" or (
            person is not None and (set(roles), *units) != (set(person.roles), person.squad_id, person.workstation_id)
        )

    def _save(self) -> None:
        if not self.save.isEnabled():
            return
        if self.person is None:
            self.added.emit(self._newcomer())
        else:
            self.changed.emit(self.belonging)

    def _newcomer(self) -> Newcomer:
        return Newcomer(self.login.text(), self.name_zh.text(), self.name_en.text(), self.belonging)

    def _ask_about_password(self) -> None:
        self._meant = self.reset
        self.message.say(_("The password of now will open nothing any more."), "late", _("Make a new one"))

    def _ask_about_use(self) -> None:
        if self.person is not None and self.person.disabled:
            self.enabled.emit()
            return
        self._meant = self.disabled
        said = _("They are signed out everywhere and cannot sign in any more; the history keeps them.")
        self.message.say(said, "late", _("Put out of use"))

    def _do_as_meant(self) -> None:
        self.message.say("")
        self._meant.emit()
