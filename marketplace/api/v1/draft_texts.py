"""The texts of a draft: read them, and change them safe against lost updates."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.drafts import DraftOut
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.preconditions import has_preconditions, require_match
from marketplace.api.v1.shapes import TextOut
from marketplace.edge.context import context
from marketplace.kernel.text import Text
from marketplace.publishing import editing, queries
from marketplace.publishing.texts_inputs import DraftTextsInput

MOST_BYTES = 4 * 1024 * 1024
"""Of a body: the README in two languages and the list of changes, a megabyte each."""


class PersonalDataTextsOut(Schema):
    """What is said about personal data; `handles` is null where nothing is."""

    handles = fields.Boolean(required=True, allow_none=True)
    kinds = fields.List(fields.String(), required=True)
    notice = fields.Nested(TextOut, required=True)


class HoursSavedTextsOut(Schema):
    """How many hours it saves; `per_year` is null where nothing is said."""

    per_year = fields.Float(required=True, allow_none=True)
    basis = fields.Nested(TextOut, required=True)


class PlaceholderTextsOut(Schema):
    """What a placeholder is called, and whom to choose for it."""

    label = fields.Nested(TextOut, required=True)
    hint = fields.Nested(TextOut, required=True)


class DraftTextsOut(Schema):
    """Every text of a draft that may be changed; what is not said is empty."""

    version = fields.String(required=True)
    name = fields.Nested(TextOut, required=True)
    summary = fields.Nested(TextOut, required=True)
    category = fields.String(required=True)
    license = fields.String(required=True)
    departments = fields.List(fields.String(), required=True)
    keywords = fields.List(fields.String(), required=True)
    laws = fields.List(fields.String(), required=True)
    personal_data = fields.Nested(PersonalDataTextsOut, required=True)
    hours_saved = fields.Nested(HoursSavedTextsOut, required=True)
    readme = fields.Nested(TextOut, required=True)
    changelog = fields.String(required=True)
    placeholders = fields.Dict(keys=fields.String(), values=fields.Nested(PlaceholderTextsOut), required=True)
    localise = fields.Dict(keys=fields.String(), values=fields.Nested(TextOut), required=True)


@bp.get("/drafts/<draft_id>/texts")
@operation(Text("下書きの説明と版番号", "Read texts and number of a draft"), answer=DraftTextsOut())
def get_draft_texts(draft_id: str) -> Result:
    return Result(editing.get_texts(context(), draft_id))


@bp.patch("/drafts/<draft_id>")
@operation(
    Text(
        "下書きの説明と版番号を直す（送った項目だけが変わり、null は消す。もう一度検査する）",
        "Change texts and number of a draft (only what is sent; null removes; it is checked anew)",
    ),
    body=DraftTextsInput(partial=True),
    most_bytes=MOST_BYTES,
    answer=DraftOut(),
    matches=True,
    refusals=(409,),
)
def edit_draft(draft_id: str, data: dict[str, Any]) -> Result:
    ctx = context()
    if has_preconditions():
        require_match(DraftOut(), queries.lock_open_draft(ctx, draft_id))
    return Result(editing.edit_texts(ctx, draft_id, data))
