"""How commands speak to a service: what they send, what they try again, and what they say of strange answers."""

from __future__ import annotations

import datetime as dt
import json
import re
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from marketplace.cli import api
from marketplace.cli.outcomes import Outcome

JSON = {"Content-Type": "application/json"}
SECRET = "yktn_0123456789abcdef"
TOKEN = {
    "name": "CI",
    "municipality": {"code": "992011", "name": "みほん市"},
    "scopes": [],
    "expires_at": "2027-03-31T00:00:00Z",
}


def json_answer(content, status=200):
    return status, JSON, json.dumps(content).encode()


def problem(status, code="some-code", **more):
    content = {
        "type": "/x",
        "title": "できません。",
        "detail": "直してください。",
        "code": code,
        "status": status,
        **more,
    }
    return status, {"Content-Type": "application/problem+json"}, json.dumps(content).encode()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(api, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def asking(yokoten, receiver):
    """A typist whose service is the receiver."""
    yokoten.environ |= {"YOKOTEN_URL": receiver.url(""), "YOKOTEN_TOKEN": SECRET, "YOKOTEN_WORKSPACE": "w1"}
    return yokoten


def test_the_token_the_language_and_the_kind_of_program_are_sent(asking, receiver):
    receiver.answer_with(json_answer(TOKEN))
    asking("whoami", "--lang", "en")
    (call,) = receiver.received
    assert call.path == "/api/v1/tokens/own"
    assert call.headers["Authorization"] == f"Bearer {SECRET}"
    assert call.headers["Accept-Language"] == "en"
    assert call.headers["User-Agent"] == "yokoten-cli"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_question_is_asked_again_when_the_service_is_busy(asking, receiver, status):
    receiver.answer_with((status, {"Retry-After": "0"}, b""), status, json_answer(TOKEN))
    assert asking.json("whoami")["municipality"]["name"] == "みほん市"
    assert len(receiver.received) == 3


def test_a_service_that_stays_busy_ends_the_command_after_some_tries(asking, receiver):
    receiver.answer_with(problem(503, "blob-store-down"))
    refused = asking.json("whoami", exit_code=Outcome.UNREACHABLE)
    assert refused["error"]["code"] == "blob-store-down"
    assert len(receiver.received) == 4


def test_a_plan_is_ordered_without_a_key_and_so_not_asked_for_twice(asking, receiver):
    receiver.answer_with(503)
    asking("plan", "yokoten/handover-notes", exit_code=Outcome.UNREACHABLE)
    assert len(receiver.received) == 1


def test_an_install_is_sent_again_with_the_same_key_and_again_by_the_next_command(asking, receiver):
    receiver.answer_with(502)
    for _ in range(2):
        asking("install", "yokoten/handover-notes", exit_code=Outcome.UNREACHABLE)
    keys = {call.headers["Idempotency-Key"] for call in receiver.received}
    assert len(receiver.received) == 8
    assert len(keys) == 1
    asking("install", "yokoten/handover-notes", "--no-samples", exit_code=Outcome.UNREACHABLE)
    assert receiver.received[-1].headers["Idempotency-Key"] not in keys


def test_a_key_that_was_given_is_used(asking, receiver):
    receiver.answer_with(problem(409, "import-under-way"))
    told = asking("install", "yokoten/handover-notes", "--idempotency-key", "run-7", exit_code=Outcome.CONFLICT)
    assert "run-7" in told.stderr
    assert receiver.received[0].headers["Idempotency-Key"] == "run-7"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((400, Outcome.REFUSED), (401, Outcome.REFUSED), (403, Outcome.REFUSED), (404, Outcome.REFUSED)),
        *((409, Outcome.CONFLICT), (412, Outcome.CONFLICT), (422, Outcome.REFUSED), (500, Outcome.UNREACHABLE)),
    ],
)
def test_refusals_have_exit_codes_of_their_kind(asking, receiver, status, outcome):
    receiver.answer_with(problem(status))
    told = asking("whoami", exit_code=outcome).stderr
    assert told.startswith("エラー：できません。\n")
    assert ("yokoten login" if status == 401 else "直してください。") in told


def test_what_is_wrong_with_the_input_is_told_item_by_item(asking, receiver):
    errors = [{"pointer": "/template", "message": "指定してください。"}, {"file": "a.json", "title": {"ja": "誤り"}}]
    receiver.answer_with(problem(422, errors=errors))
    told = asking("plan", "yokoten/handover-notes", exit_code=Outcome.REFUSED).stderr
    assert "  /template: 指定してください。\n  a.json: 誤り\n" in told


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "text/html"}, b"<h1>Sign in to the proxy</h1>"),
        (200, JSON, b"{"),
        (200, JSON, b"[]"),
        (200, JSON, b"\xff\xfe"),
        (200, {}, b""),
        (404, {"Content-Type": "text/html"}, b"nginx"),
        (500, {"Content-Type": "application/problem+json"}, b"no json"),
        (302, {"Location": "http://169.254.169.254/latest?token=1"}, b""),
        (307, {"Location": "/elsewhere"}, b""),
    ],
    ids=["html", "broken", "list", "bytes", "empty", "not-found", "problem", "redirect", "local-redirect"],
)
def test_what_no_service_of_ours_would_answer_is_called_that(asking, receiver, answer):
    receiver.answer_with(answer)
    refused = asking.json("whoami", exit_code=Outcome.UNREACHABLE)
    assert refused["error"]["code"] == "not-the-service"
    assert "latest" not in json.dumps(refused)
    assert len(receiver.received) == 1


