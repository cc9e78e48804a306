"""The files of a record: saved by the browser and never run by it; pictures also shown small."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request

from marketplace.edge.blobs import whole_blob
from marketplace.kernel.errors import NotFoundError
from marketplace.sandbox.files import get_attached
from marketplace.web.apps.desk import holds_file
from marketplace.web.apps.record_page import read_record
from marketplace.web.apps.shown import LARGEST_PICTURE
from marketplace.web.apps.visit import pages, visit

SAVED_AS = "application/octet-stream"
# What the bytes of a picture begin with; the type that came along with an upload is only a claim.
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
WEBP = (b"RIFF", b"WEBP")
POLICY = "default-src 'none'; sandbox"


@pages.get("/w/<workspace_id>/k/<int:app_id>/file")
def download(workspace_id: str, app_id: int) -> Response:
    """Return a file of a record that the caller may see. Raises NotFoundError for every other file."""
    here = visit(workspace_id, app_id)
    key = request.args.get("key", "")
    if not holds_file(read_record(here), key):
        raise NotFoundError
    found, blobs = get_attached(here.ctx.session, here.workspace.id, key), here.ctx.ports.blobs
    is_shown = bool(request.args.get("picture")) and found.size <= LARGEST_PICTURE
    kind = picture_type(blobs.get(found.digest)) if is_shown else None
    response = Response(whole_blob(blobs, found.digest), content_type=kind or SAVED_AS)
    response.content_length = found.size
    disposition = "inline" if kind else "attachment"
    response.headers["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(found.name, safe='')}"
    response.headers["Content-Security-Policy"] = POLICY
    return response


def picture_type(data: bytes) -> str | None:
    """Return the type of a picture by what it begins with; None for anything else, an SVG among it."""
    if len(data) > LARGEST_PICTURE:
        return None
    if data[:4] == WEBP[0] and data[8:12] == WEBP[1]:
        return "image/webp"
    return next((kind for beginning, kind in BEGINNINGS.items() if data.startswith(beginning)), None)
