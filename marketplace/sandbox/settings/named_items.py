"""Views, reports and actions: keyed by name, numbered, and put in order by an index."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.settings.store import Preview
from marketplace.sandbox.sites import next_item_id

NAME_TAKEN = Text("名前が重複しています。", "The name is already used.")


def settle_names(
    preview: Preview, given: dict[str, dict[str, Any]], old: dict[str, dict[str, Any]], key: str
) -> dict[str, dict[str, Any]]:
    """Return the items by their new names; an item under its former name keeps its number, others get fresh ones.

    Raises InvalidInputError for two items of one name.
    """
    settled: dict[str, dict[str, Any]] = {}
    for former, item in given.items():
        name = item.setdefault("name", former)
        if name in settled:
            raise InvalidInputError({f"{key}[{former}].name": [NAME_TAKEN]})
        known = old.get(former)
        item["id"] = known["id"] if known is not None else next_item_id(preview.session, preview.app.site_id)
        settled[name] = item
    return settled


def renumber(items: dict[str, dict[str, Any]]) -> None:
    """Turn the indexes into 0, 1, 2 … in their order."""
    for position, item in enumerate(sorted(items.values(), key=lambda item: int(item["index"]))):
        item["index"] = str(position)
