"""Workspaces that are a kintone domain, by API."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from marketplace.kernel.ports import Ports
from marketplace.vault.fernet import FernetVault, new_key
from tests.api.factories import OTHER
from tests.outbound.receiver import running_receiver
from tests.workspaces.domains.factories import GATE_PASSWORD, JSON, LOGIN, PASSWORD, make_input, open_ports

WORKSPACES = "/api/v1/workspaces"


@pytest.fixture
def ports(ports: Ports) -> Ports:
    return open_ports(ports)


@pytest.fixture
def receiver():
    with running_receiver() as running:
        running.answer_with((200, JSON, b'{"apps": []}'))
        yield running


@pytest.fixture
def domain(caller, receiver):
    """The address of a workspace that is a kintone domain."""
    body = make_input(receiver.url(""), gate_user="gate", gate_password=GATE_PASSWORD)
    return caller.post(WORKSPACES, 201, json=body).headers["Location"]


def test_a_domain_is_connected_and_shown_without_its_passwords(caller, domain, receiver):
    made = caller.get(domain).json
    assert (made["kind"], made["kintone_url"]) == ("kintone", receiver.url(""))
    connection = made["connection"]
    assert (connection["login"], connection["gate_user"], connection["last_check"]) == (LOGIN, "gate", None)
    assert connection["rotated_at"] < connection["rotate_by"]
    assert caller.get(WORKSPACES).json["items"] == [made]


def test_a_built_in_workspace_has_no_connection(caller, world):
    path = f"{WORKSPACES}/{world.workspace()}"
    assert caller.get(path).json["connection"] is None
    caller.refused("POST", f"{path}/check", 409, "workspace-not-a-domain")
    body = {"login": "a", "password": "b"}
    caller.refused("PUT", f"{path}/credentials", 409, "workspace-not-a-domain", json=body)


def test_connecting_twice_under_one_key_makes_one_and_keeps_no_password(caller, domain):
    body, key = make_input("https://example.cybozu.com"), {"Idempotency-Key": "once"}
    first, second = (caller.post(WORKSPACES, 201, json=body, headers=key) for _ in range(2))
    assert first.json == second.json
    assert (first.json["user"], first.json["password"]) == (LOGIN, None)
    assert len(caller.get(WORKSPACES).json["items"]) == 2


def test_a_check_tells_what_the_account_may_do_and_is_kept(caller, domain):
    check = caller.post(f"{domain}/check", 200).json
    assert (check["works"], check["app_count"]) == (True, 0)
    assert [finding["item"] for finding in check["findings"]] == ["sign_in", "apps", "create_apps"]
    assert caller.get(domain).json["connection"]["last_check"] == check


def test_credentials_are_replaced(caller, domain, receiver):
    caller.send("PUT", f"{domain}/credentials", 200, json={"login": "other", "password": "new"})
    caller.post(f"{domain}/check", 200)
    assert caller.get(domain).json["connection"]["login"] == "other"
    assert "Authorization" not in receiver.received[-1].headers


def test_a_connection_is_changed(caller, domain, receiver):
    body = {"address": receiver.url("/w/other"), "guest_space": "5"}
    assert caller.send("PUT", f"{domain}/connection", 200, json=body).json["guest_space"] == "5"
    body = {"address": "https://example.cybozu.com"}
    problem = caller.refused("PUT", f"{domain}/connection", 422, "input-invalid", json=body)
    assert [error["pointer"] for error in problem["errors"]] == ["/password"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"address": "https://example.com"}, "/address"),
        ({"address": 5}, "/address"),
        ({"password": None}, "/password"),
        ({"login": None}, "/login"),
        ({"kind": "other"}, "/kind"),
        ({"kind": 5}, "/kind"),
        ({"guest_space": "x"}, "/guest_space"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_pointed_at(caller, changes, pointer):
    problem = caller.refused("POST", WORKSPACES, 422, "input-invalid", json=make_input(**changes))
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_neighbour_finds_no_connection(world, domain):
    neighbour = world.caller(OTHER)
    body = {"login": "a", "password": "b", "address": "https://example.cybozu.com"}
    for method, end in (("POST", "check"), ("PUT", "connection"), ("PUT", "credentials")):
        neighbour.refused(method, f"{domain}/{end}", 404, "workspace-not-found", json=body)


def test_no_answer_and_no_log_line_holds_a_password(caller, domain, receiver, caplog):
    echo = json.dumps({"code": "X", "message": f"{PASSWORD} {GATE_PASSWORD}"}).encode()
    receiver.answer_with((400, JSON, echo))
    with caplog.at_level(0):
        answers = [
            caller.get(domain),
            caller.get(WORKSPACES),
            caller.post(f"{domain}/check", 200),
            caller.get(domain),
            caller.send("PUT", f"{domain}/connection", 200, json={"address": receiver.url("")}),
            caller.send("PUT", f"{domain}/credentials", 200, json={"login": "other", "password": PASSWORD}),
            caller.send("PUT", f"{domain}/credentials", 422, json={"login": "", "password": PASSWORD}),
        ]
    told = "".join(answer.get_data(as_text=True) for answer in answers) + caplog.text
    assert [secret for secret in (PASSWORD, GATE_PASSWORD) if secret in told] == []
    assert json.dumps(PASSWORD)[1:-1] not in told


def test_a_vault_that_lost_its_key_says_so(caller, domain, app):
    app.ports = replace(app.ports, vault=FernetVault([new_key()]))
    caller.refused("POST", f"{domain}/check", 409, "credentials-unreadable")
