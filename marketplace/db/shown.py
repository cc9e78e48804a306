"""Which tables hold what strangers may see; each table of the service stands in one of the two lists (a test looks).

A table that stands in neither counts as shown: an answer is made anew for nothing rather than kept too long.
"""

from __future__ import annotations

import re

SHOWN = frozenset(
    {
        "included_templates",
        "installations",
        "municipalities",
        "reviews",
        "search_entries",
        "search_revisions",
        "search_state",
        "similar_templates",
        "stories",
        "template_versions",
        "templates",
        "wanted_answers",
        "wanted_apps",
        "wanted_votes",
    }
)
UNSEEN = frozenset(
    {
        "abandoned_blobs",
        "api_tokens",
        "audit_events",
        "authenticators",
        "blob_holds",
        "caretakers",
        "catalog_sources",
        "command_outcomes",
        "draft_edits",
        "draft_holds",
        "drafts",
        "exports",
        "finding_answers",
        "housekeeping_rounds",
        "idempotency_answers",
        "import_calls",
        "import_steps",
        "imports",
        "index_changes",
        "index_segments",
        "index_state",
        "indexed_templates",
        "installation_checks",
        "invitations",
        "mails",
        "memberships",
        "municipality_master_loads",
        "passkeys",
        "password_resets",
        "people",
        "public_state",
        "pull_events",
        "recovery_codes",
        "reports",
        "sandbox_app_settings",
        "sandbox_app_tokens",
        "sandbox_apps",
        "sandbox_cells",
        "sandbox_comments",
        "sandbox_cursor_chunks",
        "sandbox_cursors",
        "sandbox_deployed_apps",
        "sandbox_deploys",
        "sandbox_files",
        "sandbox_guests",
        "sandbox_plugins",
        "sandbox_principal_members",
        "sandbox_principals",
        "sandbox_records",
        "sandbox_rewrites",
        "sandbox_sites",
        "sandbox_space_guests",
        "sandbox_space_members",
        "sandbox_spaces",
        "sandbox_thread_comments",
        "sandbox_threads",
        "sandbox_users",
        "sandbox_webhook_deliveries",
        "sandbox_webhooks",
        "schema_reach",
        "search_snapshots",
        "settled_leftovers",
        "sign_in_failures",
        "sign_in_sessions",
        "spent_challenges",
        "takeouts",
        "template_comparisons",
        "tryouts",
        "worker_beats",
        "workspace_connections",
        "workspaces",
    }
)
TOLD_WITH_THEIR_MOMENT = frozenset({"counting_rounds", "template_days"})
"""Shown together with when it was true, so an answer with older ones is not wrong; they are written all the time."""
UNSEEN_PREFIX = "search_index"
"""Each database keeps the index of the search in tables of its own; whoever writes to them counts a revision, too."""
_WRITE = re.compile(
    r"""(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(?!SET\b)(\w+)""", re.IGNORECASE
)
_READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "BEGIN")


def writes_shown(statement: str) -> bool:
    """Tell whether a statement changes rows that strangers may see."""
    if statement.startswith(_READS):
        return False
    start = _WRITE.match(statement)
    # What begins otherwise may be a WITH, whose parts write: all of them are looked at.
    written = [start.group(1)] if start else _WRITE.findall(statement)
    return any(_is_shown(table.lower()) for table in written)


def _is_shown(table: str) -> bool:
    return table not in UNSEEN | TOLD_WITH_THEIR_MOMENT and not table.startswith(UNSEEN_PREFIX)
