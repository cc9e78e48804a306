"""Mounts every page behind the session door and gives the application its templates and static files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.edge.signin import register_sign_in, session_door
from marketplace.web import (
    accounts,
    audit_log,
    catalog,
    checks,
    closed_networks,
    community,
    directory,
    draft_editor,
    draft_pictures,
    help_pages,
    installs,
    invitations,
    language,
    members,
    municipalities,
    outbox,
    outside,
    password_reset,
    publishing,
    reports,
    second_factor,
    spaces,
    start,
    stories,
    tokens,
    tryouts,
    wanted,
    workspaces,
)
from marketplace.web.account import authenticator, overview, owed_factor, passkeys, password, sessions  # noqa: F401 - as below
from marketplace.web.account import place as account
from marketplace.web.app_settings import routes as app_settings
from marketplace.web.apps import routes as apps
from marketplace.web.assets import STATIC_FOLDER, keep_versioned
from marketplace.web.domains import routes as domains
from marketplace.web.exports import routes as exports
from marketplace.web.holdings import handover, takeouts
from marketplace.web.holdings import overview as holdings_overview
from marketplace.web.operating import acting as operating_acting  # noqa: F401 - as below
from marketplace.web.operating import drafts as operating_drafts  # noqa: F401 - as below
from marketplace.web.operating import overview as operating_overview  # noqa: F401 - as below
from marketplace.web.operating import people as operating_people  # noqa: F401 - as below
from marketplace.web.operating import place as operating
from marketplace.web.operating import queue as operating_queue  # noqa: F401 - as below
from marketplace.web.operating import verifying as operating_verifying  # noqa: F401 - as below
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
    stories,
    wanted,
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
    draft_editor,
    draft_pictures,
    accounts,
    directory,
    password_reset,
    account,
    outbox,
    holdings_overview,
    takeouts,
    handover,
    municipalities,
    second_factor,
    members,
    invitations,
    audit_log,
    operating,
    reports,
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
