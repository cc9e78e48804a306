"""Validates what runners say; it comes from outside twice over and is bounded before anybody reads it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.installs.inputs import FLAG_MESSAGES
from marketplace.installs.pulling.calls import Outcome, Problem
from marketplace.kernel.limits import MEGABYTE
from marketplace.kernel.text import Text

MOST_BYTES = 7 * MEGABYTE
"""Of one answer."""
MOST_REQUEST_BYTES = 10 * MEGABYTE
"""Of a report: the same in Base64, and what is around it; the edge takes no more (edge/bodies.py)."""
KEPT_HEADERS = frozenset({"content-type", "www-authenticate", "retry-after"})
LONGEST_HEADER = 200
RUNNER = re.compile(r"[A-Za-z0-9_-]{8,64}")
STATUSES = range(100, 600)

NOT_A_RUNNER = Text(
    "runner は、英数字・「-」・「_」の8〜64文字で指定してください。",
    "Give runner as 8 to 64 letters, digits, hyphens or underscores.",
)
NOT_A_STATUS: Any = Text(
    "status は、100〜599 の整数で指定してください。", "Give status as a whole number from 100 to 599."
)
NOT_BASE64 = Text("Base64として読めません。", "This is not Base64.")
_MOST = MOST_BYTES // MEGABYTE
TOO_MUCH = Text(
    f"応答は{_MOST}MBまでです。problem に too-large を指定してください。",
    f"An answer may have {_MOST} MB; give the problem too-large.",
)
NOT_HEADERS: Any = Text("名前と値（文字列）の組で指定してください。", "Give an object of names and texts.")
_PROBLEMS = ", ".join(problem.value for problem in Problem)
NOT_A_PROBLEM: Any = Text(f"problem は次の中から選んでください：{_PROBLEMS}", f"Choose the problem among: {_PROBLEMS}")
ONE_OF_THEM = Text(
    "status と、body・text・content のどれか一つを指定するか、problem だけを指定してください。",
    "Give status with one of body, text and content; or problem alone.",
)


def _check_runner(value: str) -> None:
    if not RUNNER.fullmatch(value):
        raise ValidationError([NOT_A_RUNNER])


def _check_status(value: int) -> None:
    if value not in STATUSES:
        raise ValidationError([NOT_A_STATUS])


class RunnerInput(Schema):
    """Who asks for the next call: a name that the runner makes up anew at each start.

    `uncertain` says that the call it was handed last may have been made without its outcome being known.
    """

    error_messages = SCHEMA_MESSAGES

    runner = fields.String(required=True, validate=_check_runner, error_messages=TEXT_MESSAGES)
    uncertain = fields.Boolean(load_default=False, error_messages=FLAG_MESSAGES)


class OutcomeInput(Schema):
    """What came of a call: the answer's status and its body, as JSON, as text, or as Base64 of its bytes.

    Without an answer `problem` says why.
    """

    error_messages = SCHEMA_MESSAGES

    runner = fields.String(required=True, validate=_check_runner, error_messages=TEXT_MESSAGES)
    status = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=_check_status,
        error_messages={"invalid": NOT_A_STATUS, "too_large": NOT_A_STATUS},
    )
    headers = fields.Dict(
        keys=fields.String(),
        values=fields.String(error_messages={"invalid": NOT_HEADERS}),
        load_default=dict,
        error_messages={"invalid": NOT_HEADERS},
    )
    body = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    text = fields.String(load_default=None, allow_none=True, error_messages=TEXT_MESSAGES)
    content = fields.String(
        load_default=None, allow_none=True, error_messages=TEXT_MESSAGES, metadata={"format": "byte"}
    )
    problem = fields.Enum(
        Problem,
        by_value=True,
        load_default=None,
        allow_none=True,
        error_messages={"invalid": NOT_A_PROBLEM, "unknown": NOT_A_PROBLEM},
    )

    @validates_schema(skip_on_field_errors=True)
    def _says_one_thing(self, data: dict[str, Any], **_options: object) -> None:
        given = sum(data[name] is not None for name in ("body", "text", "content"))
        whole = data["status"] is not None and given <= 1 if data["problem"] is None else given == 0
        if not whole:
            raise ValidationError([ONE_OF_THEM], "problem")

    @post_load
    def make_outcome(self, data: dict[str, Any], **_options: object) -> tuple[str, Outcome]:
        """Return the runner and the outcome; headers that nobody reads are dropped."""
        headers = _kept(data["headers"])
        if data["body"] is not None:
            headers.setdefault("content-type", "application/json")
        return data["runner"], Outcome(data["status"], headers, _bytes_of(data), data["problem"])


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    named = {name.lower(): value[:LONGEST_HEADER] for name, value in headers.items()}
    return {name: value for name, value in sorted(named.items()) if name in KEPT_HEADERS}


def _bytes_of(data: Mapping[str, Any]) -> bytes:
    if data["body"] is not None:
        content = json.dumps(data["body"], ensure_ascii=False).encode("utf-8")
    elif data["text"] is not None:
        content = str(data["text"]).encode("utf-8")
    else:
        try:
            content = base64.b64decode(data["content"] or "", validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError({"content": [NOT_BASE64]}) from None
    if len(content) > MOST_BYTES:
        raise ValidationError({"content": [TOO_MUCH]})
    return content
