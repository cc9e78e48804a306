"""Reads answers; what does not have kintone's shape becomes a clear error instead of a guess."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus

from marketplace.bundle.model import JsonObject
from marketplace.kernel.text import Text
from marketplace.kintone.errors import KintoneAnswerError, KintoneError, KintoneFailure
from marketplace.kintone.retry_after import read_retry_after
from marketplace.kintone.transport import Reply

LARGEST_ANSWER = 32 * 1024 * 1024
UNKEEPABLE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000|[\ud800-\udfff]")
"""NUL and halves of characters, in JSON that escapes nothing else: no kintone sends them, no database keeps them."""
LONGEST_TEXT = 1000
LONGEST_ID = 18
SHOWN = 500
"""Characters of a foreign message that are kept."""

REDIRECT = Text(
    "別のアドレスへ転送されました。kintoneのアドレスではない可能性があります。",
    "The address answers with a redirect; it may not be that of a kintone.",
)
TOO_LARGE = Text("応答が大きすぎます。", "The answer is too large.")
NO_FILE = Text("応答にファイルがありません。", "The answer holds no file.")
NOT_JSON = Text("kintoneの応答（JSON）ではありません。", "The answer is not the JSON that a kintone sends.")
NO_REASON = Text("応答にエラーコードとメッセージがありません。", "The answer has neither code nor message.")


def read_answer(reply: Reply) -> JsonObject:
    """Return the JSON object of a successful answer. Raises KintoneError or KintoneAnswerError."""
    try:
        return _read_answer(reply)
    except KintoneFailure as failure:
        failure.retry_after = read_retry_after(reply)
        raise


def _read_answer(reply: Reply) -> JsonObject:
    if HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST:
        raise KintoneAnswerError(REDIRECT, status=reply.status)
    document = _read_json(reply)
    if reply.status >= HTTPStatus.BAD_REQUEST:
        raise _refusal(reply, document)
    return document


def read_file(reply: Reply) -> bytes:
    """Return the content of a file that was asked for. Raises KintoneError or KintoneAnswerError."""
    if reply.status != HTTPStatus.OK:
        read_answer(reply)
        raise KintoneAnswerError(NO_FILE, status=reply.status)
    if len(reply.content) > LARGEST_ANSWER:
        raise KintoneAnswerError(TOO_LARGE, status=reply.status)
    return reply.content


def _read_json(reply: Reply) -> JsonObject:
    if len(reply.content) > LARGEST_ANSWER:
        raise KintoneAnswerError(TOO_LARGE, status=reply.status)
    if reply.content_type != "application/json":
        raise KintoneAnswerError(NOT_JSON, status=reply.status)
    try:
        document = json.loads(reply.content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise KintoneAnswerError(NOT_JSON, status=reply.status) from error
    if not isinstance(document, dict) or (b"\\u" in reply.content and UNKEEPABLE.search(_written(document))):
        raise KintoneAnswerError(NOT_JSON, status=reply.status)
    return document


def _written(document: JsonObject) -> str:
    return json.dumps(document, ensure_ascii=False)


def _refusal(reply: Reply, document: JsonObject) -> KintoneError | KintoneAnswerError:
    code, message = document.get("code"), document.get("message")
    if not isinstance(code, str) or not isinstance(message, str):
        return KintoneAnswerError(NO_REASON, status=reply.status)
    return KintoneError(reply.status, code[:SHOWN], message[:SHOWN], _messages(document.get("errors")))


def _messages(errors: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(errors, dict):
        return {}
    found = {}
    for path, entry in errors.items():
        messages = entry.get("messages") if isinstance(entry, dict) else None
        if isinstance(messages, list):
            found[str(path)[:SHOWN]] = tuple(str(message)[:SHOWN] for message in messages)
    return found


def text_at(answer: Mapping[str, object], key: str) -> str:
    """Return an id, a revision or a text; numbers become strings as kintone writes them. Raises KintoneAnswerError."""
    value = answer.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise KintoneAnswerError(_lacks(key))
    try:
        text = str(value)
    except ValueError as error:  # Python writes no number of that many digits.
        raise KintoneAnswerError(_lacks(key)) from error
    if len(text) > LONGEST_TEXT:
        raise KintoneAnswerError(_lacks(key))
    return text


def id_at(answer: Mapping[str, object], key: str) -> str:
    """Return an id or a revision, which kintone numbers, as the text it writes. Raises KintoneAnswerError."""
    text = text_at(answer, key)
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID):
        raise KintoneAnswerError(_lacks(key))
    return text


def object_at(answer: Mapping[str, object], key: str) -> JsonObject:
    """Return a JSON object inside an answer. Raises KintoneAnswerError."""
    value = answer.get(key)
    if not isinstance(value, dict):
        raise KintoneAnswerError(_lacks(key))
    return value


def objects_at(answer: Mapping[str, object], key: str) -> list[JsonObject]:
    """Return a list of JSON objects inside an answer. Raises KintoneAnswerError."""
    value = answer.get(key)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise KintoneAnswerError(_lacks(key))
    return value


def ids_at(answer: Mapping[str, object], key: str) -> list[str]:
    """Return a list of ids inside an answer. Raises KintoneAnswerError."""
    value = answer.get(key)
    if not isinstance(value, list):
        raise KintoneAnswerError(_lacks(key))
    return [id_at({key: item}, key) for item in value]


def _lacks(key: str) -> Text:
    return Text(f"応答に「{key}」がありません。", f"The answer lacks “{key}”.")
