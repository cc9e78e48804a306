"""The one way to write each value of a bundle, so that the same content has the same bytes everywhere."""

from __future__ import annotations

import json

from marketplace.bundle.model import Bundle, JsonObject


def canonical_json(value: JsonObject) -> bytes:
    """Return JSON with sorted keys, no spaces and one final line feed."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8") + b"\n"


def readable_json(value: JsonObject) -> bytes:
    """Return JSON for people: two spaces of indentation, keys in the order they came."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False).encode("utf-8") + b"\n"


def json_files(bundle: Bundle) -> dict[str, JsonObject]:
    """Return the JSON files of a bundle by path."""
    files = {"template.json": bundle.manifest.raw}
    for app in bundle.apps:
        for part, content in app.parts.items():
            files[app.file_of(part)] = content
    return files


def plain_files(bundle: Bundle) -> dict[str, bytes]:
    """Return the files that are not JSON by path."""
    files = {path: text.encode("utf-8") for path, text in bundle.documents.items()}
    files.update(bundle.images)
    for app in bundle.apps:
        files.update({f"apps/{app.key}/{path}": content for path, content in app.files.items()})
    return files
