"""Declares an endpoint once: what it takes, what it answers, and its words in the OpenAPI document."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response, request
from marshmallow import Schema

from marketplace.api.v1.answers import JSON, VARY, finish, represent
from marketplace.api.v1.bodies import MAX_JSON_BYTES, json_body
from marketplace.api.v1.once import perform_once
from marketplace.api.v1.several import read_arguments
from marketplace.edge.context import context
from marketplace.edge.entity_tags import etag_of
from marketplace.edge.public_answers import NOT_KEPT, public
from marketplace.kernel.errors import UnauthenticatedError
from marketplace.kernel.text import Text

View = Callable[..., "Result"]
ATTRIBUTE = "operation"
WITH_ETAG = frozenset({"GET", "HEAD", "PUT"})


@dataclass(frozen=True, slots=True)
class Result:
    """What a view answers: a value for the answer schema, and headers beyond the usual."""

    value: object = None
    headers: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    """One of the operation's other statuses, when it is not the usual one."""


@dataclass(frozen=True, slots=True)
class Operation:
    """The contract of one endpoint."""

    summary: Text
    query: Schema | None = None
    body: Schema | None = None
    """What the service will validate the body with; the view receives it as it came."""
    most_bytes: int = MAX_JSON_BYTES
    """Of the body."""
    answer: Schema | None = None
    status: int = 200
    instead: Mapping[int, Schema] = field(default_factory=dict)
    """Answers under other statuses than the usual one."""
    media: str = JSON
    """Content type of the answer when it is no JSON; the value is then a function that returns the bytes."""
    is_lent: bool = False
    """The file may also come from the storage itself, by a redirect."""
    upload: bool = False
    """The body is a zip."""
    token: bool = True
    """A bearer token is needed."""
    creates: bool = False
    """Takes an Idempotency-Key."""
    shown_once: str | None = None
    """The item of the answer that is a secret: a repetition under the same Idempotency-Key answers null for it."""
    matches: bool = False
    """Takes If-Match and If-None-Match."""
    refusals: tuple[int, ...] = ()
    """Statuses of refusals beyond those every endpoint may give."""


def operation(summary: Text, **contract: Any) -> Callable[[View], Callable[..., Response]]:
    """Bind a view to its contract: the query is validated before it, the answer is rendered after it.

    Without a token nobody gets as far as the view, unless the contract says that none is needed.
    """
    declared = Operation(summary, **contract)

    def bind(view: View) -> Callable[..., Response]:
        @functools.wraps(view)
        def answer(**path: object) -> Response:
            ctx = context()
            if declared.token and not ctx.actor.is_signed_in:
                raise UnauthenticatedError
            arguments = dict(path)
            if declared.query is not None:
                arguments["query"] = declared.query.load(read_arguments(declared.query))
            if declared.body is not None:
                arguments["data"] = json_body(declared.most_bytes)
            if declared.creates and "Idempotency-Key" in request.headers:
                return perform_once(ctx, lambda: render(declared, view(**arguments)), declared.shown_once)
            return render(declared, view(**arguments))

        setattr(answer, ATTRIBUTE, declared)
        return answer if declared.token else public(answer)

    return bind


def render(declared: Operation, result: Result) -> Response:
    """Return the answer with its ETag."""
    if isinstance(result.value, Response):  # A stored file.
        result.value.vary.add(VARY)
        return result.value
    status = result.status or declared.status
    schema = declared.instead.get(status, declared.answer)
    headers = dict(result.headers)
    if status != HTTPStatus.OK or not (request.method in WITH_ETAG or declared.matches):
        content = None if schema is None else represent(schema, result.value)
        return finish(content, status, headers)
    headers.setdefault("Cache-Control", "no-store" if declared.token else NOT_KEPT)
    if callable(result.value):
        return finish(result.value, status, headers, declared.media)
    if schema is None:
        raise TypeError(f"{declared.summary.en} has neither schema nor content")
    content = represent(schema, result.value)
    headers.setdefault("ETag", etag_of(content))
    return finish(content, status, headers)
