"""The readable page of the API and the list of its refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, render_template

from marketplace.api.v1.openapi import build_document
from marketplace.edge.context import language
from marketplace.edge.problem import known_refusals
from marketplace.edge.signin import session_door

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.edge.app import MarketplaceApp

METHODS = ("get", "post", "put", "delete")
pages = Blueprint("api_docs", __name__, url_prefix="/docs")


@pages.get("/api")
def show_api() -> ResponseReturnValue:
    """Show every endpoint with what it takes and answers."""
    document = build_document(current_app, language(), current_app.config["PUBLIC_URL"])
    endpoints = [
        {"method": method.upper(), "path": path, **operations[method]}
        for path, operations in document["paths"].items()
        for method in METHODS
        if method in operations
    ]
    return render_template("docs/api.html", endpoints=endpoints, schemas=schemas_of(document), name_of=name_of)


@pages.get("/errors")
def show_errors() -> ResponseReturnValue:
    """Show every code that a problem document may carry."""
    return render_template("docs/errors.html", refusals=known_refusals())


def schemas_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return the objects that requests and answers are made of, by name."""
    components: dict[str, Any] = document["components"]["schemas"]
    return dict(sorted(components.items()))


def name_of(schema: dict[str, Any] | None) -> str:
    """Return the name or the kind of a schema, as a reader says it."""
    if not schema:
        return ""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "allOf" in schema or "anyOf" in schema:
        return name_of((schema.get("allOf") or schema["anyOf"])[0])
    if schema.get("type") == "array":
        return f"{name_of(schema.get('items'))}[]"
    kinds = schema.get("type", "")
    return " | ".join(kinds) if isinstance(kinds, list) else str(kinds)


def mount_docs(app: MarketplaceApp) -> None:
    """Mount the pages."""
    app.mount(pages, session_door)
