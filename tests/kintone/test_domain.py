"""Calls to a kintone domain over a real network connection, and everything that may come back."""

from __future__ import annotations

import base64
import json
import ssl
import time

import pytest

from marketplace.jobs.lease import RENEW_BEFORE
from marketplace.kintone.account import Account
from marketplace.kintone.client import KintoneClient, Upload
from marketplace.kintone.domain import DomainTransport
from marketplace.kintone.errors import (
    FailureKind,
    KintoneAnswerError,
    KintoneError,
    KintoneUncallableError,
    KintoneUnreachableError,
)
from marketplace.outbound.client import OutboundHttp, TimeLimits
from tests.outbound.receiver import NAME, closed_port, running_receiver

JSON = {"Content-Type": "application/json;charset=UTF-8"}
PASSWORD, GATE = "correct horse 馬", "battery staple"


@pytest.fixture
def receiver():
    with running_receiver() as running:
        running.answer_with((200, JSON, b"{}"))
        yield running


def client_of(receiver, *, gate=False, guest_space=None, outbound=None):
    account = Account(receiver.url("/w/abc"), "yokoten", PASSWORD, *(("gate", GATE) if gate else ()))
    way = outbound or OutboundHttp(trusted=frozenset({"127.0.0.1"}), limits=TimeLimits(connect=1, total=1))
    return KintoneClient(DomainTransport(way, account), guest_space=guest_space)


def pair(text):
    return base64.b64encode(text.encode()).decode()


def failure_of(client, kind):
    with pytest.raises(kind) as failed:
        client.call("GET", "apps.json")
    return failed.value


def test_a_call_carries_the_account_and_no_content_type_without_content(receiver):
    client_of(receiver).call("GET", "app/settings.json", params={"app": "1"})
    (arrived,) = receiver.received
    assert (arrived.method, arrived.path) == ("GET", "/w/abc/k/v1/app/settings.json?app=1")
    assert arrived.headers["X-Cybozu-Authorization"] == pair(f"yokoten:{PASSWORD}")
    assert {"Authorization", "Content-Type"} & set(arrived.headers) == set()


def test_the_basic_gate_is_passed_beside_the_account(receiver):
    client_of(receiver, gate=True).call("POST", "preview/app.json", body={"name": "申請"})
    (arrived,) = receiver.received
    assert arrived.headers["Authorization"] == f"Basic {pair(f'gate:{GATE}')}"
    assert (arrived.json, arrived.headers["Content-Type"]) == ({"name": "申請"}, "application/json")


def test_a_guest_space_has_paths_of_its_own_and_apps_are_made_inside(receiver):
    receiver.answer_with((200, JSON, b'{"defaultThread": "7"}'), (200, JSON, b'{"app": "3", "revision": "1"}'))
    assert client_of(receiver, guest_space="5").create_app("申請").app_id == "3"
    assert [each.path for each in receiver.received] == [
        "/w/abc/k/guest/5/v1/space.json?id=5",
        "/w/abc/k/guest/5/v1/preview/app.json",
    ]
    assert receiver.received[1].json == {"name": "申請", "space": "5", "thread": "7"}


def test_a_long_question_travels_as_a_post_that_names_its_method(receiver):
    receiver.answer_with((200, JSON, b'{"records": []}'))
    query = "件名 = " + "あ" * 400
    client_of(receiver).get_records("1", query, fields=["件名", "備考"])
    (arrived,) = receiver.received
    assert (arrived.method, arrived.path) == ("POST", "/w/abc/k/v1/records.json")
    assert arrived.headers["X-HTTP-Method-Override"] == "GET"
    assert arrived.json == {"app": "1", "query": query, "fields": ["件名", "備考"]}


def test_a_file_is_sent_as_a_form_whose_name_can_not_break_out(receiver):
    receiver.answer_with((200, JSON, b'{"fileKey": "k"}'))
    sent = Upload('申請"\r\nX-Evil: 1.pdf', "application/pdf", b"\x00--data\r\n")
    assert client_of(receiver).upload_file(sent) == "k"
    (arrived,) = receiver.received
    head, _, rest = arrived.body.partition(b"\r\n\r\n")
    assert 'name="file"; filename="申請%22%0D%0AX-Evil: 1.pdf"' in head.decode()
    boundary = arrived.headers["Content-Type"].partition("boundary=")[2]
    assert rest == b"\x00--data\r\n" + f"\r\n--{boundary}--\r\n".encode()


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "CB_WA01", FailureKind.PERMANENT),
        (403, "CB_NO02", FailureKind.PERMANENT),
        (409, "GAIA_CO02", FailureKind.CONFLICT),
        (429, "GAIA_TO04", FailureKind.RETRYABLE),
        (503, "CB_MT01", FailureKind.RETRYABLE),
    ],
)
def test_a_refusal_comes_in_kintones_own_words_and_is_sorted(receiver, status, code, kind):
    refusal = json.dumps({"code": code, "id": "x", "message": "だめです。"}).encode()
    receiver.answer_with((status, JSON, refusal))
    failed = failure_of(client_of(receiver), KintoneError)
    assert (failed.code, failed.status, failed.kind, failed.message.ja) == (code, status, kind, "だめです。")


