"""Invitations as administrators send, see and withdraw them; nothing here tells whether an address has an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from marketplace.accounts.models import Person
from marketplace.accounts.policy import require_self
from marketplace.accounts.queries import find_person
from marketplace.audit import services as audit
from marketplace.audit.queries import find_issuer
from marketplace.kernel.context import Context
from marketplace.kernel.ids import hash_secret, new_secret
from marketplace.kernel.mail import Delivery
from marketplace.mail.services import write_mail
from marketplace.municipalities.errors import (
    InvitationLimitError,
    InvitationNotFoundError,
    InvitationPendingError,
    InvitationsThrottledError,
    InvitationsUnavailableError,
    InviterUnknownError,
    MemberExistsError,
    MunicipalityInactiveError,
)
from marketplace.municipalities.inputs import InvitationInput
from marketplace.municipalities.letters import INVITATION, VALID_DAYS
from marketplace.municipalities.models import Invitation, InvitationEnd, Membership, Municipality
from marketplace.municipalities.policy import require_may_grant, require_member_manager
from marketplace.municipalities.roles import Role
from marketplace.municipalities.services import lock_municipality

VALID_FOR = timedelta(days=VALID_DAYS)
MOST_PENDING = 50
DAY = timedelta(days=1)
MOST_A_DAY = 60
"""Letters of one municipality."""
MOST_EACH = 3
"""Letters of one municipality to one address within a day: nobody's letter box is to be filled."""
KEPT_FOR = timedelta(days=30)
"""How long a link that came to its end still says why."""


@dataclass(frozen=True, slots=True)
class PendingInvitation:
    """An invitation that nobody has followed yet."""

    id: str
    email: str
    role: Role
    inviter: str
    sent_at: datetime
    expires_at: datetime
    is_expired: bool


def can_invite(ctx: Context) -> bool:
    """Tell whether this service can send letters at all."""
    return ctx.ports.mailer.delivery is not Delivery.NONE


def list_pending(ctx: Context, code: str) -> list[PendingInvitation]:
    """Return the invitations that wait, the newest first; those whose time is over can be sent anew."""
    require_member_manager(ctx.actor, code)
    now = ctx.now()
    rows = (
        select(Invitation, Person.name)
        .join(Person, Person.id == Invitation.invited_by)
        .where(Invitation.municipality_code == code, Invitation.ending.is_(None))
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )
    return [
        PendingInvitation(
            id=each.id,
            email=each.email,
            role=each.role,
            inviter=inviter,
            sent_at=each.created_at,
            expires_at=each.expires_at,
            is_expired=each.expires_at <= now,
        )
        for each, inviter in ctx.session.execute(rows)
    ]


def get_pending(ctx: Context, code: str, invitation_id: str) -> PendingInvitation:
    """Return one of those that wait. Raises InvitationNotFoundError."""
    found = next((each for each in list_pending(ctx, code) if each.id == invitation_id), None)
    if found is None:
        raise InvitationNotFoundError
    return found


def invite(ctx: Context, code: str, data: Mapping[str, object]) -> Invitation:
    """Write to somebody who is to join; the answer is the same whether they have an account or not.

    Raises ValidationError, MemberExistsError, InvitationPendingError, InvitationLimitError and the like.
    """
    require_member_manager(ctx.actor, code)
    wanted: dict[str, Any] = InvitationInput().load(data)
    require_may_grant(ctx.actor, code, wanted["role"])
    municipality = _lock(ctx, code)
    pending = list_pending(ctx, code)
    if any(each.email == wanted["email"] for each in pending):
        raise InvitationPendingError
    if len(pending) >= MOST_PENDING:
        raise InvitationLimitError(most=MOST_PENDING)
    return _send(ctx, municipality, wanted["email"], wanted["role"])


def send_again(ctx: Context, code: str, invitation_id: str) -> Invitation:
    """Write anew, with another link and another week; the former link ends. Raises InvitationNotFoundError."""
    require_member_manager(ctx.actor, code)
    municipality = _lock(ctx, code)
    former = _get_pending(ctx, code, invitation_id)
    _end(ctx, former, InvitationEnd.REPLACED)
    return _send(ctx, municipality, former.email, former.role)


