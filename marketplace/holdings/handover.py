"""Handing over what somebody looks after: officials move every few years, and what they leave must not be nobody's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields

from marketplace.accounts.inputs import SCHEMA_MESSAGES, TEXT_MESSAGES
from marketplace.accounts.queries import names_of
from marketplace.audit import services as audit
from marketplace.holdings.caretakers import KeptThing, list_kept
from marketplace.holdings.models import Caretaker
from marketplace.holdings.policy import require_insider, require_keeper
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.municipalities.errors import MemberNotFoundError
from marketplace.municipalities.queries import find_members
from marketplace.municipalities.services import lock_municipality

NOBODY = "nobody"
"""Stands for the id of a person where nobody is known."""
NOT_A_MEMBER: Any = Text("構成員から選んでください。", "Choose one of the members.")
SAME_PERSON: Any = Text("別の人を選んでください。", "Choose somebody else.")


class HandoverInput(Schema):
    """Who is to look after it all."""

    error_messages = SCHEMA_MESSAGES

    to = fields.String(required=True, error_messages=TEXT_MESSAGES)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody, and how much they look after."""

    person_id: str
    name: str
    """Empty where nobody is known."""
    is_member: bool
    count: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """What one person looks after."""

    keeper: Keeper
    things: tuple[KeptThing, ...]


def list_keepers(ctx: Context) -> list[Keeper]:
    """Return to administrators all members, and before them whoever left and still looks after something."""
    code = require_keeper(ctx.actor)
    counts = Counter(thing.person_id or NOBODY for thing in list_kept(ctx, code))
    members = find_members(ctx.session, code)
    own = {member.person_id for member in members}
    gone = names_of(ctx.session, set(counts) - own)
    former = [
        Keeper(person_id, gone.get(person_id, ""), is_member=False, count=count)
        for person_id, count in counts.items()
        if person_id not in own
    ]
    return [
        *sorted(former, key=lambda each: (not each.name, each.name, each.person_id)),
        *(Keeper(each.person_id, each.name, is_member=True, count=counts[each.person_id]) for each in members),
    ]


def get_holdings(ctx: Context, person_id: str) -> Holdings:
    """Return what somebody looks after: to themselves, and to administrators. Raises MemberNotFoundError."""
    code = require_insider(ctx.actor)
    if person_id != ctx.actor.person_id:
        require_keeper(ctx.actor)
    things = tuple(thing for thing in list_kept(ctx, code) if (thing.person_id or NOBODY) == person_id)
    member = next(iter(find_members(ctx.session, code, person_id)), None) if person_id.isprintable() else None
    if member is None and not things:
        raise MemberNotFoundError
    name = member.name if member else names_of(ctx.session, [person_id]).get(person_id, "")
    return Holdings(Keeper(person_id, name, is_member=member is not None, count=len(things)), things)


def hand_over(ctx: Context, person_id: str, data: Mapping[str, object]) -> int:
    """Let another member look after all that somebody did, at once, and return how many things that were.

    Raises MemberNotFoundError or ValidationError.
    """
    code = require_keeper(ctx.actor)
    to: str = HandoverInput().load(dict(data))["to"]
    lock_municipality(ctx.session, code)
    holdings = get_holdings(ctx, person_id)
    if to == person_id:
        raise ValidationError({"to": [SAME_PERSON]})
    successor = next(iter(find_members(ctx.session, code, to)), None) if to.isprintable() else None
    if successor is None:
        raise ValidationError({"to": [NOT_A_MEMBER]})
    for thing in holdings.things:
        _give(ctx, code, thing, to)
    if holdings.things:
        ctx.session.flush()
        facts = {"count": len(holdings.things), "successor": successor.name, "successor_id": to}
        audit.record(ctx, "handover.done", f"person:{person_id}", **facts)
    return len(holdings.things)


def _give(ctx: Context, code: str, thing: KeptThing, person_id: str) -> None:
    found = ctx.session.get(Caretaker, (thing.kind, thing.id))
    if found is None:
        found = Caretaker(kind=thing.kind, subject_id=thing.id, municipality_code=code)
        ctx.session.add(found)
    found.person_id, found.given_at = person_id, ctx.now()
