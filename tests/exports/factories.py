"""Exports carried out as the worker does, and what came of them."""

from __future__ import annotations

from typing import Any

from marketplace.bundle.model import Bundle
from marketplace.bundle.reading import read_zip
from marketplace.edge.app import MarketplaceApp
from marketplace.exports.run import run_export
from marketplace.installs.run import Connect
from marketplace.transports import connect_with_rights

TEXTS = {
    "slug": "own-apps",
    "name": "自作アプリ",
    "summary": "自作のアプリ一式です。",
    "category": "sangyo",
    "license": "CC-BY-4.0",
}


def make_order(*apps: str, **changes: object) -> dict[str, object]:
    """Make the order to make a new template of some apps."""
    return {"apps": list(apps), **TEXTS, **changes}


def carry_out(app: MarketplaceApp, export_id: str, connect: Connect | None = None, **options: Any) -> None:
    """Do the job of the worker."""
    connect = connect or connect_with_rights(app)
    run_export(app.sessions, app.ports, connect, export_id, app.now, options.pop("sleep", lambda _: None), **options)


def bundle_of(app: MarketplaceApp, digest: str) -> Bundle:
    """Return the bundle that a draft keeps."""
    return read_zip(app.ports.blobs.get(digest))