def withdraw(ctx: Context, code: str, invitation_id: str) -> None:
    """Take an invitation back. Raises InvitationNotFoundError."""
    require_member_manager(ctx.actor, code)
    lock_municipality(ctx.session, code)
    invitation = _get_pending(ctx, code, invitation_id)
    _end(ctx, invitation, InvitationEnd.WITHDRAWN)
    _record(ctx, "invitation.withdrawn", invitation)


def forget_old_invitations(ctx: Context) -> None:
    """Delete those whose time was over long ago, however they ended."""
    ctx.session.execute(delete(Invitation).where(Invitation.expires_at <= ctx.now() - KEPT_FOR))


def _lock(ctx: Context, code: str) -> Municipality:
    if not can_invite(ctx):
        raise InvitationsUnavailableError
    municipality = lock_municipality(ctx.session, code)
    if not municipality.active:
        raise MunicipalityInactiveError
    return municipality


def _send(ctx: Context, municipality: Municipality, email: str, role: Role) -> Invitation:
    _require_no_member(ctx, municipality.code, email)
    _require_letter_left(ctx, municipality.code, email)
    inviter = _inviter(ctx, municipality.code)
    secret, now = new_secret(), ctx.now()
    invitation = Invitation(
        secret_hash=hash_secret(secret),
        municipality_code=municipality.code,
        email=email,
        role=role,
        invited_by=inviter.id,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    ctx.session.add(invitation)
    ctx.session.flush()
    place = ctx.ports.place.url
    write_mail(
        ctx,
        email,
        INVITATION,
        ctx.language,
        municipality=municipality.full_name,
        inviter=inviter.name,
        days=VALID_DAYS,
        link=f"{place}/invitations/{secret}",
        place=place,
    )
    _record(ctx, "invitation.sent", invitation)
    return invitation


def _inviter(ctx: Context, code: str) -> Person:
    """Return who answers for a letter: the caller, or of a token whoever issued it. Raises InviterUnknownError."""
    if ctx.actor.token_id is None:
        return ctx.session.get_one(Person, require_self(ctx.actor))
    issuer = find_issuer(ctx.session, ctx.actor.token_id, municipality_code=code)
    person = None if issuer is None else find_person(ctx.session, issuer)
    if person is None or ctx.session.get(Membership, (person.id, code)) is None:
        raise InviterUnknownError
    return person


def _require_no_member(ctx: Context, code: str, email: str) -> None:
    """Refuse to invite whom the list of members shows already."""
    found = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.municipality_code == code, Person.email == email, Person.disabled_at.is_(None))
    )
    if ctx.session.scalar(found) is not None:
        raise MemberExistsError


def _require_letter_left(ctx: Context, code: str, email: str) -> None:
    to_them = func.count().filter(Invitation.email == email)
    lately = Invitation.municipality_code == code, Invitation.created_at > ctx.now() - DAY
    sent, sent_to_them = ctx.session.execute(select(func.count(), to_them).where(*lately)).one()
    if sent >= MOST_A_DAY or sent_to_them >= MOST_EACH:
        pause = int(DAY.total_seconds())
        raise InvitationsThrottledError(most=MOST_A_DAY, most_each=MOST_EACH, retry_after=pause)


def _get_pending(ctx: Context, code: str, invitation_id: str) -> Invitation:
    found = ctx.session.get(Invitation, invitation_id, populate_existing=True) if invitation_id.isprintable() else None
    if found is None or found.municipality_code != code or found.ending is not None:
        raise InvitationNotFoundError
    return found


def _end(ctx: Context, invitation: Invitation, end: InvitationEnd) -> None:
    invitation.ending, invitation.ended_at = end, ctx.now()
    ctx.session.flush()


def _record(ctx: Context, act: str, invitation: Invitation) -> None:
    """Note the act without the address: the log stays for ever, and whoever never joined should not."""
    audit.record(
        ctx,
        act,
        f"invitation:{invitation.id}",
        municipality_code=invitation.municipality_code,
        role=invitation.role.value,
    )
