"""S3 is away, silent, slow, refuses or lies: nothing is half kept or wrong, and it passes by itself."""

from __future__ import annotations

import hashlib
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from itertools import count

import pytest

from tests.e2e.service import Service
from tests.faults.acts import BASE, OWN, renamed
from tests.faults.caller import Caller
from tests.faults.servers import settings_of_s3
from tests.faults.unwell import Illness, standing_before

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
FAILING = (Illness.AWAY, Illness.ERROR_500, Illness.ERROR_403, Illness.LATE_ERROR)
BOUND_SECONDS = 60
"""Two tries of eight seconds each, on a slow machine."""
_numbers = count(1)


class Place:
    """A service whose storage can be unwell."""

    def __init__(self, service, storage):
        self.service, self.storage = service, storage
        self.caller = Caller(service)
        self.base = service.call("GET", BASE, token=None).content

    def bundle(self):
        slug = f"unwell-{next(_numbers)}"
        return slug, renamed(self.base, slug, "1.0.0")

    def upload(self, data, key):
        return self.service.call("POST", "/api/v1/drafts", data, headers={"Idempotency-Key": key})

    def drafts(self):
        return [each["id"] for each in self.service.call("GET", "/api/v1/drafts?limit=100").json["items"]]

    def release(self, draft):
        return self.service.call("POST", f"/api/v1/drafts/{draft}/release")

    def versions(self, slug):
        answer = self.service.call("GET", f"/api/v1/templates/{OWN}/{slug}", token=None)
        return [] if answer.status == 404 else [each["version"] for each in answer.json["versions"]]

    def released(self):
        """Release a bundle that no process has in memory; return where it is, and its digest."""
        slug, draft = self.uploaded()
        path = f"/api/v1/drafts/{draft['id']}/release"
        assert self.caller.call("POST", path, key=f"{slug}-release").status == 201
        return f"/api/v1/templates/{OWN}/{slug}/versions/1.0.0/bundle", draft["digest"]

    def uploaded(self):
        """Upload a bundle; a process that found the storage silent a moment ago asks to wait."""
        slug, data = self.bundle()
        draft = self.caller.call("POST", "/api/v1/drafts", data, key=slug)
        assert draft.status == 201, draft
        return slug, draft.json

    def download(self, path):
        """Return status, content, and whether the service itself sent it; a cut answer raises."""
        address = f"http://localhost:{self.service.port}{path}"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {self.service.demo['token']}"})
        try:
            with urllib.request.urlopen(request, timeout=BOUND_SECONDS) as answer:
                return answer.status, answer.read(), answer.url == address
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read(), refusal.url == address


@pytest.fixture(scope="module")
def place(bucket, tmp_path_factory):
    with standing_before(bucket.endpoint) as storage:
        service = Service(tmp_path_factory.mktemp("unwell") / "var", environ=settings_of_s3(storage.endpoint))
        service.start()
        yield Place(service, storage)
        storage.recovered.set()
        service.kill_all()


@pytest.mark.parametrize("illness", [*FAILING, Illness.SILENT])
def test_an_upload_is_refused_whole_and_succeeds_under_the_same_key_afterwards(place, illness):
    slug, data = place.bundle()
    before, begun = place.drafts(), time.monotonic()
    with place.storage.ill(illness):
        refused = place.upload(data, slug)
        assert time.monotonic() - begun < BOUND_SECONDS
        assert_told(refused)
        assert place.drafts() == before
    draft = place.caller.call("POST", "/api/v1/drafts", data, key=slug)
    assert draft.status == 201, draft
    assert place.drafts() == [draft.json["id"], *before]


@pytest.mark.parametrize("illness", FAILING)
def test_a_release_happens_whole_or_not_at_all(place, illness):
    slug, draft = place.uploaded()
    draft = draft["id"]
    with place.storage.ill(illness):
        assert_told(place.release(draft))
        assert place.versions(slug) == []
        assert place.service.call("GET", f"/api/v1/drafts/{draft}").json["state"] == "open"
    released = place.caller.call("POST", f"/api/v1/drafts/{draft}/release", key=f"{slug}-release")
    assert released.status == 201, released
    assert place.versions(slug) == ["1.0.0"]


@pytest.mark.parametrize("illness", [*FAILING, Illness.CUT, Illness.WRONG])
def test_a_download_is_right_or_none(place, illness):
    path, digest = place.released()
    with place.storage.ill(illness):
        try:
            status, content, is_ours = place.download(path)
        except (OSError, HTTPException):
            pass  # Cut: no client takes it for whole.
        else:
            is_right = status == 200 and hashlib.sha256(content).hexdigest() == digest
            # Where the service sends clients to the storage, they compare with the digest that the API told them.
            assert is_right or status != 200 or not is_ours, "wrong bytes as right ones"
            assert status in {200, 503} or not is_ours
    answer = place.caller.call("GET", path)
    assert hashlib.sha256(answer.content).hexdigest() == digest


def test_what_needs_no_file_goes_on_while_the_storage_is_silent(place):
    path, _digest = place.released()
    with place.storage.ill(Illness.SILENT), ThreadPoolExecutor(12) as pool:
        waiting = [pool.submit(answered, place, path) for _ in range(12)]
        begun = time.monotonic()
        for address in ("/api/v1/templates", "/templates", "/healthz"):
            assert place.service.call("GET", address, token=None).status == 200
        waited = time.monotonic() - begun
        assert all(future.result() for future in waiting)
    assert waited < BOUND_SECONDS


def test_a_slow_storage_is_only_slow(place):
    with place.storage.ill(Illness.SLOW):
        path, digest = place.released()
        _status, content, _is_ours = place.download(path)
        assert hashlib.sha256(content).hexdigest() == digest


def test_the_index_of_files_is_written_by_itself_once_the_storage_is_back(place):
    path, _digest = place.released()
    slug = path.split("/")[5]
    with place.storage.ill(Illness.ERROR_403):
        time.sleep(3)  # In which the worker tries.
    deadline = time.monotonic() + 120
    while f"{OWN}/{slug}" not in place.service.call("GET", "/index/head.json", token=None).content.decode():
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert place.service.call("GET", "/healthz", token=None).status == 200


def answered(place, path):
    """Ask for a file that can't be had now."""
    try:
        return place.download(path)[0] in {200, 503}
    except (OSError, HTTPException):
        return True


def assert_told(refused):
    assert refused.status == 503, refused
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json["code"] == "storage-unavailable"
    assert int(refused.headers["Retry-After"]) <= 300
