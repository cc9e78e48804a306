"""Declares an endpoint once: what it takes, what it answers, and its words in the OpenAPI document."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response, request
from marshmallow import Schema
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from marketplace.edge.bodies import MEGABYTE, parse_json
from marketplace.edge.context import context
from marketplace.idempotency.services import StoredAnswer, remember, replay
from marketplace.kernel.errors import PreconditionFailedError
from marketplace.kernel.text import Text

View = Callable[..., "Result"]
JSON = "application/json"
LONGEST_BODY = MEGABYTE
ATTRIBUTE = "operation"


class StateChangedError(PreconditionFailedError):
    """If-Match names a state that is no longer the current one."""

    code = "state-changed"
    title = Text("ほかの人が先に変更しました。", "Somebody else changed it first.")
    remedy = Text(
        "最新の内容を読み直して、もう一度送ってください。", "Read the current state again, then send your change."
    )


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
    answer: Schema | None = None
    status: int = 200
    instead: Mapping[int, Schema] = field(default_factory=dict)
    """Answers under other statuses than the usual one."""
    media: str = JSON
    """Content type of the answer when it is no JSON."""
    upload: bool = False
    """The body is a zip."""
    token: bool = True
    """A bearer token is needed."""
    creates: bool = False
    """Takes an Idempotency-Key."""
    refusals: tuple[int, ...] = ()
    """Statuses of refusals beyond those every endpoint may give."""


def operation(summary: Text, **contract: Any) -> Callable[[View], Callable[..., Response]]:
    """Bind a view to its contract: the query is validated before it, the answer is rendered after it."""
    declared = Operation(summary, **contract)

    def bind(view: View) -> Callable[..., Response]:
        @functools.wraps(view)
        def answer(**path: object) -> Response:
            arguments = dict(path)
            if declared.query is not None:
                arguments["query"] = declared.query.load(request.args.to_dict())
            if declared.body is not None:
                arguments["data"] = json_body()
            if declared.creates and "Idempotency-Key" in request.headers:
                return _once(declared, lambda: view(**arguments))
            return render(declared, view(**arguments))

        setattr(answer, ATTRIBUTE, declared)
        return answer

    return bind


def json_body() -> dict[str, object]:
    """Return the request's JSON object; an empty body counts as one without items."""
    if not request.get_data():
        return {}
    if len(request.get_data()) > LONGEST_BODY:
        raise RequestEntityTooLarge
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        body = parse_json(request.get_data())
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(body, dict):
        raise BadRequest
    return body


def render(declared: Operation, result: Result) -> Response:
    """Return the answer with its ETag; 304 when the caller has it already."""
    status = result.status or declared.status
    schema = declared.instead.get(status, declared.answer)
    if declared.media != JSON:
        response = Response(result.value, status, content_type=declared.media)  # type: ignore[arg-type]
    elif schema is None:
        response = Response(status=status)
    else:
        response = Response(represent(schema, result.value), status, content_type=JSON)
    response.headers.update(result.headers)
    if request.method in {"GET", "HEAD"} and status == HTTPStatus.OK:
        if "ETag" not in response.headers:
            response.add_etag()
        response.headers.setdefault("Cache-Control", "no-store" if declared.token else "public, max-age=0")
        response.vary.update(("Accept", "Authorization"))
        response.make_conditional(request)
    return response


def represent(schema: Schema, value: object) -> bytes:
    """Return the JSON of a value as the API shows it."""
    return (json.dumps(schema.dump(value), ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def etag_of(schema: Schema, value: object) -> str:
    """Return the strong ETag of a value as the API shows it."""
    return hashlib.sha1(represent(schema, value), usedforsecurity=False).hexdigest()


def require_match(schema: Schema, current: object) -> None:
    """Refuse a write whose If-Match does not name the current state. Raises StateChangedError."""
    if "If-Match" not in request.headers:
        return
    if current is None or not request.if_match.contains(etag_of(schema, current)):
        raise StateChangedError


def _once(declared: Operation, perform: Callable[[], Result]) -> Response:
    """Perform a creation at most once for an Idempotency-Key; a repetition gets the first answer again."""
    key = request.headers["Idempotency-Key"]
    content = b"\n".join((request.method.encode(), request.full_path.encode(), request.get_data()))
    digest = hashlib.sha256(content).hexdigest()
    ctx = context()
    stored = replay(ctx, key, digest)
    if stored is None:
        response = render(declared, perform())
        kept = {name: value for name, value in response.headers.items() if name in {"Location", "Content-Type"}}
        remember(ctx, key, digest, StoredAnswer(response.status_code, kept, response.get_data()))
        return response
    response = Response(stored.body, stored.status, dict(stored.headers))
    response.headers["Idempotency-Replayed"] = "true"
    return response
