"""The invented municipalities, and who acts for them."""

from __future__ import annotations

from dataclasses import replace

from marketplace.catalog.suggestible import index_municipality
from marketplace.kernel.actor import Actor, ActorKind, Permission
from marketplace.kernel.context import Context
from marketplace.municipalities.codes import OPERATOR_CODE
from marketplace.municipalities.models import MunicipalityType
from marketplace.municipalities.queries import find_municipality
from marketplace.municipalities.services import FictitiousMunicipality, add_fictitious
from marketplace.operating.verifying import mark_as_verified

MIHON = FictitiousMunicipality(
    "992011", "架空県", "みほん市", "みほんし", population=42_000, size_class="S4", region="架空"
)
KASUMI = FictitiousMunicipality(
    "992020",
    "架空県",
    "かすみ町",
    "かすみちょう",
    population=9_800,
    size_class="S2",
    region="架空",
    type=MunicipalityType.TOWN,
)
SAZANAMI = FictitiousMunicipality(
    "992038", "架空県", "さざなみ市", "さざなみし", population=118_000, size_class="S6", region="架空"
)


def found_municipalities(ctx: Context) -> None:
    """Add the invented municipalities, which can be found like others."""
    for municipality in (MIHON, KASUMI, SAZANAMI):
        index_municipality(ctx, add_fictitious(ctx.session, municipality))


def verify_municipalities(ctx: Context) -> None:
    """Let みほん市 and the publisher of the first-party templates, if it is there, count as verified."""
    for code in (MIHON.code, OPERATOR_CODE):
        found = find_municipality(ctx, code)
        if found is not None:
            mark_as_verified(ctx, found, "demo")


def as_member(ctx: Context, municipality: FictitiousMunicipality) -> Context:
    """Return a context for somebody who writes for an invented municipality."""
    granted = frozenset({Permission.REVIEWS_WRITE})
    actor = Actor(ActorKind.SYSTEM, municipality_code=municipality.code, permissions=granted, name="demo")
    return replace(ctx, actor=actor)
