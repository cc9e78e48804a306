"""Pieces that several answers share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import Schema, ValidationError, fields

from marketplace.accounts.inputs import SCHEMA_MESSAGES
from marketplace.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT
from marketplace.kernel.text import Text

LIMIT_WRONG: Any = Text(
    f"1から{MAX_LIMIT}までの整数で指定してください。", f"Give a whole number from 1 to {MAX_LIMIT}."
)
LIMIT_MESSAGES = {"invalid": LIMIT_WRONG, "null": LIMIT_WRONG, "too_large": LIMIT_WRONG}


def _check_limit(value: int) -> None:
    if not 1 <= value <= MAX_LIMIT:
        raise ValidationError([LIMIT_WRONG])


class SameObject(fields.Nested):
    """A part of the answer that is made of the very object the whole is made of."""

    def get_value(
        self,
        obj: Any,
        attr: str,  # noqa: ARG002 - marshmallow's interface
        accessor: Callable[[Any, str, Any], Any] | None = None,  # noqa: ARG002 - marshmallow's interface
        default: Any = None,  # noqa: ARG002 - marshmallow's interface
    ) -> Any:
        """Return the object itself."""
        return obj


class TextOut(Schema):
    """A sentence in both languages."""

    ja = fields.String(required=True)
    en = fields.String(required=True)


class PublisherOut(Schema):
    """A municipality, and whether the operator made sure who acts for it (`verified`)."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    prefecture = fields.String(required=True)
    verified = fields.Boolean(required=True, attribute="is_verified")


class CategoryOut(Schema):
    """A field of municipal work."""

    id = fields.String(required=True)
    name = fields.Nested(TextOut, required=True)


class PageQuery(Schema):
    """Where to go on reading a list."""

    error_messages = SCHEMA_MESSAGES

    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=_check_limit,
        error_messages=LIMIT_MESSAGES,
        metadata={"description": Text("1ページの件数", "Items on one page"), "minimum": 1, "maximum": MAX_LIMIT},
    )
    cursor = fields.String(
        load_default=None,
        metadata={"description": Text("前のページの next の値", "The value of next of the page before")},
    )


def page_links(next_cursor: str | None) -> dict[str, str]:
    """Return the Link header of the next page of this request's list (RFC 8288)."""
    if next_cursor is None:
        return {}
    given = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    query = urlencode([*given, ("cursor", next_cursor)])
    return {"Link": f'<{request.path}?{query}>; rel="next"'}


def name_of(template: Any) -> str:
    """Return a template's name as imports take it: publisher/slug."""
    return f"{template.publisher_code}/{template.slug}"


class FindingOut(Schema):
    """What a check found, where, and what to do."""

    severity = fields.String(required=True)
    code = fields.String(required=True)
    file = fields.String(required=True)
    pointer = fields.String(required=True)
    title = fields.Nested(TextOut, required=True)
    remedy = fields.Nested(TextOut, required=True)


class ChangeOut(Schema):
    """One difference between two versions."""

    impact = fields.String(required=True, metadata={"enum": ["breaking", "additive", "cosmetic"]})
    area = fields.String(required=True)
    act = fields.String(required=True)
    app = fields.String(required=True, attribute="app_key", allow_none=True)
    subject = fields.String(required=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    text = fields.Nested(TextOut, required=True)
