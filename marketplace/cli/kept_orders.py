"""Remembers the key of an order until it is known how it ended.

An order that is sent again with its key is not done twice: after a lost answer or a closed terminal, the same command
finds the import that it started before.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketplace.cli.files import write_private
from marketplace.cli.known_service import config_folder

KEPT_SECONDS = 23 * 60 * 60
"""A little less than the service remembers keys."""


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """An order's key, and the import it became if the service was heard to say so."""

    identity: str
    key: str
    import_id: str | None = None


def identity_of(url: str, path: str, body: Mapping[str, Any]) -> str:
    """Return what tells orders apart."""
    content = json.dumps([url, path, body], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def take_order(identity: str) -> KeptOrder:
    """Return the order that is under way, or a new one; its key is kept before anything is sent."""
    kept = _read().get(identity)
    if kept is not None:
        return KeptOrder(identity, str(kept["key"]), kept.get("import_id"))
    return new_order(identity)


def new_order(identity: str) -> KeptOrder:
    """Return an order with a key of its own, and keep it."""
    made = KeptOrder(identity, str(uuid.uuid4()))
    _write({**_read(), identity: {"key": made.key, "at": time.time()}})
    return made


def note_import(order: KeptOrder, import_id: str) -> None:
    """Keep that the service answered, and with which import."""
    orders = _read()
    _write({**orders, order.identity: {"key": order.key, "at": time.time(), "import_id": import_id}})


def forget_import(import_id: str) -> None:
    """Forget an order whose end is known."""
    _write({identity: kept for identity, kept in _read().items() if kept.get("import_id") != import_id})


def _orders_file() -> Path:
    return config_folder() / "orders.json"


def _read() -> dict[str, dict[str, Any]]:
    """Return the orders whose keys still count; a damaged file counts as empty."""
    with suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
        kept = json.loads(_orders_file().read_text(encoding="utf-8"))
        limit = time.time() - KEPT_SECONDS
        return {identity: dict(order) for identity, order in kept.items() if order["key"] and order["at"] > limit}
    return {}


def _write(orders: Mapping[str, Mapping[str, Any]]) -> None:
    write_private(_orders_file(), (json.dumps(orders, indent=2) + "\n").encode())
