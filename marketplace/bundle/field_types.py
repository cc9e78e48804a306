"""What the types of kintone's fields are called in Japanese, and which of them behave alike."""

from __future__ import annotations

TYPE_NAMES: dict[str, str] = {
    "SINGLE_LINE_TEXT": "文字列（1行）",
    "MULTI_LINE_TEXT": "文字列（複数行）",
    "RICH_TEXT": "リッチエディター",
    "NUMBER": "数値",
    "CALC": "計算",
    "RADIO_BUTTON": "ラジオボタン",
    "CHECK_BOX": "チェックボックス",
    "MULTI_SELECT": "複数選択",
    "DROP_DOWN": "ドロップダウン",
    "DATE": "日付",
    "TIME": "時刻",
    "DATETIME": "日時",
    "FILE": "添付ファイル",
    "LINK": "リンク",
    "USER_SELECT": "ユーザー選択",
    "ORGANIZATION_SELECT": "組織選択",
    "GROUP_SELECT": "グループ選択",
    "REFERENCE_TABLE": "関連レコード一覧",
    "GROUP": "グループ",
    "SUBTABLE": "テーブル",
    "RECORD_NUMBER": "レコード番号",
    "CREATOR": "作成者",
    "CREATED_TIME": "作成日時",
    "MODIFIER": "更新者",
    "UPDATED_TIME": "更新日時",
    "CATEGORY": "カテゴリー",
    "STATUS": "ステータス",
    "STATUS_ASSIGNEE": "作業者",
    "LABEL": "ラベル",
    "SPACER": "スペース",
    "HR": "罫線",
}

BUILT_IN_CODES: dict[str, str] = {
    "RECORD_NUMBER": "レコード番号",
    "CREATOR": "作成者",
    "CREATED_TIME": "作成日時",
    "MODIFIER": "更新者",
    "UPDATED_TIME": "更新日時",
}
"""Fields every app has, and the codes they have unless renamed."""
PROCESS_CODES: dict[str, str] = {"STATUS": "ステータス", "STATUS_ASSIGNEE": "作業者"}
"""Fields an app has while process management is on."""
CATEGORY_CODE = "カテゴリー"
RESERVED_CODES = frozenset({*PROCESS_CODES.values(), CATEGORY_CODE})

BUILT_IN_TYPES = frozenset(BUILT_IN_CODES)
SINGLE_CHOICE = frozenset({"RADIO_BUTTON", "DROP_DOWN"})
MULTIPLE_CHOICE = frozenset({"CHECK_BOX", "MULTI_SELECT"})
CHOICE_TYPES = SINGLE_CHOICE | MULTIPLE_CHOICE
SELECTION_KINDS: dict[str, str] = {
    "USER_SELECT": "USER",
    "ORGANIZATION_SELECT": "ORGANIZATION",
    "GROUP_SELECT": "GROUP",
}
"""Which kind of placeholder each type of selection holds."""
UNIQUE_TYPES = frozenset({"SINGLE_LINE_TEXT", "NUMBER", "LINK", "DATE", "DATETIME"})
DATE_TYPES = frozenset({"DATE", "DATETIME", "CREATED_TIME", "UPDATED_TIME"})
ENTITY_FIELD_TYPES = frozenset({*SELECTION_KINDS, "CREATOR", "MODIFIER"})
"""Fields whose value names somebody, so that rights and assignees may refer to them."""


def type_name(type_: str) -> str:
    """Return what kintone calls a field type in Japanese."""
    return TYPE_NAMES.get(type_, type_)


def field_type_name(field: dict[str, object]) -> str:
    """Return what kintone calls the type of a field in Japanese; a lookup has a name of its own."""
    return "ルックアップ" if "lookup" in field else type_name(str(field.get("type", "")))


def type_name_en(type_: str) -> str:
    """Return a field type as English words."""
    return type_.replace("_", " ").lower()
