"""The readable page of the API and the list of its refusals."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, render_template

from marketplace.api.curl import curl_line
from marketplace.api.v1.openapi import build_document
from marketplace.edge.context import language
from marketplace.edge.problem import known_refusals
from marketplace.edge.public_answers import public
from marketplace.edge.signin import session_door
from marketplace.kernel.text import Text

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from marketplace.edge.app import MarketplaceApp

METHODS = ("get", "post", "put", "patch", "delete")
GROUPS = {
    "templates": Text("テンプレート", "Templates"),
    "stories": Text("活用事例", "Stories"),
    "suggestions": Text("入力途中の候補", "Suggestions"),
    "municipalities": Text("自治体", "Municipalities"),
    "wanted-apps": Text("欲しいアプリ", "Wanted apps"),
    "drafts": Text("下書きと公開", "Drafts and releases"),
    "versions": Text("一度に公開する", "Publishing in one call"),
    "workspaces": Text("ワークスペースと導入", "Workspaces and installing"),
    "imports": Text("導入処理", "Imports"),
    "exports": Text("アプリの書き出し", "Exports"),
    "installations": Text("導入済みのテンプレート", "Installations"),
    "tokens": Text("APIトークン", "API tokens"),
    "members": Text("構成員", "Members"),
    "invitations": Text("招待", "Invitations"),
    "signing-keys": Text("署名の鍵", "Signing keys"),
}
pages = Blueprint("api_docs", __name__, url_prefix="/docs")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation as the page shows it."""

    group: str
    method: str
    path: str
    described: dict[str, Any]
    curl: str


@dataclass(frozen=True, slots=True)
class Group:
    """The endpoints around one noun."""

    id: str
    name: Text
    endpoints: list[Endpoint]


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a value: its words, and the object of the document it is made of."""

    words: str
    component: str = ""


@pages.get("/api")
@public
def show_api() -> ResponseReturnValue:
    """Show every endpoint with what it takes and answers."""
    document = build_document(current_app, language(), current_app.config["PUBLIC_URL"])
    schemas = dict(sorted(document["components"]["schemas"].items()))
    return render_template("docs/api.html", groups=groups_of(document), schemas=schemas, kind_of=kind_of)


@pages.get("/errors")
@public
def show_errors() -> ResponseReturnValue:
    """Show every code that a problem document may carry."""
    return render_template("docs/errors.html", refusals=known_refusals())


def groups_of(document: dict[str, Any]) -> list[Group]:
    """Return the endpoints of the document by the noun their paths begin with."""
    order = list(GROUPS)
    endpoints = [
        Endpoint(
            operations[method]["tags"][0],
            method.upper(),
            path,
            operations[method],
            curl_line(method.upper(), path, operations[method]),
        )
        for path, operations in document["paths"].items()
        for method in METHODS
        if method in operations
    ]
    endpoints.sort(key=lambda endpoint: order.index(endpoint.group))
    return [
        Group(name, GROUPS[name], list(found))
        for name, found in groupby(endpoints, key=lambda endpoint: endpoint.group)
    ]


def kind_of(shape: dict[str, Any] | None) -> Kind:
    """Return the type of a value as a reader says it."""
    if not shape:
        return Kind("any")
    if "$ref" in shape:
        name = str(shape["$ref"]).rpartition("/")[2]
        return Kind(name, name)
    choices = shape.get("anyOf") or shape.get("allOf")
    if choices:
        kinds = [kind_of(choice) for choice in choices]
        component = next((kind.component for kind in kinds if kind.component), "")
        return Kind(" | ".join(kind.words for kind in kinds), component)
    if shape.get("type") == "array":
        inner = kind_of(shape.get("items"))
        return Kind(f"{inner.words}[]", inner.component)
    if shape.get("type") == "object" and isinstance(shape.get("additionalProperties"), dict):
        inner = kind_of(shape["additionalProperties"])
        return Kind(f"{{string: {inner.words}}}", inner.component)
    return Kind(_plain(shape))


def _plain(shape: dict[str, Any]) -> str:
    kinds = shape.get("type", "string" if "enum" in shape else "any")
    words = " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{words} ({shape['format']})" if "format" in shape else words


def mount_docs(app: MarketplaceApp) -> None:
    """Mount the pages."""
    app.mount(pages, session_door)
