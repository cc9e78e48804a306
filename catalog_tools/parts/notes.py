"""@notes: what the next administrator of an app has to know, as a list."""

from __future__ import annotations

from catalog_tools.source.reading import Section
from marketplace.bundle.model import JsonObject


def read_notes(section: Section | None) -> JsonObject | None:
    """Return admin_notes.json."""
    if section is None:
        return None
    lines = "".join(f"<div>・{block.whole_text().removeprefix('- ')}</div>" for block in section.blocks)
    return {"content": lines, "includeInTemplateAndDuplicates": True}
