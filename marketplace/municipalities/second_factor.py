"""Requiring a second factor of all members of a municipality."""

from __future__ import annotations

from marketplace.accounts.factors.queries import has_factor
from marketplace.audit import services as audit
from marketplace.kernel.actor import Permission
from marketplace.kernel.context import Context
from marketplace.municipalities.errors import OwnFactorMissingError
from marketplace.municipalities.models import Municipality
from marketplace.municipalities.services import lock_municipality


def require_second_factor(ctx: Context) -> None:
    """Let members do something for the municipality only once they have a second factor; twice is harmless.

    Whoever decides that must have one themselves. Raises OwnFactorMissingError.
    """
    municipality = _own(ctx)
    if ctx.actor.person_id is None or not has_factor(ctx.session, ctx.actor.person_id):
        raise OwnFactorMissingError
    if municipality.second_factor_required_at is None:
        municipality.second_factor_required_at = ctx.now()
        _note(ctx, "municipality.second-factor-required", municipality)


def stop_requiring_second_factor(ctx: Context) -> None:
    """Let the password be enough again; twice is harmless."""
    municipality = _own(ctx)
    if municipality.second_factor_required_at is not None:
        municipality.second_factor_required_at = None
        _note(ctx, "municipality.second-factor-optional", municipality)


def _own(ctx: Context) -> Municipality:
    code = ctx.actor.whole_municipality(Permission.MEMBERS_MANAGE)
    return lock_municipality(ctx.session, code)


def _note(ctx: Context, act: str, municipality: Municipality) -> None:
    audit.record(ctx, act, f"municipality:{municipality.code}")
