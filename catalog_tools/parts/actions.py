"""@actions: buttons that begin a record of another app with values of this one."""

from __future__ import annotations

import re

from catalog_tools.parts.links import names
from catalog_tools.source.reading import Section
from marketplace.bundle.model import JsonObject

ACTION = re.compile(r"(?P<name>[^:]+?)\s*:\s*(?P<app>[a-z0-9-]+) with (?P<pairs>.+)")


def read_actions(section: Section | None) -> JsonObject | None:
    """Return actions.json. Raises SourceError."""
    if section is None:
        return None
    actions: dict[str, JsonObject] = {}
    for block in section.blocks:
        match = ACTION.fullmatch(block.whole_text())
        if not match:
            raise block.line.error("write “ボタンの名前: app with 相手の項目 < この項目, …”")
        pairs = [[part.strip() for part in pair.split("<")] for pair in names(match["pairs"])]
        actions[match["name"]] = {
            "name": match["name"],
            "index": str(len(actions)),
            "destApp": {"app": match["app"]},
            "mappings": [{"srcType": "FIELD", "srcField": pair[-1], "destField": pair[0]} for pair in pairs],
            "entities": [{"type": "GROUP", "code": "everyone"}],
        }
    return {"actions": actions}
