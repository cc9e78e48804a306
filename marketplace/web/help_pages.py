"""How to use the service, and the bundle format for authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, render_template

from marketplace.bundle.schemas import schema_names, schema_of
from marketplace.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_help", __name__)


@pages.get("/help")
def show() -> ResponseReturnValue:
    """Explain finding, installing, rating and publishing."""
    return render_template("help/show.html")


@pages.get("/help/bundle")
def bundle() -> ResponseReturnValue:
    """Explain the files of a bundle."""
    return render_template("help/bundle.html", schemas=schema_names())


@pages.get("/schemas/bundle/1/<name>.schema.json")
def schema(name: str) -> ResponseReturnValue:
    """Publish a JSON Schema of the bundle format, for the editors and programs of authors."""
    if name not in schema_names():
        raise NotFoundError
    response = jsonify(schema_of(name))
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
