"""Bounds of the kintone API: by user and by workspace, in kintone's own words."""

from __future__ import annotations

import base64

import pytest

from marketplace.workspaces.services import NewWorkspace, create_workspace
from tests.api.factories import OWN, member_of


@pytest.fixture
def made(world) -> NewWorkspace:
    """A workspace with its first user."""
    with world.context(member_of(OWN)) as ctx:
        return create_workspace(ctx, {"name": "検証用"})


def password_of(user: str, password: str) -> dict[str, str]:
    return {"X-Cybozu-Authorization": base64.b64encode(f"{user}:{password}".encode()).decode()}


def calls(app, site_id, headers, times):
    client = app.test_client()
    return [client.get(f"/w/{site_id}/k/v1/apps.json", headers=headers) for _ in range(times)]


def test_a_user_who_calls_too_often_is_refused_in_kintone_s_shape(app, made):
    answers = calls(app, made.workspace.id, password_of(made.user, made.password), 4)
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    body = answers[-1].get_json()
    assert set(body) == {"code", "id", "message"}
    assert body["code"] == "GAIA_TO04"
    assert answers[-1].headers["X-Cybozu-Error"] == "GAIA_TO04"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61


def test_guessing_passwords_is_counted_by_address_and_shuts_nobody_out(app, made):
    wrong = calls(app, made.workspace.id, password_of(made.user, "wrong"), 3)
    assert [answer.status_code for answer in wrong] == [401, 401, 429]
    right = calls(app, made.workspace.id, password_of(made.user, made.password), 1)
    assert right[0].status_code == 200


def test_calls_of_the_service_itself_are_not_counted(app, made):
    client = app.test_client()
    path = f"/w/{made.workspace.id}/k/v1/apps.json"
    inside = [client.get(path, environ_overrides={"yokoten.site_owner": "1"}).status_code for _ in range(7)]
    assert inside == [200] * 7
