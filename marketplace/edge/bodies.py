"""Receives the body of a request, whole and within bounds, before any transaction begins."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TypeVar

from flask import current_app, request
from werkzeug.exceptions import BadRequest, ClientDisconnected

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

View = TypeVar("View", bound=Callable[..., object])
MEGABYTE = 1024 * 1024
LONGEST_FORM = MEGABYTE
LONGEST_DOCUMENT = 10 * MEGABYTE
UPLOADS = frozenset(
    {"multipart/form-data", "application/zip", "application/x-zip-compressed", "application/octet-stream"}
)
"""What may be as long as the application allows at all."""
FORM = "application/x-www-form-urlencoded"
LONG_TEXTS = "long_texts"
LONGEST_TEXTS = 8 * MEGABYTE
"""Of a form in parts whose view says that people write long texts in it."""
MOST_VALUES = 500_000
"""More than any call needs; each value of a parsed document takes tens of times its length in memory."""
# Matches from every quotation mark on, closed or not, so that hostile text can't make it start over again and again.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.|\\\Z)*+"?', re.DOTALL)


def takes_long_texts(view: View) -> View:
    """Let a view receive longer texts in a form in parts than others do."""
    setattr(view, LONG_TEXTS, True)
    return view


def receive_request() -> None:
    """Read the body to its end, so that a slow sender keeps no transaction open and no lock.

    Raises RequestEntityTooLarge, and BadRequest if it does not come whole.
    """
    sent = request.environ
    if not sent.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" not in sent:
        return  # No body comes.
    sent["wsgi.input"] = Incoming(sent["wsgi.input"], request.content_length)
    if request.mimetype == FORM:
        request.max_content_length = LONGEST_FORM
    elif request.mimetype not in UPLOADS:
        request.max_content_length = LONGEST_DOCUMENT
    if hasattr(current_app.view_functions.get(request.endpoint or ""), LONG_TEXTS):
        request.max_form_memory_size = LONGEST_TEXTS
    request.get_data(parse_form_data=True)


class Incoming(io.RawIOBase):
    """The body of a request as the server hands it on; what is broken or ends early is the client's mistake."""

    def __init__(self, inner: BinaryIO, length: int | None) -> None:
        """Begin at its beginning; without a length it is as long as it comes."""
        super().__init__()
        self._inner = inner
        self._missing = length or 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read a piece. Raises BadRequest."""
        room = memoryview(buffer).cast("B")
        try:
            piece = self._inner.read(len(room))
        except Exception as error:  # Each server has errors of its own for chunks that are none.
            raise BadRequest from error
        self._missing -= len(piece)
        if not piece and self._missing > 0:
            raise ClientDisconnected
        room[: len(piece)] = piece
        return len(piece)


def rewind_uploads() -> None:
    """Let uploaded files be read once more from their beginning."""
    for uploads in request.files.listvalues():
        for upload in uploads:
            upload.stream.seek(0)


def parse_json(data: bytes, refuse_constant: Callable[[str], NoReturn] | None = None) -> Any:
    """Return the value of a JSON document. Raises ValueError or RecursionError, before it costs much memory."""
    if len(data) > MOST_VALUES:
        bare = _STRING.sub(b"", data)
        if bare.count(b",") + bare.count(b"[") + bare.count(b"{") > MOST_VALUES:
            message = "too many values"
            raise ValueError(message)
    return json.loads(data, parse_constant=refuse_constant)
