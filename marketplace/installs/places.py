"""Says in words where in an app something stands."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.bundle.localising.applying import Mention
from marketplace.bundle.model import Bundle, PartName
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


def describe_place(bundle: Bundle, mention: Mention) -> Text:
    """Return where something stands: the app, the part of its settings, and the name of the thing if it has one."""
    app, part = bundle.app(mention.app_key).name, PARTS[mention.part]
    steps = [step.replace("~1", "/").replace("~0", "~") for step in mention.pointer.split("/")]
    if mention.part in NAMED and len(steps) > 2:  # noqa: PLR2004 - empty, the kind of thing, its name
        return Text(f"「{app}」の{part.ja}「{steps[2]}」", f"{part.en} “{steps[2]}” of “{app}”")
    return Text(f"「{app}」の{part.ja}", f"{part.en} of “{app}”")
