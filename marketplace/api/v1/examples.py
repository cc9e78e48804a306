"""Bodies and values that the documentation shows; every one of them would be accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STORY: Mapping[str, Any] = {
    "title": "補助金の締めを一日で終える",
    "problem": "紙の申請書を電卓で集計していました。",
    "solution": "受付の画面だけを窓口に出しました。",
    "effect": "締めの作業がその日のうちに終わります。",
    "hours_saved": 120,
    "department": "農政課",
}
BODIES: Mapping[str, dict[str, Any]] = {
    "AnswerInput": {"template": "yokoten/road-occupancy-permit", "text": "期限の一覧と通知がそのまま使えます。"},
    "ClosingInput": {"reason": "別のシステムを使うことになりました。"},
    "ConnectionInput": {"address": "https://example.cybozu.com", "guest_space": "5"},
    "CredentialsInput": {"login": "yokoten", "password": "correct horse battery staple"},
    "RetryInput": {"accept_changes": False},
    "ExportInput": {
        "apps": ["12"],
        "slug": "park-reservation",
        "name": "公園施設の予約",
        "summary": "公園の施設の予約を受け付け、利用料を管理します。",
        "category": "kensetsu",
        "license": "CC-BY-4.0",
        "keys": {"12": "park-reservation"},
        "placeholders": [{"kind": "USER", "code": "sato", "key": "section-chief", "label": "所属長"}],
    },
    "FulfilmentInput": {"answer": "k3v9m2x7q1w8e5r4"},
    "ImportInput": {"template": "yokoten/subsidy-grant-management", "version": "^1.0.0", "sample_records": True},
    "InvitationInput": {"email": "hanako@example.lg.jp", "role": "installer"},
    "RoleInput": {"role": "publisher"},
    "OutcomeInput": {"runner": "runner-4f1c2a", "status": 200, "body": {"app": "12", "revision": "1"}},
    "ReportInput": {
        "format": "yokoten-report/1",
        "import": "k3v9m2x7q1w8e5r4",
        "digest": "0" * 64,
        "state": "succeeded",
        "finished_at": "2026-11-28T07:00:00+00:00",
        "failure": None,
        "steps": [
            {
                "position": 0,
                "kind": "create_app",
                "state": "done",
                "attempts": 1,
                "outcome": {"app": "12"},
                "started_at": "2026-11-28T06:59:00+00:00",
                "finished_at": "2026-11-28T06:59:01+00:00",
            }
        ],
    },
    "ReviewInput": {"stars": 5, "text": "10分で受付を始められました。"},
    "NewStoryInput": {"template": "yokoten/subsidy-grant-management", **STORY},
    "StoryInput": {**STORY, "version": "1.1.0"},
    "RunnerInput": {"runner": "runner-4f1c2a"},
    "TokenInput": {"name": "CI", "scopes": ["workspaces:read", "installs:write"], "expires_in_days": 90},
    "WantedInput": {
        "title": "道路占用許可の期限管理",
        "text": "期限の1か月前に、担当へ知らせてほしいです。",
        "category": "kensetsu",
        "department": "道路維持課",
        "month": 3,
    },
    "DraftTextsInput": {"version": "1.1.0", "summary": {"ja": "補助金の申請を受け付けて、審査と交付を管理します。"}},
    "FindingAnswerInput": {"finding": "0123456789abcdef0123456789abcdef", "answer": "meant"},
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
