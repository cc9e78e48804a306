"""Performs a creation at most once for an Idempotency-Key."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable

from flask import Response, current_app, request

from marketplace.idempotency.services import StoredAnswer, remember, replay
from marketplace.kernel.context import Context

KEPT_HEADERS = frozenset({"Location", "Content-Type"})


def perform_once(ctx: Context, perform: Callable[[], Response], shown_once: str | None = None) -> Response:
    """Perform a creation and keep its answer; a repetition gets that answer again.

    What is shown only once is kept nowhere: a repetition answers null for it.
    """
    key, digest = request.headers["Idempotency-Key"], _digest_of_request()
    stored = replay(ctx, key, digest)
    if stored is not None:
        response = Response(stored.body, stored.status, dict(stored.headers))
        response.headers["Idempotency-Replayed"] = "true"
        return response
    response = perform()
    headers = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
    body: bytes = response.get_data()
    if shown_once is not None:
        body = json.dumps({**json.loads(body), shown_once: None}, ensure_ascii=False).encode("utf-8")
    remember(ctx, key, digest, StoredAnswer(response.status_code, headers, body))
    return response


def _digest_of_request() -> str:
    """Return what tells requests apart; keyed, so that nobody can try out passwords that a body held against it."""
    content = b"\n".join((request.method.encode(), request.full_path.encode(), request.get_data()))
    return hmac.digest(str(current_app.secret_key or "").encode(), content, "sha256").hex()
