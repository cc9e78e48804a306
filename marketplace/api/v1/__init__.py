"""Version 1 of the JSON API: one module per domain, output schemas beside the endpoints."""

from __future__ import annotations

from flask import Blueprint

from marketplace.api.v1 import documents, drafts, imports, reviews, templates, tokens, workspaces
from marketplace.api.v1.door import token_door
from marketplace.edge.app import MarketplaceApp


def mount_api(app: MarketplaceApp) -> None:
    """Mount every endpoint under /api/v1."""
    bp = Blueprint("api_v1", __name__, url_prefix="/api/v1")
    for module in (templates, drafts, reviews, workspaces, imports, tokens, documents):
        module.add_routes(bp)
    app.mount(bp, token_door)
