"""Writes the audit log, in the transaction of the act itself: both are kept, or neither."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert

from marketplace.audit.models import AuditEvent
from marketplace.db.base import table_of
from marketplace.kernel.context import Context

MUNICIPALITY = "municipality_code"
_NOTE = insert(table_of(AuditEvent))
PLAIN = (str, int, float, bool, type(None))


def record(ctx: Context, act: str, subject: str, **facts: object) -> None:
    """Note an act (`workspace.created`) on a subject (`workspace:<id>`).

    The fact `municipality_code` names the municipality concerned where the actor has none of its own.
    Never pass secrets or the content of records as facts.
    """
    concerned = facts.pop(MUNICIPALITY, None)
    _keep(ctx, act, subject, ctx.actor.municipality_code or (None if concerned is None else str(concerned)), facts)


def record_for_both(ctx: Context, act: str, subject: str, concerned: str, **facts: object) -> None:
    """Note an act in the log of the caller's municipality and in that of the one concerned, if that is another.

    The latter does not learn from where the operator acted.
    """
    own = ctx.actor.municipality_code
    if own is not None and own != concerned:
        _keep(ctx, act, subject, own, facts | {"municipality": concerned})
        _keep(ctx, act, subject, concerned, facts, address="")
    else:
        _keep(ctx, act, subject, concerned, facts)


def _keep(
    ctx: Context,
    act: str,
    subject: str,
    municipality_code: str | None,
    facts: dict[str, object],
    address: str | None = None,
) -> None:
    kind, _, identifier = subject.partition(":")
    actor = ctx.actor
    event = {
        "at": ctx.now(),
        "actor_kind": actor.kind.value,
        "actor_id": actor.person_id or actor.token_id,
        "actor_name": actor.name,
        "municipality_code": municipality_code,
        "address": actor.address if address is None else address,
        "act": act,
        "subject_kind": kind,
        "subject_id": identifier,
        "facts": {name: _plain(value) for name, value in facts.items()},
    }
    ctx.session.connection().execute(_NOTE, event)  # It refers to no row, so nothing has to be written before it.


def _plain(value: object) -> object:
    """Return a fact as JSON can keep it."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(str(inner) for inner in value)
    return str(value)
