"""Charts say what they were given, by keys and pointer alike, and say so where there is nothing."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.house import square
from ui.charts.chart import Chart
from ui.charts.flow import FlowChart, spread
from ui.charts.ground import GroundChart
from ui.charts.heat import HeatChart
from ui.charts.ranking import RankingChart
from ui.charts.scales import Measure
from ui.charts.shapes import Ground, Point, Stage, Stream
from ui.charts.stages import StagesChart
from ui.charts.trend import TrendChart
from ui.theme import NAMES, theme, tokens_of

POINTS = [Point("a", "11-01", 0.8, 0.7, 0.9, 50), Point("b", "11-02", None), Point("c", "11-03", 0.9, 0.8, 0.95, 80)]


def stand(chart: Chart, qtbot: QtBot) -> None:
    qtbot.addWidget(chart)
    chart.resize(640, 320)
    chart.show()
    qtbot.waitExposed(chart)


def shown(qtbot: QtBot) -> list[Chart]:
    """One of each, with something in it."""
    trend, ranking, heat = TrendChart("trend"), RankingChart("ranking"), HeatChart("heat")
    stages, flow, ground = StagesChart("stages"), FlowChart("flow"), GroundChart("ground")
    for chart in (trend, ranking, heat, stages, flow, ground):
        stand(chart, qtbot)
    trend.show_points(POINTS, Measure.SHARE)
    ranking.show_rows(POINTS, Measure.SHARE, 0.85)
    heat.show_counts([[hour * (day == 2) for hour in range(24)] for day in range(7)])
    stages.show_stages([Stage("r", "Receive", 240, 900, 30), Stage("v", "Visit", None, None)])
    flow.show_streams([Stream("Hotline", "Solved", 30), Stream("Web", "Declined", 10), Stream("App", "Solved", 0)])
    ground.show_grounds([Ground("n", "North", square(120.0, 35.9), 0.9, 40),
                         Ground("s", "South", square(120.0, 35.8), None)], Measure.SHARE)  # fmt: skip
    return [trend, ranking, heat, stages, flow, ground]


READ = [
    ["11-01 · 80.0 % · 95 %: 70.0 – 90.0 % · n = 50", "11-02 · nothing to count",
     "11-03 · 90.0 % · 95 %: 80.0 – 95.0 % · n = 80"],
    ["11-01 · 80.0 % · 95 %: 70.0 – 90.0 % · n = 50", "11-03 · 90.0 % · 95 %: 80.0 – 95.0 % · n = 80"],
    ["Mon · 00:00 – 01:00 · 0 came in"],
    ["Receive · half within 4 min · 9 of 10 within 15 min · n = 30", "Visit · nothing to count"],
    ["Hotline → Solved · 30 of 40 (75.0 %)", "Web → Declined · 10 of 40 (25.0 %)"],
    ["North · 90.0 % · n = 40", "South · nothing to count · n = 0"],
]  # fmt: skip


def test_the_arrows_read_out_every_mark_and_enter_asks_for_more(qtbot: QtBot) -> None:
    for chart, words in zip(shown(qtbot), READ, strict=True):
        chart.setFocus()
        for said in words:
            QTest.keyClick(chart, Qt.Key.Key_Right)
            assert chart.reading.text() == said == chart.accessibleDescription()
        with qtbot.waitSignal(chart.pressed) as pressed:
            QTest.keyClick(chart, Qt.Key.Key_Return)
        assert chart.at is not None
        assert pressed.args == [chart.at.key]
        QTest.keyClick(chart, Qt.Key.Key_Home)
        assert chart.at is chart.marks[0]


def test_the_pointer_finds_what_lies_below_it(qtbot: QtBot) -> None:
    trend, ranking, heat, _stages, flow, ground = shown(qtbot)
    for chart, x, y, key in ((trend, 0.95, 0.5, "c"), (ranking, 0.9, 0.75, "c"), (heat, 0.97, 0.4, (2, 23)),
                             (flow, 0.5, 0.2, ("Hotline", "Solved")), (ground, 0.5, 0.2, "n")):  # fmt: skip
        surface = chart.surface
        place = chart.place_at(QPointF(surface.width() * x, surface.height() * y))
        assert place is not None, chart.accessibleName()
        assert chart.marks[place].key == key, chart.accessibleName()
    assert ground.place_at(QPointF(1, 1)) is None


def test_where_there_is_nothing_it_is_said_why_and_nothing_can_be_pressed(qtbot: QtBot) -> None:
    trend, ranking, heat, stages, flow, ground = shown(qtbot)
    trend.show_points([Point("a", "11-01", None)], Measure.SHARE, nothing="No case fell due.")  # type: ignore[attr-defined]
    ranking.show_rows([], Measure.SHARE)  # type: ignore[attr-defined]
    heat.show_counts([[0] * 24] * 7)  # type: ignore[attr-defined]
    stages.show_stages([Stage("r", "Receive", None, None)])  # type: ignore[attr-defined]
    flow.show_streams([])  # type: ignore[attr-defined]
    ground.show_grounds([], Measure.SHARE)  # type: ignore[attr-defined]
    for chart in (trend, ranking, heat, stages, flow, ground):
        assert chart.marks == ()
        assert chart.nothing.isVisible()
        assert chart.nothing.text() == ("No case fell due." if chart is trend else "No data")


def test_a_ranking_that_is_too_long_says_how_many_it_leaves_out(qtbot: QtBot) -> None:
    chart = RankingChart("ranking")
    stand(chart, qtbot)
    chart.show_rows([Point(n, f"squad {n}", 0.5, 0.4, 0.6, 10) for n in range(33)], Measure.SHARE)
    first = len(chart.marks)
    assert 5 < first < 33
    assert chart.reading.text() == f"the first {first} of 33"
    chart.resize(640, 900)
    qtbot.waitUntil(lambda: len(chart.marks) == 33)
    assert chart.reading.text() == ""


def test_every_chart_is_drawn_in_the_colours_of_the_theme_that_is_worn(qtbot: QtBot, monkeypatch: Any) -> None:
    charts = shown(qtbot)
    for name in NAMES:
        monkeypatch.setattr(theme, "_colours", {token: QColor(value) for token, value in tokens_of(name).items()})
        for chart in charts:
            chart.dress()
            picture = chart.grab().toImage()
            assert any(_near(picture, x, y, theme.colour("accent")) for x in range(0, picture.width(), 3)
                       for y in range(0, picture.height(), 3)), (name, chart.accessibleName())  # fmt: skip
        assert theme.colour("accent").alpha() == 255, "nobody's drawing changed the theme's own colours"


def _near(picture: QImage, x: int, y: int, colour: QColor) -> bool:
    found = picture.pixelColor(x, y)
    return max(abs(found.red() - colour.red()), abs(found.green() - colour.green()),
               abs(found.blue() - colour.blue())) < 12  # fmt: skip


def test_on_the_wall_a_chart_takes_no_focus_and_reads_nothing_out(qtbot: QtBot) -> None:
    chart = HeatChart("heat", text=28, reads=False)
    stand(chart, qtbot)
    chart.show_counts([[1] * 24] * 7)
    assert chart.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert not chart.reading.isVisible()


@given(tops=st.lists(st.floats(-50, 400), max_size=12), room=st.floats(20, 300))
def test_words_beside_the_streams_never_lie_over_each_other(tops: list[float], room: float) -> None:
    placed = [at for at in spread(sorted(tops), 14, room) if at >= 0]
    assert all(b - a >= 14 - 1e-6 for a, b in itertools.pairwise(placed))
    assert all(at + 14 <= room + 1 for at in placed)


@given(low=st.floats(0, 0.9), width=st.floats(0.01, 1), measure=st.sampled_from(Measure))
def test_an_axis_has_a_few_round_values_within_it(low: float, width: float, measure: Measure) -> None:
    by = 1.0 if measure is Measure.SHARE else 1_000.0
    ticks = measure.ticks(low * by, (low + width) * by)
    assert len(ticks) <= 7
    assert all(low * by - 1e-6 <= at <= (low + width) * by + 1e-6 for at in ticks)


@pytest.mark.parametrize("measure, value, words", [
    (Measure.SHARE, 0.8641, "86.4 %"), (Measure.SECONDS, 40, "40 s"), (Measure.SECONDS, 7800, "2 h 10 min"),
    (Measure.COUNT, 412.0, "412"), (Measure.MEAN, 0.016, "0.02"), (Measure.SHARE, None, "–"),
])  # fmt: skip
def test_a_value_is_said_in_its_measure(measure: Measure, value: float | None, words: str) -> None:
    assert measure.said(value) == words
