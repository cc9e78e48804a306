"""The tree of a formula, as the grammar yields it; chains of one precedence are flat, so that length is not depth."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, TRUE or FALSE."""

    value: Decimal | str | bool
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Reference:
    """The code of a field."""

    code: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Sign:
    """Signs before a number; `negative` if they turn it round."""

    operand: Node
    negative: bool
    depth: int


@dataclass(frozen=True, slots=True)
class Chain:
    """A first operand and, from the left, operators with their operands: + - or * / or &."""

    first: Node
    rest: tuple[tuple[str, Node], ...]
    depth: int


@dataclass(frozen=True, slots=True)
class Powers:
    """Operands of ^, to be computed from the right."""

    operands: tuple[Node, ...]
    depth: int


@dataclass(frozen=True, slots=True)
class Comparing:
    """Two operands compared; `<>` is kept as `!=`."""

    left: Node
    operator: str
    right: Node
    depth: int


@dataclass(frozen=True, slots=True)
class Function:
    """A call such as ROUND(price * 1.1, 0)."""

    name: str
    arguments: tuple[Node, ...]
    depth: int


Node = Constant | Reference | Sign | Chain | Powers | Comparing | Function


@dataclass(frozen=True, slots=True)
class Expression:
    """A whole formula with the field codes it names, in their order."""

    root: Node
    codes: tuple[str, ...]
