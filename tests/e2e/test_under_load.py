"""Many callers at once: nobody is told that the service failed, and nothing is lost or doubled."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from tests.e2e.bundles import with_memo_field
from tests.e2e.service import Service

SECONDS = 20
TEMPLATE = "/api/v1/templates/yokoten/subsidy-grant-management"
INSTALLED = "yokoten/handover-notes"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request, tmp_path):
    environ = {}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE loaded TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
        environ["MARKETPLACE_DATABASE_URL"] = url.replace("/yokoten_test?", "/loaded?")
    made = Service(tmp_path / "var", environ=environ)
    made.start()
    yield made
    made.kill_all()
    if request.param == "postgresql":
        with admin.connect() as connection:
            connection.execute(text("DROP DATABASE loaded WITH (FORCE)"))
        admin.dispose()


def test_installs_reviews_drafts_and_catalog_loads_at_once_all_succeed(service):
    ended = service.wait_for_import(service.install("yokoten/subsidy-grant-management"))
    assert ended["state"] == "succeeded", ended
    spaces = [make_workspace(service, number) for number in range(4)]
    bundle = service.call("GET", f"{TEMPLATE}/versions/1.0.0/bundle", token=None).content
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(9) as pool:
        installing = [pool.submit(install_again_and_again, service, space, end) for space in spaces]
        reviewing = [pool.submit(review, service, end) for _ in range(2)]
        publishing = [pool.submit(publish, service, bundle, thread, end) for thread in range(2)]
        loading = pool.submit(load_catalog, service, end)
        installed = dict(zip(spaces, (future.result() for future in installing), strict=True))
        released = [number for future in publishing for number in future.result()]
        assert all(future.result() > 0 for future in reviewing)
        assert loading.result() > 0
    check_installs(service, installed)
    own = service.call("GET", "/api/v1/templates/992011/subsidy-grant-management", token=None).json
    assert len(own["versions"]) == len(released)
    for number in released:
        path = f"/api/v1/templates/992011/subsidy-grant-management/versions/{number}/bundle"
        assert service.call("GET", path, token=None).status == 200
    assert len(set(released)) == len(released) > 0
    assert len(service.call("GET", f"{TEMPLATE}/reviews", token=None).json["items"]) == 1
    assert service.stop() == 0
    assert "Traceback" not in service.output()


def make_workspace(service, number):
    answer = service.call("POST", "/api/v1/workspaces", {"name": f"試行用{number}"})
    assert answer.status == 201, answer.content
    return answer.json["workspace"]["id"]


def install_again_and_again(service, space, end):
    """Install one after the other and return the imports that succeeded."""
    done = []
    while time.monotonic() < end:
        answer = service.call("POST", f"/api/v1/workspaces/{space}/imports", {"template": INSTALLED})
        assert answer.status == 202, answer.content
        progress = service.wait_for_import(answer.headers["Location"], seconds=120)
        assert progress["state"] == "succeeded", (progress["error"], service.output()[-3000:])
        done.append(progress)
    return done


def review(service, end):
    count = 0
    while time.monotonic() < end:
        answer = service.call("PUT", f"{TEMPLATE}/reviews", {"stars": 1 + count % 5, "text": f"感想{count}"})
        assert answer.status == 200, answer.content
        count += 1
    return count


def publish(service, bundle, thread, end):
    """Release versions while another publisher does the same; a number that is too small or taken may be refused."""
    released = []
    for major in range(thread + 2, 400, 2):
        if time.monotonic() > end:
            break
        number = f"{major}.0.0"
        draft = service.call("POST", "/api/v1/drafts", with_memo_field(bundle, version=number))
        assert draft.status == 201, draft.content
        answer = service.call("POST", f"/api/v1/drafts/{draft.json['id']}/release")
        assert answer.status in {201, 409, 422}, answer.content
        if answer.status == 201:
            released.append(number)
        else:
            service.call("DELETE", f"/api/v1/drafts/{draft.json['id']}")
    return released


def load_catalog(service, end):
    count = 0
    while time.monotonic() < end:
        command = [sys.executable, "-m", "marketplace.cli", "catalog", "load"]
        subprocess.run(command, env=service.settings(), check=True, capture_output=True)
        count += 1
    return count


def check_installs(service, installed):
    """Check that each workspace holds the apps of its installs, under ids of their own, and no others."""
    for progresses in installed.values():
        ids = [app_id for progress in progresses for app_id in progress["app_ids"].values()]
        assert sorted(ids, key=int) == [str(number) for number in range(1, len(ids) + 1)]
