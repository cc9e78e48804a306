"""The outline of the catalog: the templates there are to be, and the fields, states and views each was planned with."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

OUTLINE = Path(__file__).parent / "outline.json"


@cache
def outline() -> dict[str, dict[str, Any]]:
    """Return what the outline says of each template, by slug."""
    found: dict[str, dict[str, Any]] = json.loads(OUTLINE.read_text(encoding="utf-8"))
    return found


def describe(slug: str) -> str:
    """Return the entry of a template in the notation of the sources, to start from."""
    entry = outline()[slug]
    fields = "\n".join(_field(field) for field in entry["fields"])
    return "\n".join(
        [
            f"{entry['ja']} / {entry['en']} ({entry['category']}; {', '.join(entry['departments'])})",
            f"課題: {entry['problem']}",
            f"根拠: {entry['law']}",
            f"サンプル: {entry['sample']}",
            f"関連: {', '.join(entry['related'])}",
            f"ステータス: {', '.join(entry['statuses'])}",
            f"一覧: {'、'.join(entry['views'])}",
            fields,
        ],
    )


def _field(field: dict[str, Any], indent: str = "") -> str:
    marks = ("*" if field.get("required") else "") + ("!" if field.get("personal") else "")
    inside = "/".join(field.get("options", [])) + ("※" if field.get("localise") else "")
    inside = inside or field.get("target", "")
    head = f"{indent}{field['label']}{marks}: {field['type']}" + (f"({inside})" if inside else "")
    return "\n".join([head, *(_field(column, "  ") for column in field.get("columns", []))])
