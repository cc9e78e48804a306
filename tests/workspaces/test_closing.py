"""A closed workspace is shut at once, and its data goes thirty days later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import Permission
from marketplace.kernel.errors import ForbiddenError
from marketplace.sandbox import apps, sites
from marketplace.sandbox.models import App, AppSettings, Site
from marketplace.workspaces.closing import KEPT_FOR, close_workspace, erase_closed_workspaces
from marketplace.workspaces.errors import WorkspaceNotFoundError
from marketplace.workspaces.models import ApiToken, Workspace
from marketplace.workspaces.queries import get_workspace, list_workspaces
from marketplace.workspaces.services import create_workspace
from marketplace.workspaces.tokens import issue_token
from tests.municipalities.factories import MIHON, actor_for, fictitious_code, make_municipality


@pytest.fixture
def admin(context_of, session):
    make_municipality(session, MIHON)
    return context_of(actor_for("admin", MIHON))


@pytest.fixture
def workspace(admin):
    """A workspace with an app."""
    made = create_workspace(admin, {"name": "検証用"}).workspace
    apps.create_app(admin.session, sites.owner(admin.session, made.id), "申請", None, None, admin.now())
    admin.session.commit()
    return made


def test_a_closed_workspace_is_absent_and_its_site_sealed(admin, workspace):
    close_workspace(admin, workspace.id)
    with pytest.raises(WorkspaceNotFoundError):
        get_workspace(admin, workspace.id)
    assert list_workspaces(admin) == []
    assert admin.session.get_one(Site, workspace.id).sealed
    assert "workspace.closed" in admin.session.scalars(select(AuditEvent.act)).all()


def test_the_tokens_of_a_closed_workspace_end_and_those_of_the_municipality_do_not(admin, workspace):
    scopes = [Permission.WORKSPACES_READ.value]
    own = issue_token(admin, {"name": "own", "scopes": scopes, "workspace_id": workspace.id}).token.id
    wide = issue_token(admin, {"name": "wide", "scopes": scopes}).token.id
    close_workspace(admin, workspace.id)
    admin.session.expire_all()
    revoked = {token.id for token in admin.session.scalars(select(ApiToken)) if token.revoked_at is not None}
    assert (own in revoked, wide in revoked) == (True, False)


def test_only_those_who_manage_close_a_workspace(context_of, session, workspace):
    with pytest.raises(ForbiddenError):
        close_workspace(context_of(actor_for("reader", MIHON)), workspace.id)
    with pytest.raises(WorkspaceNotFoundError):
        close_workspace(context_of(actor_for("admin", fictitious_code())), workspace.id)
    assert session.get_one(Workspace, workspace.id).closed_at is None


def test_a_workspace_is_closed_once(admin, workspace):
    close_workspace(admin, workspace.id)
    with pytest.raises(WorkspaceNotFoundError):
        close_workspace(admin, workspace.id)


@pytest.mark.parametrize("batch", [1, 500])
def test_the_data_goes_thirty_days_later_and_the_workspace_stays(admin, workspace, sessions, clock, batch):
    other = create_workspace(admin, {"name": "本番"}).workspace
    close_workspace(admin, workspace.id)
    admin.session.commit()
    closed_at = clock()
    assert erase_closed_workspaces(sessions, closed_at + KEPT_FOR - timedelta(seconds=1), batch) == 0
    assert erase_closed_workspaces(sessions, closed_at + KEPT_FOR, batch) == 1
    assert erase_closed_workspaces(sessions, closed_at + KEPT_FOR, batch) == 0
    assert admin.session.scalars(select(Site.id)).all() == [other.id]
    assert admin.session.scalar(select(func.count()).select_from(App)) == 0
    assert admin.session.scalar(select(func.count()).select_from(AppSettings)) == 0
    assert admin.session.scalar(select(func.count()).select_from(Workspace)) == 2
