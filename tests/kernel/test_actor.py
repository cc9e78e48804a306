"""What a caller may do for which municipality."""

from __future__ import annotations

import pytest

from marketplace.kernel.actor import ANONYMOUS, Actor, ActorKind, Permission
from marketplace.kernel.errors import ForbiddenError, NotFoundError, UnauthenticatedError

PUBLISH = Permission.TEMPLATES_PUBLISH


def token(*permissions, workspace_id=None):
    return Actor(
        kind=ActorKind.TOKEN,
        municipality_code="012041",
        permissions=frozenset(permissions),
        workspace_id=workspace_id,
    )


def test_a_permission_counts_for_the_own_municipality_only():
    token(PUBLISH).require(PUBLISH, "012041")
    with pytest.raises(NotFoundError):
        token(PUBLISH).require(PUBLISH, "082104")


def test_a_missing_permission_is_named():
    with pytest.raises(ForbiddenError) as refusal:
        token().require(PUBLISH, "012041")
    assert refusal.value.params == {"needs": "templates:publish"}


def test_nobody_in_particular_is_asked_to_sign_in():
    with pytest.raises(UnauthenticatedError):
        ANONYMOUS.require(PUBLISH, "012041")
    with pytest.raises(UnauthenticatedError):
        ANONYMOUS.own_municipality(PUBLISH)


def test_a_token_bound_to_a_workspace_does_not_act_for_the_whole_municipality():
    bound = token(PUBLISH, workspace_id="aaaaaaaaaaaaaaaa")
    assert bound.own_municipality(PUBLISH) == "012041"
    with pytest.raises(ForbiddenError):
        bound.whole_municipality(PUBLISH)
    assert token(PUBLISH).whole_municipality(PUBLISH) == "012041"
