"""The memory of a web process does not grow with what strangers ask it for."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle
from pathlib import Path

import pytest

from tests.e2e.service import FEW, Service, children_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ASKED = 10_000
MOST = 100 * 2**20
"""What all caches and connections may take in a process that keeps few answers."""
MARGIN = 12 * 2**20
"""What a few threads and connections more may take, and the order in which things came."""


def questions(service):
    """Return different addresses: mostly templates, versions and bundles, some pages and lists, which cost more."""
    items = json.loads(get(service.port, "/api/v1/templates?limit=100", "identity"))["items"]
    names = [f"{each['publisher']['code']}/{each['slug']}" for each in items if each["slug"] in FEW]
    templates = [f"/api/v1/templates/{name}" for name in names]
    latest = [json.loads(get(service.port, template, "identity"))["latest"]["version"] for template in templates]
    versions = [f"{template}/versions/{number}" for template, number in zip(templates, latest, strict=True)]
    bundles = [f"{version}/bundle" for version in versions]
    pages = [f"/templates/{name}" for name in names]
    every = cycle([*3 * (templates + versions + bundles), *pages, "/templates", "/help", "/"])
    return [f"{path}?n={number}" for number, path in zip(range(ASKED), every, strict=False)]


def get(port, path, codings="gzip, br"):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path, headers={"Accept-Encoding": codings})
        answer = connection.getresponse()
        assert answer.status == 200, path
        return answer.read()


def ask_all(service, paths):
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda path: get(service.port, path), paths):
            pass


def private_bytes(service):
    """Return what the one process that answers has of its own."""
    (arbiter,) = [number for name, number in children_of(service.process.pid) if "yokoten web" in name]
    ((_, number),) = children_of(arbiter)
    lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def test_what_a_web_process_keeps_does_not_grow_after_it_is_warm(tmp_path):
    settings = {"MARKETPLACE_WEB_WORKERS": "1", "MARKETPLACE_RATE_LIMITS": "off"}
    service = Service(tmp_path / "var", environ={**settings, "MARKETPLACE_ANSWER_CACHE_MEGABYTES": "16"})
    service.start()
    try:
        paths = questions(service)
        begin = private_bytes(service)
        ask_all(service, paths)
        warm = private_bytes(service)
        ask_all(service, paths)
        again = private_bytes(service)
    finally:
        service.stop()
    told = [f"{each / 2**20:.0f} MB" for each in (begin, warm, again)]

    assert again - warm < MARGIN, told
    assert again - begin < MOST, told
