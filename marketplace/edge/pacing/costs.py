"""What each address costs, where it is more than its method tells."""

from __future__ import annotations

from flask import request

from marketplace.edge.app import SAFE_METHODS
from marketplace.kernel.pacing import Cost

KINTONE = "kintone_api"

SEARCHES = frozenset(
    {
        *("api_v1.find_stories", "api_v1.list_municipalities", "api_v1.list_templates", "api_v1.list_wanted_apps"),
        *("web_catalog.index", "web_directory.index", "web_stories.index", "web_wanted.index"),
    }
)

EXPENSIVE = frozenset(
    {
        *("api_v1.upload_draft", "api_v1.edit_draft", "api_v1.release_draft", "api_v1.publish_bundle"),
        *(
            "api_v1.start_import",
            "api_v1.start_export",
            "api_v1.retry_import",
            "api_v1.retry_export",
            "api_v1.check_installation",
        ),
        *("api_v1.check_workspace", "api_v1.create_workspace", "api_v1.compare_versions", "api_v1.download_package"),
        *("web_publishing.create", "web_publishing.release", "web_draft_editor.save", "web_draft_pictures.add"),
        *("web_exports.create", "web_exports.draft", "web_exports.retry", "web_installs.create", "web_installs.retry"),
        *("web_checks.ask", "web_domains.check", "web_workspaces.create", "web_outside.package", "web_tryouts.start"),
        *("web_catalog.compare", "web_catalog.diff", "web_catalog.miniature", "web_takeouts.start"),
        *("web_apps.export", "web_apps.upload_import", "web_apps.run_import", "web_audit_log.save"),
        *("web_people.export", "web_accounts.start", "web_accounts.take_second", "web_password_reset.order"),
        *("web_password_reset.replace",),
    }
)
"""By POST alone where an address is also a form: forms are other endpoints."""


def cost_of_request() -> Cost:
    """Return what kind of work the request under way makes."""
    if request.blueprint == KINTONE:
        return Cost.KINTONE
    if request.endpoint in EXPENSIVE:
        return Cost.EXPENSIVE
    if request.endpoint in SEARCHES:
        return Cost.SEARCHES
    return Cost.READS if request.method in SAFE_METHODS else Cost.WRITES
