"""A real nginx with our rules in front of the real service."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import subprocess
from contextlib import closing

import pytest

from tests.deploy.nginx import FOLDER, NGINX, call, running_nginx, write_configuration
from tests.e2e.service import Service
from tests.outbound.receiver import wait_until
from tests.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    environ = {"MARKETPLACE_TRUSTED_PROXIES": "127.0.0.1"}
    running = Service(tmp_path_factory.mktemp("behind") / "var", environ=environ)
    running.start()
    yield running
    running.kill_all()


@pytest.fixture(scope="module")
def front(service, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    with running_nginx(folder, service.port, free_port()) as port:
        yield port


@pytest.fixture
def cached(front, tmp_path_factory):
    """Return what nginx keeps."""
    folder = next(path for path in tmp_path_factory.getbasetemp().glob("nginx*/cache"))
    return lambda: [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def addresses(service):
    with closing(sqlite3.connect(service.data_dir / "yokoten.db")) as database:
        return [row[0] for row in database.execute("SELECT address FROM sign_in_failures ORDER BY at")]


def guess(port, source, **headers):
    """Give a wrong password, which leaves the caller's address in the database."""
    form = "email=nobody%40example.lg.jp&password=wrong"
    sent = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    return call(port, "POST", "/sign-in", form, sent, source)[0]


def test_the_rules_with_tls_are_taken(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=yokoten.example.lg.jp"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    text = (FOLDER / "yokoten.conf").read_text(encoding="utf-8")
    text = text.replace("/etc/nginx/tls/yokoten.pem", str(certificate)).replace("/etc/nginx/tls/yokoten.key", str(key))
    path = write_configuration(tmp_path, text)
    found = subprocess.run([NGINX, "-t", "-c", path, "-e", tmp_path / "error.log"], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert "warn" not in found.stderr


def test_a_page_comes_through_with_one_reference(front):
    status, headers, content = call(front, "GET", "/", headers={"X-Request-Id": "made-up-by-a-caller"})
    assert status == 200
    assert "ヨコテン".encode() in content
    assert len(headers.get_all("X-Request-Id")) == 1
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-Id"])
    assert headers["Content-Security-Policy"]


def test_static_files_are_kept_by_nginx(front, cached):
    _status, _headers, page = call(front, "GET", "/")
    path = re.search(rb'/static/[^"]+\.css\?v=[^"]+', page)[0].decode()
    status, headers, content = call(front, "GET", path)
    assert (status, "immutable" in headers["Cache-Control"]) == (200, True), (path, headers)
    wait_until(lambda: any(content in kept for kept in cached()))  # It is kept when the last byte has been sent.
    smaller = call(front, "GET", path, headers={"Accept-Encoding": "gzip", "Cookie": "session=of-somebody"})
    assert smaller[1]["Content-Encoding"] == "gzip"
    assert not any(b"of-somebody" in kept for kept in cached())
    assert call(front, "GET", path)[2] == content


def test_an_upload_comes_through_whole(front, service):
    bundle = service.call("GET", "/api/v1/templates/yokoten/handover-notes/versions/1.0.0/bundle", token=None).content
    headers = {"Authorization": f"Bearer {service.demo['token']}", "Content-Type": "application/zip"}
    status, _headers, content = call(front, "POST", "/api/v1/drafts", bundle, headers)
    assert (status, json.loads(content)["slug"]) == (201, "handover-notes")


def test_a_body_too_large_is_refused_before_it_is_sent(front):
    connection = http.client.HTTPConnection("127.0.0.1", front, timeout=60)
    with closing(connection):
        connection.putrequest("POST", "/api/v1/drafts")
        connection.putheader("Content-Length", str(40 * 1024 * 1024))
        connection.endheaders()
        answer = connection.getresponse()
        problem = json.loads(answer.read())
    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert problem["code"] == "too-large"


def test_the_caller_is_known_and_what_it_says_of_itself_is_not_believed(front, service):
    assert guess(front, "127.0.0.2") == guess(front, "127.0.0.3", **{"X-Forwarded-For": "203.0.113.5"})
    assert addresses(service)[-2:] == ["127.0.0.2", "127.0.0.3"]
    guess(service.port, "127.0.0.4", **{"X-Forwarded-For": "203.0.113.5"})
    assert addresses(service)[-1] == "127.0.0.4"


def test_figures_are_not_to_be_had_here(front):
    assert call(front, "GET", "/metrics")[0] == 404


def test_callers_are_told_to_come_again_while_no_web_server_is_there(tmp_path):
    with running_nginx(tmp_path, free_port(), free_port(), status=503) as front:
        status, headers, content = call(front, "GET", "/")
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "10", "no-store")
    assert "ただいま利用できません".encode() in content


@pytest.mark.parametrize(
    ("path", "headers", "status", "words"),
    [
        ("/templates?q=" + "%E5%82%99" * 1_000, {}, 414, "アドレスが長すぎます"),
        ("/", {"Cookie": "a=" + "b" * 9_000}, 431, "Cookieを消して"),
    ],
)
def test_what_is_too_long_is_refused_in_both_languages(front, path, headers, status, words):
    came, _, page = call(front, "GET", path, headers=headers)
    assert (came, words in page.decode()) == (status, True)
    assert b"Your browser" in page or b"The address" in page
