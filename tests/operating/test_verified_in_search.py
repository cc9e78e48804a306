"""Whether a publisher is verified counts a little in the search, and is told by the API."""

from __future__ import annotations

from marketplace.catalog.listing import list_templates
from marketplace.catalog.merits import UNVERIFIED
from marketplace.catalog.queries import TemplateFilter, get_template
from marketplace.catalog.services import mark_withdrawn
from marketplace.kernel.context import Context
from marketplace.operating.verifying import mark_as_verified, withdraw_verification
from tests.catalog_domain.factories import (
    ASAHIKAWA,
    OPERATOR,
    SHIMOTSUMA,
    make_municipality,
    make_template,
    make_version,
)

ALIKE = ("a", ASAHIKAWA), ("b", SHIMOTSUMA), ("c", OPERATOR)
Q = "補助金"


def make_alike(ctx: Context) -> dict[str, str]:
    """Release the same template of three publishers, and return their ids by slug."""
    return {slug: make_template(ctx, slug, publisher=publisher).id for slug, publisher in ALIKE}


def penalties(ctx: Context) -> dict[str, int]:
    found = list_templates(ctx, TemplateFilter(q=Q))
    return {item.slug: found.explanations[item.id].merits["unverified"] for item in found.page.items}


def order(ctx: Context) -> list[str]:
    return [item.slug for item in list_templates(ctx, TemplateFilter(q=Q)).page.items]


def test_the_verified_and_first_party_templates_come_before_the_unverified(ctx: Context) -> None:
    make_alike(ctx)
    assert penalties(ctx) == {"a": UNVERIFIED, "b": UNVERIFIED, "c": 0}
    assert order(ctx)[0] == "c"
    mark_as_verified(ctx, make_municipality(ctx.session, SHIMOTSUMA), "電話で確かめた")
    assert penalties(ctx) == {"a": UNVERIFIED, "b": 0, "c": 0}
    assert order(ctx)[-1] == "a"
    assert get_template(ctx, SHIMOTSUMA, "b").publisher.is_verified
    withdraw_verification(ctx, SHIMOTSUMA, {"reason": "取り消す"})
    assert penalties(ctx)["b"] == UNVERIFIED


def test_better_words_come_first_all_the_same(ctx: Context) -> None:
    make_template(ctx, "a", publisher=ASAHIKAWA)
    other = {"ja": "備品台帳", "en": "Assets"}
    make_template(ctx, "c", publisher=OPERATOR, name=other, keywords=[], summary={"ja": "補助金も扱う", "en": "x"})
    assert order(ctx) == ["a", "c"]


def test_a_template_that_comes_back_after_its_withdrawal_ranks_by_what_holds_then(ctx: Context) -> None:
    version = make_version(ctx, publisher=SHIMOTSUMA)
    mark_withdrawn(ctx, version, "誤り")
    mark_as_verified(ctx, make_municipality(ctx.session, SHIMOTSUMA), "電話で確かめた")
    make_version(ctx, "1.0.1", publisher=SHIMOTSUMA)
    assert list(penalties(ctx).values()) == [0]
