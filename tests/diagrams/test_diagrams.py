"""Any process and any set of apps is drawn with nothing over anything else and every arrow from box to box."""

from __future__ import annotations

from itertools import combinations

from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.web.charts.svg import width_of
from marketplace.web.diagrams.drawing import draw_diagram
from marketplace.web.diagrams.model import Arrow, Box
from marketplace.web.diagrams.places import MOST_BOXES, plan_diagram
from marketplace.web.diagrams.wrapping import wrap

NAMES = st.text(st.sampled_from("補助金申請の確認中ー、「 (abc)"), max_size=60)


@st.composite
def processes(draw):
    """Boxes, and at most one arrow each way between two of them."""
    boxes = [Box(f"{number}", draw(NAMES), tuple(draw(st.lists(NAMES, max_size=2)))) for number in range(draw(SIZES))]
    pairs = [(one.key, other.key) for one in boxes for other in boxes if one is not other]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=14)) if pairs else []
    words = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
    return boxes, [Arrow(source, target, draw(words)) for source, target in chosen]


SIZES = st.integers(1, 9)


def overlap(one, other):
    across = one.left < other.right and other.left < one.right
    return across and one.y < other.bottom and other.y < one.bottom


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(process=processes())
def test_nothing_overlaps_and_every_arrow_goes_from_its_box_to_its_box(process):
    boxes, arrows = process
    plan = plan_diagram(boxes, arrows)
    if plan is None:
        return
    assert sorted(item.key for item in plan.boxes) == sorted(box.key for box in boxes)
    assert [pair for pair in combinations([*plan.boxes, *plan.labels], 2) if overlap(*pair)] == []
    assert all(item.left >= 0 and item.right <= plan.width and item.bottom <= plan.height for item in plan.boxes)
    assert {route.arrow for route in plan.routes} == set(arrows)
    places = {item.key: item for item in plan.boxes}
    for route in plan.routes:
        upper, lower = (
            (route.arrow.target, route.arrow.source) if route.is_back else (route.arrow.source, route.arrow.target)
        )
        (start, start_y), (end, end_y) = route.pieces[0][0], route.pieces[-1][-1]
        assert start_y == places[upper].bottom
        assert end_y == places[lower].y
        assert places[upper].left < start < places[upper].right
        assert places[lower].left < end < places[lower].right
        assert all(y1 <= y2 <= y3 <= y4 for (_, y1), (_, y2), (_, y3), (_, y4) in route.pieces)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(process=processes())
def test_no_arrow_runs_through_a_box(process):
    plan = plan_diagram(*process)
    if plan is None:
        return
    for route in plan.routes:
        for (x1, y1), (_, y2), (x3, y3), (_, y4) in route.pieces:
            for x, top, bottom in ((x1, y1, y2), (x3, y3, y4)):
                assert [
                    box for box in plan.boxes if box.left < x < box.right and top < box.bottom and box.y < bottom
                ] == []
            assert [box for box in plan.boxes if y2 < box.bottom and box.y < y3] == []


def test_a_way_back_is_drawn_apart_from_the_way_there():
    svg = draw_diagram(
        "p",
        "図",
        [Box("a", "受付"), Box("b", "審査")],
        [Arrow("a", "b", ("出す",)), Arrow("b", "a", ("戻す",))],
        tells_back=True,
    )
    found = BeautifulSoup(str(svg), "html5lib")
    assert len(found.select("path.diagram-arrow:not(.back)")) == 1
    assert len(found.select("path.diagram-arrow.back")) == 1
    assert found.svg["role"] == "img"
    assert found.select_one(f"#{found.svg['aria-labelledby']}").get_text() == "図"


def test_hostile_names_stay_words():
    svg = str(draw_diagram("p", "<b>", [Box("a", "<script>x</script>")], []))
    assert "<script" not in svg
    assert "style=" not in svg


def test_too_much_is_not_drawn():
    boxes = [Box(str(number), "状態") for number in range(MOST_BOXES + 1)]
    assert plan_diagram(boxes, []) is None
    assert plan_diagram(boxes[:1], []) is not None
    assert plan_diagram([], []) is None


@settings(deadline=None)
@given(text=NAMES | st.text(max_size=80), letters=st.integers(8, 14), most=st.integers(1, 4))
def test_wrapped_lines_are_few_and_short_and_lose_nothing_unsaid(text, letters, most):
    lines = wrap(text, letters, most)
    assert 1 <= len(lines) <= most
    assert all(width_of(line) <= letters for line in lines)
    if not lines[-1].endswith("…"):
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_are_no_longer_than_asked_and_begin_with_no_full_stop():
    lines = wrap("交付決定を取り消して、申請者に通知する（条件つき）。Approved by the section chief", 9, 9)
    assert all(width_of(line) <= 9 + 1.1 for line in lines)
    assert [line for line in lines if line[0] in "、。）"] == []
