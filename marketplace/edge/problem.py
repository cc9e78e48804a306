"""Turns refusals into RFC 9457 problem documents or pages; the only place that knows their status codes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, current_app, g, render_template, request
from marshmallow import ValidationError
from werkzeug.exceptions import ClientDisconnected, HTTPException, MethodNotAllowed, RequestedRangeNotSatisfiable

from marketplace.db.outages import outage_of
from marketplace.edge.bodies import MEGABYTE
from marketplace.edge.context import language, reference
from marketplace.edge.observing import REFERENCE_HEADER
from marketplace.kernel import errors
from marketplace.kernel.text import Text

if TYPE_CHECKING:
    from marketplace.edge.app import MarketplaceApp

STATUS: dict[type[errors.DomainError], HTTPStatus] = {
    errors.UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    errors.ForbiddenError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.PreconditionFailedError: HTTPStatus.PRECONDITION_FAILED,
    errors.TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.RateLimitedError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}

TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
INPUT_INVALID = Text("入力内容に誤りがあります。", "Some of the input is not valid.")
INPUT_INVALID_REMEDY = Text("示された項目を直して、もう一度送ってください。", "Correct the items shown and send again.")

PLAIN: dict[int, tuple[str, Text, Text]] = {
    400: (
        "bad-request",
        Text("リクエストを読み取れませんでした。", "The request could not be read."),
        Text("送った内容の形式を確かめてください。", "Check the format of what was sent."),
    ),
    404: (
        "not-found",
        Text("ページが見つかりませんでした。", "There is no such page."),
        Text("アドレスを確かめるか、検索してください。", "Check the address, or search."),
    ),
    405: (
        "method-not-allowed",
        Text("この操作方法には対応していません。", "This address does not take that method."),
        Text("APIの説明で、使える方法を確かめてください。", "See the API documentation for the methods it takes."),
    ),
    413: (
        "too-large",
        Text("送られたデータが大きすぎます。", "What was sent is too large."),
        Text(
            "一度に送れるのは{megabytes}MBまでです。ファイルや文章を小さくするか分けて、もう一度送ってください。",
            "At most {megabytes} MB can be sent at once. Make the file or text smaller or split it, and send it again.",
        ),
    ),
    415: (
        "media-type-unsupported",
        Text("この形式のデータは受け取れません。", "Data of this type is not accepted."),
        Text("Content-Type を確かめてください。", "Check the Content-Type."),
    ),
    416: (
        "range-not-satisfiable",
        Text("ファイルに、その範囲はありません。", "The file has no such part."),
        Text("Range を付けずに取得するか、範囲を直してください。", "Fetch it without Range, or correct the range."),
    ),
    500: (
        "internal",
        Text("サービス側で問題が起きました。", "Something went wrong on our side."),
        Text("時間をおいてもう一度お試しください。", "Please try again later."),
    ),
}

PAUSES = {HTTPStatus.TOO_MANY_REQUESTS: 60, HTTPStatus.SERVICE_UNAVAILABLE: 300}
"""After how many seconds to try again where the refusal does not know."""


def register_refusals(app: MarketplaceApp) -> None:
    """Answer every refusal and every failure in one shape, and say when to try again wherever one is shown."""
    app.after_request(_name_pause)
    app.register_error_handler(errors.DomainError, answer_refusal)
    app.register_error_handler(ValidationError, _answer_invalid)
    app.register_error_handler(HTTPException, _answer_plain)
    app.register_error_handler(Exception, _answer_failure)


def answer_refusal(error: errors.DomainError) -> Response:
    """Return a refusal as the caller is told of it."""
    spoken = language()
    return answer(
        status_of(type(error)),
        error.code,
        error.says(spoken),
        error.advises(spoken),
        details=_details(getattr(error, "details", None)),
        params=error.params,
    )


def _answer_invalid(error: ValidationError) -> Response:
    spoken = language()
    return answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "input-invalid",
        INPUT_INVALID.in_language(spoken),
        INPUT_INVALID_REMEDY.in_language(spoken),
        details=list(_pointers(error.messages)),
    )


def _answer_failure(error: Exception) -> Response:
    """Tell what passes by itself as such, else a reference and nothing else; the log tells the rest."""
    current_app.logger.error("Request failed, reference %s", reference(), exc_info=error)
    outage = outage_of(error)
    if outage is not None:
        return answer_refusal(outage)
    code, title, remedy = PLAIN[500]
    spoken = language()
    return answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        code,
        title.in_language(spoken),
        remedy.in_language(spoken),
        params={"reference": reference()},
    )


@dataclass(frozen=True, slots=True)
class KnownRefusal:
    """One code that an answer may carry."""

    code: str
    status: int
    title: Text
    remedy: Text


def known_refusals() -> list[KnownRefusal]:
    """Return every refusal of the loaded domains and of the edge itself, by code."""
    found = {code: KnownRefusal(code, status, title, remedy) for status, (code, title, remedy) in PLAIN.items()}
    found["input-invalid"] = KnownRefusal("input-invalid", 422, INPUT_INVALID, INPUT_INVALID_REMEDY)
    pending: list[type[errors.DomainError]] = [errors.DomainError]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        if "code" in vars(kind):
            found[kind.code] = KnownRefusal(kind.code, status_of(kind).value, kind.title, kind.remedy)
    return [found[code] for code in sorted(found)]


def _name_pause(response: Response) -> Response:
    """Say after how many seconds to try again, also on a page that shows a refusal beside its form."""
    if response.status_code in PAUSES and "Retry-After" not in response.headers:
        response.headers["Retry-After"] = str(g.get("retry_after") or PAUSES[HTTPStatus(response.status_code)])
    return response


def status_of(refusal: type[errors.DomainError]) -> HTTPStatus:
    """Return the status of the kind that a refusal belongs to."""
    for kind in refusal.__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def answer(
    status: HTTPStatus,
    code: str,
    title: str,
    remedy: str,
    *,
    details: object = None,
    params: dict[str, object] | None = None,
) -> Response:
    """Return a problem document under /api, a page elsewhere; neither is kept by any cache."""
    known = params or {}
    pause = known.get("retry_after", PAUSES.get(status))
    if request.path.startswith("/api/"):
        response = _document(status, code, title, remedy, details, known)
    else:
        page = render_template(
            "problem.html",
            status=status.value,
            code=code,
            title=title,
            remedy=remedy,
            details=details,
            params=known,
            pause=pause,
        )
        response = Response(page, status.value)
    response.headers["Content-Language"] = language().value
    response.vary.add("Accept-Language")
    response.headers["Cache-Control"] = "no-store"
    response.headers[REFERENCE_HEADER] = reference()
    if pause is not None:
        response.headers["Retry-After"] = str(pause)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _document(
    status: HTTPStatus, code: str, title: str, remedy: str, details: object, params: dict[str, object]
) -> Response:
    """Return a problem document (RFC 9457)."""
    body: dict[str, object] = {
        "type": f"/docs/errors#{code}",
        "title": title,
        "status": status.value,
        "detail": remedy,
        "code": code,
        "instance": request.path,
    }
    if details:
        body["errors"] = details
    if params:
        body["params"] = params
    content = json.dumps(body, ensure_ascii=False, default=str)
    return Response(content, status.value, content_type="application/problem+json")


def _answer_plain(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR.value
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # type: ignore[return-value]
    if isinstance(error, ClientDisconnected):
        return Response(status=status)  # Nobody is there to read a page, and many may have left at once.
    code, title, remedy = PLAIN.get(status, PLAIN[400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500])
    spoken = language()
    params: dict[str, object] = {"megabytes": _megabytes_allowed()} if status == TOO_LARGE else {}
    response = answer(
        HTTPStatus(status), code, title.in_language(spoken), remedy.in_language(spoken, **params), params=params
    )
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.allow.update(error.valid_methods)
    if isinstance(error, RequestedRangeNotSatisfiable):
        response.headers["Content-Range"] = f"bytes */{error.length}"
    return response


def _megabytes_allowed() -> str:
    """Return how much the request that was too large might have held: whole, or in the texts of its form."""
    most, sent = request.max_content_length or 0, request.content_length
    is_whole = sent is None or sent > most
    return f"{(most if is_whole else request.max_form_memory_size or most) / MEGABYTE:.2g}"


def _details(details: object) -> object:
    """Return the details of a refusal; sentences become messages in the language of the answer."""
    if isinstance(details, list) and all(isinstance(one, Text) for one in details):
        return [{"message": _spoken(one)} for one in details]
    return details


def _pointers(messages: object, pointer: str = "") -> list[dict[str, str]]:
    """Flatten marshmallow's nested messages into JSON pointers with one sentence each."""
    if isinstance(messages, dict):
        found: list[dict[str, str]] = []
        for key, inner in messages.items():
            found += _pointers(inner, pointer if key == "_schema" else f"{pointer}/{_escaped(key)}")
        return found
    sentences = messages if isinstance(messages, list) else [messages]
    return [{"pointer": pointer or "/", "message": _spoken(sentence)} for sentence in sentences]


def _escaped(key: object) -> str:
    """Return a name as JSON pointers write it (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def _spoken(sentence: object) -> str:
    return sentence.in_language(language()) if isinstance(sentence, Text) else str(sentence)
