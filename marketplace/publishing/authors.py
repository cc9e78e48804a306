"""Tells who answers for what a program brought: the person who issued its token."""

from __future__ import annotations

from marketplace.audit.queries import find_actor, find_issuer
from marketplace.kernel.actor import Actor, ActorKind
from marketplace.kernel.context import Context


def author_of(ctx: Context, municipality_code: str, actor: Actor) -> str | None:
    """Return the person behind a caller; None for a token of which nobody knows who issued it."""
    if actor.person_id is not None or actor.token_id is None:
        return actor.person_id
    return find_issuer(ctx.session, actor.token_id, municipality_code=municipality_code)


def author_of_act(ctx: Context, municipality_code: str, acts: tuple[str, ...], subject: str) -> str | None:
    """Return the person behind the token that did something last, or None."""
    token_id = find_actor(ctx.session, acts, subject, ActorKind.TOKEN, municipality_code=municipality_code)
    return None if token_id is None else find_issuer(ctx.session, token_id, municipality_code=municipality_code)
