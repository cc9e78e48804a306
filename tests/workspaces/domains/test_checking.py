"""The check of a connection, against a server that answers as kintones and others do."""

from __future__ import annotations

import json
import time

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.kernel.errors import ForbiddenError
from marketplace.workspaces.domains.checking import Item, Outcome, check_connection, last_check
from tests.municipalities.factories import MIHON, actor_for, make_municipality
from tests.outbound.receiver import closed_port, running_receiver
from tests.workspaces.domains.factories import JSON, PASSWORD, make_connection, open_ports

HTML = {"Content-Type": "text/html"}


@pytest.fixture
def receiver():
    with running_receiver() as running:
        yield running


@pytest.fixture
def ports(ports):
    return open_ports(ports)


@pytest.fixture
def admin(session, context_of):
    make_municipality(session, MIHON)
    return context_of(actor_for("admin", MIHON))


def answer(document, status=200):
    return status, JSON, json.dumps(document).encode()


def apps(count):
    return answer({"apps": [{"appId": str(number), "name": "a"} for number in range(count)]})


def refusal(code, status):
    return answer({"code": code, "id": "x", "message": f"message of {code}"}, status)


def checked(admin, receiver, **changes):
    connection = make_connection(admin, receiver.url(""), **changes)
    return check_connection(admin, connection.workspace_id), connection


def outcomes(check):
    return {finding.item: finding.outcome for finding in check.findings}


def test_an_account_that_works_is_told_with_what_it_sees(admin, receiver):
    receiver.answer_with(apps(2), answer({"name": "a"}), refusal("CB_NO02", 403))
    check, connection = checked(admin, receiver)
    assert check.works
    assert check.app_count == 2
    assert outcomes(check) == {Item.SIGN_IN: "ok", Item.APPS: "ok", Item.CREATE_APPS: "unknown"}
    assert "2個のうち、1個の設定を開けました" in check.findings[-1].text.ja
    assert "分かりません" in check.findings[-1].remedy.ja
    assert last_check(connection) == check


def test_nothing_but_reading_is_asked(admin, receiver):
    receiver.answer_with(apps(1), answer({}))
    checked(admin, receiver)
    assert {each.method for each in receiver.received} == {"GET"}


def test_a_guest_space_is_looked_into(admin, receiver):
    receiver.answer_with(apps(1), answer({"defaultThread": "1"}), apps(0))
    check, _ = checked(admin, receiver, guest_space="5")
    assert check.works
    assert outcomes(check)[Item.GUEST_SPACE] is Outcome.OK
    assert receiver.received[1].path == "/k/guest/5/v1/space.json?id=5"


def test_a_guest_space_that_is_closed_is_told(admin, receiver):
    receiver.answer_with(apps(1), refusal("GAIA_SP01", 404))
    check, _ = checked(admin, receiver, guest_space="5")
    assert not check.works
    assert outcomes(check) == {Item.SIGN_IN: "ok", Item.GUEST_SPACE: "failed"}
    assert "番号5" in check.findings[-1].text.ja


@pytest.mark.parametrize(
    ("answered", "code", "words"),
    [
        (refusal("CB_WA01", 401), "CB_WA01", "ログイン名またはパスワードが違います"),
        (refusal("CB_TW02", 401), "CB_TW02", "2要素認証"),
        (refusal("CB_NO02", 403), "CB_NO02", "権限がありません"),
        ((401, {"WWW-Authenticate": "Basic"}, b""), "basic-gate", "Basic認証"),
        ((403, HTML, b"<p>denied"), "access-blocked", "IPアドレス制限"),
        ((302, {"Location": "http://10.0.0.1/"}, b""), "http-302", "転送"),
        ((200, HTML, b"<p>hello"), "http-200", "想定していない応答"),
        (answer({"apps": "none"}), "no-answer", "想定していない応答"),
        ((503, HTML, b""), "http-503", "メンテナンス中"),
        (refusal("GAIA_TO04", 429), "GAIA_TO04", "混み合っているか"),
    ],
    ids=["password", "2fa", "kintone", "gate", "address", "redirect", "page", "shape", "maintenance", "busy"],
)
def test_what_stands_in_the_way_is_said_in_clear_words(admin, receiver, answered, code, words):
    receiver.answer_with(answered)
    check, _ = checked(admin, receiver)
    (finding,) = check.findings
    assert (finding.item, finding.outcome, finding.code) == (Item.SIGN_IN, Outcome.FAILED, code)
    assert words in finding.text.ja
    assert finding.remedy.ja != finding.remedy.en


def test_an_unreachable_host_is_said(admin, receiver):
    receiver.port = closed_port()
    check, _ = checked(admin, receiver)
    assert check.findings[0].code == "unreachable"


def test_a_slow_host_does_not_hold_the_check(admin, receiver):
    receiver.pause = 20
    started = time.monotonic()
    check, _ = checked(admin, receiver)
    assert check.findings[0].code == "time-out"
    assert time.monotonic() - started < 5


def test_time_that_runs_out_ends_the_questions(admin, receiver):
    receiver.answer_with(apps(100))
    connection = make_connection(admin, receiver.url(""))
    moments = iter([0.0, *(1.0 for _ in range(150)), *(99.0 for _ in range(1000))])
    check = check_connection(admin, connection.workspace_id, lambda: next(moments))
    assert check.app_count == 150
    assert "以上" in check.findings[1].text.ja
    assert len(receiver.received) == 2


def test_a_check_is_audited_without_a_secret_and_a_change_makes_it_void(admin, receiver):
    receiver.answer_with((400, JSON, json.dumps({"code": "X", "message": PASSWORD}).encode()))
    _, connection = checked(admin, receiver)
    admin.session.flush()
    event = admin.session.scalars(select(AuditEvent).where(AuditEvent.act == "workspace.checked")).one()
    assert event.facts == {"works": False, "code": "X"}
    assert PASSWORD not in json.dumps(connection.last_check, ensure_ascii=False)


def test_installers_check_and_readers_do_not(admin, context_of, receiver):
    receiver.answer_with(apps(0))
    workspace_id = make_connection(admin, receiver.url("")).workspace_id
    assert check_connection(context_of(actor_for("installer", MIHON)), workspace_id).works
    with pytest.raises(ForbiddenError):
        check_connection(context_of(actor_for("reader", MIHON)), workspace_id)
