"""Everything that is shown of the figures, below each other: tiles, the chosen one, ranking, when, where, how long."""

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from commandcenter.domain.units import Squad
from commandcenter.i18n import _
from commandcenter.queries.figures import CLOCKS, DEFINITIONS, Answer, By, Figure, Times, Told
from ui.charts.flow import FlowChart
from ui.charts.ground import GroundChart
from ui.charts.heat import HeatChart
from ui.charts.shapes import Ground, Stage, Stream
from ui.charts.stages import StagesChart
from ui.charts.trend import TrendChart
from ui.figures.about import About
from ui.figures.asking import Comings, Sheet, Steps, Way
from ui.figures.cards import Card, Cards
from ui.figures.saying import BY_NAMES, OUTCOMES, Keys, measure_of, point, value_of, why_empty
from ui.figures.standing import Standings
from ui.figures.tiles import Tiles
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.picker import Combo
from ui.wording import choice


class Board(QWidget):
    """Shows what it is given; what somebody wants to know more of is said by its parts."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self._keys = Keys(room.picture)
        self.tiles, self.about, self.standings = Tiles(), About(), Standings(room)
        self.trend = TrendChart(_("The figure over time"))
        self.heat = HeatChart(_("By hour and weekday"))
        self.stages = StagesChart(_("How long each stage takes"))
        self.flow = FlowChart(_("From channel to outcome"))
        self.ground = GroundChart(_("By town"))
        self.by = Combo()
        self.by.setAccessibleName(_("Told apart by"))
        for by, words in BY_NAMES.items():
            self.by.addItem(_(words), str(by))
        self._cards = {
            name: Card(title, content) for name, title, content in (
                ("about", "", self.about), ("trend", _("Trend"), self.trend), ("standings", "", self.standings),
                ("stages", _("How long each stage takes"), self.stages),
                ("heat", _("When it comes in"), self.heat), ("flow", _("From channel to outcome"), self.flow),
                ("ground", _("By town"), self.ground),
            )
        }  # fmt: skip
        certain = ElidedLabel(_("by what is certain: the lower end of the interval"))
        mark(certain, face="caption")
        self._cards["standings"].add(certain)
        self._cards["standings"].add(self.by)
        self._lay_out()

    def _lay_out(self) -> None:
        cards = self._cards
        self.cards = Cards((
            (cards["about"], cards["trend"]), (cards["standings"],), (cards["stages"], cards["heat"]),
            (cards["flow"], cards["ground"]),
        ))  # fmt: skip
        for name, high in (("trend", 240), ("stages", 300), ("heat", 300), ("flow", 340), ("ground", 340)):
            cards[name].setMinimumHeight(theme.px(high))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(12)] * 4)
        column.setSpacing(theme.px(8))
        column.addWidget(self.tiles)
        column.addWidget(self.cards, 1)

    # ------------------------------------------------------------------ what is shown

    def show_sheet(self, sheet: Sheet, before: Sheet | None) -> None:
        """Show every figure, and how it changed where that is known."""
        self.tiles.show_sheet(sheet, before)
        self.stages.show_stages([self._stage(figure, sheet[figure]) for figure in CLOCKS],
                                _("No clock ran in this period."))  # fmt: skip

    @staticmethod
    def _stage(figure: Figure, answer: Answer) -> Stage:
        median, p90 = (answer.median_s, answer.p90_s) if isinstance(answer, Times) else (None, None)
        return Stage(figure, _(DEFINITIONS[figure].title), median, p90, answer.n)

    def show_figure(self, figure: Figure, answer: Answer | None = None) -> None:
        """Say which figure the charts are about."""
        self.tiles.choose(figure)
        title = _(DEFINITIONS[figure].title)
        self._cards["about"].title.setText(title)
        self._cards["trend"].title.setText(_("{figure} over time", figure=title))
        self._cards["standings"].title.setText(title)
        self._cards["ground"].title.setText(_("{figure} by town", figure=title))
        self.about.show_figure(figure, answer)

    def show_along(self, figure: Figure, step: By, found: Steps, before: Steps) -> None:
        """Show a figure over time; behind it the period before, step for step."""
        points, then = ([point(figure, answer, key, self._keys.name(step, key)) for key, answer in steps]
                        for steps in (found, before))  # fmt: skip
        nothing = next((why_empty(figure, answer) for _key, answer in found), "")
        self.trend.show_points(points, measure_of(figure), then, nothing)

    def show_towns(self, figure: Figure, told: Told) -> None:
        """Show a figure on the map."""
        answers: dict[Any, Answer] = dict(told)
        squads = sorted(self._room.picture.of(Squad).values(), key=lambda squad: squad.code)
        grounds = []
        for squad in squads:
            if squad.area and not squad.disabled:
                answer = answers.get(squad.id)
                value = value_of(figure, answer) if answer is not None else None
                grounds.append(Ground(squad.id, squad.name, squad.area, value, answer.n if answer is not None else 0))
        self.ground.show_grounds(grounds, measure_of(figure), _("Nothing to count"))

    def show_comings(self, found: Comings) -> None:
        """Show when it came in, and what became of it."""
        nothing = _("Nothing came in.")
        self.heat.show_counts(found.heat, nothing)
        streams = [Stream(choice(one.channel), _(OUTCOMES[one.outcome]), one.n, Way(one.channel, one.outcome))
                   for one in found.flow]  # fmt: skip
        self.flow.show_streams(streams, nothing)
