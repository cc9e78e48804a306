"""Imports that are carried in by hand: the package, the keys, and the report that comes back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, redirect, render_template, request

from marketplace.edge.attempt import attempt
from marketplace.edge.context import context
from marketplace.installs.offline.making import make_package
from marketplace.installs.offline.publishing import PACKAGE, published_keys
from marketplace.installs.offline.report_input import read_document
from marketplace.installs.offline.reporting import take_report
from marketplace.web.forms import refused
from marketplace.web.installs import page_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("web_outside", __name__)


@pages.get("/imports/<import_id>/package")
def package(import_id: str) -> ResponseReturnValue:
    """Download the signed package to carry in."""
    content = make_package(context(), import_id, current_app.config["PUBLIC_URL"])
    return _download(content, PACKAGE, f"{import_id}.yokoten")


@pages.get("/signing-keys.json")
def signing_keys() -> ResponseReturnValue:
    """Download the public keys that packages are signed with."""
    content = json.dumps(published_keys(context().ports.signer), indent=2).encode("ascii")
    return _download(content, "application/json", "yokoten-signing-keys.json")


@pages.post("/imports/<import_id>/report")
def report(import_id: str) -> ResponseReturnValue:
    """Take in what became of a package."""
    with attempt() as tried:
        take_report(context(), import_id, read_document(_sent("report")))
        return redirect(f"/imports/{import_id}", 303)
    form = refused(tried.error, request.form)
    return render_template("installs/show.html", page=page_of(import_id), form=form), form.status


def _sent(name: str) -> bytes:
    file = request.files.get(name)
    return file.read() if file is not None else b""


def _download(content: bytes, media: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, content_type=media, headers=headers)
