from __future__ import annotations

from collections.abc import Callable

import pytest

from marketplace.bundle.writing import digest_of, write_zip
from marketplace.catalog import queries, services
from marketplace.catalog.changes import read_changes
from marketplace.catalog.errors import VersionExistsError, VersionTooSmallError
from marketplace.catalog.models import Template
from marketplace.kernel.actor import ANONYMOUS, Actor, Permission
from marketplace.kernel.context import Context
from marketplace.kernel.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from tests.bundle.factories import make_bundle
from tests.catalog_domain.factories import (
    ASAHIKAWA,
    SHIMOTSUMA,
    SLUG,
    make_actor,
    make_municipality,
    make_template,
    make_version,
    with_fields,
)


def test_a_version_keeps_its_canonical_zip_under_its_digest(ctx: Context) -> None:
    bundle = make_bundle()
    version = make_version(ctx, bundle=bundle)
    assert version.digest == digest_of(write_zip(bundle))
    assert ctx.ports.blobs.get(version.digest) == write_zip(bundle)
    assert queries.load_bundle(ctx, version) == bundle


def test_the_first_version_makes_the_template(ctx: Context) -> None:
    version = make_version(ctx, name={"ja": "備品台帳", "en": "Equipment"}, departments=["財政課", "全課"])
    template = ctx.session.get_one(Template, version.template_id)
    assert (template.name_ja, template.departments) == ("備品台帳", ["財政課", "全課"])
    assert template.latest_version_id == version.id


def test_a_newer_version_changes_what_lists_say(ctx: Context) -> None:
    template = make_template(ctx)
    version = make_version(ctx, "1.0.1", name={"ja": "補助金の管理", "en": "Subsidies"})
    assert (template.latest_version_id, template.name_ja) == (version.id, "補助金の管理")


def test_a_patch_to_an_older_line_leaves_the_latest_in_place(ctx: Context) -> None:
    template = make_template(ctx)
    newest = make_version(ctx, "2.0.0")
    make_version(ctx, "1.0.1", name={"ja": "古い版", "en": "Old"})
    assert (template.latest_version_id, template.name_ja) == (newest.id, "補助金申請管理")


def test_a_pre_release_does_not_become_the_latest(ctx: Context) -> None:
    template = make_template(ctx)
    stable = template.latest_version_id
    make_version(ctx, "2.0.0-beta.1")
    assert template.latest_version_id == stable


@pytest.mark.parametrize("number", ["1.0.0", "1.0.0+other"])
def test_a_number_is_used_once_only(ctx: Context, number: str) -> None:
    make_version(ctx)
    with pytest.raises(VersionExistsError) as refused:
        make_version(ctx, number)
    assert refused.value.code == "version-number-used"
    assert refused.value.params["least"] == "1.0.1"


def test_a_withdrawn_number_stays_used(ctx: Context) -> None:
    services.mark_withdrawn(ctx, make_version(ctx), "誤り")
    with pytest.raises(VersionExistsError):
        make_version(ctx)


@pytest.mark.parametrize(
    ("codes", "number", "least"),
    [
        pytest.param(("件名", "備考"), "1.0.1", "1.1.0", id="field-added"),
        pytest.param((), "1.0.1", "2.0.0", id="field-removed-patch"),
        pytest.param((), "1.9.0", "2.0.0", id="field-removed-minor"),
        pytest.param((), "2.0.0-beta.1", None, id="pre-release-of-enough"),
        pytest.param((), "1.5.0-beta.1", "2.0.0", id="pre-release-of-too-little"),
        pytest.param(("件名", "備考"), "1.1.0", None, id="enough"),
        pytest.param(("件名", "備考"), "3.0.0", None, id="more-than-enough"),
    ],
)
def test_a_number_must_be_as_large_as_its_changes_demand(
    ctx: Context, codes: tuple[str, ...], number: str, least: str | None
) -> None:
    make_version(ctx, bundle=with_fields("1.0.0", "件名", "状況"))
    bundle = with_fields(number, *(codes or ("件名",)), *(("状況",) if codes else ()))
    if least is None:
        assert make_version(ctx, bundle=bundle).number == number
        return
    with pytest.raises(VersionTooSmallError) as refused:
        make_version(ctx, bundle=bundle)
    assert refused.value.params["least"] == least
    assert refused.value.details


