"""Views, reports and actions: keyed by name, numbered, and put in order by an index."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.errors import InvalidInputError
from marketplace.sandbox.settings.store import Preview
from marketplace.sandbox.sites import next_item_id

NAME_TAKEN = Text("名前が重複しています。", "The name is already used.")
NAME_DIFFERS = Text("キーと名前が一致していません。", "The key does not match the name.")
INDEX_REPEATED = Text("表示順が重複しています。", "The index is specified more than once.")


def over_known(given: object, old: dict[str, dict[str, Any]]) -> object:
    """Return the items as they came, those under a known name completed by what they leave out."""
    if not isinstance(given, dict):
        return given
    return {name: _completed(item, old.get(name)) for name, item in given.items()}


def _completed(item: object, known: dict[str, Any] | None) -> object:
    if known is None or not isinstance(item, dict):
        return item
    return {**known, **{name: value for name, value in item.items() if value is not None}}


def settle_names(
    preview: Preview, given: dict[str, dict[str, Any]], old: dict[str, dict[str, Any]], key: str
) -> dict[str, dict[str, Any]]:
    """Return the items by their new names; an item under its former name keeps its number, others get fresh ones.

    Raises InvalidInputError for two items of one name, or a new item whose name is not its key.
    """
    settled: dict[str, dict[str, Any]] = {}
    for former, item in given.items():
        name = item.setdefault("name", former)
        if name in settled:
            raise InvalidInputError({f"{key}[{former}].name": [NAME_TAKEN]})
        known = old.get(former)
        if known is None and name != former:
            raise InvalidInputError({f"{key}[{former}].name": [NAME_DIFFERS]})
        item["id"] = known["id"] if known is not None else next_item_id(preview.session, preview.app.site_id)
        settled[name] = item
    return settled


def refuse_repeated_index(items: dict[str, dict[str, Any]], key: str) -> None:
    """Refuse two items in one place, where kintone does. Raises InvalidInputError."""
    taken: set[str] = set()
    for name, item in items.items():
        if item["index"] in taken:
            raise InvalidInputError({f"{key}[{name}].index": [INDEX_REPEATED]})
        taken.add(item["index"])


def renumber(items: dict[str, dict[str, Any]]) -> None:
    """Turn the indexes into 0, 1, 2 … in their order."""
    for position, item in enumerate(sorted(items.values(), key=lambda item: int(item["index"]))):
        item["index"] = str(position)
