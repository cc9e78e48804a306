"""Our own numbers of fields, options and states, by which they are known when they are renamed; never shown."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.sandbox.settings.store import Document, Preview


def next_number(preview: Preview) -> int:
    """Return a number that no field, option or state of the app has ever had."""
    preview.app.last_field_id += 1
    return preview.app.last_field_id


def without_numbers(items: Mapping[str, Document]) -> dict[str, Document]:
    """Return options or states as answers show them."""
    return {name: {key: value for key, value in item.items() if key != "$id"} for name, item in items.items()}
