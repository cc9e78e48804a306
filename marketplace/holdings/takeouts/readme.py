"""The README of a takeout: what each file is, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from marketplace.holdings.takeouts.tables import JAPAN, Table
from marketplace.kernel.text import Language, Text

INTRODUCTION = Text(
    "「{municipality}」がヨコテンに持つデータです。{at}（日本時間）に書き出しました。\n"
    "個人情報を含みます。取り扱いに注意し、要らなくなったら削除してください。\n"
    "表は、プログラムで読むための JSON と、Excel で開くための CSV（UTF-8、BOM付き）の二つがあります。\n"
    "JSON の日時には時差が付き、CSV の日時は日本時間です。\n"
    "CSV では、= + - @ で始まる文字の前に ' が付きます（表計算ソフトに式として実行させないためです）。",
    "What {municipality} has at Yokoten, as of {at} (Japan time).\n"
    "It holds personal data. Handle it with care, and delete it when you no longer need it.\n"
    "Tables come as JSON for programs, and as CSV (UTF-8 with a byte order mark) for Excel.\n"
    "Moments in JSON carry their offset; those in CSV are in Japan's time.\n"
    "In CSV an apostrophe stands before texts that begin with = + - @, so that no spreadsheet runs them.",
)
TABLES = Text("表（それぞれ .json と .csv）", "Tables (each as .json and .csv)")
FILES = Text("ファイル", "Files")
FILES_ABOUT = (
    ("receipts/", Text("導入記録票。ファイル名は導入のID", "Receipts of imports, by the id of the import")),
    ("templates/", Text("公開した版のバンドル（zip）", "Bundles of released versions (zip)")),
    ("drafts/", Text("公開前の下書きのバンドル（zip）", "Bundles of open drafts (zip)")),
)
RECORDS = (
    "records/",
    Text(
        "組み込みのワークスペースのレコード。ワークスペースのIDとアプリ番号ごとの CSV（添付ファイルは入りません）",
        "Records of built-in workspaces: one CSV by id of the workspace and number of the app (without attached files)",
    ),
)
WITHOUT_RECORDS = Text(
    "組み込みのワークスペースのレコードは、含めずに書き出しています。",
    "The records of built-in workspaces were left out, as was asked for.",
)
NEVER = Text(
    "入らないもの：パスワード、APIトークンの値、kintoneのドメインの中のレコード、添付ファイルの中身。",
    "Never in it: passwords, secrets of API tokens, records in kintone domains, attached files.",
)


def write_readme(municipality: str, at: datetime, tables: Iterable[Table], *, with_records: bool) -> bytes:
    """Return the file, behind a byte order mark for the editors of Windows."""
    told = list(tables)
    parts = [_part(municipality, at, told, language, with_records=with_records) for language in Language]
    return "\r\n\r\n".join(parts).replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8-sig")


def _part(municipality: str, at: datetime, tables: list[Table], spoken: Language, *, with_records: bool) -> str:
    moment = f"{at.astimezone(JAPAN):%Y-%m-%d %H:%M}"
    files = [*FILES_ABOUT, *([RECORDS] if with_records else [])]
    lines = [
        INTRODUCTION.in_language(spoken, municipality=municipality, at=moment),
        "",
        TABLES.in_language(spoken),
        *(f"  {table.name}: {table.about.in_language(spoken)}" for table in tables),
        "",
        FILES.in_language(spoken),
        *(f"  {path}: {about.in_language(spoken)}" for path, about in files),
        "",
        *([] if with_records else [WITHOUT_RECORDS.in_language(spoken)]),
        NEVER.in_language(spoken),
    ]
    return "\n".join(lines) + "\n"
