"""Validates what is asked for when a template is to be installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from marketplace.catalog.inputs import PlainText
from marketplace.kernel.text import Text

LONGEST_CODE = 128
MOST_PLACEHOLDERS = 200
LONGEST_NAME = 100

NOT_A_TEMPLATE: Any = Text(
    "「公開団体のコード/テンプレートの識別名」の形で指定してください（例：yokoten/handover-notes）。",
    "Give “publisher/slug”, for example yokoten/handover-notes.",
)


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What is to be installed, and how."""

    publisher: str
    slug: str
    version: str | None
    sample_records: bool
    placeholders: dict[str, str]
    dry_run: bool


class ImportInput(Schema):
    """An order to install a template; `version` may be a number, a range, or left out for the newest."""

    template = PlainText(required=True)
    version = PlainText(load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_NAME))
    sample_records = fields.Boolean(load_default=True)
    placeholders = fields.Dict(
        keys=PlainText(validate=validate.Length(min=1, max=LONGEST_NAME)),
        values=PlainText(allow_none=True, validate=validate.Length(max=LONGEST_CODE)),
        load_default=dict,
        validate=validate.Length(max=MOST_PLACEHOLDERS),
    )
    dry_run = fields.Boolean(load_default=False)

    @post_load
    def make_order(self, data: dict[str, Any], **_options: Any) -> ImportOrder:
        """Take the template's name apart; a placeholder without a code counts as not given."""
        publisher, _, slug = data["template"].partition("/")
        return ImportOrder(
            publisher=publisher,
            slug=slug,
            version=data["version"] or None,
            sample_records=data["sample_records"],
            placeholders={key: code for key, code in data["placeholders"].items() if code},
            dry_run=data["dry_run"],
        )
