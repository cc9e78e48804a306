"""Invitations: whoever reads the mailbox joins, once, within a week; whoever invites learns nothing of accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import ANONYMOUS, Permission
from marketplace.kernel.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from marketplace.kernel.mail import LocalOutbox, NoMailer
from marketplace.kernel.signing_in import PublicPlace
from marketplace.mail.models import Mail
from marketplace.municipalities import invitations, joining, services
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.errors import (
    InvitationClosedError,
    InvitationExpiredError,
    InvitationForOtherError,
    InvitationLimitError,
    InvitationNotFoundError,
    InvitationPendingError,
    InvitationReplacedError,
    InvitationsThrottledError,
    InvitationsUnavailableError,
    InvitationUsedError,
    InvitationWithdrawnError,
    MemberExistsError,
)
from marketplace.municipalities.joining import Opener
from marketplace.municipalities.models import Invitation, Membership
from marketplace.municipalities.queries import actor_of_person
from marketplace.municipalities.roles import Role
from tests.accounts.factories import make_person
from tests.municipalities.factories import MIHON, actor_for, fictitious_code, make_member, make_municipality

EMAIL = "shinjin@example.lg.jp"
PASSWORD = "新しい 合言葉 2026 年度"
PLACE = "https://yokoten.example.jp"


@pytest.fixture
def admin(session, context_of, ports):
    member = make_member(session, MIHON, Role.ADMIN)
    made = context_of(actor_for(Role.ADMIN, MIHON, member.person_id))
    return replace(made, ports=replace(ports, mailer=LocalOutbox(), place=PublicPlace(PLACE)))


@pytest.fixture
def stranger(admin):
    return replace(admin, actor=replace(ANONYMOUS, address="192.0.2.7"))


def invite(ctx, email=EMAIL, role="publisher", code=MIHON) -> tuple[Invitation, str]:
    """Invite somebody and return the secret of the link they got."""
    invitation = invitations.invite(ctx, code, {"email": email, "role": role})
    return invitation, secret_of_last(ctx)


def secret_of_last(ctx) -> str:
    bodies = [ctx.ports.vault.unseal(mail.sealed_body) for mail in ctx.session.scalars(select(Mail))]
    lines = [line for body in bodies for line in body.splitlines() if line.startswith(f"{PLACE}/invitations/")]
    open_ones = []
    for line in lines:
        secret = line.rpartition("/")[2]
        try:
            joining.open_invitation(ctx, secret)
        except InvitationClosedError:
            continue
        open_ones.append(secret)
    return open_ones[-1]


def test_the_invited_registers_by_the_link_once_and_belongs_to_the_municipality(admin, stranger):
    invitation, secret = invite(admin, f" {EMAIL.upper()} ")
    mail = admin.session.scalars(select(Mail)).one()
    body = admin.ports.vault.unseal(mail.sealed_body)
    assert (mail.recipient, "みほん市" in body, secret in invitation.secret_hash) == (EMAIL, True, False)
    assert joining.open_invitation(stranger, secret).opener is Opener.NEW
    with pytest.raises(ValidationError):
        joining.register(stranger, secret, "新人 三郎", "short")
    person, _ = joining.register(stranger, secret, "新人 三郎", PASSWORD)
    assert (person.email, person.name) == (EMAIL, "新人 三郎")
    assert actor_of_person(admin.session, person, "").may(Permission.TEMPLATES_PUBLISH, MIHON)
    for use in (joining.open_invitation, lambda *given: joining.register(*given, "他人", PASSWORD)):
        with pytest.raises(InvitationUsedError):
            use(stranger, secret)
    assert invitations.list_pending(admin, MIHON) == []
    added = admin.session.scalars(select(AuditEvent).where(AuditEvent.act == "member.added")).one()
    assert (added.actor_id, added.municipality_code, added.address) == (person.id, MIHON, "192.0.2.7")


def test_with_an_account_of_the_address_one_joins_signed_in_and_nobody_else_does(admin, stranger):
    other_town = fictitious_code()
    person, other = make_person(admin.session, email=EMAIL), make_person(admin.session)
    make_member(admin.session, other_town, Role.READER, person_id=person.id)
    _, secret = invite(admin)
    assert joining.open_invitation(stranger, secret).opener is Opener.ACCOUNT
    intruder = replace(admin, actor=actor_of_person(admin.session, other, ""))
    assert joining.open_invitation(intruder, secret).opener is Opener.OTHER
    with pytest.raises(InvitationForOtherError):
        joining.join(intruder, secret)
    with pytest.raises(InvitationForOtherError):
        joining.register(intruder, secret, "他人", PASSWORD)
    with pytest.raises(UnauthenticatedError):
        joining.join(stranger, secret)
    invited = replace(admin, actor=actor_of_person(admin.session, person, ""))
    assert joining.open_invitation(invited, secret).opener is Opener.INVITED
    joining.join(invited, secret)
    assert admin.session.get(Membership, (person.id, MIHON)).role is Role.PUBLISHER
    added = admin.session.scalars(select(AuditEvent).where(AuditEvent.act == "member.added")).one()
    assert added.municipality_code == MIHON
    with pytest.raises(InvitationUsedError):
        joining.join(invited, secret)


def test_the_answer_to_whoever_invites_is_the_same_for_known_and_unknown_addresses(admin):
    make_person(admin.session, email="known@example.lg.jp")
    make_person(admin.session, email="disabled@example.lg.jp", disabled=True)
    for name in ("known", "unknown", "disabled"):
        invite(admin, f"{name}@example.lg.jp", "reader")
    pending = invitations.list_pending(admin, MIHON)
    assert len({(each.role, each.is_expired, each.expires_at) for each in pending}) == 1
    facts = admin.session.scalars(select(AuditEvent.facts).where(AuditEvent.act == "invitation.sent"))
    assert {frozenset(each) for each in facts} == {frozenset({"role"})}


def test_a_link_that_is_over_withdrawn_or_replaced_says_so(admin, stranger, clock):
    invitation, first = invite(admin)
    renewed = invitations.send_again(admin, MIHON, invitation.id)
    second = secret_of_last(admin)
    with pytest.raises(InvitationReplacedError):
        joining.open_invitation(stranger, first)
    clock.advance(days=6, hours=23)
    assert joining.open_invitation(stranger, second).email == EMAIL
    clock.advance(hours=1)
    with pytest.raises(InvitationExpiredError):
        joining.register(stranger, second, "新人", PASSWORD)
    assert [each.is_expired for each in invitations.list_pending(admin, MIHON)] == [True]
    last = invitations.send_again(admin, MIHON, renewed.id)
    third = secret_of_last(admin)
    invitations.withdraw(admin, MIHON, last.id)
    with pytest.raises(InvitationWithdrawnError):
        joining.open_invitation(stranger, third)
    with pytest.raises(InvitationNotFoundError):
        invitations.send_again(admin, MIHON, last.id)
    assert admin.session.scalar(select(Person).where(Person.email == EMAIL)) is None
    clock.advance(days=38)
    invitations.forget_old_invitations(admin)
    assert admin.session.scalars(select(Invitation)).all() == []
    with pytest.raises(InvitationClosedError):
        joining.open_invitation(stranger, third)


def test_letters_are_bounded_for_an_address_and_for_a_municipality(admin, clock, monkeypatch):
    invitation, _ = invite(admin)
    with pytest.raises(InvitationPendingError):
        invite(admin)
    for _ in range(2):
        invitation = invitations.send_again(admin, MIHON, invitation.id)
    with pytest.raises(InvitationsThrottledError), admin.session.begin_nested():
        invitations.send_again(admin, MIHON, invitation.id)
    monkeypatch.setattr(invitations, "MOST_A_DAY", 4)
    invite(admin, "second@example.lg.jp")
    with pytest.raises(InvitationsThrottledError):
        invite(admin, "third@example.lg.jp")
    monkeypatch.setattr(invitations, "MOST_PENDING", 2)
    clock.advance(days=1)
    with pytest.raises(InvitationLimitError):
        invite(admin, "third@example.lg.jp")
    invitations.send_again(admin, MIHON, invitation.id)


def test_members_are_not_invited_and_without_mail_nobody_is(admin):
    own = admin.session.get(Person, admin.actor.person_id)
    with pytest.raises(MemberExistsError):
        invite(admin, own.email)
    with pytest.raises(ValidationError):
        invite(admin, "nobody")
    with pytest.raises(InvitationsUnavailableError):
        invite(replace(admin, ports=replace(admin.ports, mailer=NoMailer())))


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (ANONYMOUS, UnauthenticatedError),
        (actor_for(Role.READER, MIHON), ForbiddenError),
        (actor_for(Role.PUBLISHER, MIHON), ForbiddenError),
        (actor_for(Role.ADMIN, "993999"), NotFoundError),
    ],
    ids=["stranger", "reader", "publisher", "other municipality"],
)
def test_only_administrators_of_the_municipality_invite_see_and_withdraw(admin, actor, refusal):
    invitation, _ = invite(admin)
    other = replace(admin, actor=actor)
    for act in (
        lambda: invite(other, "other@example.lg.jp"),
        lambda: invitations.list_pending(other, MIHON),
        lambda: invitations.send_again(other, MIHON, invitation.id),
        lambda: invitations.withdraw(other, MIHON, invitation.id),
    ):
        with pytest.raises(refusal):
            act()


def test_an_invitation_of_another_municipality_is_absent_and_the_operator_invites_no_administrators(admin):
    invitation, _ = invite(admin)
    code = fictitious_code()
    other = replace(admin, actor=actor_for(Role.ADMIN, code, make_member(admin.session, code).person_id))
    for act in (invitations.withdraw, invitations.send_again):
        with pytest.raises(InvitationNotFoundError):
            act(other, code, invitation.id)
    make_municipality(admin.session, OPERATOR_CODE)
    operator = replace(admin, actor=actor_for(Role.ADMIN, OPERATOR_CODE, admin.actor.person_id))
    with pytest.raises(ForbiddenError):
        invite(operator, role="admin", code=OPERATOR_CODE)


def test_whoever_was_removed_again_can_not_come_back_by_the_old_link(admin):
    person = make_person(admin.session, email=EMAIL)
    _, secret = invite(admin)
    invited = replace(admin, actor=actor_of_person(admin.session, person, ""))
    joining.join(invited, secret)
    services.remove_member(admin, MIHON, person.id)
    with pytest.raises(InvitationUsedError):
        joining.join(invited, secret)
