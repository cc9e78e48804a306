"""What is to be drawn, and where everything comes to stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """Something that arrows lead to or from: its name, and smaller notes below."""

    key: str
    name: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """What leads from one box to another, with its words."""

    source: str
    target: str
    words: tuple[str, ...]


@dataclass(eq=False, slots=True)
class Item:
    """One thing within a row: a box, the words of an arrow, or a place that a long arrow passes."""

    row: int
    width: float
    height: float
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    key: str = ""
    """Of boxes only."""
    x: float = 0.0
    y: float = 0.0
    """The middle of its upper edge."""
    above: list[Item] = field(default_factory=list)
    below: list[Item] = field(default_factory=list)

    @property
    def is_passage(self) -> bool:
        """Tell whether it is only passed by an arrow."""
        return not (self.key or self.lines)

    @property
    def left(self) -> float:
        """The left edge."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one arrow, from top to bottom in pieces; one that leads back is drawn upwards."""

    arrow: Arrow
    is_back: bool
    pieces: tuple[tuple[Point, Point, Point, Point], ...]
    """Each from an item down to the next: where it leaves, the edges of the room between the rows, where it arrives."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A diagram whose places are settled."""

    width: float
    height: float
    boxes: Sequence[Item]
    labels: Sequence[Item]
    routes: Sequence[Route]
