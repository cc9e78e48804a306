"""Says in a few words what a call to kintone does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from marketplace.kernel.text import Language, Text

AREAS: Mapping[str, Text] = {
    "app": Text("アプリ", "the app"),
    "apps": Text("アプリの一覧", "the list of apps"),
    "app/settings": Text("名前・アイコンなど", "name and icon"),
    "app/form/fields": Text("フィールド", "the fields"),
    "app/form/layout": Text("フォームの配置", "the layout of the form"),
    "app/views": Text("一覧", "the views"),
    "app/status": Text("プロセス管理", "the process"),
    "app/reports": Text("グラフ", "the graphs"),
    "app/actions": Text("アクション", "the actions"),
    "app/customize": Text("JavaScript・CSS", "JavaScript and CSS"),
    "app/plugins": Text("プラグイン", "the plug-ins"),
    "app/adminNotes": Text("管理者用メモ", "the admin note"),
    "app/acl": Text("アプリのアクセス権", "the rights on the app"),
    "record/acl": Text("レコードのアクセス権", "the rights on records"),
    "field/acl": Text("フィールドのアクセス権", "the rights on fields"),
    "app/notifications/general": Text("アプリの条件通知", "the notifications of the app"),
    "app/notifications/perRecord": Text("レコードの条件通知", "the notifications of records"),
    "app/notifications/reminder": Text("リマインダー", "the reminders"),
    "records": Text("レコード", "records"),
    "space": Text("スペース", "the space"),
    "file": Text("ファイル", "a file"),
}
ACTS: Mapping[str, Text] = {
    "GET": Text("{area}を読み出す", "Read {area}"),
    "POST": Text("{area}を追加する", "Add {area}"),
    "PUT": Text("{area}を設定する", "Set {area}"),
    "DELETE": Text("{area}を削除する", "Delete {area}"),
}
OWN: Mapping[tuple[str, str], Text] = {
    ("POST", "app/deploy"): Text("設定の反映を始める", "Begin to bring the settings into use"),
    ("GET", "app/deploy"): Text("反映が終わったかを確かめる", "See whether the settings are in use"),
    ("PUT", "records/status"): Text("レコードの状態を進める", "Move records to another state"),
    ("POST", "file"): Text("ファイルを送る", "Send a file"),
}
START = re.compile(r"^/k/(guest/\d+/)?v1/(preview/)?")


def words_of(method: str, path: str) -> Text:
    """Return what a call does, in both languages; one that has no words yet shows itself."""
    api = START.sub("", path).removesuffix(".json")
    if (method, api) in OWN:
        return OWN[method, api]
    area, act = AREAS.get(api), ACTS.get(method)
    if area is None or act is None:
        return Text(f"{method} {path}", f"{method} {path}")
    return Text(act.in_language(Language.JA, area=area.ja), act.in_language(Language.EN, area=area.en))
