"""What programs get compressed, and what never."""

from __future__ import annotations

import pytest

from tests.api.factories import PUBLISHER, SLUG
from tests.api.test_wanted import PATH, ROADS

BR = {"Accept-Encoding": "gzip, br"}


def test_what_a_token_reads_and_is_shown_is_not_compressed(caller, world):
    world.release()
    for path in ("/api/v1/workspaces", "/api/v1/templates", f"/api/v1/templates/{PUBLISHER}/{SLUG}", "/api/v1/tokens"):
        answer = caller.get(path, headers=BR)
        assert (answer.headers["Cache-Control"], "Content-Encoding" in answer.headers) == ("no-store", False), path
    order = {"name": "鍵" * 30, "scopes": ["workspaces:read"], "expires_in_days": 30}
    made = caller.post("/api/v1/tokens", 201, json=order, headers=BR)
    assert made.json["secret"]
    assert "Content-Encoding" not in made.headers


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
def test_a_state_read_in_any_coding_can_be_changed_on_condition(caller, stranger, coding):
    """What strangers read is compressed; who then writes names the state by the tag that came with it."""
    texts = {**ROADS, "text": "期限が近づいたら知らせてほしい。" * 40}
    path = caller.post(PATH, 201, json=texts).headers["Location"]
    read = stranger.send("HEAD", path, 200, headers={"Accept-Encoding": coding})
    tag = read.headers["ETag"]
    assert tag.strip('"').partition(":")[2] == coding
    changed = {**texts, "title": "別の題"}
    caller.send("PUT", path, 200, json=changed, headers={"If-Match": tag})
    caller.refused("PUT", path, 412, "state-changed", json=texts, headers={"If-Match": tag})
    caller.refused("PUT", path, 412, "state-changed", json=texts, headers={"If-Match": f"W/{tag}"})
