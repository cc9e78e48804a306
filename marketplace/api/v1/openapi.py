"""The OpenAPI 3.1 document, generated from the same schemas that validate and render."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from werkzeug.routing import Rule

from marketplace.api.v1.answers import JSON
from marketplace.api.v1.bodies import FORM, ZIP
from marketplace.api.v1.examples import BODIES
from marketplace.api.v1.operation import ATTRIBUTE, Operation
from marketplace.api.v1.problem_schema import PROBLEM, PROBLEM_JSON, usual_refusals
from marketplace.api.v1.words import (
    ABOUT,
    HEADERS,
    PARAMETERS,
    REFUSALS,
    RESPONSE_HEADERS,
    SUCCESS,
    TITLE,
    WRITE_HEADERS,
)
from marketplace.kernel.text import Language, Text

PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
BINARY = {"type": "string", "format": "binary"}
CACHE = "api_v1.documents"
PACING = ("RateLimit-Policy", "RateLimit")


def build_document(app: Flask, language: Language, server: str) -> dict[str, Any]:
    """Return the document of every endpoint under /api/v1, its words in one language; it is made once."""
    kept: dict[Language, dict[str, Any]] = app.extensions.setdefault(CACHE, {})
    if language not in kept:
        kept[language] = _build(app, language, server)
    return kept[language]


def _build(app: Flask, language: Language, server: str) -> dict[str, Any]:
    spec = APISpec(
        title=TITLE.in_language(language),
        version="1",
        openapi_version="3.1.0",
        info={"description": ABOUT.in_language(language)},
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
        servers=[{"url": server}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", PROBLEM)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        declared = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        if declared is not None:
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            described = {method.lower(): _describe(rule, declared) for method in sorted(methods)}
            spec.path(path=PARAMETER.sub(r"{\1}", rule.rule), operations=described)
    spoken: dict[str, Any] = _spoken(spec.to_dict(), language)
    return spoken


def _name(schema: Any) -> str:
    """Name a component after its schema class."""
    made = schema() if isinstance(schema, type) else schema
    return type(made).__name__


def _spoken(part: Any, language: Language) -> Any:
    """Return a part of the document with its bilingual texts in one language."""
    if isinstance(part, Text):
        return part.in_language(language)
    if isinstance(part, dict):
        if part.get("in") == "query":
            part = {**part, "schema": _never_null(part["schema"])}
        return {name: _spoken(inner, language) for name, inner in part.items()}
    return [_spoken(inner, language) for inner in part] if isinstance(part, list) else part


def _never_null(shape: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a query parameter: one that is left out is absent, not null."""
    kinds = shape.get("type")
    if not isinstance(kinds, list):
        return shape
    (kind,) = (kind for kind in kinds if kind != "null")
    return {name: value for name, value in shape.items() if name != "default"} | {"type": kind}


def _describe(rule: Rule, declared: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": declared.summary,
        "tags": [rule.rule.split("/")[3]],
        "parameters": _parameters(rule, declared),
        "responses": _answers(rule, declared),
    }
    described["security"] = [{"token": []}] if declared.token else [{}, {"token": []}]
    if declared.upload:
        form = {"type": "object", "required": ["file"], "properties": {"file": BINARY}}
        content: dict[str, Any] = {ZIP: {"schema": BINARY}, FORM: {"schema": form}}
        described["requestBody"] = {"required": True, "content": content}
    elif declared.body is not None:
        described["requestBody"] = {
            "required": any(each.required for each in declared.body.fields.values()),
            "content": {JSON: {"schema": declared.body, "example": BODIES[_name(declared.body)]}},
        }
    return described


def _parameters(rule: Rule, declared: Operation) -> list[Any]:
    found: list[Any] = [
        {"name": name, "in": "path", "required": True, "description": PARAMETERS[name], "schema": {"type": "string"}}
        for name in PARAMETER.findall(rule.rule)
    ]
    if declared.query is not None:
        found.append({"in": "query", "schema": declared.query})
    languages = [spoken.value for spoken in Language]
    spoken = {"type": "string", "enum": languages}
    found.append({"name": "lang", "in": "query", "description": PARAMETERS["lang"], "schema": spoken})
    for name, words in _headers(rule, declared).items():
        schema = {"type": "string", "maxLength": 255} if name == "Idempotency-Key" else {"type": "string"}
        found.append({"name": name, "in": "header", "description": words, "schema": schema})
    return found


def _headers(rule: Rule, declared: Operation) -> Mapping[str, Text]:
    if declared.matches:
        return WRITE_HEADERS
    name = "Idempotency-Key" if declared.creates else "If-None-Match" if "GET" in (rule.methods or ()) else None
    return {} if name is None else {name: HEADERS[name]}


def _answers(rule: Rule, declared: Operation) -> dict[str, Any]:
    answers: dict[str, Any] = {str(declared.status): _success(rule, declared)}
    for status, schema in declared.instead.items():
        answers[str(status)] = {"description": SUCCESS[status], "content": {JSON: {"schema": schema}}}
    if "GET" in (rule.methods or ()):
        answers["304"] = {"description": SUCCESS[304]}
    if declared.media == ZIP:
        answers["206"] = {"description": SUCCESS[206], "content": {ZIP: {"schema": BINARY}}}
    if declared.is_lent:
        answers["307"] = {"description": SUCCESS[307], "headers": _described("Location")}
    problem = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in sorted(usual_refusals(declared)):
        answers[str(status)] = {"description": REFUSALS[status], "content": problem}
    answers["429"]["headers"] = _described("Retry-After", *PACING)
    return answers


def _described(*names: str) -> dict[str, Any]:
    """Return headers of answers with what they say."""
    return {name: {"description": RESPONSE_HEADERS[name], "schema": {"type": "string"}} for name in names}


def _success(rule: Rule, declared: Operation) -> dict[str, Any]:
    success: dict[str, Any] = {"description": SUCCESS[declared.status]}
    if declared.answer is not None:
        success["content"] = {JSON: {"schema": declared.answer}}
    elif declared.media != JSON:
        success["content"] = {declared.media: {"schema": BINARY}}
    names = []
    if declared.status in {HTTPStatus.CREATED, HTTPStatus.ACCEPTED}:
        names.append("Location")
    if declared.matches or "GET" in (rule.methods or ()):
        names += ["ETag"] if declared.status == HTTPStatus.OK else []
    if declared.query is not None:
        names.append("Link")
    success["headers"] = _described(*names, *PACING)
    return success
