"""Lets people run the service; only its machine can do that (the command), no page."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.accounts.policy import require_system
from marketplace.accounts.queries import find_person_by_email
from marketplace.accounts.services import create_person
from marketplace.kernel.context import Context
from marketplace.kernel.ids import new_secret
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.models import Membership
from marketplace.municipalities.roles import Role
from marketplace.municipalities.services import add_member, change_role
from marketplace.operating.errors import ActsForOthersError

PASSWORD_LENGTH = 20


def add_operator(ctx: Context, email: str, name: str) -> str | None:
    """Make a person an administrator of the operator and return the password of a new account, which is kept nowhere.

    Raises ValidationError, ActsForOthersError or MunicipalityNotFoundError.
    """
    require_system(ctx.actor)
    person, password = find_person_by_email(ctx.session, email), None
    if person is None:
        password = new_secret()[:PASSWORD_LENGTH]
        person = create_person(ctx, email, name, password)
    held = {each.municipality_code: each for each in _memberships(ctx, person.id)}
    if held.keys() - {OPERATOR_CODE}:
        raise ActsForOthersError
    if OPERATOR_CODE not in held:
        add_member(ctx, OPERATOR_CODE, person.id, Role.ADMIN)
    elif held[OPERATOR_CODE].role is not Role.ADMIN:
        change_role(ctx, OPERATOR_CODE, person.id, Role.ADMIN)
    return password


def _memberships(ctx: Context, person_id: str) -> list[Membership]:
    return list(ctx.session.scalars(select(Membership).where(Membership.person_id == person_id)))
