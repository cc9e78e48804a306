"""Elements of SVG as safe markup; everything that goes in is escaped."""

from __future__ import annotations

from markupsafe import Markup, escape

Coordinate = float | int | str
NAMES = {"class_": "class", "view_box": "viewBox", "pattern_units": "patternUnits", "href_": "href"}


def element(name: str, *children: Markup | str, **attributes: Coordinate | None) -> Markup:
    """Return an element; names of attributes are written with underscores, None leaves one out."""
    written = "".join(
        f' {NAMES.get(key) or key.replace("_", "-")}="{_written(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>{''.join(escape(child) for child in children)}</{name}>")  # noqa: S704 - escaped


def _written(value: Coordinate) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value))


def words(text: str, x: float, y: float, **attributes: Coordinate | None) -> Markup:
    """Return a text at a place."""
    return element("text", text, x=float(x), y=float(y), **attributes)


def cut(text: str, letters: float) -> str:
    """Return a text cut to a number of full-width letters."""
    width = 0.0
    for position, letter in enumerate(text):
        width += width_of(letter)
        if width > letters:
            return f"{text[: max(1, position - 1)]}…"
    return text


def width_of(text: str) -> float:
    """Return about how wide a text is, in full-width letters."""
    return sum(0.55 if letter.isascii() else 1 for letter in text)
