"""How to use the service, task by task; the statements of its operator; the bundle format for authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, render_template

from marketplace.bundle.schemas import schema_names, schema_of
from marketplace.edge.public_answers import public
from marketplace.kernel.errors import NotFoundError
from marketplace.web.help_index import GROUPS, HOW_TOS, STATEMENTS
from marketplace.web.help_texts import text_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_help", __name__)


@pages.get("/help")
@public
def show() -> ResponseReturnValue:
    """List the pages of help."""
    return render_template("help/show.html")


@pages.get("/help/bundle")
@public
def bundle() -> ResponseReturnValue:
    """Explain the files of a bundle."""
    return render_template("help/bundle.html", schemas=schema_names())


@pages.get("/help/<name>")
@public
def how_to(name: str) -> ResponseReturnValue:
    """Explain one task."""
    page = HOW_TOS.get(name)
    if page is None:
        raise NotFoundError
    group = next(group for group in GROUPS if page in group.pages)
    return render_template("help/how_to.html", page=page, group=group, text=text_of(name))


@pages.get("/accessibility", defaults={"name": "accessibility"})
@pages.get("/privacy", defaults={"name": "privacy"})
@pages.get("/terms", defaults={"name": "terms"})
@public
def statement(name: str) -> ResponseReturnValue:
    """Show what the operator says about the service."""
    return render_template("help/statement.html", page=STATEMENTS[name], text=text_of(name))


@pages.get("/schemas/bundle/1/<name>.schema.json")
@public
def schema(name: str) -> ResponseReturnValue:
    """Publish a JSON Schema of the bundle format, for the editors and programs of authors."""
    if name not in schema_names():
        raise NotFoundError
    response = jsonify(schema_of(name))
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
