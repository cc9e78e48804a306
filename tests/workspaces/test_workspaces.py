from __future__ import annotations

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import ANONYMOUS, Actor, ActorKind, Permission
from marketplace.kernel.errors import ForbiddenError, UnauthenticatedError
from marketplace.sandbox import sites
from marketplace.workspaces import queries, services
from marketplace.workspaces.errors import WorkspaceLimitError, WorkspaceNotFoundError
from tests.municipalities.factories import MIHON, actor_for, fictitious_code, make_municipality
from tests.workspaces.factories import make_workspace


@pytest.fixture
def admin_ctx(session, context_of):
    make_municipality(session, MIHON)
    return context_of(actor_for("admin", MIHON))


def bound_to(workspace):
    return Actor(
        kind=ActorKind.TOKEN,
        token_id="token",
        municipality_code=workspace.municipality_code,
        workspace_id=workspace.id,
        permissions=frozenset(Permission),
    )


def test_a_new_workspace_can_be_signed_in_to_with_the_password_shown(admin_ctx):
    made = services.create_workspace(admin_ctx, {"name": " 本番 "})
    caller = sites.authenticate(admin_ctx.session, made.workspace.id, made.user, made.password)
    assert (made.workspace.name, made.workspace.municipality_code, made.workspace.kind) == ("本番", MIHON, "builtin")
    assert caller is not None
    assert caller.is_admin


def test_a_password_belongs_to_one_workspace(admin_ctx):
    one = services.create_workspace(admin_ctx, {"name": "一"})
    other = services.create_workspace(admin_ctx, {"name": "二"})
    assert sites.authenticate(admin_ctx.session, other.workspace.id, one.user, one.password) is None


def test_after_a_reset_only_the_new_password_counts(admin_ctx):
    made = services.create_workspace(admin_ctx, {"name": "本番"})
    renewed = services.reset_password(admin_ctx, made.workspace.id)
    assert sites.authenticate(admin_ctx.session, made.workspace.id, made.user, made.password) is None
    assert sites.authenticate(admin_ctx.session, made.workspace.id, renewed.user, renewed.password) is not None


def test_changes_are_in_the_audit_log_without_the_password(admin_ctx):
    made = services.create_workspace(admin_ctx, {"name": "本番"})
    services.reset_password(admin_ctx, made.workspace.id)
    admin_ctx.session.flush()
    events = {row.act: row.facts for row in admin_ctx.session.scalars(select(AuditEvent))}
    assert events == {"workspace.created": {"name": "本番"}, "workspace.password-reset": {}}


@pytest.mark.parametrize(
    "data",
    [{}, {"name": ""}, {"name": " "}, {"name": "x" * 101}, {"name": 3}, {"name": None}, {"name": "a", "id": "b"}],
    ids=str,
)
def test_a_workspace_needs_a_reasonable_name_and_nothing_else(admin_ctx, data):
    with pytest.raises(ValidationError):
        services.create_workspace(admin_ctx, data)


@pytest.mark.parametrize("role", ["publisher", "installer", "reader"])
def test_only_administrators_make_workspaces_and_reset_passwords(session, context_of, role):
    workspace, ctx = make_workspace(session), context_of(actor_for(role, MIHON))
    with pytest.raises(ForbiddenError):
        services.create_workspace(ctx, {"name": "本番"})
    with pytest.raises(ForbiddenError):
        services.reset_password(ctx, workspace.id)


def test_another_municipality_finds_no_workspace(session, context_of):
    workspace = make_workspace(session)
    stranger = context_of(actor_for("admin", make_municipality(session).code))
    for act in (queries.get_workspace, services.reset_password):
        with pytest.raises(WorkspaceNotFoundError):
            act(stranger, workspace.id)
    assert queries.list_workspaces(stranger) == []


def test_whoever_is_not_signed_in_is_asked_to(session, context_of):
    with pytest.raises(UnauthenticatedError):
        queries.get_workspace(context_of(ANONYMOUS), make_workspace(session).id)


@pytest.mark.parametrize("workspace_id", ["", "unknown", "\x00", "\ud800"], ids=repr)
def test_an_unknown_workspace_is_not_found(admin_ctx, workspace_id):
    with pytest.raises(WorkspaceNotFoundError):
        queries.get_workspace(admin_ctx, workspace_id)


def test_a_closed_workspace_is_gone(session, admin_ctx):
    closed = make_workspace(session, closed=True)
    with pytest.raises(WorkspaceNotFoundError):
        queries.get_workspace(admin_ctx, closed.id)
    assert queries.list_workspaces(admin_ctx) == []


def test_every_member_sees_the_own_workspaces(session, context_of):
    own = make_workspace(session)
    make_workspace(session, fictitious_code())
    assert queries.list_workspaces(context_of(actor_for("reader", MIHON))) == [own]


def test_a_token_bound_to_a_workspace_reaches_no_other(session, context_of):
    own, other = make_workspace(session), make_workspace(session)
    ctx = context_of(bound_to(own))
    assert queries.get_workspace(ctx, own.id) is own
    assert queries.list_workspaces(ctx) == [own]
    with pytest.raises(WorkspaceNotFoundError):
        queries.get_workspace(ctx, other.id)


def test_a_token_bound_to_a_workspace_makes_no_other(session, context_of):
    with pytest.raises(ForbiddenError):
        services.create_workspace(context_of(bound_to(make_workspace(session))), {"name": "別"})


def test_a_municipality_has_a_limited_number_of_workspaces(session, admin_ctx):
    for number in range(services.MAX_WORKSPACES):
        make_workspace(session, name=str(number))
    with pytest.raises(WorkspaceLimitError):
        services.create_workspace(admin_ctx, {"name": "もう一つ"})
