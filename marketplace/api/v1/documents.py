"""The OpenAPI document."""

from __future__ import annotations

import json

from flask import Response, current_app

from marketplace.api.v1.blueprint import bp
from marketplace.api.v1.openapi import build_document
from marketplace.edge.context import language
from marketplace.edge.public_answers import public


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    document = build_document(current_app, language(), current_app.config["PUBLIC_URL"])
    response = Response(json.dumps(document, ensure_ascii=False, indent=1), content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.vary.add("Accept-Language")
    return response
