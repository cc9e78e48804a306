"""Asks a kintone domain for users, groups and organisations by their codes: cybozu.com's user API, beside kintone's."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from marketplace.kintone.answers import objects_at, read_answer, text_at
from marketplace.kintone.client import KintoneClient

CODES_PER_CALL = 100
APIS = {"USER": "users", "GROUP": "groups", "ORGANIZATION": "organizations"}


def known_codes(client: KintoneClient, kind: str, codes: Collection[str]) -> set[str]:
    """Return those of some codes that are there and in use. Raises what KintoneClient.call raises."""
    name, wanted = APIS[kind], sorted(codes)
    found: set[str] = set()
    for start in range(0, len(wanted), CODES_PER_CALL):
        params = dict(_numbered(wanted[start : start + CODES_PER_CALL]))
        answer = read_answer(client.transport.send("GET", f"/v1/{name}.json", params=params))
        found |= {text_at(one, "code") for one in objects_at(answer, name) if one.get("valid", True)}
    return found


def _numbered(codes: list[str]) -> Iterator[tuple[str, str]]:
    yield from ((f"codes[{at}]", code) for at, code in enumerate(codes))
