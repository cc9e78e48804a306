"""A municipality's members act in its workspaces as users of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from marketplace.accounts.services import disable_person
from marketplace.kernel.actor import SYSTEM, Actor, ActorKind, Permission
from marketplace.kernel.errors import ForbiddenError
from marketplace.municipalities.models import Membership
from marketplace.municipalities.queries import actor_of_person
from marketplace.municipalities.roles import Role
from marketplace.municipalities.services import change_role, remove_member
from marketplace.sandbox import sites
from marketplace.sandbox.models import SiteUser
from marketplace.sandbox.people import services as people
from marketplace.workspaces.errors import WorkspaceNotFoundError
from marketplace.workspaces.people import members, services
from marketplace.workspaces.people.errors import MembersOnlyError, WorkspaceUserDisabledError
from tests.accounts.factories import make_person
from tests.municipalities.factories import MIHON, fictitious_code, make_member
from tests.workspaces.factories import make_workspace


@pytest.fixture
def workspace(session):
    return make_workspace(session)


@pytest.fixture
def join(session, context_of):
    """Make a member in a role and return what their services receive."""

    def make(role, name="見本 花子", code=MIHON):
        person = make_person(session, name=name)
        make_member(session, code, role, person_id=person.id)
        return context_of(actor_of_person(session, person, "", code))

    return make


def users_of(session, workspace):
    rows = session.scalars(select(SiteUser).where(SiteUser.site_id == workspace.id, SiteUser.code != "Administrator"))
    return sorted(rows, key=lambda user: user.code)


def person_of(ctx):
    return ctx.session.get(members.Person, ctx.actor.person_id)


@pytest.mark.parametrize(
    ("role", "is_admin"), [("admin", True), ("installer", True), ("publisher", False), ("reader", False)]
)
def test_a_member_acts_under_their_own_name_and_rank(session, workspace, join, role, is_admin):
    ctx = join(role)
    caller = members.member_caller(ctx, workspace)
    assert (caller.name, caller.code, caller.is_admin) == ("見本 花子", person_of(ctx).email, is_admin)
    assert not caller.acts_for_owner


def test_reading_makes_no_user_and_the_first_write_does(session, workspace, join):
    ctx = join("reader")
    read = members.member_caller(ctx, workspace)
    assert users_of(session, workspace) == []
    assert members.enter_workspace(ctx, workspace) == read
    assert [user.person_id for user in users_of(session, workspace)] == [ctx.actor.person_id]
    members.enter_workspace(ctx, workspace)
    assert len(users_of(session, workspace)) == 1


def test_a_member_has_the_groups_given_to_their_user(session, workspace, join):
    ctx = join("reader")
    code = members.enter_workspace(ctx, workspace).code
    people.add_group(session, workspace.id, "kacho", "課長")
    people.set_standing(session, workspace.id, code, groups=["kacho"], organizations=[], primary=None)
    assert members.member_caller(ctx, workspace).standing.groups == {"kacho"}


def test_a_login_of_the_same_address_becomes_the_member_s(session, workspace, join):
    ctx = join("reader")
    people.add_user(session, workspace.id, person_of(ctx).email, "窓口")
    assert members.member_caller(ctx, workspace).name == "窓口"
    members.enter_workspace(ctx, workspace)
    assert [user.person_id for user in users_of(session, workspace)] == [ctx.actor.person_id]


def test_a_disabled_user_keeps_the_member_out(session, workspace, join):
    ctx = join("reader")
    code = members.enter_workspace(ctx, workspace).code
    people.disable_user(session, workspace.id, code, ctx.now())
    for enter in (members.member_caller, members.enter_workspace):
        with pytest.raises(WorkspaceUserDisabledError):
            enter(ctx, workspace)


@pytest.mark.parametrize("actor", [SYSTEM, Actor(ActorKind.TOKEN, token_id="t", municipality_code=MIHON)])
def test_only_a_person_acts_as_a_user(workspace, context_of, actor):
    with pytest.raises(MembersOnlyError):
        members.member_caller(context_of(actor), workspace)
    assert members.starter_of(context_of(actor), workspace) is None


def test_a_role_that_changes_changes_the_rank_at_once(session, workspace, join, context_of):
    ctx, admin = join("installer"), join("admin")
    members.enter_workspace(ctx, workspace)
    change_role(admin, MIHON, ctx.actor.person_id, "reader")
    again = context_of(actor_of_person(session, person_of(ctx), ""))
    assert not members.member_caller(again, workspace).is_admin


def test_bringing_up_to_date_adds_renames_ranks_and_disables(session, workspace, join):
    admin, reader, leaver = join("admin"), join("reader", "元の 名前"), join("reader")
    first = members.bring_up_to_date(admin, workspace.id)
    assert (first.added, first.changed, first.disabled) == (3, 0, 0)
    person_of(reader).name = "新しい 名前"
    session.get(Membership, (reader.actor.person_id, MIHON)).role = Role.INSTALLER
    remove_member(admin, MIHON, leaver.actor.person_id)
    second = members.bring_up_to_date(admin, workspace.id)
    assert (second.added, second.changed, second.disabled) == (0, 1, 1)
    by_person = {user.person_id: user for user in users_of(session, workspace)}
    changed = by_person[reader.actor.person_id]
    assert (changed.name, changed.is_admin) == ("新しい 名前", True)
    assert by_person[leaver.actor.person_id].disabled_at is not None
    assert members.bring_up_to_date(admin, workspace.id) == members.Arrivals()


def test_an_address_with_a_slash_still_makes_a_code_for_addresses(session, workspace, join):
    ctx = join("reader")
    person_of(ctx).email = "a/b@example.lg.jp"
    assert members.enter_workspace(ctx, workspace).code == "a_b@example.lg.jp"


def password_of(session, workspace, ctx):
    code = members.enter_workspace(ctx, workspace).code
    return code, people.renew_password(session, workspace.id, code)


def test_a_member_s_password_counts_with_their_present_role(session, workspace, join):
    ctx, admin = join("installer"), join("admin")
    login = password_of(session, workspace, ctx)
    assert members.password_caller(session, workspace.id, *login).is_admin
    change_role(admin, MIHON, ctx.actor.person_id, "reader")
    assert not members.password_caller(session, workspace.id, *login).is_admin
    remove_member(admin, MIHON, ctx.actor.person_id)
    assert members.password_caller(session, workspace.id, *login) is None


def test_the_password_of_a_closed_account_counts_no_more(ctx, session, workspace, join):
    reader = join("reader")
    login = password_of(session, workspace, reader)
    disable_person(ctx, reader.actor.person_id)
    assert members.password_caller(session, workspace.id, *login) is None


def test_a_login_of_the_site_alone_needs_no_membership(session, workspace):
    people.add_user(session, workspace.id, "robot", "ロボット")
    password = people.renew_password(session, workspace.id, "robot")
    assert members.password_caller(session, workspace.id, "robot", password).code == "robot"
    assert members.password_caller(session, workspace.id, "robot", "wrong") is None


MANAGE = (
    lambda ctx, workspace: members.bring_up_to_date(ctx, workspace.id),
    lambda ctx, workspace: services.add_user(ctx, workspace.id, {"code": "a", "name": "a"}),
    lambda ctx, workspace: services.renew_password(ctx, workspace.id, "a"),
    lambda ctx, workspace: services.disable_user(ctx, workspace.id, "a"),
    lambda ctx, workspace: services.set_members(ctx, workspace.id, people.PrincipalKind.GROUP, "g", []),
)


@pytest.mark.parametrize("act", MANAGE)
def test_only_those_who_manage_workspaces_change_their_people(session, workspace, join, act):
    before = session.scalar(select(func.count()).select_from(SiteUser))
    for role in ("installer", "publisher", "reader"):
        with pytest.raises(ForbiddenError):
            act(join(role), workspace)
    with pytest.raises(WorkspaceNotFoundError):
        act(join("admin", code=fictitious_code()), workspace)
    assert session.scalar(select(func.count()).select_from(SiteUser)) == before


def test_a_token_bound_to_another_workspace_changes_nothing(session, workspace, context_of):
    other = make_workspace(session)
    actor = Actor(ActorKind.TOKEN, token_id="t", municipality_code=MIHON, permissions=frozenset(Permission))
    with pytest.raises(WorkspaceNotFoundError):
        services.add_user(context_of(replace(actor, workspace_id=other.id)), workspace.id, {"code": "a", "name": "a"})
    assert services.add_user(context_of(actor), workspace.id, {"code": "a", "name": "a"}).user.site_id == workspace.id


def test_a_new_site_user_of_somebody_else_is_not_found_in_another_workspace(session, workspace):
    other = make_workspace(session)
    people.add_user(session, other.id, "robot", "ロボット")
    assert sites.find_user(session, workspace.id, "robot") is None