@pytest.mark.parametrize(
    ("answer", "code", "kind"),
    [
        ((302, {"Location": "http://169.254.169.254/"}, b""), "", FailureKind.PERMANENT),
        ((200, {"Content-Type": "text/html"}, b"<p>sign in</p>"), "", FailureKind.PERMANENT),
        ((200, JSON, b'{"apps": ['), "", FailureKind.PERMANENT),
        ((200, JSON, b"[]"), "", FailureKind.PERMANENT),
        ((200, JSON, b"[" * 100_000), "", FailureKind.PERMANENT),
        ((400, JSON, b'{"error": "x"}'), "", FailureKind.PERMANENT),
        ((503, {"Content-Type": "text/html"}, b"maintenance"), "", FailureKind.RETRYABLE),
        ((401, {"WWW-Authenticate": 'Basic realm="x"'}, b"<p>"), "basic-gate", FailureKind.PERMANENT),
        ((403, {"Content-Type": "text/html"}, b"<p>your address"), "access-blocked", FailureKind.PERMANENT),
    ],
    ids=["redirect", "page", "half json", "list", "deep", "no code", "maintenance", "gate", "address"],
)
def test_what_no_kintone_answers_is_told_apart(receiver, answer, code, kind):
    receiver.answer_with(answer)
    failed = failure_of(client_of(receiver), KintoneAnswerError)
    assert (failed.status, failed.code, failed.kind) == (answer[0], code, kind)
    assert failed.message.ja != failed.message.en
    assert len(receiver.received) == 1


def test_a_slow_host_is_given_up_well_within_the_lease_and_may_be_tried_again(receiver):
    receiver.drip = 0.3
    started = time.monotonic()
    failed = failure_of(client_of(receiver), KintoneUnreachableError)
    assert (failed.code, failed.kind) == ("time-out", FailureKind.RETRYABLE)
    assert time.monotonic() - started < 3
    assert TimeLimits().total < RENEW_BEFORE.total_seconds()


def test_a_closed_port_and_a_broken_answer_may_pass(receiver):
    receiver.answer_with((200, {"Content-Length": "100"}, b"half"))
    assert failure_of(client_of(receiver), KintoneUnreachableError).code == "broken-off"
    receiver.port = closed_port()
    assert failure_of(client_of(receiver), KintoneUnreachableError).code == "unreachable"


def test_a_certificate_that_does_not_fit_ends_the_call_before_anything_is_said():
    with running_receiver(encrypted=True) as encrypted:
        way = OutboundHttp(trusted=frozenset({"127.0.0.1"}), tls=ssl.create_default_context())
        account = Account(encrypted.url("", scheme="https"), "yokoten", PASSWORD)
        failed = failure_of(KintoneClient(DomainTransport(way, account)), KintoneUncallableError)
        assert (failed.code, failed.kind, failed.proves_no_effect) == ("certificate", FailureKind.PERMANENT, True)
        assert encrypted.received == []


def test_a_name_that_leads_into_a_private_network_is_never_called(receiver):
    way = OutboundHttp(resolve=lambda _host, _port: ["10.0.0.5"])
    account = Account(f"https://{NAME}", "yokoten", PASSWORD)
    failed = failure_of(KintoneClient(DomainTransport(way, account)), KintoneUncallableError)
    assert failed.code == "address-forbidden"
    assert "10.0.0.5" not in f"{failed} {failed.message}"


def test_a_huge_answer_is_refused(receiver, monkeypatch):
    monkeypatch.setattr("marketplace.kintone.domain.LARGEST_ANSWER", 100)
    monkeypatch.setattr("marketplace.kintone.answers.LARGEST_ANSWER", 100)
    receiver.answer_with((200, JSON, b'{"a": "' + b"x" * 200 + b'"}'))
    assert "大きすぎます" in failure_of(client_of(receiver), KintoneAnswerError).message.ja


def test_a_server_that_echoes_secrets_is_not_quoted(receiver):
    sent = f"{PASSWORD} {GATE} {pair(f'yokoten:{PASSWORD}')} {pair(f'gate:{GATE}')}"
    refusal = {"code": "X", "message": sent, "errors": {"a": {"messages": [sent]}}}
    for ascii_only in (True, False):
        receiver.answer_with((400, JSON, json.dumps(refusal, ensure_ascii=ascii_only).encode()))
        failed = failure_of(client_of(receiver, gate=True), KintoneError)
        told = f"{failed} {failed.message} {failed.errors}"
        assert [secret for secret in sent.split() if secret in told] == []
        assert PASSWORD not in told


def test_an_account_does_not_print_its_passwords():
    shown = repr(Account("https://a.cybozu.com", "yokoten", PASSWORD, "gate", GATE))
    assert PASSWORD not in shown
    assert GATE not in shown
