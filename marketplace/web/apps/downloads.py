"""Files that records hold, to be saved by the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response

from marketplace.kernel.errors import NotFoundError
from marketplace.sandbox.files import read_file
from marketplace.sandbox.records.errors import StoredFileNotFoundError
from marketplace.web.apps.visit import pages, visit

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@pages.get("/w/<workspace_id>/k/<int:app_id>/file/<key>")
def download_file(workspace_id: str, app_id: int, key: str) -> ResponseReturnValue:
    """Hand out an attached file; a browser saves it and never runs it."""
    here = visit(workspace_id, app_id)
    try:
        found, data = read_file(here.ctx.session, here.ctx.ports.blobs, here.workspace.id, key)
    except StoredFileNotFoundError as error:
        raise NotFoundError from error
    response = Response(data, content_type=found.content_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
