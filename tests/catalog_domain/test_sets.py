from __future__ import annotations

import pytest

from marketplace.catalog.filters import TemplateKind
from marketplace.catalog.listing import list_templates
from marketplace.catalog.models import Template
from marketplace.catalog.queries import TemplateFilter, find_template, get_template, get_version, list_sets, members_of
from marketplace.catalog.services import mark_withdrawn
from marketplace.kernel.context import Context
from tests.bundle.factories import Json
from tests.catalog_domain.factories import ASAHIKAWA, SHIMOTSUMA, make_template, make_version

SET = "disaster-response-set"


def including(**versions: str) -> list[Json]:
    """Say that the one app of a bundle comes from the first template, and nothing of the others."""
    return [{"template": slug, "version": version, "apps": ["request"]} for slug, version in versions.items()]


def make_set(ctx: Context, slug: str = SET, *, publisher: str = ASAHIKAWA, **versions: str) -> Template:
    return make_template(ctx, slug, publisher=publisher, includes=including(**(versions or {"shelters": "1.0.0"})))


def test_a_set_shows_its_members_and_a_member_its_sets(ctx: Context) -> None:
    make_template(ctx, "shelters", name={"ja": "避難所", "en": "Shelters"})
    make_set(ctx)
    (member,) = get_template(ctx, ASAHIKAWA, SET).includes
    assert (member.slug, member.number, member.apps) == ("shelters", "1.0.0", ("request",))
    assert member.name
    assert member.name.ja == "避難所"
    detail = get_template(ctx, ASAHIKAWA, "shelters")
    assert [(each.slug, each.number, each.member_number) for each in detail.sets] == [(SET, "1.0.0", "1.0.0")]
    assert (detail.is_set, detail.includes) == (False, ())


def test_a_member_belongs_to_the_publisher_of_the_set(ctx: Context) -> None:
    make_template(ctx, "shelters", publisher=SHIMOTSUMA)
    make_set(ctx)
    assert get_template(ctx, ASAHIKAWA, SET).includes[0].name is None
    assert get_template(ctx, SHIMOTSUMA, "shelters").sets == ()


def test_only_the_latest_version_of_a_set_counts(ctx: Context) -> None:
    make_template(ctx, "shelters")
    make_set(ctx)
    later = make_version(ctx, "1.0.1", slug=SET, includes=including(stocks="1.0.0"))
    assert get_template(ctx, ASAHIKAWA, "shelters").sets == ()
    first = get_version(ctx, ASAHIKAWA, SET, "1.0.0")
    assert [member.slug for member in members_of(ctx, first.id)] == ["shelters"]
    mark_withdrawn(ctx, later, "誤りがありました")
    assert [each.slug for each in get_template(ctx, ASAHIKAWA, "shelters").sets] == [SET]


def test_a_set_that_is_withdrawn_as_a_whole_is_shown_nowhere(ctx: Context) -> None:
    make_template(ctx, "shelters")
    make_set(ctx)
    mark_withdrawn(ctx, get_version(ctx, ASAHIKAWA, SET, "1.0.0"), "誤りがありました")
    assert get_template(ctx, ASAHIKAWA, "shelters").sets == ()
    assert list_sets(ctx, 6) == []


def test_a_template_stops_being_a_set_with_its_version(ctx: Context) -> None:
    make_set(ctx)
    make_version(ctx, "1.0.1", slug=SET)
    found = find_template(ctx, ASAHIKAWA, SET)
    assert found
    assert not found.is_set
    assert list_sets(ctx, 6) == []


@pytest.mark.parametrize(("kind", "expected"), [(TemplateKind.SET, {SET}), (TemplateKind.SINGLE, {"shelters"})])
def test_lists_are_filtered_to_sets_and_count_them(ctx: Context, kind: TemplateKind, expected: set[str]) -> None:
    make_template(ctx, "shelters")
    make_set(ctx)
    found = list_templates(ctx, TemplateFilter(kind=(kind,)))
    assert {item.slug for item in found.page.items} == expected
    assert {(value.value, value.count) for value in found.facets["kind"]} == {("set", 1), ("single", 1)}


def test_sets_of_all_publishers_are_listed_as_many_as_wanted(ctx: Context) -> None:
    for number in range(4):
        make_set(ctx, f"set-{number}", publisher=SHIMOTSUMA if number % 2 else ASAHIKAWA)
    assert [item.slug for item in list_sets(ctx, 3)] == ["set-0", "set-1", "set-2"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("避難所", ["shelters", SET]), ("避難所 セット", [SET, "shelters"]), ("避難所 一式", [SET, "shelters"])],
)
def test_a_set_comes_after_its_members_unless_sets_are_asked_for(ctx: Context, query: str, expected: list[str]) -> None:
    make_template(ctx, SET, name={"ja": "避難所セット", "en": "Set"}, includes=including(shelters="1.0.0"))
    make_template(ctx, "shelters", name={"ja": "避難所運営", "en": "Shelters"})
    found = list_templates(ctx, TemplateFilter(q=query))
    assert [item.slug for item in found.page.items] == expected
