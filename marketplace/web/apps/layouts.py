"""The layout of an app's form as a page draws it: lines, tables and groups, each place filled by whoever draws it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from marketplace.web.apps.rich_text import show_rich_text

Document = dict[str, Any]
PIXELS_PER_STEP = 32
"""Widths come in steps of two rem, since a page may not carry styles of its own."""
ROOMIER = 1.25
"""Our controls have more air around their text than kintone's."""
FEWEST_STEPS = 4
MOST_STEPS = 30
LEAST_STEPS = {
    "DATE": 8,
    "TIME": 5,
    "DATETIME": 9,
    "NUMBER": 5,
    "FILE": 10,
    "USER_SELECT": 8,
    "ORGANIZATION_SELECT": 8,
    "GROUP_SELECT": 8,
    "RICH_TEXT": 16,
}
NATURAL = "w-auto"
WHOLE = "w-whole"
NATURALLY_WIDE = {"RADIO_BUTTON", "CHECK_BOX", "MULTI_SELECT"}


@dataclass(frozen=True, slots=True)
class Placed:
    """One thing within a line: a field, a note, a rule, or room left free."""

    kind: str
    width: str
    content: Any = None


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the form, a table, a list of related records, or a group with lines of its own."""

    kind: str
    placed: tuple[Placed, ...] = ()
    content: Any = None
    label: str = ""
    is_open: bool = True
    blocks: tuple[Block, ...] = ()


class Faces(Protocol):
    """What stands in the places of a layout; None leaves a place out."""

    def field(self, code: str) -> object | None:
        """Return the face of a field outside tables."""

    def table(self, code: str, columns: list[str]) -> object | None:
        """Return the face of a table."""

    def related(self, code: str) -> object | None:
        """Return the face of a list of related records."""

    def must_open(self, codes: list[str]) -> bool:
        """Tell whether a group with these fields has to be open, whatever its setting."""


def lay_out(layout: list[Document], properties: Mapping[str, Document], faces: Faces) -> tuple[Block, ...]:
    """Return the form as its layout places it."""
    return tuple(_blocks(layout, properties, faces))


def codes_in_order(layout: list[Document]) -> Iterator[str]:
    """Yield the codes of fields and of columns of tables from top to bottom."""
    for line in layout:
        yield from codes_in_order(line.get("layout", []))
        yield from (str(each["code"]) for each in line.get("fields", []) if each.get("code"))


def _blocks(layout: list[Document], properties: Mapping[str, Document], faces: Faces) -> Iterator[Block]:
    for line in layout:
        code = str(line.get("code") or "")
        match line.get("type"):
            case "GROUP":
                yield from _group(code, line.get("layout", []), properties, faces)
            case "SUBTABLE":
                table = faces.table(code, [str(each.get("code")) for each in line.get("fields", [])])
                if table is not None:
                    yield Block("table", content=table)
            case _:
                yield from _line(line.get("fields", []), faces)


def _group(code: str, lines: list[Document], properties: Mapping[str, Document], faces: Faces) -> Iterator[Block]:
    blocks = tuple(_blocks(lines, properties, faces))
    if not blocks:
        return
    settings = properties.get(code, {})
    placed = [str(each.get("code")) for line in lines for each in line.get("fields", []) if each.get("code")]
    is_open = settings.get("openGroup") in {True, "true"} or faces.must_open(placed)
    yield Block("group", label=str(settings.get("label") or code), is_open=is_open, blocks=blocks)


def _line(fields: list[Document], faces: Faces) -> Iterator[Block]:
    placed: list[Placed] = []
    for each in fields:
        kind, code = str(each.get("type") or ""), str(each.get("code") or "")
        if kind == "REFERENCE_TABLE":
            related = faces.related(code)
            if related is not None:
                yield Block("related", content=related)
        elif (found := _place(kind, code, each, faces)) is not None:
            placed.append(found)
    if placed:
        yield Block("line", placed=tuple(placed))


def _place(kind: str, code: str, settings: Document, faces: Faces) -> Placed | None:
    width = width_class(kind, settings.get("size") or {})
    match kind:
        case "LABEL":
            note = show_rich_text(str(settings.get("label") or ""))
            return Placed("note", width, note) if note.striptags() else Placed("space", width)
        case "SPACER":
            return Placed("space", width)
        case "HR":
            return Placed("rule", width)
        case _:
            face = faces.field(code)
            return None if face is None else Placed("field", width, face)


def width_class(kind: str, size: Document) -> str:
    """Return the class of the step nearest to a field's width."""
    pixels = str(size.get("width") or "")
    if not pixels.isdigit():
        return NATURAL if kind in NATURALLY_WIDE else WHOLE if kind == "LABEL" else "w-8"
    steps = round(int(pixels[:5]) * ROOMIER / PIXELS_PER_STEP)
    return f"w-{min(max(steps, LEAST_STEPS.get(kind, FEWEST_STEPS)), MOST_STEPS)}"
