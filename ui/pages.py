"""The pages of the window, in the order of the rail. Their modules are imported when they are first needed."""

from collections.abc import Iterable
from importlib import import_module

from PySide6.QtCore import QObject

from commandcenter.domain.people import Person, Right, Role
from commandcenter.i18n import N_
from ui.backstage import Backstage
from ui.page import Entry

PAGES: tuple[Entry, ...] = (
    Entry("intake", N_("Intake"), "mdi6.phone-incoming-outline", "F2", "ui.intake.page:IntakePage",
          frozenset({Right.RECEIVE, Right.FIND})),
    Entry("dispatch", N_("Dispatch"), "mdi6.send-outline", "F3", "ui.dispatch.page:DispatchPage",
          frozenset({Right.DISPATCH})),
    Entry("followup", N_("Follow-up"), "mdi6.clipboard-clock-outline", "F4", "ui.followup.page:FollowUpPage",
          frozenset({Right.READ_CASES}), loud=False),
    Entry("map", N_("Map"), "mdi6.map-outline", "F5", "ui.map_page.page:MapPage",
          frozenset({Right.READ_CASES}), counts=False),
    Entry("review", N_("Review"), "mdi6.gavel", "F6", "ui.review.page:ReviewPage",
          frozenset({Right.RULE, Right.REVIEW, Right.SUPERVISE})),
    Entry("figures", N_("Figures"), "mdi6.chart-box-outline", "F7", "ui.figures.page:FiguresPage",
          frozenset({Right.READ_CASES}), counts=False, ahead="pyqtgraph"),
    Entry("archive", N_("Archive"), "mdi6.archive-search-outline", "F8", "ui.archive.page:ArchivePage",
          frozenset({Right.READ_CASES}), counts=False),
    Entry("people", N_("People"), "mdi6.account-multiple-outline", "F9", "ui.people.page:PeoplePage",
          frozenset({Right.ADMINISTER}), counts=False),
    Entry("security", N_("Security"), "mdi6.shield-search", "F10", "ui.security.page:SecurityPage",
          frozenset({Right.AUDIT}), counts=False),
    Entry("inspection", N_("Inspection"), "mdi6.clipboard-check-outline", "F12", "ui.inspection.page:InspectionPage",
          frozenset({Right.INSPECT, Right.RECTIFY}), counts=False),
    Entry("shift", N_("Shift"), "mdi6.account-clock-outline", "Ctrl+F11", "ui.shift.page:ShiftPage",
          frozenset({Right.READ_CASES, Right.ROSTER}), counts=False),
    Entry("import", N_("Import a file…"), "mdi6.file-import-outline", "Ctrl+I", "ui.importing.page:ImportPage",
          frozenset({Right.IMPORT}), counts=False, in_rail=False),
)  # fmt: skip

FIRST = {
    Role.OPERATOR: "intake",
    Role.SUPERVISOR: "review",
    Role.CAPTAIN: "followup",
    Role.INSTRUCTOR: "followup",
    Role.OFFICER: "followup",
    Role.KEEPER: "intake",
    Role.INSPECTOR: "archive",
    Role.ADMINISTRATOR: "people",
}
"""Where the work of a role begins. A squad's is what it owes; a find on patrol is the exception for it."""


def first_page(person: Person, allowed: Iterable[str]) -> str:
    """The page to begin with: that of the first role that has one here, else the first one allowed, else none."""
    names = list(allowed)
    homes = (FIRST.get(Role(role), "") for role in person.roles)
    return next((home for home in homes if home in names), names[0] if names else "")


class Ahead(QObject):
    """Fetches what the pages say takes long to import, beside the window and once all is read: nobody waits for it."""

    def __init__(self, backstage: Backstage, entries: Iterable[Entry], parent: QObject) -> None:
        super().__init__(parent)
        self._backstage = backstage
        self._modules = tuple(entry.ahead for entry in entries if entry.ahead)
        backstage.loaded.connect(self._fetch)
        self._fetch()

    def _fetch(self, _stage: str = "") -> None:
        if self._backstage.picture.complete and self._modules:
            modules, self._modules = self._modules, ()
            self._backstage.aside(lambda: list(map(import_module, modules)), owner=self)
