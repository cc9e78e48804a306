"""Mounts every page behind the session door and gives the application its templates and static files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.edge.signin import register_sign_in, session_door
from marketplace.web import (
    accounts,
    catalog,
    checks,
    closed_networks,
    community,
    help_pages,
    installs,
    language,
    municipalities,
    outside,
    publishing,
    spaces,
    start,
    tokens,
    tryouts,
    workspaces,
)
from marketplace.web.app_settings import routes as app_settings
from marketplace.web.apps import routes as apps
from marketplace.web.assets import STATIC_FOLDER, keep_versioned
from marketplace.web.domains import routes as domains
from marketplace.web.exports import routes as exports
from marketplace.web.people import place as people
from marketplace.web.people import principals, users  # noqa: F401 - importing enters their routes
from marketplace.web.rendering import register_rendering, vary_by_reader

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp

PAGES = (
    apps,
    tryouts,
    app_settings,
    start,
    catalog,
    community,
    installs,
    checks,
    outside,
    workspaces,
    domains,
    closed_networks,
    exports,
    people,
    spaces,
    publishing,
    accounts,
    municipalities,
    tokens,
    language,
    help_pages,
)


def mount_pages(app: MarketplaceApp) -> None:
    """Make the application serve the pages; call it once, after the secret key is set."""
    app.template_folder = "web/templates"
    app.static_folder = str(STATIC_FOLDER)
    register_sign_in(app)
    register_rendering(app)
    for module in PAGES:
        app.mount(module.pages, session_door)
    app.after_request(vary_by_reader)
    app.after_request(keep_versioned)
