"""The names people know the field types of kintone by."""

from __future__ import annotations

from marketplace.kernel.text import Text

FIELD_TYPES: dict[str, Text] = {
    "RECORD_NUMBER": Text("レコード番号", "Record number"),
    "CREATOR": Text("作成者", "Created by"),
    "CREATED_TIME": Text("作成日時", "Created at"),
    "MODIFIER": Text("更新者", "Updated by"),
    "UPDATED_TIME": Text("更新日時", "Updated at"),
    "CATEGORY": Text("カテゴリー", "Category"),
    "STATUS": Text("ステータス", "Status"),
    "STATUS_ASSIGNEE": Text("作業者", "Assignee"),
    "SINGLE_LINE_TEXT": Text("文字列（1行）", "Text"),
    "MULTI_LINE_TEXT": Text("文字列（複数行）", "Text area"),
    "RICH_TEXT": Text("リッチエディター", "Rich text"),
    "NUMBER": Text("数値", "Number"),
    "CALC": Text("計算", "Calculated"),
    "RADIO_BUTTON": Text("ラジオボタン", "Radio buttons"),
    "CHECK_BOX": Text("チェックボックス", "Check boxes"),
    "MULTI_SELECT": Text("複数選択", "Multiple choice"),
    "DROP_DOWN": Text("ドロップダウン", "Drop-down"),
    "DATE": Text("日付", "Date"),
    "TIME": Text("時刻", "Time"),
    "DATETIME": Text("日時", "Date and time"),
    "FILE": Text("添付ファイル", "Attachment"),
    "LINK": Text("リンク", "Link"),
    "USER_SELECT": Text("ユーザー選択", "User selection"),
    "ORGANIZATION_SELECT": Text("組織選択", "Organisation selection"),
    "GROUP_SELECT": Text("グループ選択", "Group selection"),
    "REFERENCE_TABLE": Text("関連レコード一覧", "Related records"),
    "GROUP": Text("グループ", "Field group"),
    "SUBTABLE": Text("テーブル", "Table"),
}
LOOKUP = Text("ルックアップ", "Lookup")

VIEW_TYPES: dict[str, Text] = {
    "LIST": Text("表形式", "List"),
    "CALENDAR": Text("カレンダー形式", "Calendar"),
    "CUSTOM": Text("カスタマイズ", "Custom"),
}


def field_type_name(settings: dict[str, object]) -> Text:
    """Return the name of a field's type; a lookup is named so, whatever kind of value it holds."""
    if "lookup" in settings:
        return LOOKUP
    kind = str(settings.get("type", ""))
    return FIELD_TYPES.get(kind, Text(kind, kind))