def test_a_refused_number_names_the_changes_that_demand_more(ctx: Context) -> None:
    make_version(ctx, bundle=with_fields("1.0.0", "件名", "状況"))
    with pytest.raises(VersionTooSmallError) as refused:
        make_version(ctx, bundle=with_fields("1.0.1", "件名"))
    assert {change.impact for change in refused.value.changes} == {"breaking"}


def test_a_number_below_the_newest_of_its_line_is_refused(ctx: Context) -> None:
    make_version(ctx)
    make_version(ctx, "1.4.0")
    with pytest.raises(VersionTooSmallError) as refused:
        make_version(ctx, "1.3.0")
    assert refused.value.params["least"] == "1.4.1"


def test_changes_are_counted_from_the_last_stable_version(ctx: Context) -> None:
    make_version(ctx, bundle=with_fields("1.0.0", "件名"))
    make_version(ctx, bundle=with_fields("1.1.0-beta.1", "件名", "備考"))
    version = make_version(ctx, bundle=with_fields("1.1.0", "件名", "備考"))
    changes = read_changes(version.changes)
    assert (changes.base, changes.bump) == ("1.0.0", "minor")
    assert [change.subject for change in changes.changes if change.act == "added"] != []


def test_the_first_version_has_no_changes(ctx: Context) -> None:
    assert read_changes(make_version(ctx).changes).base is None


def test_two_publishers_may_use_the_same_slug(ctx: Context) -> None:
    one = make_version(ctx, publisher=ASAHIKAWA)
    other = make_version(ctx, publisher=SHIMOTSUMA)
    assert one.template_id != other.template_id


def test_a_stranger_can_not_add_a_version(context_of: Callable[[Actor], Context]) -> None:
    with pytest.raises(UnauthenticatedError):
        services.add_version(context_of(ANONYMOUS), ASAHIKAWA, make_bundle())


def test_nobody_adds_a_version_for_another_municipality(context_of: Callable[[Actor], Context]) -> None:
    with pytest.raises(NotFoundError):
        services.add_version(context_of(make_actor(SHIMOTSUMA)), ASAHIKAWA, make_bundle())


def test_a_reader_can_not_add_a_version(context_of: Callable[[Actor], Context]) -> None:
    with pytest.raises(ForbiddenError):
        services.add_version(context_of(make_actor(ASAHIKAWA, Permission.WORKSPACES_READ)), ASAHIKAWA, make_bundle())


def test_who_released_a_version_is_kept(context_of: Callable[[Actor], Context]) -> None:
    ctx = context_of(make_actor(person_id="author"))
    make_municipality(ctx.session)
    assert make_version(ctx).released_by == "author"


def test_withdrawing_the_latest_makes_the_one_before_the_latest(ctx: Context) -> None:
    template = make_template(ctx)
    first = template.latest_version_id
    second = make_version(ctx, "1.0.1", name={"ja": "新しい名", "en": "New"})
    services.mark_withdrawn(ctx, second, "計算式の誤り")
    assert (template.latest_version_id, template.name_ja) == (first, "補助金申請管理")


def test_withdrawing_twice_keeps_the_first_reason(ctx: Context) -> None:
    version = make_version(ctx)
    services.mark_withdrawn(ctx, version, "最初の理由")
    services.mark_withdrawn(ctx, version, "次の理由")
    assert version.withdrawal_reason == "最初の理由"


def test_a_template_without_a_standing_version_is_still_readable(ctx: Context) -> None:
    services.mark_withdrawn(ctx, make_version(ctx), "誤り")
    detail = queries.get_template(ctx, ASAHIKAWA, SLUG)
    assert detail.latest is None
    assert detail.shown.withdrawal_reason == "誤り"
