"""Walks every endpoint of the URL map with the ids of one municipality, as all those who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.api.v1.openapi import PARAMETER
from marketplace.api.v1.operation import ATTRIBUTE
from marketplace.installs.checks.models import InstallationCheck
from marketplace.kernel.actor import SYSTEM, Permission
from marketplace.municipalities.models import Invitation
from marketplace.municipalities.roles import Role
from tests.api.factories import OTHER, OWN, SLUG, with_fields, zip_of
from tests.community.factories import story_data
from tests.municipalities.factories import make_member

EXPORT = {"apps": ["1"], "dry_run": True}
READER = (Permission.WORKSPACES_READ,)
READABLE = {
    "list_workspaces",
    "get_workspace",
    "list_workspace_installations",
    "list_own_installations",
    "read_installation",
    "list_imports",
    "get_import",
    "get_receipt",
    "get_installation_check",
    "get_own_token",
    "list_calls",
    "list_leftovers",
}
OF_OTHER_MODES = {"download_call_file", "download_package"}
"""The import here is one that the service carries out itself."""
OWN_LISTS = {"list_drafts", "list_workspaces", "list_own_installations", "list_tokens", "get_own_token"} | {
    "list_members",
    "list_invitations",
}
"""A neighbour gets its own here."""
OWN_CREATIONS = {"create_story", "create_workspace", "issue_token", "write_wanted_app", "invite"} | {
    "upload_draft",
    "publish_bundle",
}
"""A neighbour makes its own here."""
OWNED = ("workspace", "draft", "export", "import", "installation", "token", "wanted", "story", "person", "invitation")
OWN_IDS = tuple(f"{name}_id" for name in OWNED)
OPEN_TO_ALL = {"vote_for_wanted_app": 200, "take_vote_back": 204, "answer_wanted_app": 409}
"""What a neighbour does about the wanted app of another; the template was named as an answer already."""
WANTED = {"title": "期限管理", "text": "知らせてほしい。", "category": "kensetsu"}
ANSWER = {"template": f"{OWN}/{SLUG}", "text": "使えます。"}


@pytest.fixture
def ids(world):
    """One of everything that みほん市 has."""
    owner = world.caller()
    version = world.release(with_fields("1.0.0", "件名"), OWN)
    workspace_id = world.workspace()
    order = {"template": f"{OWN}/{SLUG}"}
    wanted = owner.post("/api/v1/wanted-apps", 201, json=WANTED).json["id"]
    answers = owner.post(f"/api/v1/wanted-apps/{wanted}/answers", 201, json=ANSWER).json["answers"]
    return {
        "wanted_id": wanted,
        "answer_id": answers[0]["id"],
        "publisher": OWN,
        "slug": SLUG,
        "version": "1.0.0",
        "old": "1.0.0",
        "new": "1.0.0",
        "workspace_id": workspace_id,
        "draft_id": owner.upload(zip_of("1.1.0", "件名", "備考")).json["id"],
        "export_id": owner.post(f"/api/v1/workspaces/{workspace_id}/exports", 202, json=EXPORT).json["id"],
        "import_id": owner.post(f"/api/v1/workspaces/{workspace_id}/imports", 202, json=order).json["id"],
        "installation_id": checked(world, world.installed(version)),
        "token_id": owner.token_id,
        "story_id": owner.post("/api/v1/stories", 201, json=story_data(template=f"{OWN}/{SLUG}")).json["id"],
        "number": "1",
        "person_id": member_of(world),
        "invitation_id": invitation_of(world),
    }


def member_of(world):
    """Let somebody be a member."""
    with world.context(SYSTEM) as ctx:
        return make_member(ctx.session, OWN).person_id


def invitation_of(world):
    """Have somebody invited."""
    with world.context(SYSTEM) as ctx:
        times = {"created_at": ctx.now(), "expires_at": ctx.now() + timedelta(days=7)}
        inviter = make_member(ctx.session, OWN).person_id
        sent = Invitation(
            secret_hash="0" * 64,
            municipality_code=OWN,
            email="new@example.lg.jp",
            role=Role.READER,
            invited_by=inviter,
            **times,
        )
        ctx.session.add(sent)
        ctx.session.flush()
        return sent.id


def checked(world, installation_id):
    """Have a check of an installation asked for."""
    with world.context(SYSTEM) as ctx:
        ctx.session.add(InstallationCheck(installation_id=installation_id, asked_by="試験", asked_at=ctx.now()))
    return installation_id


@pytest.fixture
def private(app, ids):
    """Every endpoint that needs a token, with a body that would do."""
    bodies = {
        "create_workspace": {"json": {"name": "本番"}},
        "change_member": {"json": {"role": "reader"}},
        "invite": {"json": {"email": "one@example.lg.jp", "role": "reader"}},
        "issue_token": {"json": {"name": "CI", "scopes": ["workspaces:read"]}},
        "start_export": {"json": EXPORT},
        "start_import": {"json": {"template": f"{OWN}/{SLUG}"}},
        "create_story": {"json": story_data(template=f"{OWN}/{SLUG}")},
        "replace_story": {"json": story_data()},
        "put_review": {"json": {"stars": 5}},
        "write_wanted_app": {"json": WANTED},
        "rewrite_wanted_app": {"json": WANTED},
        "answer_wanted_app": {"json": ANSWER},
        "fulfil_wanted_app": {"json": {"answer": ids["answer_id"]}},
        "close_wanted_app": {"json": {"reason": "いたずら"}},
        "withdraw_version": {"json": {"reason": "いたずら"}},
        "answer_finding": {"json": {"finding": "x", "answer": "meant"}},
        "ask_next_call": {"json": {"runner": "runner-1"}},
        "report_outcome": {"json": {"runner": "runner-1", "status": 200, "body": {}}},
        "report_import": {"json": {}},
        "change_connection": {"json": {"address": "https://example.cybozu.com"}},
        "replace_credentials": {"json": {"login": "service", "password": "secret"}},
        "upload_draft": {"data": zip_of("1.2.0"), "headers": {"Content-Type": "application/zip"}},
        "publish_bundle": {"data": zip_of("1.3.0"), "headers": {"Content-Type": "application/zip"}},
    }
    found = []
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        if declared is None or not declared.token:
            continue
        name = rule.endpoint.rpartition(".")[2]
        path = PARAMETER.sub(lambda match: ids[match[1]], rule.rule)
        found += [(name, method, path, bodies.get(name, {})) for method in rule.methods - {"OPTIONS"}]
    assert len(found) > 20
    return found


def test_every_endpoint_under_the_api_is_declared(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    undeclared = {rule.endpoint for rule in rules if not hasattr(app.view_functions[rule.endpoint], ATTRIBUTE)}
    assert undeclared == {"api_v1.openapi"}


def test_a_stranger_enters_nowhere(private, stranger):
    for _, method, path, options in private:
        assert stranger.send(method, path, **options).status_code == 401, (method, path)


def test_a_stranger_can_not_tell_what_exists(private, stranger, ids):
    for _, method, path, options in private:
        absent = path
        for name in OWN_IDS:
            absent = absent.replace(ids[name], "a" * 16)
        answers = [stranger.send(method, address, **options) for address in (path, absent)]
        bodies = [answer.get_data(as_text=True).replace(answer.request.path, "") for answer in answers]
        assert bodies[0] == bodies[1]


def test_a_reader_reads_workspaces_and_nothing_else(private, world):
    reader = world.caller(OWN, *READER)
    for name, method, path, options in private:
        status = reader.send(method, path, **options).status_code
        assert status == (200 if name in READABLE else 403), (method, path)


def test_another_municipality_enters_nowhere(private, world, ids):
    neighbour = world.caller(OTHER)
    for name, method, path, options in private:
        answer = neighbour.send(method, path, **options)
        if name in OWN_LISTS | OWN_CREATIONS:
            assert not any(ids[key] in answer.get_data(as_text=True) for key in ids if key.endswith("_id"))
        elif name in OPEN_TO_ALL:
            assert answer.status_code == OPEN_TO_ALL[name], (method, path)
        elif name in {"put_review", "delete_review", "get_own_review"}:
            assert answer.status_code in {403, 404}, (method, path)
        else:
            assert answer.status_code == 404, (method, path)


def test_private_answers_are_kept_by_no_cache(private, world):
    owner = world.caller()
    for name, method, path, _ in private:
        if method in {"GET", "HEAD"} and name != "get_own_review":
            answer = owner.send(method, path)
            assert answer.headers["Cache-Control"] == "no-store"
            expected = {409} if name in OF_OTHER_MODES else {200, 403}
            assert answer.status_code in expected, (name, answer.status_code)
