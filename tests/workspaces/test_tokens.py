from __future__ import annotations

from datetime import timedelta

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import ActorKind, Permission
from marketplace.kernel.errors import ForbiddenError
from marketplace.kernel.ids import hash_secret
from marketplace.workspaces import tokens
from marketplace.workspaces.errors import ScopeNotHeldError, TokenNotFoundError, WorkspaceNotFoundError
from tests.municipalities.factories import MIHON, actor_for, fictitious_code, make_municipality
from tests.workspaces.factories import make_workspace

INSTALL = {"name": "導入用", "scopes": ["installs:write", "workspaces:read"]}


@pytest.fixture
def admin_ctx(session, context_of):
    make_municipality(session, MIHON)
    return context_of(actor_for("admin", MIHON))


def actor_of(ctx, secret, when_stale=None):
    return tokens.actor_of_token(ctx.session, secret, ctx.now(), "192.0.2.9", when_stale)


def test_a_secret_acts_for_its_municipality_with_its_scopes_only(admin_ctx):
    issued = tokens.issue_token(admin_ctx, INSTALL)
    actor = actor_of(admin_ctx, issued.secret)
    assert (actor.kind, actor.token_id, actor.municipality_code) == (ActorKind.TOKEN, issued.token.id, MIHON)
    assert actor.permissions == {Permission.INSTALLS_WRITE, Permission.WORKSPACES_READ}
    assert (actor.workspace_id, actor.address, actor.name) == (None, "192.0.2.9", "導入用")


def test_a_secret_can_be_found_by_scanners_and_is_kept_as_a_hash_only(admin_ctx):
    issued = tokens.issue_token(admin_ctx, INSTALL)
    assert issued.secret.startswith("yktn_")
    assert issued.token.secret_hash == hash_secret(issued.secret)


def test_a_token_may_be_bound_to_one_workspace(admin_ctx):
    workspace = make_workspace(admin_ctx.session)
    issued = tokens.issue_token(admin_ctx, INSTALL | {"workspace_id": workspace.id})
    assert actor_of(admin_ctx, issued.secret).workspace_id == workspace.id


def test_a_token_can_not_be_bound_to_a_workspace_of_others(admin_ctx):
    foreign = make_workspace(admin_ctx.session, fictitious_code())
    with pytest.raises(WorkspaceNotFoundError):
        tokens.issue_token(admin_ctx, INSTALL | {"workspace_id": foreign.id})


def test_a_token_of_a_closed_workspace_does_not_count(admin_ctx):
    workspace = make_workspace(admin_ctx.session)
    issued = tokens.issue_token(admin_ctx, INSTALL | {"workspace_id": workspace.id})
    workspace.closed_at = admin_ctx.now()
    admin_ctx.session.flush()
    assert actor_of(admin_ctx, issued.secret) is None


def test_a_token_of_a_municipality_that_is_gone_does_not_count(admin_ctx):
    issued = tokens.issue_token(admin_ctx, INSTALL)
    make_municipality(admin_ctx.session, MIHON).active = False
    admin_ctx.session.flush()
    assert actor_of(admin_ctx, issued.secret) is None


@pytest.mark.parametrize(("given", "days"), [({}, 90), ({"expires_in_days": 1}, 1), ({"expires_in_days": "365"}, 365)])
def test_a_token_ends_by_itself(admin_ctx, clock, given, days):
    secret = tokens.issue_token(admin_ctx, INSTALL | given).secret
    clock.advance(days=days, seconds=-1)
    assert actor_of(admin_ctx, secret) is not None
    clock.advance(seconds=1)
    assert actor_of(admin_ctx, secret) is None


@pytest.mark.parametrize(
    ("change", "item"),
    [
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"expires_in_days": 366}, "expires_in_days"),
        ({"expires_in_days": None}, "expires_in_days"),
        ({"expires_in_days": "soon"}, "expires_in_days"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"scopes": "installs:write"}, "scopes"),
        ({"name": ""}, "name"),
        ({"municipality_code": "012041"}, "municipality_code"),
    ],
    ids=str,
)
def test_a_faulty_wish_is_refused_at_the_item_at_fault(admin_ctx, change, item):
    with pytest.raises(ValidationError) as refusal:
        tokens.issue_token(admin_ctx, INSTALL | change)
    assert set(refusal.value.messages) == {item}


@pytest.mark.parametrize("role", ["publisher", "installer", "reader"])
def test_only_administrators_issue_tokens(session, context_of, role):
    make_municipality(session, MIHON)
    with pytest.raises(ForbiddenError):
        tokens.issue_token(context_of(actor_for(role, MIHON)), INSTALL)


