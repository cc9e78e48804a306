"""The words in which pages speak of people, permissions and events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marketplace.kernel.text import Text
from marketplace.sandbox.webhooks.models import TEST, DeliveryState, WebhookEvent
from marketplace.workspaces.app_settings.holders import Holder

Document = dict[str, Any]
Names = Mapping[tuple[str, str], str]
"""The names of users, groups and organisations, by kind and code."""

KINDS: dict[str, Text] = {
    "USER": Text("利用者", "User"),
    "GROUP": Text("グループ", "Group"),
    "ORGANIZATION": Text("組織", "Organisation"),
}
EVERYONE = Text("全員（Everyone）", "Everyone")
APP_CREATOR = Text("アプリの作成者", "Creator of the app")
NAMED_BY_FIELD = Text("フィールド「{code}」の人", "Whoever the field “{code}” names")
APP_RIGHTS: dict[str, Text] = {
    "recordViewable": Text("レコード閲覧", "View records"),
    "recordAddable": Text("レコード追加", "Add records"),
    "recordEditable": Text("レコード編集", "Edit records"),
    "recordDeletable": Text("レコード削除", "Delete records"),
    "appEditable": Text("アプリ管理", "Manage the app"),
    "recordImportable": Text("ファイル読み込み", "Import from files"),
    "recordExportable": Text("ファイル書き出し", "Export to files"),
}
TOKEN_PERMISSIONS: dict[str, Text] = {
    "view": APP_RIGHTS["recordViewable"],
    "add": APP_RIGHTS["recordAddable"],
    "edit": APP_RIGHTS["recordEditable"],
    "delete": APP_RIGHTS["recordDeletable"],
    "admin": APP_RIGHTS["appEditable"],
}
EVENTS: dict[str, Text] = {
    WebhookEvent.ADD_RECORD: Text("レコードの追加", "A record is added"),
    WebhookEvent.UPDATE_RECORD: Text("レコードの編集", "A record is changed"),
    WebhookEvent.DELETE_RECORD: Text("レコードの削除", "A record is deleted"),
    WebhookEvent.UPDATE_STATUS: Text("ステータスの更新", "A status is changed"),
    WebhookEvent.ADD_RECORD_COMMENT: Text("コメントの書き込み", "A comment is written"),
    TEST: Text("テスト", "Test"),
}
DELIVERY_STATES: dict[DeliveryState, tuple[Text, str, str]] = {
    DeliveryState.PENDING: (Text("送信待ち", "Waiting"), "blue", "…"),
    DeliveryState.DELIVERED: (Text("届きました", "Delivered"), "green", "✓"),
    DeliveryState.FAILED: (Text("届きませんでした", "Not delivered"), "red", "×"),
    DeliveryState.DROPPED: (Text("送信しませんでした", "Dropped"), "orange", "！"),
}
"""The words, the colour and the mark of each state."""


def names_of(holders: Iterable[Holder]) -> Names:
    """Return the names of those whom settings may name."""
    return {(holder.kind, holder.code): holder.name for holder in holders}


def who(entity: Document, names: Names) -> Text:
    """Return whom a setting names; somebody who is gone keeps their code for a name."""
    kind, code = str(entity.get("type", "")), str(entity.get("code") or "")
    if kind == "CREATOR":
        return APP_CREATOR
    if (kind, code) == ("GROUP", "everyone"):
        return EVERYONE
    if kind in KINDS:
        name = names.get((kind, code), code)
        shown = name if name == code else f"{name}（{code}）"
        return Text(f"{KINDS[kind].ja}：{shown}", f"{KINDS[kind].en}: {shown}")
    return Text(NAMED_BY_FIELD.ja.replace("{code}", code), NAMED_BY_FIELD.en.replace("{code}", code))
