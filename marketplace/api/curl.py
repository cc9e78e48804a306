"""Writes the command line that calls an endpoint, as the documentation shows it."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

from marketplace.api.v1.bodies import ZIP
from marketplace.api.v1.examples import QUERIES, VALUES

IN_PATH = re.compile(r"\{(\w+)\}")


def curl_line(method: str, path: str, described: dict[str, Any]) -> str:
    """Return a curl command for an operation of the OpenAPI document; $URL, $TOKEN and $WS are the reader's own."""
    address = IN_PATH.sub(lambda match: VALUES.get(match[1], "$" + match[1].upper()), path)
    parts = ["curl -sS"]
    query = QUERIES.get(described["operationId"])
    if query is not None:
        parts[0] += " -G"
    if method != "GET":
        parts[0] += f" -X {method}"
    parts[0] += f' "$URL{address}"'
    if query is not None:
        parts.append(f"--data-urlencode {shlex.quote(query)}")
    if described["security"] == [{"token": []}]:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if any(parameter["name"] == "Idempotency-Key" for parameter in described["parameters"]):
        parts.append('-H "Idempotency-Key: $(uuidgen)"')
    parts += _body_parts(described.get("requestBody", {}).get("content", {}))
    if "application/zip" in described["responses"].get("200", {}).get("content", {}):
        parts.append("-o bundle.zip")
    return " \\\n  ".join(parts)


def _body_parts(content: dict[str, Any]) -> list[str]:
    if ZIP in content:
        return [f'-H "Content-Type: {ZIP}"', "--data-binary @bundle.zip"]
    for media, body in content.items():
        example = json.dumps(body["example"], ensure_ascii=False)
        return [f'-H "Content-Type: {media}"', f"-d {shlex.quote(example)}"]
    return []