def test_a_token_hands_on_no_more_than_it_has_and_no_longer_than_it_lasts(admin_ctx, context_of):
    keeper = tokens.issue_token(
        admin_ctx, {"name": "発行用", "scopes": ["tokens:manage", "workspaces:read"], "expires_in_days": 10}
    )
    ctx = context_of(actor_of(admin_ctx, keeper.secret))
    with pytest.raises(ScopeNotHeldError):
        tokens.issue_token(ctx, INSTALL)
    child = tokens.issue_token(ctx, {"name": "子", "scopes": ["workspaces:read"], "expires_in_days": 300})
    assert child.token.expires_at == keeper.token.expires_at


def test_a_token_bound_to_a_workspace_manages_no_tokens(admin_ctx, context_of):
    workspace = make_workspace(admin_ctx.session)
    bound = tokens.issue_token(admin_ctx, {"name": "限定", "scopes": ["tokens:manage"], "workspace_id": workspace.id})
    ctx = context_of(actor_of(admin_ctx, bound.secret))
    with pytest.raises(ForbiddenError):
        tokens.issue_token(ctx, {"name": "子", "scopes": ["tokens:manage"]})
    with pytest.raises(ForbiddenError):
        tokens.list_tokens(ctx)


def test_a_revoked_token_stops_at_once(admin_ctx):
    issued = tokens.issue_token(admin_ctx, INSTALL)
    tokens.revoke_token(admin_ctx, issued.token.id)
    assert actor_of(admin_ctx, issued.secret) is None


def test_revoking_twice_keeps_the_first_moment(admin_ctx, clock):
    issued, moment = tokens.issue_token(admin_ctx, INSTALL), clock()
    tokens.revoke_token(admin_ctx, issued.token.id)
    clock.advance(days=1)
    tokens.revoke_token(admin_ctx, issued.token.id)
    assert issued.token.revoked_at == moment


@pytest.mark.parametrize("token_id", ["unknown", "", "\x00"], ids=repr)
def test_an_unknown_token_can_not_be_revoked(admin_ctx, token_id):
    with pytest.raises(TokenNotFoundError):
        tokens.revoke_token(admin_ctx, token_id)


def test_another_municipality_neither_sees_nor_revokes_a_token(admin_ctx, context_of):
    issued = tokens.issue_token(admin_ctx, INSTALL)
    stranger = context_of(actor_for("admin", make_municipality(admin_ctx.session).code))
    assert tokens.list_tokens(stranger) == []
    with pytest.raises(TokenNotFoundError):
        tokens.revoke_token(stranger, issued.token.id)
    assert actor_of(admin_ctx, issued.secret) is not None


def test_the_list_shows_the_newest_first(admin_ctx, clock):
    for name in ("一", "二"):
        tokens.issue_token(admin_ctx, INSTALL | {"name": name})
        clock.advance(seconds=1)
    assert [token.name for token in tokens.list_tokens(admin_ctx)] == ["二", "一"]


@pytest.mark.parametrize(
    "secret", ["", "yktn_", "yktn_" + "0" * 48, "yktn_\x00", "yktn_\ud800", "Bearer yktn_"], ids=repr
)
def test_a_made_up_secret_stands_for_nobody(admin_ctx, secret):
    tokens.issue_token(admin_ctx, INSTALL)
    assert actor_of(admin_ctx, secret) is None


def test_recognising_a_token_writes_nothing(admin_ctx):
    issued = tokens.issue_token(admin_ctx, INSTALL)
    actor_of(admin_ctx, issued.secret)
    assert not admin_ctx.session.is_modified(issued.token)
    assert issued.token.last_used_at is None


def test_the_last_use_is_noted_at_most_once_a_minute(admin_ctx, clock):
    issued, noted = tokens.issue_token(admin_ctx, INSTALL), []

    def note(token_id):
        tokens.note_use(admin_ctx.session, token_id, clock())
        admin_ctx.session.refresh(issued.token)
        noted.append(issued.token.last_used_at)

    start = clock()
    for _request in range(8):
        actor_of(admin_ctx, issued.secret, note)
        clock.advance(seconds=20)
    assert noted == [start, start + timedelta(minutes=1), start + timedelta(minutes=2)]


def test_issuing_and_revoking_are_in_the_audit_log_without_the_secret(admin_ctx):
    issued = tokens.issue_token(admin_ctx, INSTALL)
    tokens.revoke_token(admin_ctx, issued.token.id)
    admin_ctx.session.flush()
    events = list(admin_ctx.session.scalars(select(AuditEvent)))
    assert {event.act for event in events} == {"token.issued", "token.revoked"}
    assert all(issued.secret not in str(event.facts) for event in events)
