"""What is answered with a stored file is known from memory, and the file is read and verified for each anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bundle.factories import make_bundle
from tests.edge.conftest import Served
from tests.web.factories import PAGE

BUNDLE = f"/api/v1{PAGE}/versions/1.0.0/bundle"


def path_of(served, digest):
    return Path(served.runtime.ports.blobs.folder) / digest[:2] / digest[2:4] / digest


@pytest.fixture
def digest(served):
    """The file of a bundle that was asked for before."""
    answer = served.client().get(BUNDLE)
    assert answer.status_code == 200
    return answer.headers["X-Content-Digest"].partition(":")[2]


def test_the_content_takes_no_memory(served, digest):
    size = path_of(served, digest).stat().st_size
    assert served.outcome(BUNDLE) == "hit"
    assert served.cache.kept.bytes_held < 1_700 + 100 < 1_700 + size
    assert served.client().get(BUNDLE).content_length == size


def test_a_file_too_large_for_memory_is_known_too(tmp_path):
    served = Served(tmp_path, answer_cache_megabytes=1)
    served.world.release(make_bundle(files={"images/large.png": bytes(300_000)}))
    first, second = (served.client().get(BUNDLE, buffered=True) for _ in range(2))
    assert served.cache.counts.hit == 1
    assert first.data == second.data
    assert len(second.data) == second.content_length > served.cache.kept.largest
    served.runtime.engine.dispose()


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"something else")])
def test_of_a_file_that_is_lost_or_damaged_nothing_is_sent_and_it_is_sent_again_once_it_is_mended(served, digest, harm):
    path = path_of(served, digest)
    content = path.read_bytes()
    harm(path)
    refused = served.client().get(BUNDLE)
    assert (refused.status_code, refused.json["code"][:5]) == (503, "blob-")
    assert served.cache.counts.passed == 1
    path.write_bytes(content)
    assert served.outcome(BUNDLE) == "hit"
    assert served.client().get(BUNDLE).data == content
