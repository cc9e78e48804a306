"""Files: upload and download."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request

from marketplace.edge.blobs import whole_blob
from marketplace.kintone_api.calls import Body, Call
from marketplace.kintone_api.table import api
from marketplace.sandbox import files
from marketplace.sandbox.errors import REQUIRED_PARAMETER, InvalidInputError
from marketplace.sandbox.settings.shapes import Txt, need


@api("POST", "file")
def upload_file(call: Call) -> Body:
    """Keep an uploaded file and return the key to attach it by."""
    sent = request.files.get("file")
    if sent is None:
        raise InvalidInputError({"file": [REQUIRED_PARAMETER]})
    key = files.store_upload(
        call.ctx.session,
        call.ctx.ports.blobs,
        call.caller.site_id,
        name=sent.filename or "",
        content_type=sent.mimetype,
        data=sent.read(),
        now=call.ctx.now(),
    )
    return {"fileKey": key}


@api("GET", "file")
def download_file(call: Call) -> Response:
    """Return the bytes of an attached file; a browser saves them and never runs them."""
    key = call.read(fileKey=need(Txt(shortest=1)))["fileKey"]
    found = files.get_attached(call.ctx.session, call.caller.site_id, key)
    response = Response(whole_blob(call.ctx.ports.blobs, found.digest), content_type=found.content_type)
    response.content_length = found.size
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
