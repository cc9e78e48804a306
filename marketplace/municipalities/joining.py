"""Following an invitation: what its link tells whoever opens it, and how they join."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update

from marketplace.accounts.models import Person
from marketplace.accounts.policy import require_self
from marketplace.accounts.queries import find_person, find_person_by_email
from marketplace.accounts.services import create_person
from marketplace.kernel.actor import SYSTEM, Actor, ActorKind
from marketplace.kernel.context import Context
from marketplace.kernel.ids import hash_secret
from marketplace.municipalities.errors import (
    InvitationClosedError,
    InvitationExpiredError,
    InvitationForOtherError,
    InvitationReplacedError,
    InvitationUsedError,
    InvitationWithdrawnError,
    MunicipalityInactiveError,
)
from marketplace.municipalities.letters import VALID_DAYS
from marketplace.municipalities.models import Invitation, InvitationEnd, Membership, Municipality
from marketplace.municipalities.roles import Role
from marketplace.municipalities.services import enter_member, lock_municipality

ENDED: dict[InvitationEnd, type[InvitationClosedError]] = {
    InvitationEnd.USED: InvitationUsedError,
    InvitationEnd.WITHDRAWN: InvitationWithdrawnError,
    InvitationEnd.REPLACED: InvitationReplacedError,
}


class Opener(StrEnum):
    """Who opens the link, as far as joining goes."""

    INVITED = "invited"
    """Signed in with the account of the invited address."""
    OTHER = "other"
    """Signed in with another account."""
    ACCOUNT = "account"
    """Not signed in, and the invited address has an account."""
    DISABLED = "disabled"
    """Not signed in, and the account of the invited address was disabled."""
    NEW = "new"


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that can still be followed, as its link shows it."""

    municipality: str
    role: Role
    email: str
    expires_at: datetime
    opener: Opener


def open_invitation(ctx: Context, secret: str) -> OpenInvitation:
    """Return what a link offers to whoever opens it. Raises InvitationClosedError or one of its kinds."""
    invitation = _find(ctx, secret)
    municipality = ctx.session.get_one(Municipality, invitation.municipality_code)
    return OpenInvitation(
        municipality=municipality.full_name,
        role=invitation.role,
        email=invitation.email,
        expires_at=invitation.expires_at,
        opener=_opener(ctx, invitation),
    )


def join(ctx: Context, secret: str) -> Membership:
    """Make the signed-in person a member; the invitation counts for the address it was written to.

    Raises InvitationClosedError, InvitationForOtherError or MemberExistsError.
    """
    person = find_person(ctx.session, require_self(ctx.actor))
    invitation = _find(ctx, secret)
    if person is None or person.email != invitation.email:
        raise InvitationForOtherError
    return _enter(ctx, invitation, person)


def register(ctx: Context, secret: str, name: str, password: str) -> tuple[Person, Membership]:
    """Register the invited person, whose address the letter has proved, and make them a member.

    Raises InvitationClosedError, EmailTakenError or ValidationError.
    """
    invitation = _find(ctx, secret)
    if ctx.actor.is_signed_in:
        raise InvitationForOtherError
    service = replace(ctx, actor=replace(SYSTEM, address=ctx.actor.address))
    person = create_person(service, invitation.email, name, password)
    return person, _enter(ctx, invitation, person)


def _find(ctx: Context, secret: str) -> Invitation:
    found = ctx.session.scalar(select(Invitation).where(Invitation.secret_hash == hash_secret(secret)))
    if found is None:
        raise InvitationClosedError
    if found.ending is not None:
        raise ENDED[found.ending]
    if found.expires_at <= ctx.now():
        raise InvitationExpiredError(days=VALID_DAYS)
    return found


def _opener(ctx: Context, invitation: Invitation) -> Opener:
    person = find_person_by_email(ctx.session, invitation.email)
    if ctx.actor.is_signed_in:
        return Opener.INVITED if person is not None and person.id == ctx.actor.person_id else Opener.OTHER
    if person is None:
        return Opener.NEW
    return Opener.ACCOUNT if person.disabled_at is None else Opener.DISABLED


def _enter(ctx: Context, invitation: Invitation, person: Person) -> Membership:
    """Use the invitation up and write the membership, in the name of the person who joins."""
    code = invitation.municipality_code
    if not lock_municipality(ctx.session, code).active:
        raise MunicipalityInactiveError
    open_still = Invitation.id == invitation.id, Invitation.ending.is_(None)
    used = update(Invitation).where(*open_still).values(ending=InvitationEnd.USED, ended_at=ctx.now())
    if ctx.session.scalar(used.returning(Invitation.id)) is None:
        raise InvitationUsedError  # It was followed or withdrawn at this moment.
    joining = Actor(
        kind=ActorKind.PERSON,
        person_id=person.id,
        municipality_code=code,
        address=ctx.actor.address,
        name=person.name,
    )
    return enter_member(replace(ctx, actor=joining), code, person.id, invitation.role)
