"""Tells the answers of what stands before a kintone from those of the kintone itself."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from marketplace.kernel.text import Text
from marketplace.kintone.errors import KintoneAnswerError
from marketplace.kintone.transport import Reply

GATE = "basic-gate"
BLOCKED = "access-blocked"
REASONS: Mapping[str, Text] = {
    GATE: Text(
        "Basic認証で止められました。Basic認証のユーザー名とパスワードが未設定か、違っています。",
        "Basic authentication stands before the domain; its user or password is missing or wrong.",
    ),
    BLOCKED: Text(
        "kintoneの手前で接続が拒否されました（IPアドレス制限など）。",
        "The connection was refused before it came to kintone, for example by a restriction of IP addresses.",
    ),
}


def require_passed(reply: Reply) -> None:
    """Refuse an answer that no kintone wrote: the Basic gate or a block by address. Raises KintoneAnswerError."""
    if reply.content_type == "application/json":
        return
    if reply.status == HTTPStatus.UNAUTHORIZED and _asks_for_basic(reply):
        raise KintoneAnswerError(REASONS[GATE], status=reply.status, code=GATE)
    if reply.status == HTTPStatus.FORBIDDEN:
        raise KintoneAnswerError(REASONS[BLOCKED], status=reply.status, code=BLOCKED)


def _asks_for_basic(reply: Reply) -> bool:
    asked = [value for name, value in reply.headers.items() if name.lower() == "www-authenticate"]
    return any(value.strip().lower().startswith("basic") for value in asked)
