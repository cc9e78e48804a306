"""Fields that many apps share, written once: “use 住所” in a source stands for the lines of that name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from catalog_tools.source.errors import Line
from catalog_tools.source.reading import Block

SHARED = Path(__file__).parents[1] / "shared" / "fields.txt"


def shared_fields(block: Block) -> tuple[Block, ...]:
    """Return the entries a line stands for: itself, or what “use” names. Raises SourceError."""
    if not block.text.startswith("use "):
        return (block,)
    name = block.text[4:].strip()
    known = _all()
    if name not in known:
        raise block.line.error(f"no shared fields “{name}”; there are {'、'.join(known)}")
    return tuple(Block(Line(block.line.file, block.line.number, text)) for text in known[name])


@cache
def _all() -> dict[str, tuple[str, ...]]:
    blocks: dict[str, tuple[str, ...]] = {}
    name = ""
    for text in SHARED.read_text(encoding="utf-8").splitlines():
        if text.startswith("= "):
            name = text[2:].strip()
        elif text.strip() and not text.startswith("//"):
            blocks[name] = (*blocks.get(name, ()), text.strip())
    return blocks
