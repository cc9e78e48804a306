"""Verified municipalities: the operator has made sure that those who act for them are their staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.accounts.models import Person
from marketplace.accounts.policy import require_operator
from marketplace.audit import services as audit
from marketplace.catalog.services import follow_verification
from marketplace.kernel.context import Context
from marketplace.municipalities.errors import MunicipalityNotFoundError
from marketplace.municipalities.models import Membership, Municipality
from marketplace.municipalities.queries import Member, find_members, find_municipality
from marketplace.operating.errors import NobodyToVerifyError
from marketplace.operating.inputs import read_reason

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class MunicipalityWithMembers:
    """A municipality somebody acts for, and how long it has waited to be verified."""

    code: str
    name: str
    members: int
    joined_at: datetime
    """When the first member came."""


@dataclass(frozen=True, slots=True)
class Verification:
    """One municipality with those who act for it."""

    municipality: Municipality
    members: list[Member]


def list_unverified(ctx: Context) -> list[MunicipalityWithMembers]:
    """Return the municipalities that have members and are not verified, those that wait longest first."""
    require_operator(ctx.actor)
    first = func.min(Membership.joined_at)
    rows = (
        select(Municipality, func.count(), first)
        .join(Membership, Membership.municipality_code == Municipality.code)
        .join(Person, Person.id == Membership.person_id)
        .where(Municipality.verified_at.is_(None), Municipality.active, Person.disabled_at.is_(None))
        .group_by(Municipality.code)
        .order_by(first, Municipality.code)
        .limit(MOST_SHOWN)
    )
    return [
        MunicipalityWithMembers(each.code, each.full_name, count, joined_at)
        for each, count, joined_at in ctx.session.execute(rows)
    ]


def list_verified(ctx: Context) -> list[Municipality]:
    """Return the municipalities that are verified, the latest first."""
    require_operator(ctx.actor)
    verified = select(Municipality).where(Municipality.verified_at.is_not(None))
    newest = verified.order_by(Municipality.verified_at.desc(), Municipality.code)
    return list(ctx.session.scalars(newest.limit(MOST_SHOWN)))


def get_verification(ctx: Context, code: str) -> Verification:
    """Return a municipality and its members, so that the operator may ask after them. Raises NotFoundError."""
    require_operator(ctx.actor)
    municipality = find_municipality(ctx, code)
    if municipality is None:
        raise MunicipalityNotFoundError
    return Verification(municipality, find_members(ctx.session, code))


def verify_municipality(ctx: Context, code: str, data: Mapping[str, object]) -> None:
    """Note that the operator made sure of a municipality, and by what; verifying twice keeps the first.

    Raises ValidationError, MunicipalityNotFoundError or NobodyToVerifyError.
    """
    found = get_verification(ctx, code)
    reason = read_reason(data)
    if not found.members:
        raise NobodyToVerifyError
    mark_as_verified(ctx, found.municipality, reason)


def mark_as_verified(ctx: Context, municipality: Municipality, reason: str) -> None:
    """Do the same for a municipality whose members nobody needs to ask after, such as the operator itself."""
    require_operator(ctx.actor)
    if municipality.verified_at is not None:
        return
    municipality.verified_at, municipality.verified_by = ctx.now(), ctx.actor.name
    ctx.session.flush()
    follow_verification(ctx, municipality)
    _record(ctx, "municipality.verified", municipality.code, reason)


def withdraw_verification(ctx: Context, code: str, data: Mapping[str, object]) -> None:
    """Take back that a municipality is verified; what it published and installed stays.

    Raises ValidationError or MunicipalityNotFoundError.
    """
    municipality = get_verification(ctx, code).municipality
    reason = read_reason(data)
    if municipality.verified_at is None:
        return
    municipality.verified_at = municipality.verified_by = None
    ctx.session.flush()
    follow_verification(ctx, municipality)
    _record(ctx, "municipality.verification-withdrawn", code, reason)


def _record(ctx: Context, act: str, code: str, reason: str) -> None:
    audit.record_for_both(ctx, act, f"municipality:{code}", code, reason=reason)
