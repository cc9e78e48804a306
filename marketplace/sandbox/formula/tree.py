"""The tree of a formula, as the grammar yields it; chains of one precedence are flat, so that length is not depth.

The position of a node is where its text begins, counted from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, TRUE or FALSE."""

    value: Decimal | str | bool
    depth: int = 1
    position: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """The code of a field."""

    code: str
    depth: int = 1
    position: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """Signs before a number; `negative` if they turn it round."""

    operand: Node
    negative: bool
    depth: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    """A first operand and, from the left, operators with their operands: + - or * / or &."""

    first: Node
    rest: tuple[tuple[str, Node], ...]
    depth: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class Powers:
    """Operands of ^, to be computed from the right."""

    operands: tuple[Node, ...]
    depth: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class Comparing:
    """Two operands compared; `<>` is kept as `!=`."""

    left: Node
    operator: str
    right: Node
    depth: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class Function:
    """A call such as ROUND(price * 1.1, 0)."""

    name: str
    arguments: tuple[Node, ...]
    depth: int
    position: int = 0


Node = Constant | Reference | Sign | Chain | Powers | Comparing | Function


@dataclass(frozen=True, slots=True)
class Expression:
    """A whole formula with the fields it names, each once, in their order."""

    root: Node
    references: tuple[Reference, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the fields it names."""
        return tuple(each.code for each in self.references)
