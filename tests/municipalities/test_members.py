from __future__ import annotations

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import ANONYMOUS, Permission
from marketplace.kernel.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from marketplace.municipalities import services
from marketplace.municipalities.errors import (
    LastAdminError,
    MemberExistsError,
    MemberNotFoundError,
    MunicipalityInactiveError,
)
from marketplace.municipalities.models import Membership
from marketplace.municipalities.queries import actor_of_person, list_members
from marketplace.municipalities.roles import Role
from tests.accounts.factories import make_person
from tests.municipalities.factories import MIHON, actor_for, fictitious_code, make_member, make_municipality


@pytest.fixture
def admin_ctx(session, context_of):
    make_municipality(session, MIHON)
    return context_of(actor_for(Role.ADMIN, MIHON))


def test_an_administrator_adds_a_colleague_in_a_role(admin_ctx):
    person = make_person(admin_ctx.session)
    services.add_member(admin_ctx, MIHON, person.id, "installer")
    actor = actor_of_person(admin_ctx.session, person, "192.0.2.1")
    assert actor.may(Permission.INSTALLS_WRITE, MIHON)
    assert not actor.may(Permission.TEMPLATES_PUBLISH, MIHON)


def test_every_change_of_members_is_in_the_audit_log(admin_ctx):
    person = make_person(admin_ctx.session)
    services.add_member(admin_ctx, MIHON, person.id, "reader")
    services.change_role(admin_ctx, MIHON, person.id, "publisher")
    services.remove_member(admin_ctx, MIHON, person.id)
    rows = admin_ctx.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == person.id))
    assert {row.act: row.facts for row in rows} == {
        "member.added": {"role": "reader"},
        "member.role-changed": {"role": "publisher", "before": "reader"},
        "member.removed": {"role": "publisher"},
    }


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.INSTALLER, Role.READER])
def test_only_administrators_add_members(session, context_of, role):
    make_municipality(session, MIHON)
    with pytest.raises(ForbiddenError):
        services.add_member(context_of(actor_for(role, MIHON)), MIHON, make_person(session).id, "reader")


def test_an_administrator_of_another_municipality_learns_nothing(session, context_of):
    make_municipality(session, MIHON)
    stranger = context_of(actor_for(Role.ADMIN, make_municipality(session).code))
    with pytest.raises(NotFoundError):
        services.add_member(stranger, MIHON, make_person(session).id, "reader")
    with pytest.raises(NotFoundError):
        list_members(stranger, MIHON)


def test_a_stranger_must_sign_in_to_see_members(session, context_of):
    make_municipality(session, MIHON)
    with pytest.raises(UnauthenticatedError):
        list_members(context_of(ANONYMOUS), MIHON)


@pytest.mark.parametrize("role", ["owner", "", "ADMIN", None, 3], ids=str)
def test_a_role_that_does_not_exist_is_refused(admin_ctx, role):
    with pytest.raises(ValidationError):
        services.add_member(admin_ctx, MIHON, make_person(admin_ctx.session).id, role)


def test_a_person_is_added_only_once(admin_ctx):
    member = make_member(admin_ctx.session, MIHON, Role.READER)
    with pytest.raises(MemberExistsError):
        services.add_member(admin_ctx, MIHON, member.person_id, "admin")


def test_a_disabled_person_can_not_be_added(admin_ctx):
    person = make_person(admin_ctx.session, disabled=True)
    with pytest.raises(MemberNotFoundError):
        services.add_member(admin_ctx, MIHON, person.id, "reader")


def test_nobody_can_act_for_a_municipality_that_is_gone(session, ctx):
    gone = make_municipality(session, active=False)
    person = make_person(session)
    with pytest.raises(MunicipalityInactiveError):
        services.add_member(ctx, gone.code, person.id, "admin")
    make_member(session, gone.code, Role.ADMIN, person_id=person.id)
    assert actor_of_person(session, person, "").municipality_code is None


