"""What the parts of an app are called, and which hold things with names of their own."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.bundle.model import PartName
from marketplace.kernel.text import Text

PARTS: Mapping[PartName, Text] = {
    PartName.SETTINGS: Text("基本設定", "general settings"),
    PartName.FIELDS: Text("フィールド", "field"),
    PartName.LAYOUT: Text("フォームの配置", "layout"),
    PartName.VIEWS: Text("一覧", "view"),
    PartName.PROCESS: Text("プロセス管理", "process"),
    PartName.PERMISSIONS: Text("アクセス権", "permissions"),
    PartName.NOTIFICATIONS: Text("通知", "notifications"),
    PartName.REPORTS: Text("グラフ", "graph"),
    PartName.ACTIONS: Text("アクション", "action"),
    PartName.CUSTOMIZE: Text("JavaScript・CSS", "JavaScript and CSS"),
    PartName.PLUGINS: Text("プラグイン", "plug-ins"),
    PartName.ADMIN_NOTES: Text("管理者用メモ", "admin note"),
    PartName.RECORDS: Text("サンプルレコード", "sample records"),
}
NAMED = frozenset({PartName.FIELDS, PartName.VIEWS, PartName.REPORTS, PartName.ACTIONS})
"""Parts whose things have names, which stand second in a pointer."""
