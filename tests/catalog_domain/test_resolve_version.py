from __future__ import annotations

import pytest

from marketplace.catalog import queries, services
from marketplace.catalog.errors import (
    TemplateNotFoundError,
    VersionNotFoundError,
    VersionRangeInvalidError,
    VersionWithdrawnError,
)
from marketplace.kernel.context import Context
from tests.catalog_domain.factories import ASAHIKAWA, SLUG, make_version

NUMBERS = ("1.0.0", "1.2.0", "1.10.0", "2.0.0", "3.0.0-beta.1")


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (None, "2.0.0"),
        ("", "2.0.0"),
        ("1.2.0", "1.2.0"),
        (" 1.2.0 ", "1.2.0"),
        ("^1.0", "1.10.0"),
        ("~1.2", "1.2.0"),
        ("1.x", "1.10.0"),
        (">=1.2 <1.10", "1.2.0"),
        ("1.0.0 - 1.5.0", "1.2.0"),
        ("^1 || ^2", "2.0.0"),
        ("*", "2.0.0"),
        ("3.0.0-beta.1", "3.0.0-beta.1"),
        (">=3.0.0-beta.0", "3.0.0-beta.1"),
    ],
)
def test_a_wish_is_answered_by_the_newest_version_that_fits(ctx: Context, wanted: str | None, number: str) -> None:
    for released in NUMBERS:
        make_version(ctx, released)
    assert queries.resolve_version(ctx, ASAHIKAWA, SLUG, wanted).number == number


@pytest.mark.parametrize("wanted", ["^4", "9.9.9", "<1.0.0"])
def test_a_wish_that_nothing_fits_is_refused(ctx: Context, wanted: str) -> None:
    make_version(ctx)
    with pytest.raises(VersionNotFoundError):
        queries.resolve_version(ctx, ASAHIKAWA, SLUG, wanted)


@pytest.mark.parametrize("wanted", ["latest", "^", "x" * 500, "1.0.0\x00", "\ud800", "最新"])
def test_a_wish_that_is_no_range_is_refused(ctx: Context, wanted: str) -> None:
    make_version(ctx)
    with pytest.raises((VersionRangeInvalidError, VersionNotFoundError)):
        queries.resolve_version(ctx, ASAHIKAWA, SLUG, wanted)


def test_a_withdrawn_version_asked_for_by_number_is_refused_with_its_reason(ctx: Context) -> None:
    services.mark_withdrawn(ctx, make_version(ctx), "計算式の誤り")
    with pytest.raises(VersionWithdrawnError) as refused:
        queries.resolve_version(ctx, ASAHIKAWA, SLUG, "1.0.0")
    assert refused.value.params["reason"] == "計算式の誤り"


def test_ranges_pass_over_withdrawn_versions(ctx: Context) -> None:
    make_version(ctx)
    services.mark_withdrawn(ctx, make_version(ctx, "1.1.0"), "誤り")
    assert queries.resolve_version(ctx, ASAHIKAWA, SLUG, "^1").number == "1.0.0"


def test_without_a_stable_version_there_is_nothing_to_install_by_default(ctx: Context) -> None:
    make_version(ctx, "1.0.0-beta.1")
    with pytest.raises(VersionNotFoundError):
        queries.resolve_version(ctx, ASAHIKAWA, SLUG, None)


@pytest.mark.parametrize(
    ("publisher", "slug"), [(ASAHIKAWA, "x"), ("\x00", SLUG), (ASAHIKAWA, "\ud800"), ("082104", SLUG)]
)
def test_an_unknown_template_is_refused(ctx: Context, publisher: str, slug: str) -> None:
    make_version(ctx)
    with pytest.raises(TemplateNotFoundError):
        queries.get_template(ctx, publisher, slug)


def test_a_withdrawn_version_can_still_be_read(ctx: Context) -> None:
    services.mark_withdrawn(ctx, make_version(ctx), "誤り")
    assert queries.get_version(ctx, ASAHIKAWA, SLUG, "1.0.0").is_withdrawn


@pytest.mark.parametrize("number", ["9.9.9", "\x00", "\ud800", ""])
def test_an_unknown_number_is_refused(ctx: Context, number: str) -> None:
    make_version(ctx)
    with pytest.raises(VersionNotFoundError):
        queries.get_version(ctx, ASAHIKAWA, SLUG, number)


def test_versions_are_listed_newest_first(ctx: Context) -> None:
    for number in NUMBERS:
        make_version(ctx, number)
    listed = [version.number for version in queries.list_versions(ctx, ASAHIKAWA, SLUG)]
    assert listed == list(reversed(NUMBERS))
    detail = queries.get_template(ctx, ASAHIKAWA, SLUG)
    assert [version.number for version in detail.versions] == listed


def test_two_versions_can_be_compared(ctx: Context) -> None:
    make_version(ctx)
    make_version(ctx, "1.0.1", name={"ja": "別の名", "en": "Other"})
    assert queries.compare_versions(ctx, ASAHIKAWA, SLUG, "1.0.0", "1.0.1").changes
