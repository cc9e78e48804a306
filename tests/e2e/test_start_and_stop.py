"""`make run`: what it leaves behind, a second start, the end."""

from __future__ import annotations

import time

from tests.e2e.service import Service


def test_the_service_tells_how_to_use_it_and_keeps_everything_over_a_restart(tmp_path):
    service = Service(tmp_path)
    service.start()
    first = service.demo
    assert set(first) == {"url", "people", "token", "workspace"}
    assert [person["role"] for person in first["people"]] == ["admin", "publisher"]
    assert set(first["people"][0]) == {"email", "password", "municipality", "role"}
    assert set(first["workspace"]) == {"id", "kintone_url", "user", "password"}
    ended = service.wait_for_import(service.install("yokoten/handover-notes"))
    assert ended["state"] == "succeeded", ended
    assert service.stop() == 0

    started = time.monotonic()
    service.start()
    assert time.monotonic() - started < 30
    assert service.demo == first
    installations = service.call("GET", "/api/v1/installations").json["items"]
    assert [installation["template"] for installation in installations] == ["yokoten/handover-notes"]
    assert service.stop() == 0
