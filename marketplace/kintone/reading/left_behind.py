"""What could not be read back, and why."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from marketplace.bundle.model import PartName
from marketplace.kernel.text import Text
from marketplace.kintone.reading.sources import Unread

APP_UNKNOWN = Text(
    "参照先のアプリが一緒に読み出されていません。", "The app it refers to is not among those that were read."
)
CATEGORY = Text("カテゴリーの設定はAPIで読み書きできません。", "There is no API for categories.")
FILE_UNREADABLE = Text("ファイルを読み出せませんでした。", "The file could not be read.")

NEEDS_MANAGEMENT = Text("必要な権限：アプリ管理", "Needed: “Manage app”.")


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Something of an app that the parts do not hold."""

    app_key: str
    part: PartName
    subject: str
    """The field, action, section or file."""
    reason: Text


def refused(app_key: str, unread: Unread) -> LeftBehind:
    """Return that kintone would not tell something."""
    failure = unread.failure
    named = f"（{failure.code}）" if failure.code else ""
    reason = Text(
        f"kintoneが読み出しを断りました{named}。{failure.message.ja}",
        f"kintone refused to tell ({failure.code or failure.status}): {failure.message.en}",
    )
    if failure.status == HTTPStatus.FORBIDDEN:
        reason = Text(f"{reason.ja}{NEEDS_MANAGEMENT.ja}", f"{reason.en} {NEEDS_MANAGEMENT.en}")
    return LeftBehind(app_key, unread.part, unread.section, reason)
