"""Holds every answer of the API against its own OpenAPI document."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import TestResponse

from marketplace.api.v1.openapi import PARAMETER, build_document
from marketplace.edge.app import MarketplaceApp
from marketplace.kernel.text import Language

PROBLEM_JSON = "application/problem+json"
BODYLESS = {204, 304}
NOT_ALWAYS = {"Link", "RateLimit", "RateLimit-Policy"}
"""Headers that depend on what there is, and on whether requests are counted."""


class Contract:
    """The promises of the document."""

    def __init__(self, app: MarketplaceApp) -> None:
        self.app = app

    @cached_property
    def document(self) -> dict[str, Any]:
        with self.app.app_context():
            return build_document(self.app, Language.EN, "http://localhost")

    def check(self, response: TestResponse) -> None:
        """Fail if an answer has a status, a type or a shape that the document does not promise."""
        assert response.status_code != 500, response.get_data(as_text=True)
        method = response.request.method
        declared = self._operation(response.request.path, "GET" if method == "HEAD" else method)
        if declared is None:
            assert response.status_code in {400, 404, 405}
            self._check_shape({"$ref": "#/components/schemas/Problem"}, response)
            return
        promised = declared["responses"]
        assert str(response.status_code) in promised, f"{declared['operationId']}: {response.status_code} undocumented"
        content = promised[str(response.status_code)].get("content")
        if method == "HEAD" or content is None:
            assert not response.get_data()
            return
        assert response.mimetype in content
        if "json" in response.mimetype:
            self._check_shape(content[response.mimetype]["schema"], response)
        for name in promised[str(response.status_code)].get("headers", {}):
            assert name in response.headers or name in NOT_ALWAYS

    def _operation(self, path: str, method: str) -> dict[str, Any] | None:
        try:
            rule, _ = self.app.url_map.bind("localhost").match(path, method, return_rule=True)
        except (NotFound, MethodNotAllowed):
            return None
        found: dict[str, Any] | None = (
            self.document["paths"].get(PARAMETER.sub(r"{\1}", rule.rule), {}).get(method.lower())
        )
        return found

    def _check_shape(self, schema: dict[str, Any], response: TestResponse) -> None:
        whole = {**schema, "components": self.document["components"]}
        body = json.loads(response.get_data())
        Draft202012Validator(whole, format_checker=FormatChecker()).validate(body)
        if response.mimetype == PROBLEM_JSON:
            assert body["status"] == response.status_code
            assert response.headers["Cache-Control"] == "no-store"


class ApiClient(FlaskClient):
    """A caller whose every answer is checked."""

    contract: Contract

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        response = super().open(*args, **kwargs)
        if response.request.path.startswith("/api/v1/") and response.request.path != "/api/v1/openapi.json":
            self.contract.check(response)
        return response
