"""What people may meet that the web server refuses before the service sees it: pages in both languages."""

from __future__ import annotations

from http import HTTPStatus

from gunicorn.http.errors import InvalidRequestLine, LimitRequestHeaders, LimitRequestLine

from marketplace.kernel.text import Text

PAGE = """<!doctype html>
<html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title.ja}</title>
<h1>{title.ja}</h1><p>{remedy.ja}</p><div lang="en"><h2>{title.en}</h2><p>{remedy.en}</p></div></html>
"""
HEAD = (
    "HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
    "Cache-Control: no-store\r\nContent-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\n"
    "Content-Length: {length}\r\n\r\n"
)
TOO_LONG = (
    Text("アドレスが長すぎます。", "The address is too long."),
    Text(
        "前の画面に戻り、検索の言葉や選んだ条件を減らして、もう一度開いてください。",
        "Go back, search for fewer words or choose less, and try again.",
    ),
)
UNREADABLE = (
    Text("アドレスを読み取れません。", "The address can't be read."),
    Text(
        "アドレスの日本語は、UTF-8のパーセントエンコーディングで送ってください（curlでは --get と --data-urlencode）。",
        "Send Japanese in addresses percent-encoded as UTF-8 (curl: --get with --data-urlencode).",
    ),
)
TOO_MUCH_BEFORE = (
    Text("ブラウザーが送った情報（Cookieなど）が多すぎます。", "Your browser sent too much with its request."),
    Text(
        "このサイトのCookieを消して、もう一度開いてください。",
        "Delete the cookies of this site, and try again.",
    ),
)


def refusal_of(error: BaseException) -> bytes | None:
    """Return the whole answer to a request that could not be read; None where no person is to be told."""
    if isinstance(error, LimitRequestLine):
        return _answer(HTTPStatus.REQUEST_URI_TOO_LONG, *TOO_LONG)
    if isinstance(error, InvalidRequestLine):
        return _answer(HTTPStatus.BAD_REQUEST, *UNREADABLE)
    if isinstance(error, LimitRequestHeaders):
        return _answer(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, *TOO_MUCH_BEFORE)
    return None


def _answer(status: HTTPStatus, title: Text, remedy: Text) -> bytes:
    content = PAGE.format(title=title, remedy=remedy).encode("utf-8")
    return HEAD.format(status=status, length=len(content)).encode("ascii") + content
