"""The map: drawn where the web engine runs; where it is refused, the reason is said and everything else goes on."""

from PySide6.QtWidgets import QWidget

from commandcenter.i18n import N_, _
from ui.case.page import CasePage
from ui.map.view import MapView
from ui.tour import screen
from ui.tour.journey import Journey

_STARTING_S = 60.0
_COLOURS = 12


def show(journey: Journey) -> None:
    """From the case to the map: everything of the district on it, and the case selected."""
    with journey.step("map", N_("The case is shown on the map; without a web engine it says why it cannot")) as step:
        journey.hands.click(journey.one(CasePage).particulars.on_map)
        step.holds("the map page is at the front", lambda: journey.page_is("map"))
        step.holds("the map is drawn, or the reason and the remedy are said",
                   lambda: map_or_reason(journey), _STARTING_S)  # fmt: skip
        if refused(journey):
            step.holds("it says that there is no map", lambda: journey.shows(_("The map cannot be shown")))
            step.holds("it can be tried again", lambda: journey.shows(_("Retry")))
        number = journey.life.number
        step.holds("the case that is looked at is described beside it",
                   lambda: number in screen.words(journey.one(QWidget, "map.side")))  # fmt: skip


def map_or_reason(journey: Journey) -> bool:
    """Whether the map in the window is painted, or says why it is not."""
    views = screen.seen(journey.window, MapView)
    if not views or journey.reads("mapWaiting"):
        return False
    return refused(journey) or screen.colours(views[0]) >= _COLOURS


def refused(journey: Journey) -> bool:
    """Whether the reason why there is no map is shown in its place."""
    return bool(screen.seen(journey.window, MapView)) and bool(journey.reads("mapNotice"))
