"""Draws a diagram as SVG: one image with a name, told in words beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from marketplace.web.charts.svg import element, words
from marketplace.web.diagrams.model import Arrow, Box, Item, Plan, Point, Route
from marketplace.web.diagrams.places import plan_diagram
from marketplace.web.diagrams.rows import LABEL_HEIGHT, NAME_HEIGHT, NOTE_HEIGHT, PADDING

BASELINE = 14.0
HEAD = 8.0


def draw_diagram(
    name: str, title: str, boxes: Sequence[Box], arrows: Sequence[Arrow], *, tells_back: bool = False
) -> Markup | None:
    """Return a diagram, or None if there is too much to draw; `name` begins the ids inside it.

    Arrows that lead back look different where that means something.
    """
    plan = plan_diagram(boxes, arrows)
    return None if plan is None else _draw(plan, f"{name}-title", title, tells_back=tells_back)


def _draw(plan: Plan, title_id: str, title: str, *, tells_back: bool) -> Markup:
    return element(
        "svg",
        element("title", title, id=title_id),
        *(part for route in plan.routes for part in _arrow(route, tells_back=tells_back)),
        *(part for item in plan.boxes for part in _box(item)),
        *(part for item in plan.labels for part in _label(item)),
        class_="diagram",
        view_box=f"0 0 {plan.width:.0f} {plan.height:.0f}",
        width=round(plan.width),
        height=round(plan.height),
        role="img",
        aria_labelledby=title_id,
    )


def _box(item: Item) -> Iterator[Markup]:
    yield element("rect", x=item.left, y=item.y, width=item.width, height=item.height, rx=8, class_="diagram-box")
    y = item.y + PADDING + BASELINE
    for line in item.lines:
        yield words(line, item.x, y, class_="diagram-name")
        y += NAME_HEIGHT
    for line in item.notes:
        yield words(line, item.x, y - 2, class_="diagram-note")
        y += NOTE_HEIGHT


def _label(item: Item) -> Iterator[Markup]:
    y = item.y + BASELINE
    for line in item.lines:
        yield words(line, item.x, y, class_="diagram-words")
        y += LABEL_HEIGHT


def _arrow(route: Route, *, tells_back: bool) -> Iterator[Markup]:
    mark = " back" if route.is_back and tells_back else ""
    way = "".join(_piece(*piece) for piece in route.pieces)
    yield element("path", d=way, class_=f"diagram-arrow{mark}")
    x, y = route.pieces[0][0] if route.is_back else route.pieces[-1][-1]
    base = y + HEAD if route.is_back else y - HEAD
    half = HEAD / 2
    points = f"{x:.1f},{y:.1f} {x - half:.1f},{base:.1f} {x + half:.1f},{base:.1f}"
    yield element("polygon", points=points, class_=f"diagram-head{mark}")


def _piece(start: Point, leave: Point, arrive: Point, end: Point) -> str:
    (x1, y1), (_, y2), (x3, y3), (_, y4) = start, leave, arrive, end
    middle = (y2 + y3) / 2
    return f"M{x1:.1f} {y1:.1f}V{y2:.1f}C{x1:.1f} {middle:.1f} {x3:.1f} {middle:.1f} {x3:.1f} {y3:.1f}V{y4:.1f}"
