"""Writes what a call carries when it travels over a network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from secrets import token_hex

from marketplace.bundle.model import JsonObject
from marketplace.kintone.transport import Upload

ITEM = re.compile(r"(.+)\[\d+\]")


def nested(params: Mapping[str, str]) -> JsonObject:
    """Return parameters of an address (name[0]=…&name[1]=…) as the body that means the same."""
    body: JsonObject = {}
    for name, value in params.items():
        item = ITEM.fullmatch(name)
        if item is None:
            body[name] = value
        else:
            body.setdefault(item[1], []).append(value)
    return body


def written_multipart(file: Upload) -> tuple[bytes, str]:
    """Return a file as the part `file` of a form, and the content type of the whole."""
    boundary = f"yokoten-{token_hex(16)}"
    name = file.name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    kind = file.content_type if file.content_type.isprintable() and file.content_type else "application/octet-stream"
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode() + file.data + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
