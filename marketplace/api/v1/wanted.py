"""The wanted list: apps that municipalities wish for, who wants them too, and the templates that answer them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.operation import Result, operation
from marketplace.api.v1.preconditions import has_preconditions, require_match
from marketplace.api.v1.shapes import CategoryOut, PageQuery, PublisherOut, TextOut, page_links
from marketplace.api.v1.templates import MAX_WORDS
from marketplace.catalog.inputs import at_most
from marketplace.community.wanted import queries, services
from marketplace.community.wanted.inputs import AnswerInput, ClosingInput, FulfilmentInput, WantedInput
from marketplace.community.wanted.models import WantedState
from marketplace.community.wanted.policy import require_writer
from marketplace.community.wanted.queries import WantedFilter, WantedSort
from marketplace.edge.context import context
from marketplace.kernel.text import Text

_ORDERS, _STATES = ", ".join(WantedSort), ", ".join(WantedState)
SORT_WRONG: Any = Text(f"次の中から指定してください：{_ORDERS}", f"Give one of: {_ORDERS}")
STATE_WRONG: Any = Text(f"次の中から指定してください：{_STATES}", f"Give one of: {_STATES}")


def _choice(description: Text) -> fields.String:
    return fields.String(load_default=None, metadata={"description": description})


class WantedQuery(PageQuery):
    """What to look for, and in which order."""

    q = fields.String(
        load_default="",
        validate=at_most(MAX_WORDS),
        metadata={"description": Text("探す言葉", "Words to look for"), "maxLength": MAX_WORDS},
    )
    state = fields.Enum(
        WantedState,
        by_value=True,
        load_default=None,
        error_messages={"unknown": STATE_WRONG},
        metadata={"description": Text("募集中か、解決したか、取り下げたか", "How far it is"), "type": "string"},
    )
    category = _choice(Text("業務分野の識別子", "Identifier of a category"))
    prefecture = _choice(Text("欲しい団体の都道府県", "Prefecture of the municipality that wants it"))
    size_class = _choice(Text("欲しい団体の人口規模（S1〜S8、都道府県はP）", "Its size: S1 to S8, or P"))
    sort = fields.Enum(
        WantedSort,
        by_value=True,
        load_default=WantedSort.RELEVANCE,
        error_messages={"unknown": SORT_WRONG},
        metadata={"description": Text("並べ方", "Order of the list"), "type": "string"},
    )


class WantedOut(Schema):
    """An app that a municipality wants; `month` is that of the year by which it is needed.

    `hidden_reason`, for its own only, tells why the operator hid it.
    """

    id = fields.String(required=True)
    municipality = fields.Nested(PublisherOut, required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    category = fields.Nested(CategoryOut, required=True)
    department = fields.String(required=True)
    month = fields.Integer(required=True, allow_none=True)
    state = fields.Enum(
        WantedState, by_value=True, required=True, metadata={"type": "string", "enum": [*map(str, WantedState)]}
    )
    reason = fields.String(required=True)
    vote_count = fields.Integer(required=True)
    answer_count = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    hidden_reason = fields.String(required=True, allow_none=True)


class AnsweringTemplateOut(Schema):
    """The template that an answer names."""

    publisher = fields.String(required=True)
    slug = fields.String(required=True)
    name = fields.Nested(TextOut, required=True)


class WantedAnswerOut(Schema):
    """A template that a municipality says can be used; `is_chosen` tells whether it fulfilled the wanted app."""

    id = fields.String(required=True)
    template = fields.Nested(AnsweringTemplateOut, required=True)
    municipality = fields.Nested(PublisherOut, required=True)
    text = fields.String(required=True)
    is_chosen = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    hidden_reason = fields.String(required=True, allow_none=True)


class WantedDetailOut(WantedOut):
    """A wanted app with who wants it too, and the answers, both the oldest first."""

    voters = fields.List(fields.Nested(PublisherOut), required=True)
    answers = fields.List(fields.Nested(WantedAnswerOut), required=True)


class WantedListOut(Schema):
    """One page of wanted apps, and how many each state and category would leave."""

    items = fields.List(fields.Nested(WantedOut), required=True)
    total = fields.Integer(required=True)
    counts = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer()), required=True
    )
    next = fields.String(required=True, allow_none=True)


path = "/wanted-apps"
one = f"{path}/<wanted_id>"


@bp.get(path)
@operation(Text("欲しいアプリの一覧", "List wanted apps"), query=WantedQuery(), answer=WantedListOut(), token=False)
def list_wanted_apps(query: dict[str, Any]) -> Result:
    state, category = query.pop("state"), query.pop("category")
    states, categories = [state] if state else (), [category] if category else ()
    found = queries.list_wanted(context(), WantedFilter(**query, states=states, categories=categories))
    listed = {"items": found.page.items, "total": found.total, "counts": found.counts, "next": found.page.next_cursor}
    return Result(listed, page_links(found.page.next_cursor))


@bp.post(path)
@operation(
    Text("欲しいアプリを書く", "Write a wanted app"),
    body=WantedInput(),
    answer=WantedDetailOut(),
    status=201,
    creates=True,
    refusals=(409,),
)
def write_wanted_app(data: dict[str, Any]) -> Result:
    ctx = context()
    wanted = services.write_wanted(ctx, data)
    return Result(queries.get_wanted(ctx, wanted.id), {"Location": f"/api/v1{path}/{wanted.id}"})


@bp.get(one)
@operation(Text("欲しいアプリ", "Read a wanted app"), answer=WantedDetailOut(), token=False)
def get_wanted_app(wanted_id: str) -> Result:
    return Result(queries.get_wanted(context(), wanted_id))


@bp.put(one)
@operation(
    Text("欲しいアプリを書き直す", "Replace what is said of a wanted app"),
    body=WantedInput(),
    answer=WantedDetailOut(),
    matches=True,
)
def rewrite_wanted_app(wanted_id: str, data: dict[str, Any]) -> Result:
    _require_match(wanted_id)
    services.rewrite_wanted(context(), wanted_id, data)
    return Result(queries.get_wanted(context(), wanted_id))


@bp.delete(one)
@operation(Text("欲しいアプリを削除する", "Delete a wanted app"), status=204, matches=True)
def delete_wanted_app(wanted_id: str) -> Result:
    _require_match(wanted_id)
    services.delete_wanted(context(), wanted_id)
    return Result()


@bp.put(f"{one}/vote")
@operation(Text("「うちも欲しい」を押す", "Want it too"), answer=WantedDetailOut(), refusals=(409,))
def vote_for_wanted_app(wanted_id: str) -> Result:
    services.vote(context(), wanted_id)
    return Result(queries.get_wanted(context(), wanted_id))


@bp.delete(f"{one}/vote")
@operation(Text("「うちも欲しい」を取り消す", "No longer want it too"), status=204)
def take_vote_back(wanted_id: str) -> Result:
    services.take_vote_back(context(), wanted_id)
    return Result()


@bp.post(f"{one}/answers")
@operation(
    Text("使えるテンプレートを回答する", "Answer with a template"),
    body=AnswerInput(),
    answer=WantedDetailOut(),
    status=201,
    creates=True,
    refusals=(409,),
)
def answer_wanted_app(wanted_id: str, data: dict[str, Any]) -> Result:
    services.answer_wanted(context(), wanted_id, data)
    return Result(queries.get_wanted(context(), wanted_id), {"Location": f"/api/v1{path}/{wanted_id}"})


@bp.delete(f"{one}/answers/<answer_id>")
@operation(Text("回答を取り消す", "Take an answer back"), status=204, refusals=(409,))
def delete_wanted_answer(wanted_id: str, answer_id: str) -> Result:
    services.delete_answer(context(), wanted_id, answer_id)
    return Result()


@bp.post(f"{one}/fulfilment")
@operation(
    Text("回答で解決したことにする", "Say which answer fulfilled it"),
    body=FulfilmentInput(),
    answer=WantedDetailOut(),
    matches=True,
    refusals=(409,),
)
def fulfil_wanted_app(wanted_id: str, data: dict[str, Any]) -> Result:
    _require_match(wanted_id)
    services.fulfil_wanted(context(), wanted_id, data)
    return Result(queries.get_wanted(context(), wanted_id))


@bp.post(f"{one}/closing")
@operation(
    Text("欲しいアプリを取り下げる", "Close a wanted app"),
    body=ClosingInput(),
    answer=WantedDetailOut(),
    matches=True,
    refusals=(409,),
)
def close_wanted_app(wanted_id: str, data: dict[str, Any]) -> Result:
    _require_match(wanted_id)
    services.close_wanted(context(), wanted_id, data)
    return Result(queries.get_wanted(context(), wanted_id))


@bp.post(f"{one}/reopening")
@operation(Text("募集を再開する", "Open a wanted app again"), answer=WantedDetailOut(), matches=True, refusals=(409,))
def reopen_wanted_app(wanted_id: str) -> Result:
    _require_match(wanted_id)
    services.reopen_wanted(context(), wanted_id)
    return Result(queries.get_wanted(context(), wanted_id))


def _require_match(wanted_id: str) -> None:
    """Refuse a write that starts from an older state; the wanted app is locked first, for two may write at once."""
    if has_preconditions():
        ctx = context()
        require_writer(ctx.actor)
        services.lock_wanted(ctx, wanted_id)
        require_match(WantedDetailOut(), queries.get_wanted(ctx, wanted_id))
