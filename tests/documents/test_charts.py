"""Charts for paper: what is not known is not drawn, and words are words."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from commandcenter.documents.charts import Bar, Line, bars, lines, nice

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: str, shape: str) -> list[ET.Element]:
    return list(ET.fromstring(chart).iter(SVG + shape))


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5), st.floats(0, 1))
def test_a_chart_is_whole_whatever_the_words(names: list[str], share: float) -> None:
    said = [text.text or "" for text in drawn(
        bars([Bar(name, share, 0.0, 1.0, name) for name in names], 1.0, [(1.0, "100%")], "no data"), "text")]
    assert len(said) == 1 + 2 * len(names)
    ET.fromstring(lines(names, [Line(name, [share] * len(names)) for name in names]))


@given(st.floats(0, 1e12))
def test_an_axis_ends_at_a_round_number_that_holds_everything(most: float) -> None:
    end = nice(most)
    assert end >= most
    assert end <= 4 or end < 2.5 * most


def test_a_step_without_data_leaves_a_gap_and_no_zero() -> None:
    chart = lines(["1", "2", "3", "4", "5"], [Line("n", [1.0, 2.0, None, 3.0, 4.0])])
    assert [len((line.get("points") or "").split()) for line in drawn(chart, "polyline")] == [2, 2]
    assert drawn(lines(["1"], [Line("n", [None])]), "polyline") == []


def test_a_row_without_data_says_so_and_has_no_bar() -> None:
    chart = bars([Bar("known", 0.5, 0.2, 0.8, "50%"), Bar("unknown", None)], 1.0, [], "no data")
    assert len(drawn(chart, "rect")) == len(drawn(chart, "path")) == 1
    assert [text.text for text in drawn(chart, "text")] == ["known", "50%", "unknown", "no data"]
