"""The scenes that sample photographs show, drawn after shared/scenes.txt."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from catalog_tools.pictures.canvas import NUMBERS, SHAPES, Canvas

SHARED = Path(__file__).parents[1] / "shared" / "scenes.txt"


@cache
def scenes() -> dict[str, bytes]:
    """Return each scene as a PNG, by its name."""
    drawn: dict[str, Canvas] = {}
    name = ""
    for text in SHARED.read_text(encoding="utf-8").splitlines():
        if text.startswith("= "):
            name = text[2:].strip()
            drawn[name] = Canvas()
        elif text.strip() and not text.startswith("//"):
            shape, colour, *numbers = text.split()
            SHAPES[shape](drawn[name], NUMBERS[colour], [int(number) for number in numbers])
    for canvas in drawn.values():
        canvas.sign()
    return {name: canvas.png() for name, canvas in drawn.items()}