def test_a_service_that_is_not_there_is_told_plainly(asking):
    told = asking("whoami", "--url", "http://127.0.0.1:9", exit_code=Outcome.UNREACHABLE).stderr
    assert told.startswith("エラー：http://127.0.0.1:9 につながりません")


def test_an_answer_without_end_is_given_up(asking, receiver, monkeypatch):
    monkeypatch.setattr(api, "WHOLE_ANSWER_SECONDS", 0.0)
    receiver.answer_with(json_answer(TOKEN))
    asking("whoami", exit_code=Outcome.UNREACHABLE)


def test_a_bundle_that_changed_on_its_way_is_not_used(asking, receiver, write_folder):
    receiver.answer_with(json_answer({"digest": "0" * 64}), (200, {"Content-Type": "application/zip"}, b"PK"))
    refused = asking.json("diff", "yokoten/handover-notes@1.0.0", write_folder(), exit_code=Outcome.UNREACHABLE)
    assert refused["error"]["code"] == "digest-mismatch"


def test_the_token_shows_nowhere(asking, receiver):
    receiver.answer_with(problem(403))
    result = asking("whoami", exit_code=Outcome.REFUSED)
    assert SECRET not in result.output


@pytest.mark.parametrize("url", ["http://example.com", "http://192.0.2.1:8000", "http://localhost.example.com"])
def test_plain_http_is_for_this_machine_only(asking, url):
    refused = asking.json("whoami", "--url", url, exit_code=Outcome.USAGE)
    assert refused["error"]["code"] == "url-insecure"


@pytest.mark.parametrize(
    "url", ["ftp://x", "x", "https://", "https://a:b@x", "https://x/?q", "https://x:port", "[", ""]
)
def test_an_address_that_is_none_is_refused(asking, url):
    refused = asking.json("whoami", "--url", url, YOKOTEN_URL="", exit_code=Outcome.USAGE)
    assert refused["error"]["code"] in {"url-invalid", "service-unknown"}


def test_the_proxy_of_the_environment_carries_the_calls(asking, receiver):
    receiver.answer_with(json_answer(TOKEN))
    address = "http://yokoten.invalid"
    asking("whoami", "--url", address, "--insecure", http_proxy=receiver.url(""), no_proxy="")
    assert receiver.received[0].path == f"{address}/api/v1/tokens/own"


@pytest.fixture
def encrypted(tmp_path):
    """A service for localhost over TLS, with a certificate of its own authority; yields address and certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    first, last = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2026, 2099))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), first, last)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "authority.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    both = tmp_path / "server.pem"
    kind = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())
    both.write_bytes(pem.read_bytes() + secret)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            _, headers, content = json_answer(TOKEN)
            self.send_response(200)
            for header in ({**headers, "Content-Length": str(len(content))}).items():
                self.send_header(*header)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words):
            """Stay silent."""

    server = HTTPServer(("localhost", 0), Handler)
    server.handle_error = lambda *_: None
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(both)
    server.socket = trust.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_address[1]}", pem
    server.shutdown()
    server.server_close()


def test_a_certificate_counts_only_with_its_authority(asking, encrypted):
    url, authority = encrypted
    refused = asking.json("whoami", "--url", url, exit_code=Outcome.UNREACHABLE)
    assert refused["error"]["code"] == "certificate-untrusted"
    assert "--ca-bundle" in refused["error"]["remedy"]
    assert asking.json("whoami", "--url", url, "--ca-bundle", authority)["name"] == "CI"
    assert asking.json("whoami", "--url", url, YOKOTEN_CA_BUNDLE=str(authority))["name"] == "CI"


def test_a_file_that_holds_no_authorities_is_a_mistake_of_usage(asking, encrypted, tmp_path):
    (tmp_path / "empty.pem").write_text("")
    url, _ = encrypted
    asking("whoami", "--url", url, "--ca-bundle", tmp_path / "empty.pem", exit_code=Outcome.USAGE)


@pytest.mark.parametrize("name", ["handover-notes", "a/b/c", "a/b@", "A/b", "a/B", "a/b@1@2"])
def test_what_names_no_template_is_a_mistake_of_usage(asking, name):
    assert re.search(r"publisher/slug", asking("show", name, exit_code=Outcome.USAGE).stderr)
