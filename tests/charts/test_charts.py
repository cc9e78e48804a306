"""Every kind of chart is drawn from any figures, as SVG that runs and loads nothing."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.web.charts.drawing import DRAW, draw
from marketplace.web.charts.model import Chart, Mode, Series
from marketplace.web.charts.scales import scale_over

KINDS = sorted(set(DRAW) - {"PIE"})
FIGURES = st.none() | st.floats(-1e15, 1e15, allow_nan=False) | st.integers(0, 50).map(float)


def make_chart(*series, categories=("甲", "乙", "丙"), mode=Mode.NORMAL):
    named = tuple(Series(f"系列{number}", tuple(values)) for number, values in enumerate(series))
    return Chart("chart-1", "件数", tuple(categories), named, lambda value: f"{value:g}件", mode)


def drawn(kind, chart):
    return BeautifulSoup(str(draw(kind, chart).svg), "html5lib")


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(values=st.lists(st.lists(FIGURES, min_size=3, max_size=3), min_size=1, max_size=8))
def test_any_figures_can_be_drawn_within_the_picture(kind, mode, values):
    svg = drawn(kind, make_chart(*values, mode=mode))
    width, height = (float(each) for each in svg.svg["viewBox"].split()[2:])
    for shape in svg.select("rect"):
        assert 0 <= float(shape["x"]) <= width
        assert float(shape["width"]) >= 0
        assert -1 <= float(shape["y"]) <= height
    numbers = [float(each) for path in svg.select("path") for each in re.findall(r"[ML](-?[0-9.]+),", path["d"])]
    assert all(-10 <= each <= width + 10 for each in numbers)
    assert "nan" not in str(svg)


def test_the_figure_beside_the_longest_bar_has_room():
    svg = drawn("BAR", make_chart([1234567], categories=["甲"]))
    figure = svg.select_one("text.value")
    assert float(figure["x"]) + 12 * 0.55 * len("1.23457e+06") + 12 <= float(svg.svg["viewBox"].split()[2])


def test_the_first_tilted_name_has_room_at_the_edge():
    names = [f"2026/11/{day}" for day in range(15, 30)]
    first = next(each for each in drawn("LINE", make_chart([1] * 15, categories=names)).select("text[transform]"))
    assert first.get_text() == names[0]
    assert float(first["x"]) - 12 * 0.55 * len(names[0]) * 0.71 >= 0


@pytest.mark.parametrize("kind", sorted(DRAW))
def test_a_picture_has_a_name_and_holds_nothing_that_a_policy_forbids(kind):
    svg = drawn(kind, make_chart([1, 2, 3], [3, 2, 1]))
    root = svg.svg
    assert root["role"] == "img"
    assert svg.find(id=root["aria-labelledby"]).get_text() == "件数"
    assert svg.find(["script", "style", "image", "foreignObject"]) is None
    for tag in svg.find_all(True):
        assert "style" not in tag.attrs
        assert not [name for name in tag.attrs if name.startswith("on")]


@pytest.mark.parametrize("kind", sorted(DRAW))
def test_hostile_names_stay_words(kind):
    hostile = '"><script>alert(1)</script>'
    svg = str(draw(kind, make_chart([1.0], categories=[hostile])).svg)
    assert "<script" not in svg


@pytest.mark.parametrize("kind", sorted(DRAW))
def test_series_differ_by_more_than_colour(kind):
    svg = drawn(kind, make_chart([1, 2, 3], [3, 2, 1], [2, 2, 2]))
    patterns = {each["fill"] for each in svg.select(".pattern")}
    dashes = {each.get("stroke-dasharray") for each in svg.select(".line")}
    assert len(patterns) >= 2 or len(dashes) >= 3


def test_a_legend_names_what_several_series_are():
    legend = draw("BAR", make_chart([1, 2, 3], [3, 2, 1])).legend
    assert [entry.name for entry in legend] == ["系列0", "系列1"]
    assert draw("BAR", make_chart([1, 2, 3])).legend == ()


def test_a_pie_tells_its_shares():
    legend = draw("PIE", make_chart([1, 2, 5])).legend
    assert [entry.name for entry in legend] == ["甲 12.5%", "乙 25.0%", "丙 62.5%"]


def test_a_pie_of_one_is_round():
    assert drawn("PIE", make_chart([3.0], categories=["甲"])).find("circle") is not None


def test_shares_of_a_category_fill_it():
    chart = make_chart([1, 0, None], [3, 0, 4], mode=Mode.PERCENTAGE)
    assert chart.spans() == [[(0, 25), None, (0, 0)], [(25, 100), None, (0, 100)]]


def test_negative_values_hang_below_zero():
    assert make_chart([2, 1, 1], [-1, -1, 3], mode=Mode.STACKED).spans() == [
        [(0, 2), (0, 1), (0, 1)],
        [(0, -1), (0, -1), (1, 4)],
    ]


def test_a_line_has_a_gap_where_nothing_is_known():
    lines = drawn("LINE", make_chart([1, None, 2, 3], categories="甲乙丙丁")).select(".line")
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0, 7], (0, 2, 4, 6, 8)),
        ([], (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        ([-3, 5], (-4, -2, 0, 2, 4, 6)),
        ([100], (0, 20, 40, 60, 80, 100)),
    ],
)
def test_an_axis_has_round_ticks(values, ticks):
    assert scale_over(values).ticks == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [([], (0, 1)), ([1], (0, 1)), ([0, 2], (0, 1, 2)), ([11], (0, 5, 10, 15)), ([-1, 1], (-1, 0, 1))],
)
def test_there_is_no_tick_between_two_counts(values, ticks):
    assert scale_over(values, counts=True).ticks == ticks


@given(st.lists(st.floats(-1e18, 1e18, allow_nan=False), max_size=5))
def test_an_axis_encloses_its_values_in_a_few_ticks(values):
    scale = scale_over(values)
    assert len(scale.ticks) <= 9
    for value in values:
        assert -1e-6 <= scale.share(value) <= 1 + 1e-6


@pytest.mark.parametrize(("value", "count"), [(5.0, 8), (1_234_567.0, 0)])
def test_figures_stand_above_columns_only_where_they_fit(value, count):
    chart = make_chart([value] * 8, categories=[f"分類{number}" for number in range(8)])
    assert len(drawn("COLUMN", chart).select(".value")) == count
