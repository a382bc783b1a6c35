"""The map: drawn where the web engine runs; where it is refused, the reason is said and everything else goes on."""

from PySide6.QtWidgets import QWidget

from commandcenter import clock
from commandcenter.i18n import N_, _
from ui.case.page import CasePage
from ui.map.view import MapView
from ui.theme import theme
from ui.tour import screen
from ui.tour.journey import Journey

STARTING_S = 60.0
_LAND, _GROUND = 0.03, 0.7
"""How much of a painted map is land at least, and land or sea: the rest is what stands on it."""
_STILL, _STILL_S = 0.005, 0.3
"""A map whose land changes by less, for so many seconds, has found its place."""


def show(journey: Journey) -> None:
    """From the case to the map: everything of the district on it, and the case selected."""
    with journey.step("map", N_("The case is shown on the map; without a web engine it says why it cannot")) as step:
        journey.hands.click(journey.one(CasePage).particulars.on_map)
        step.holds("the map page is at the front", lambda: journey.page_is("map"))
        step.holds("the map is drawn, or the reason and the remedy are said",
                   Drawn(journey), STARTING_S)  # fmt: skip
        if refused(journey):
            step.holds("it says that there is no map", lambda: journey.shows(_("The map cannot be shown")))
            step.holds("it can be tried again", lambda: journey.shows(_("Retry")))
        number = journey.life.number
        step.holds("the case that is looked at is described beside it",
                   lambda: number in screen.words(journey.one(QWidget, "map.side")))  # fmt: skip


class Drawn:
    """Whether the map in the window is painted and lies still, or says why there is none. To be asked repeatedly."""

    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self._land, self._since = -1.0, 0.0

    def __call__(self) -> bool:
        views = screen.seen(self._journey.window, MapView)
        if not views or self._journey.reads("mapWaiting"):
            return False
        if refused(self._journey):
            return True
        land, sea = (screen.share(views[0], theme.tokens()[ground]) for ground in ("land", "sea"))
        if abs(land - self._land) > _STILL:
            self._land, self._since = land, clock.ticks()
        return land > _LAND and land + sea > _GROUND and clock.ticks() - self._since > _STILL_S


def refused(journey: Journey) -> bool:
    """Whether the reason why there is no map is shown in its place."""
    return bool(screen.seen(journey.window, MapView)) and bool(journey.reads("mapNotice"))
