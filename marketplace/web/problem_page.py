"""What the page of a refusal says beyond the refusal itself: in the words of pages, and where to go from here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from flask import request

from marketplace.edge.context import language, marketplace_app
from marketplace.kernel.text import Text
from marketplace.web.dates import JAPAN
from marketplace.web.local_paths import local_path
from marketplace.web.tokens import SCOPES

CAN_NOT_BE_OPENED = Text("このアドレスは、直接開くものではありません。", "This address can't be opened by itself.")
START_AGAIN = Text(
    "前のページに戻り、もう一度はじめからお試しください。",
    "Go back to the page before and try again from its beginning.",
)
ON_PAGES = {
    "unauthenticated": Text(
        "ログインすると、このページに戻って続けられます。", "Sign in, and you come back to this page to go on."
    ),
    "not-found": Text(
        "移されたか、なくなったか、ご自分の団体のものではないページです。言葉で探すか、アドレスを確かめてください。",
        "The page was moved or is gone, or belongs to another municipality. Search by words, or check the address.",
    ),
    "method-not-allowed": Text(
        "画面のボタンで送るときに使うアドレスです。前のページに戻り、ボタンからやり直してください。",
        "A button of a page leads here. Go back to the page before and use its button.",
    ),
    "bad-request": START_AGAIN,
    "media-type-unsupported": START_AGAIN,
    "internal": Text(
        "入力した内容は、保存されていないことがあります。少し待ってからもう一度お試しください。"
        "続くときは、下の受付番号をサービスの運営者に伝えてください。",
        "What you entered may not have been saved. Please wait a little and try again. "
        "If it goes on, tell the operator of the service the reference below.",
    ),
}
"""Instead of the remedies that speak to callers of the API."""
MISSING_RIGHT = Text(
    "「{right}」権限が必要です。自分の団体の管理者に相談してください。",
    "It needs the right “{right}”. Ask an administrator of your municipality.",
)


def headline(code: str, title: str) -> str:
    """Return what happened, as people at a screen are told it."""
    return CAN_NOT_BE_OPENED.in_language(language()) if code == "method-not-allowed" else title


def advice(code: str, remedy: str, params: Mapping[str, object]) -> str:
    """Return what to do, as people at a screen are told it."""
    spoken = language()
    if code in ON_PAGES:
        return ON_PAGES[code].in_language(spoken)
    right = next((words for permission, words in SCOPES.items() if permission == params.get("needs")), None)
    if code == "forbidden" and right is not None:
        return MISSING_RIGHT.in_language(spoken, right=right.in_language(spoken))
    return remedy


def way_back() -> str | None:
    """Return the page of this site that the reader came from, unless it is this one."""
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return None
    path = local_path(urlunsplit(("", "", came_from.path, came_from.query, "")), "")
    is_here = path == request.full_path.rstrip("?") and request.method == "GET"
    return path if path and came_from.netloc == request.host and not is_here else None


def pause_end(seconds: int) -> str:
    """Return the time of day in Japan from which it makes sense to try again, to the next whole minute."""
    end = marketplace_app().now() + timedelta(seconds=seconds + 59)
    return f"{end.astimezone(JAPAN):%H:%M}"
