"""Turns results and refusals into kintone's answers; the only place here that knows status codes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from marketplace.db.outages import outage_of
from marketplace.edge.problem import PAUSES
from marketplace.edge.problem import status_of as domain_status_of
from marketplace.kernel.errors import DomainError
from marketplace.kernel.text import Language, Text
from marketplace.kintone_api.bulk_failure import BulkFailedError
from marketplace.sandbox.errors import PlatformError

CONTENT_TYPE = "application/json;charset=utf-8"
STATUS_OF_CODE = {
    "CB_AU01": 401,
    "CB_WA01": 401,
    "CB_NO02": 403,
    "GAIA_NO01": 403,
    "GAIA_FU01": 403,
    "GAIA_NT01": 403,
    "GAIA_RE03": 403,
    "CB_NF01": 404,
    "GAIA_AP01": 404,
    "GAIA_RE01": 404,
    "GAIA_BL01": 404,
    "GAIA_CN01": 404,
    "GAIA_SP01": 404,
    "GAIA_TH01": 404,
    "GAIA_CO02": 409,
    "GAIA_CO03": 409,
    "CB_UR01": 414,
    "GAIA_TO04": 429,
    "GAIA_TM12": 429,
}
"""Every other code is a 400."""

HTTP_REFUSED = Text("リクエストを受け付けられません。", "The request cannot be accepted.")
FAILED = Text(
    "サーバー内部でエラーが発生しました。時間をおいてもう一度お試しください。",
    "An internal error occurred. Please try again later.",
)
FAILED_CODE = "GAIA_UN03"


def language() -> Language:
    """Return the caller's language: the user's setting, else what the request accepts, else the site's."""
    chosen: str | None = g.get("user_language")
    if chosen in set(Language):
        return Language(chosen)
    default = Language(g.get("site_language") or Language.JA)
    return Language(request.accept_languages.best_match(list(Language), default=default))


def answer(body: Mapping[str, Any], status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=CONTENT_TYPE)


def describe(error: PlatformError) -> dict[str, Any]:
    """Return a refusal as kintone words it."""
    spoken = language()
    described: dict[str, Any] = {"code": error.code, "id": _new_reference(), "message": error.says(spoken)}
    if error.errors:
        described["errors"] = {
            key: {"messages": [message.in_language(spoken) for message in messages]}
            for key, messages in error.errors.items()
        }
    return described


def register_refusals(blueprint: Blueprint) -> None:
    """Answer every refusal and every failure below the blueprint in kintone's shape."""

    @blueprint.errorhandler(BulkFailedError)
    def _bulk_failed(error: BulkFailedError) -> Response:
        results: list[dict[str, Any]] = [{} for _ in range(error.count)]
        results[error.index] = describe(error.cause)
        return _refusal({"results": results}, status_of(error.cause), error.cause.code)

    @blueprint.errorhandler(PlatformError)
    def _refused(error: PlatformError) -> Response:
        return _refusal(describe(error), status_of(error), error.code)

    @blueprint.errorhandler(DomainError)
    def _refused_by_domain(error: DomainError) -> Response:
        status = domain_status_of(type(error))
        response = _plain(status, _code_of(status), error.says(language()))
        if status in PAUSES:
            response.headers["Retry-After"] = str(error.params.get("retry_after", PAUSES[status]))
        return response

    @blueprint.errorhandler(HTTPException)
    def _refused_by_http(error: HTTPException) -> Response:
        return _plain(
            error.code or 500,
            "CB_NF01" if error.code == HTTPStatus.NOT_FOUND else "CB_IJ01",
            HTTP_REFUSED.in_language(language()),
        )

    @blueprint.errorhandler(Exception)
    def _failed(error: Exception) -> Response:
        reference = _new_reference()
        current_app.logger.error("Call failed, reference %s", reference, exc_info=error)
        outage = outage_of(error)
        if outage is not None:
            return _refused_by_domain(outage)
        body = {"code": FAILED_CODE, "id": reference, "message": FAILED.in_language(language())}
        return _refusal(body, 500, FAILED_CODE)


def _code_of(status: HTTPStatus) -> str:
    """Return the code that kintone has for a kind of refusal."""
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        return "GAIA_TO04"
    return "CB_VA01" if status < HTTPStatus.INTERNAL_SERVER_ERROR else FAILED_CODE


def status_of(error: PlatformError) -> int:
    """Return the HTTP status of a refusal."""
    return STATUS_OF_CODE.get(error.code, 400)


def _plain(status: int, code: str, message: str) -> Response:
    return _refusal({"code": code, "id": _new_reference(), "message": message}, status, code)


def _refusal(body: Mapping[str, Any], status: int, code: str) -> Response:
    response = answer(body, status)
    response.headers["X-Cybozu-Error"] = code
    response.headers["Cache-Control"] = "no-cache, no-store, must-revalidate"
    return response


def _new_reference() -> str:
    return secrets.token_urlsafe(15)
