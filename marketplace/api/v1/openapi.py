"""The OpenAPI 3.1 document, generated from the same schemas that validate and render."""

from __future__ import annotations

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from werkzeug.routing import Rule

from marketplace.api.v1.operation import ATTRIBUTE, JSON, Operation
from marketplace.kernel.text import Language

PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
ZIP = "application/zip"
REFUSALS = {
    400: "リクエストを読み取れない / The request can't be read",
    401: "認証が必要 / A valid token is needed",
    403: "権限がない / Not allowed",
    404: "見つからない / Not found",
    409: "すでにあるものと矛盾する / Contradicts what is there",
    412: "先に変更された / Changed meanwhile",
    413: "大きすぎる / Too large",
    415: "受け取れない形式 / Type of data not accepted",
    422: "内容に誤りがある / Not valid",
}


def build_document(app: Flask, language: Language, server: str) -> dict[str, Any]:
    """Return the document of every endpoint under /api/v1, its words in one language."""
    spec = APISpec(
        title="ヨコテン API" if language is Language.JA else "Yokoten API",
        version="1",
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
        servers=[{"url": server}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", PROBLEM)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        declared = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        if declared is not None:
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            described = {method.lower(): _describe(rule, declared, language) for method in methods}
            spec.path(path=PARAMETER.sub(r"{\1}", rule.rule), operations=described)
    return spec.to_dict()


PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
        "params": {"type": "object"},
    },
}


def _name(schema: Any) -> str:
    """Name a component after its schema class; the same class with other options stays apart."""
    made = schema() if isinstance(schema, type) else schema
    return type(made).__name__ + ("List" if made.many else "")


def _describe(rule: Rule, declared: Operation, language: Language) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": declared.summary.in_language(language),
        "parameters": _parameters(rule, declared),
        "responses": _answers(declared),
    }
    if declared.token:
        described["security"] = [{"token": []}]
    if declared.upload:
        content = {ZIP: {"schema": {"type": "string", "format": "binary"}}}
        described["requestBody"] = {"required": True, "content": content}
    elif declared.body is not None:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": declared.body}}}
    return described


def _parameters(rule: Rule, declared: Operation) -> list[Any]:
    found: list[Any] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in PARAMETER.findall(rule.rule)
    ]
    if declared.query is not None:
        found.append({"in": "query", "schema": declared.query})
    if declared.creates:
        schema = {"type": "string", "maxLength": 255}
        found.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema})
    return found


def _answers(declared: Operation) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "OK"}
    if declared.answer is not None:
        success["content"] = {JSON: {"schema": declared.answer}}
    elif declared.media != JSON:
        success["content"] = {declared.media: {"schema": {"type": "string", "format": "binary"}}}
    answers: dict[str, Any] = {str(declared.status): success}
    for status, schema in declared.instead.items():
        answers[str(status)] = {"description": "OK", "content": {JSON: {"schema": schema}}}
    usual = {404, 422} | ({401, 403} if declared.token else set()) | ({409} if declared.creates else set())
    if declared.body is not None or declared.upload:
        usual |= {400, 413, 415}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in sorted(usual | set(declared.refusals)):
        answers[str(status)] = {"description": REFUSALS[status], "content": problem}
    return answers
