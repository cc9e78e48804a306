"""The drawings and badges that icons are made of, kept in shared/icons.txt."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).parents[1] / "shared" / "icons.txt"


def _read(heading: str) -> dict[str, str]:
    drawings: dict[str, str] = {}
    at = ""
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        name, colon, drawing = line.partition(": ")
        if line.startswith("= "):
            at = line[2:]
        elif at == heading and colon:
            drawings[name] = drawing
    return drawings


GLYPHS = _read("drawings")
BADGES = _read("badges")
