"""A stranger with bad intent: each gets a clear refusal, and nothing changes."""

from __future__ import annotations

import io
import json
import zipfile

import pytest


def zip_of(*entries: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return target.getvalue()


def bomb() -> bytes:
    """Return a zip of about 1 kB that claims to unpack to 1 GB: one deflated run, quoted by a nested zip."""
    inner = io.BytesIO()
    with (
        zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made,
        made.open("template.json", "w") as file,
    ):
        for _ in range(1024):
            file.write(b"\0" * 1024 * 1024)
    return inner.getvalue()


MANIFEST = json.dumps({"name": {"ja": "日本語の名前", "en": "name"}}, ensure_ascii=False)
HOSTILE = {
    "bomb": bomb,
    "path": lambda: zip_of(("../../etc/passwd", b"root"), ("template.json", b"{}")),
    "cp932": lambda: zip_of(("template.json", MANIFEST.encode("cp932"))),
    "not a zip": lambda: b"hello",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_upload_is_refused_with_place_and_remedy(service, kind):
    before = service.call("GET", "/api/v1/drafts").json
    answer = service.call("POST", "/api/v1/drafts", HOSTILE[kind]())
    assert answer.status == 422, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["code"] == "bundle-refused"
    finding = answer.json["errors"][0]
    assert finding["title"]["ja"]
    assert finding["title"]["en"]
    assert finding["remedy"]["ja"]
    assert finding["remedy"]["en"]
    assert service.call("GET", "/api/v1/drafts").json == before


@pytest.mark.parametrize("secret", ["yktn_" + "0" * 48, "", "x" * 5000])
def test_a_made_up_token_is_refused(service, secret):
    answer = service.call("GET", "/api/v1/workspaces", token=secret)
    assert (answer.status, answer.json["code"]) == (401, "unauthenticated")


def test_a_workspace_of_nobody_looks_like_anothers(service):
    answer = service.call("POST", "/api/v1/workspaces/aaaaaaaaaaaaaaaa/imports", {"template": "yokoten/handover-notes"})
    assert (answer.status, answer.json["code"]) == (404, "not-found")
