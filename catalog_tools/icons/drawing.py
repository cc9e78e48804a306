"""Draws an icon: a rounded square in the colour of the category, a glyph, and a badge where it helps to tell apart."""

from __future__ import annotations

import re
from html import escape

from catalog_tools.icons.glyphs import BADGES, GLYPHS
from catalog_tools.source.errors import Line

COLOURS = {
    "soumu": ("#41048e", "#cda6ff"),
    "jinji": ("#8b5a00", "#ffe380"),
    "zaisei": ("#00428c", "#97d3ff"),
    "jumin": ("#00118f", "#9db7f9"),
    "fukushi": ("#8b008b", "#ffaeff"),
    "kosodate": ("#ac3e00", "#ffc199"),
    "kenko": ("#a90000", "#ffbbbb"),
    "sangyo": ("#3e5a00", "#c0f354"),
    "kensetsu": ("#4d4d4d", "#cccccc"),
    "kankyo": ("#115a36", "#9bd4b5"),
    "bosai": ("#6c2b00", "#ffa66d"),
    "joho": ("#006173", "#79e2f2"),
}
"""The dark ground and the light tone of each category; white on the ground has a contrast of more than 7."""
ACCENT = "#ffd43d"
WANTED = re.compile(r"(?P<glyph>[a-z-]+)(?: \+ (?P<badge>[a-z]+))?")


def draw_icon(wanted: str, category: str, name: str, line: Line) -> str:
    """Return the SVG for “glyph” or “glyph + badge”. Raises SourceError."""
    match = WANTED.fullmatch(wanted)
    if not match or match["glyph"] not in GLYPHS:
        raise line.error(
            f"unknown drawing “{wanted}”; write “icon: glyph” or “icon: glyph + badge”, of {', '.join(GLYPHS)}"
        )
    badge = match["badge"]
    if badge and badge not in BADGES:
        raise line.error(f"unknown badge “{badge}”; there are {', '.join(BADGES)}")
    ground, light = COLOURS[category]
    drawing = _coloured(GLYPHS[match["glyph"]], ground, light)
    parts = [drawing, *([_badge(badge, ground)] if badge else [])]
    title = escape(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img" aria-label="{title}">\n'
        f"  <title>{title}</title>\n"
        f'  <rect width="96" height="96" rx="20" fill="{ground}"/>\n'
        + "".join(f"  {part}\n" for part in parts)
        + "</svg>\n"
    )


def _coloured(drawing: str, ground: str, light: str) -> str:
    for letter, colour in (("W", "#ffffff"), ("L", light), ("A", ACCENT), ("C", ground)):
        drawing = drawing.replace(f'"{letter}"', f'"{colour}"')
    return drawing


def _badge(badge: str, ground: str) -> str:
    symbol = _coloured(BADGES[badge], ground, ground)
    return (
        f'<circle cx="70" cy="70" r="18" fill="{ACCENT}" stroke="{ground}" stroke-width="4"/>'
        f'<g fill="none" stroke="{ground}" stroke-width="3.5">{symbol}</g>'
    )