@pytest.fixture
def lone_admin_ctx(session, context_of):
    member = make_member(session, MIHON, Role.ADMIN)
    make_member(session, MIHON, Role.INSTALLER)
    return context_of(actor_for(Role.ADMIN, MIHON, member.person_id))


def test_the_last_administrator_can_not_leave(lone_admin_ctx):
    with pytest.raises(LastAdminError):
        services.remove_member(lone_admin_ctx, MIHON, lone_admin_ctx.actor.person_id)


def test_the_last_administrator_can_not_step_down(lone_admin_ctx):
    with pytest.raises(LastAdminError):
        services.change_role(lone_admin_ctx, MIHON, lone_admin_ctx.actor.person_id, "reader")


def test_an_administrator_with_a_disabled_account_does_not_count(session, context_of):
    member = make_member(session, MIHON, Role.ADMIN)
    make_member(session, MIHON, Role.ADMIN, person_id=make_person(session, disabled=True).id)
    with pytest.raises(LastAdminError):
        services.remove_member(context_of(actor_for(Role.ADMIN, MIHON)), MIHON, member.person_id)


def test_an_administrator_leaves_when_another_one_remains(session, context_of):
    member = make_member(session, MIHON, Role.ADMIN)
    make_member(session, MIHON, Role.ADMIN)
    services.remove_member(context_of(actor_for(Role.ADMIN, MIHON, member.person_id)), MIHON, member.person_id)
    assert session.get(Membership, (member.person_id, MIHON)) is None


def test_members_may_leave_by_themselves_but_not_remove_others(session, context_of):
    reader, other = make_member(session, MIHON, Role.READER), make_member(session, MIHON, Role.READER)
    ctx = context_of(actor_for(Role.READER, MIHON, reader.person_id))
    with pytest.raises(ForbiddenError):
        services.remove_member(ctx, MIHON, other.person_id)
    services.remove_member(ctx, MIHON, reader.person_id)
    assert session.get(Membership, (reader.person_id, MIHON)) is None


def test_rights_follow_the_membership_at_once(admin_ctx):
    person = make_person(admin_ctx.session)
    make_member(admin_ctx.session, MIHON, Role.ADMIN)
    make_member(admin_ctx.session, MIHON, Role.ADMIN, person_id=person.id)
    services.change_role(admin_ctx, MIHON, person.id, "reader")
    assert actor_of_person(admin_ctx.session, person, "").permissions == frozenset({Permission.WORKSPACES_READ})


def test_a_person_without_membership_is_signed_in_but_acts_for_nobody(session):
    actor = actor_of_person(session, make_person(session), "192.0.2.1")
    assert actor.is_signed_in
    assert (actor.municipality_code, actor.permissions) == (None, frozenset())


def test_a_disabled_person_is_a_stranger(session):
    person = make_person(session, disabled=True)
    make_member(session, MIHON, Role.ADMIN, person_id=person.id)
    assert not actor_of_person(session, person, "").is_signed_in


def test_a_person_with_several_memberships_acts_for_the_one_chosen(session):
    person, other = make_person(session), fictitious_code()
    make_member(session, MIHON, Role.ADMIN, person_id=person.id)
    make_member(session, other, Role.READER, person_id=person.id)
    assert actor_of_person(session, person, "", other).permissions == frozenset({Permission.WORKSPACES_READ})


def test_a_chosen_municipality_without_membership_gives_no_rights_there(session):
    person, foreign = make_person(session), make_municipality(session)
    make_member(session, MIHON, Role.READER, person_id=person.id)
    assert actor_of_person(session, person, "", foreign.code).municipality_code == MIHON


def test_every_member_sees_the_members_of_the_own_municipality(session, context_of):
    make_member(session, MIHON, Role.READER, person_id=make_person(session, name="見本 太郎").id)
    make_member(session, MIHON, Role.ADMIN, person_id=make_person(session, disabled=True).id)
    make_member(session, fictitious_code(), Role.ADMIN)
    members = list_members(context_of(actor_for(Role.READER, MIHON)), MIHON)
    assert [(member.name, member.role) for member in members] == [("見本 太郎", Role.READER)]
