"""The disk is full: changes are refused whole and clearly, reading goes on, and with room all works again."""

from __future__ import annotations

import resource
import subprocess
from contextlib import suppress

import pytest

from tests.e2e.service import Service
from tests.faults.acts import BASE, OWN, renamed
from tests.faults.caller import Caller
from tests.faults.judging import assert_sound

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SIZE = "160m"
CHUNK = 64 * 1024
STORY = {
    "template": "yokoten/handover-notes",
    "problem": "課題" * 900,
    "solution": "工夫" * 900,
    "effect": "効果" * 900,
}


class SmallDisk:
    """A disk of the test's own, which a file fills to the last byte."""

    full = frozenset({"out-of-space"})
    """What the service may call it where the database takes no more."""

    def __init__(self, folder):
        self.ballast = folder / "ballast"

    def fill(self, _service):
        with self.ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * CHUNK)

    def make_room(self, _service):
        self.ballast.unlink()


class NoMoreBytes:
    """A bound on what the processes of the service may write into files, which anybody may set for their own."""

    full = frozenset({"out-of-space", "database-unavailable"})
    """SQLite tells a full disk alone from other errors of writing."""

    def fill(self, service):
        self._bound(service, 4096)

    def make_room(self, service):
        self._bound(service, resource.RLIM_INFINITY)

    def _bound(self, service, most):
        for pid in (service.process.pid, *service.family()):
            hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "var"
    made.mkdir()
    return made


@pytest.fixture
def small_disk(folder):
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder]
    mounted = subprocess.run(command, capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"a bound on files has to do: {mounted.stderr.decode()}")
    yield SmallDisk(folder)
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture(params=["small_disk", "no_more_bytes"])
def disk(request):
    """What can be filled; where no file system may be mounted, the bound alone."""
    return request.getfixturevalue("small_disk") if request.param == "small_disk" else NoMoreBytes()


@pytest.fixture
def service(disk, folder):
    made = Service(folder)
    made.start()
    yield made
    made.kill_all()


def test_nothing_is_half_written_and_all_works_again_with_room(service, disk, folder):
    caller = Caller(service)
    data = renamed(service.call("GET", BASE, token=None).content, "full-disk", "1.0.0")
    ended = service.wait_for_import(service.install("yokoten/handover-notes"))
    assert ended["state"] == "succeeded", ended
    processes = service.family()
    disk.fill(service)
    refused = service.call("POST", "/api/v1/drafts", data, headers={"Idempotency-Key": "upload"})
    assert_full(refused, "サービスの保存先がいっぱいです。")
    english = {"Idempotency-Key": "upload", "Accept-Language": "en"}
    assert_full(service.call("POST", "/api/v1/drafts", data, headers=english), "The service has run out of space.")
    told = tell_until_full(service, disk.full)
    for path in ("/api/v1/templates?q=handover", "/templates", BASE):
        assert service.call("GET", path, token=None).status == 200
    assert service.call("GET", "/api/v1/drafts").json["items"] == []
    disk.make_room(service)
    assert not list(folder.rglob(".new-*")), "a file that was begun is left"
    draft = caller.call("POST", "/api/v1/drafts", data, key="upload")
    assert draft.status == 201, draft
    assert caller.call("POST", f"/api/v1/drafts/{draft.json['id']}/release", key="release").status == 201
    assert [each["id"] for each in service.call("GET", "/api/v1/drafts").json["items"]] == [draft.json["id"]]
    assert service.call("GET", f"/api/v1/templates/{OWN}/full-disk", token=None).status == 200
    stories = service.call("GET", f"/api/v1/stories?municipality={OWN}&limit=100", token=None).json["items"]
    assert sorted(each["title"] for each in stories if each["title"].startswith("満杯")) == sorted(told)
    assert service.wait_for_import(service.install("yokoten/handover-notes"))["state"] == "succeeded"
    assert service.family() == processes
    assert_sound(service)


def tell_until_full(service, codes):
    """Tell stories, which need the database alone, until it takes no more; return what was acknowledged."""
    told = []
    for number in range(20):
        answer = service.call("POST", "/api/v1/stories", STORY | {"title": f"満杯 {number}"})
        if answer.status != 201:
            assert (answer.status, answer.json["code"] in codes) == (503, True), answer
            return told
        told.append(f"満杯 {number}")
    raise AssertionError("the disk was not full")


def assert_full(answer, title):
    assert answer.status == 503, answer
    assert answer.json["code"] == "out-of-space"
    assert answer.json["title"] == title
    assert int(answer.headers["Retry-After"]) > 0
