"""F5 Map: one map for everyone – areas, squads, workstations, officers, open cases, and the heat of past ones."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QVBoxLayout
from shiboken6 import isValid

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from commandcenter.domain.places import is_place
from commandcenter.domain.record import Key, Record
from commandcenter.domain.units import Place, Squad
from commandcenter.i18n import N_, _, ngettext
from commandcenter.live.delta import Delta
from commandcenter.queries.heat import Heat, heat
from ui.actions import GROUP_PAGE, Action
from ui.map import standing
from ui.map.feeding import MapFeed
from ui.map.layers import LayersBar
from ui.map.objects import LAYERS
from ui.map.shared import shared_engine
from ui.map.view import MapView
from ui.map_page.side_panel import SidePanel
from ui.page import Page
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.columns import Columns
from ui.widgets.message_line import MessageLine
from ui.widgets.plain_label import PlainLabel

LAYERS_KEPT, VIEW_KEPT = "map/layers", "map/view"
HEAT_DAYS = {"heat_7": 7, "heat_30": 30}
HEAT_EVERY_S = 60


class MapPage(Page):
    """The map, the bar of its layers, and what is selected beside it."""

    name = "map"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._then: Callable[[float, float], None] | None = None
        self._owner: QObject | None = None
        self._no_map = False
        self._ticks = 0
        self._heat: dict[str, Heat] = {}
        self.map = MapView(shared_engine(room.backstage), theme.tokens())
        self.bar = LayersBar(self.map, theme.tokens())
        self.picking = MessageLine()
        self.foot = PlainLabel()
        mark(self.foot, face="caption")
        self.feed = MapFeed(room, self.map)
        self.side = SidePanel(room, self.feed)
        self._lay_out()
        self._declare()
        self._connect()
        self._recall()
        self._say_foot()

    def _lay_out(self) -> None:
        left = QFrame()
        mark(left, ground="surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        foot = QFrame()
        mark(foot, ground="surface", line="top")
        inner = QVBoxLayout(foot)
        inner.setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(4))
        inner.addWidget(self.foot)
        for widget in (self.bar, self.picking):
            column.addWidget(widget)
        column.addWidget(self.map, 1)
        column.addWidget(foot)
        self.columns = Columns()
        self.columns.add(left, _("Map"), 1320 - self.side.usual_width, 360, 1)
        self.columns.add(self.side, _("Filters and cases"), self.side.usual_width, 344, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.columns)

    def _declare(self) -> None:
        self.room.actions.add(
            Action("map.star", N_("Show all open cases on the map; again: back"), "mdi6.star-outline",
                   lambda _room: self.map.toggle_star(), "*", "", GROUP_PAGE),
            Action("map.legend", N_("What the signs on the map mean"), "mdi6.map-legend",
                   lambda _room: self.bar.show_legend(), "", "", GROUP_PAGE),
        )  # fmt: skip
        for made in self.room.actions.attach(self, self.room, ("map.star",)):
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._escape.activated.connect(self._give_up)
        self._escape.setEnabled(False)

    def _connect(self) -> None:
        room = self.room
        room.backstage.changed.connect(self._changed)
        room.pulse.ticked.connect(self._tick)
        room.chosen.connect(self._chosen)
        self.side.filters.changed.connect(self._filter)
        self.side.picked.connect(self._pick_of_stack)
        self.map.stack_selected.connect(self.side.show_stack)
        self.map.layers_changed.connect(self._layers_changed)
        self.map.point_picked.connect(self._point_picked)
        self.map.ready.connect(lambda: self._set_no_map(False))
        self.map.explained.connect(lambda _words: self._set_no_map(True))
        self.picking.offer_taken.connect(self._give_up)
        theme.changed.connect(self._dress)

    def _dress(self) -> None:
        self.bar.set_tokens(theme.tokens())

    # ------------------------------------------------------------------ remembered per person

    def _recall(self) -> None:
        kept = self.room.preferences.recall(LAYERS_KEPT, {}, self.room.person.id)
        for name, shown in (kept if isinstance(kept, dict) else {}).items():
            if name in LAYERS and isinstance(shown, bool):
                self.map.set_layer(name, shown)
        place = self.room.preferences.recall(VIEW_KEPT, {}, self.room.person.id)
        if isinstance(place, dict) and all(isinstance(value, int | float) for value in place.values()):
            self.map.go_back_to(place)

    def _layers_changed(self, layers: dict[str, bool]) -> None:
        self.room.preferences.keep(LAYERS_KEPT, layers, self.room.person.id)
        for name in HEAT_DAYS:
            if layers[name] and name not in self._heat:
                self._ask_heat(name)
        self._say_foot()

    def hideEvent(self, event: QHideEvent) -> None:
        place = {name: value for name, value in self.map.place.items() if name != "starred"}
        if place:
            self.room.preferences.keep(VIEW_KEPT, place, self.room.person.id)
        super().hideEvent(event)

    # ------------------------------------------------------------------ what the shell asks

    def entered(self) -> None:
        self.map.start_soon()

    def select(self, kind: str, key: Key) -> bool:
        if kind == Place.kind():
            return self._show_place(key)
        record = self._record(kind, key)
        if record is None:
            return False
        self.side.show_stack(())
        self.room.choose(record)
        self.side.show_record(record)
        self.map.show_points(self._points(record))
        return True

    def _record(self, kind: str, key: Key) -> Record | None:
        word = standing.WORDS.get(kind, kind)
        if kind == Complaint.kind():
            complaint = self.room.picture.get(Complaint, key)
            word, key = "case", (complaint.case_id or "") if complaint is not None else ""
        record_type = standing.KINDS.get(word)
        return self.room.picture.get(record_type, key) if record_type is not None else None

    def _show_place(self, key: Key) -> bool:
        place = self.room.picture.get(Place, key)
        if place is None or place.lon is None or place.lat is None:
            return False
        self.map.set_pin((place.lon, place.lat))
        self.map.show_points([(place.lon, place.lat)])
        return True

    def _points(self, record: Record) -> list[tuple[float, float]]:
        """What has to be in sight to see a record: a squad with its area, everything else by its point."""
        if isinstance(record, Squad) and record.id in self.room.picture.geography.keys:
            west, south, east, north = self.room.picture.geography.bounds_of(record.id)
            return [(west, south), (east, north)]
        held: Any = self.room.picture.fixes.get(record.id) if isinstance(record, Person) else record
        lon, lat = getattr(held, "lon", None), getattr(held, "lat", None)
        return [] if lon is None or lat is None or not is_place(lon, lat) else [(lon, lat)]

    # ------------------------------------------------------------------ picking a point for a form

    def pick_point(self, then: Callable[[float, float], None], owner: QObject) -> bool:
        if self._no_map:
            return False
        self._forget_owner()
        self._then, self._owner = then, owner
        owner.destroyed.connect(self._give_up)
        self._escape.setEnabled(True)
        self.picking.say(_("Click the place that is meant."), "accent", _("Give up (Esc)"))
        self.map.pick_point(True)
        return True

    def _point_picked(self, lon: float, lat: float) -> None:
        then = self._then
        self._stop_picking()
        if then is not None:
            then(lon, lat)

    def _give_up(self) -> None:
        self._stop_picking()
        self.map.set_pin(None)

    def _forget_owner(self) -> None:
        if self._owner is not None and isValid(self._owner):
            self._owner.destroyed.disconnect(self._give_up)
        self._owner = None

    def _stop_picking(self) -> None:
        self._forget_owner()
        self._then = None
        self._escape.setEnabled(False)
        self.picking.say("")
        self.map.pick_point(False)

    def _set_no_map(self, missing: bool) -> None:
        self._no_map = missing
        if missing and self._then is not None:
            self._give_up()

    # ------------------------------------------------------------------ changes

    def _changed(self, delta: Delta) -> None:
        if any(True for _change in delta.of(Squad)):
            self.side.filters.fill()
        self.side.apply(delta)
        if delta.changes:
            self._say_foot()

    def _tick(self, now: Any) -> None:
        self._ticks += 1
        if not self.isVisible():
            return
        self.side.tick()
        self.map.set_now(now)
        if self._ticks % HEAT_EVERY_S == 0:
            for name in HEAT_DAYS:
                if self.map.layers[name]:
                    self._ask_heat(name)

    def _chosen(self, record: Record | None) -> None:
        self.side.show_record(record)

    def _pick_of_stack(self, kind: str, key: Key) -> None:
        record = self._record(kind, key)
        if record is not None:
            self.room.choose(record)

    def _filter(self) -> None:
        self.feed.set_keep(self.side.filters.keep)
        self.side.filter_anew()
        self._say_foot()

    # ------------------------------------------------------------------ heat, and what is said below

    def _ask_heat(self, name: str) -> None:
        now, days = self.room.now(), HEAT_DAYS[name]

        def question(session: Any) -> Heat:
            return heat(session, now=now, days=days)

        self.room.backstage.ask(question, lambda found: self._take_heat(name, found), owner=self, latest=name)

    def _take_heat(self, name: str, found: Heat) -> None:
        self._heat[name] = found
        self.map.set_heat(name, found.points)
        self._say_foot()

    def _say_foot(self) -> None:
        shown = self.side.table.count
        said = [ngettext("{n} open case", "{n} open cases", shown)]
        for name, days in HEAT_DAYS.items():
            found = self._heat.get(name)
            if self.map.layers[name] and found is not None:
                said.append(_("heat of {days} days: {n} cases", days=days, n=len(found.points)))
                if found.left_out:
                    said.append(_("{n} older ones left out", n=found.left_out))
                if found.placeless:
                    said.append(ngettext("{n} without a point", "{n} without a point", found.placeless))
        self.foot.setText(" · ".join(said))

