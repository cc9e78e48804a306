"""Serves the files of the index as they stand in the storage; any web server may serve them in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from marketplace.api.v1.answers import finish
from marketplace.edge.context import context
from marketplace.edge.entity_tags import etag_of
from marketplace.edge.public_answers import public
from marketplace.kernel.actor import ANONYMOUS, Actor
from marketplace.mirror.errors import IndexFileNotFoundError
from marketplace.mirror.names import HEAD, PUBLIC

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp

CHANGING = "public, max-age=60, stale-while-revalidate=600"
IMMUTABLE = "public, max-age=31536000, immutable"
ZIP, JSON = "application/zip", "application/json"
bp = Blueprint("index_files", __name__, url_prefix="/index")


@bp.get("/<path:path>")
@public
def show(path: str) -> Response:
    """Return one file. Raises IndexFileNotFoundError."""
    content = context().ports.public_files.get(path) if PUBLIC.fullmatch(path) else None
    if content is None:
        raise IndexFileNotFoundError(path=path)
    headers = {"ETag": etag_of(content), "Cache-Control": CHANGING if path == HEAD else IMMUTABLE}
    return finish(content, 200, headers, ZIP if path.endswith(".zip") else JSON)


def everybody() -> Actor:
    """Ask nobody who it is: the files are the same for all."""
    return ANONYMOUS


def mount_index(app: MarketplaceApp) -> None:
    """Mount the files under /index."""
    app.mount(bp, everybody)
