"""Bodies and values that the documentation shows; every one of them would be accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BODIES: Mapping[str, dict[str, Any]] = {
    "ConnectionInput": {"address": "https://example.cybozu.com", "guest_space": "5"},
    "CredentialsInput": {"login": "yokoten", "password": "correct horse battery staple"},
    "RetryInput": {"accept_changes": False},
    "ImportInput": {"template": "yokoten/subsidy-grant-management", "version": "^1.0.0", "sample_records": True},
    "ReviewInput": {"stars": 5, "text": "10分で受付を始められました。"},
    "TokenInput": {"name": "CI", "scopes": ["workspaces:read", "installs:write"], "expires_in_days": 90},
    "WithdrawalInput": {"reason": "計算式に誤りがありました。"},
    "WorkspaceInput": {"name": "検証用"},
}
VALUES: Mapping[str, str] = {
    "publisher": "yokoten",
    "slug": "subsidy-grant-management",
    "version": "1.0.0",
    "old": "1.0.0",
    "new": "1.1.0",
    "workspace_id": "$WS",
}
"""Values of parameters in a path; the others stand as a variable of their own name."""
QUERIES: Mapping[str, str] = {"list_templates": "q=補助金"}
