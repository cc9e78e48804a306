"""A bundle changed the way an author would change it."""

from __future__ import annotations

import io
import json
import zipfile


def with_memo_field(data: bytes, *, version: str) -> bytes:
    """Return the bundle with another number and a memo field in its programme master, zipped by an ordinary tool."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            made.writestr(name, _changed(name, source.read(name), version))
    return target.getvalue()


def _changed(name: str, content: bytes, version: str) -> bytes:
    if name not in {
        "template.json",
        "apps/subsidy-program-master/fields.json",
        "apps/subsidy-program-master/layout.json",
    }:
        return content
    document = json.loads(content)
    if name == "template.json":
        document["version"] = version
    elif name.endswith("fields.json"):
        document["properties"]["追加メモ"] = {"type": "MULTI_LINE_TEXT", "code": "追加メモ", "label": "追加メモ"}
    else:
        field = {"type": "MULTI_LINE_TEXT", "code": "追加メモ", "size": {"width": "400", "innerHeight": "120"}}
        document["layout"].append({"type": "ROW", "fields": [field]})
    return json.dumps(document, ensure_ascii=False).encode()
