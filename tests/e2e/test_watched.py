"""What the whole service tells of itself: lines of log without anybody's secret, and figures of all its processes."""

from __future__ import annotations

import base64
import http.cookiejar
import json
import os
import re
import signal
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

import pytest

from tests.e2e.service import Service, children_of, is_alive
from tests.ports import free_port

SECRET_QUESTION = "ひみつの検索語"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass
class Watched(Service):
    """A service whose log is for programs, with an address for those who watch."""

    admin_port: int = field(default_factory=free_port)

    def __post_init__(self):
        self.environ |= {"MARKETPLACE_LOG_FORMAT": "json", "MARKETPLACE_ADMIN_PORT": str(self.admin_port)}

    def lines(self):
        """Return the lines of the log; the welcome, which is for people, goes to stdout."""
        return [json.loads(line) for line in self.output().splitlines() if line.startswith("{")]

    def figures(self, address="/metrics"):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}{address}", timeout=30) as answer:
            text = answer.read().decode()
        found = re.findall(r"^(\w+)(?:\{(.*)\})? (\S+)$", text, re.MULTILINE)
        return {(name, labels): float(value) for name, labels, value in found}


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    made = Watched(tmp_path_factory.mktemp("watched") / "var")
    made.start()
    try:
        yield made
        family = made.family()
        assert made.stop(signal.SIGTERM) == 0
        assert not any(is_alive(pid) for pid in family)
        assert "Traceback" not in made.output()
    finally:
        made.kill_all()


def sign_in(service, email, password):
    """Sign in as a browser does, and return the value of its cookie."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    form = urllib.parse.urlencode({"email": email, "password": password}).encode()
    browser.open(f"http://localhost:{service.port}/sign-in", form, timeout=30).read()
    browser.open(f"http://localhost:{service.port}/workspaces", timeout=30).read()
    return next(cookie.value for cookie in jar if cookie.name == "session")


def test_nothing_secret_reaches_the_log(watched):
    demo = watched.demo
    person, workspace = demo["people"][0], demo["workspace"]
    cookie = sign_in(watched, person["email"], person["password"])
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"http://localhost:{watched.port}/password-reset/a-secret-of-a-letter", timeout=30)
    login = f"{workspace['user']}:{workspace['password']}"
    header = base64.b64encode(login.encode()).decode()
    apps = watched.call(
        "GET", f"/w/{workspace['id']}/k/v1/apps.json", token=None, headers={"X-Cybozu-Authorization": header}
    )
    assert apps.status == 200, apps.content
    watched.call("GET", f"/api/v1/templates?q={urllib.parse.quote(SECRET_QUESTION)}")
    ended = watched.wait_for_import(watched.install("yokoten/handover-notes"))
    assert ended["state"] == "succeeded"
    lines = watched.lines()
    text = json.dumps(lines, ensure_ascii=False)
    secrets = [demo["token"], person["password"], person["email"], workspace["password"], header, cookie]
    secrets += ["a-secret-of-a-letter", SECRET_QUESTION, urllib.parse.quote(SECRET_QUESTION), "yokoten/handover-notes"]
    assert [secret for secret in secrets if secret in text] == []
    requests = [line for line in lines if line["event"] == "request"]
    assert {"session", "token", "kintone", "stranger"} <= {line["caller"] for line in requests}
    routes = {line["route"] for line in requests}
    assert "/api/v1/workspaces/<workspace_id>/imports" in routes
    assert not any(workspace["id"] in route for route in routes)
    keys = {"time", "level", "logger", "event", "method", "route", "status", "duration_ms", "statements", "caller"}
    assert all(keys | {"request_id"} <= line.keys() for line in requests)
    (job,) = [line for line in lines if line["event"] == "job" and line["job"] == "import"]
    assert (job["end"], bool(job["subject"])) == ("done", True)


def test_everything_on_stderr_is_an_object(watched):
    with_nul = b"GET /\x00a-secret-line HTTP/1.1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", watched.port)) as client:
        client.sendall(with_nul)
        client.recv(100)
    welcome_ends = watched.output().index("Ctrl-C")
    after = watched.output()[welcome_ends:].splitlines()[1:]
    assert [line for line in after if line and not line.startswith("{")] == []
    assert "a-secret-line" not in watched.output()


COUNTED = 'method="GET",route="/api/v1/municipalities",status="2xx"'
"""What no other test here asks for."""


def wait_until_counted(service, number, seconds=60):
    """Return the figures once so many requests are in them: one is counted after its answer has left."""
    deadline = time.monotonic() + seconds
    while (figures := service.figures()).get(("yokoten_http_requests_total", COUNTED)) != number:
        assert time.monotonic() < deadline, figures
        time.sleep(0.05)
    return figures


def test_figures_of_all_processes_are_added_up_and_those_of_the_dead_go(watched):
    for _ in range(20):
        watched.call("GET", "/api/v1/municipalities", token=None)
    figures = wait_until_counted(watched, 20)
    assert figures["yokoten_processes", 'role="web"'] == 2
    assert figures["yokoten_processes", 'role="worker"'] == 1
    assert figures["yokoten_database_up", ""] == 1
    assert figures["yokoten_waiting", 'job="import"'] == 0
    assert len(figures) < 3000
    victim = children_of(watched.pids()["web"])[0][1]
    os.kill(victim, signal.SIGKILL)
    assert not is_alive(victim)
    for _ in range(20):
        watched.call("GET", "/api/v1/municipalities", token=None)
    assert wait_until_counted(watched, 40)["yokoten_processes", 'role="web"'] <= 2


def test_the_public_port_shows_no_figures_and_the_other_one_nothing_else(watched):
    assert watched.call("GET", "/metrics", token=None).status == 404
    for address in ("/", "/healthz", "/metrics/../etc/passwd"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            watched.figures(address)
